"""Browsers' uploads: forms that somebody signed, sent by whoever has them."""

import base64
import datetime
import hashlib
import hmac
import http.client
import json
import os
import urllib.parse
import uuid

import boto3
import botocore.config

from props import as_user, bucket, equal, refused, unique, user

s3 = boto3.client("s3")
v4 = boto3.client("s3", config=botocore.config.Config(signature_version="s3v4"))
old = boto3.client("s3", config=botocore.config.Config(signature_version="s3"))


def multipart(fields, content, filename="file.txt", after=()):
    """A form as browsers encode it."""
    boundary = uuid.uuid4().hex
    parts = [(name, "", value if isinstance(value, bytes) else str(value).encode()) for name, value in fields]
    if content is not None:
        parts.append(("file", "" if filename is None else f'; filename="{filename}"', content))
    parts += [(name, '; filename="again"' if name == "file" else "", value.encode()) for name, value in after]
    body = b"".join(
        f'--{boundary}\r\nContent-Disposition: form-data; name="{name}"{more}\r\n\r\n'.encode() + value + b"\r\n" for name, more, value in parts
    )
    return body + f"--{boundary}--\r\n".encode(), f"multipart/form-data; boundary={boundary}"


def post(url, fields, content=b"water", headers=None, **more):
    body, content_type = multipart(list(fields.items()) if isinstance(fields, dict) else fields, content, **more)
    return send(url, body, {"Content-Type": content_type, **(headers or {})})


def send(url, body, headers):
    parts = urllib.parse.urlsplit(url)
    kind = http.client.HTTPSConnection if parts.scheme == "https" else http.client.HTTPConnection
    connection = kind(parts.netloc)
    connection.request("POST", parts.path or "/", body, headers)
    response = connection.getresponse()
    return response.status, response.read().decode(), response.headers


def denied(answer, code, *texts, status=400):
    seen, body, _ = answer
    assert seen == status and f"<Code>{code}</Code>" in body, f"expected {status} {code}, was told {seen}: {body}"
    for text in texts:
        assert text in body.replace("&quot;", '"'), f"expected {text!r} in {body}"


def test_a_signed_form_uploads_for_anyone():
    for client in (v4, old):
        name = bucket()
        form = client.generate_presigned_post(name, "호수/${filename}", ExpiresIn=60)
        status, body, headers = post(form["url"], form["fields"], "물".encode(), filename="C:\\lake\\deep.txt")
        equal((status, body), (204, ""))
        stored = s3.get_object(Bucket=name, Key="호수/deep.txt")
        equal((stored["Body"].read().decode(), stored["ContentType"]), ("물", "binary/octet-stream"))
        equal(headers["ETag"], stored["ETag"])
        equal(headers["Location"].rsplit("/", 1)[1], urllib.parse.quote("호수/deep.txt", safe=""))
        assert headers["x-amz-checksum-crc64nvme"] and headers["x-amz-checksum-type"] == "FULL_OBJECT"


def test_fields_say_what_a_puts_headers_do():
    name = bucket()
    fields = {
        "Content-Type": "text/plain",
        "Cache-Control": "max-age=1",
        "Content-Disposition": 'attachment; filename="a"',
        "Content-Encoding": "identity",
        "Expires": "Thu, 01 Dec 2094 16:00:00 GMT",
        "x-amz-meta-Depth": "10",
        "x-amz-storage-class": "STANDARD_IA",
        "tagging": "<Tagging><TagSet><Tag><Key>a b</Key><Value>c+d=</Value></Tag></TagSet></Tagging>",
    }
    conditions = [{key: value} for key, value in fields.items()]
    form = v4.generate_presigned_post(name, "a", Fields=fields, Conditions=conditions)
    equal(post(form["url"], form["fields"])[0], 204)
    head = s3.head_object(Bucket=name, Key="a")
    equal(
        [head[key] for key in ("ContentType", "CacheControl", "ContentDisposition", "StorageClass", "Metadata")],
        ["text/plain", "max-age=1", 'attachment; filename="a"', "STANDARD_IA", {"depth": "10"}],
    )
    equal(s3.get_object_tagging(Bucket=name, Key="a")["TagSet"], [{"Key": "a b", "Value": "c+d="}])


def test_what_a_put_may_not_ask_a_form_may_not():
    name = bucket()
    for fields, code in (
        ({"acl": "public-read"}, "AccessControlListNotSupported"),
        ({"x-amz-storage-class": "FakeClass"}, "InvalidStorageClass"),
        ({"tagging": "not-xml"}, "MalformedXML"),
        ({"x-amz-meta-a": "x" * 3_000}, "MetadataTooLarge"),
    ):
        form = v4.generate_presigned_post(name, "a", Fields=fields, Conditions=[{key: value} for key, value in fields.items()])
        denied(post(form["url"], form["fields"]), code)
    owner = {"acl": "bucket-owner-full-control"}
    form = v4.generate_presigned_post(name, "a", Fields=owner, Conditions=[owner])
    equal(post(form["url"], form["fields"])[0], 204)


def test_a_form_is_answered_as_it_asks():
    name = bucket()

    def asked(fields, key="a b/c"):
        form = v4.generate_presigned_post(name, key, Fields=fields, Conditions=[["starts-with", f"${field}", ""] for field in fields])
        return post(form["url"], form["fields"])

    for value, status in (("200", 200), ("204", 204), ("302", 204), ("", 204)):
        equal(asked({"success_action_status": value})[:2], (status, ""))
    status, body, headers = asked({"success_action_status": "201"})
    equal((status, headers["Content-Type"]), (201, "application/xml"))
    etag = s3.head_object(Bucket=name, Key="a b/c")["ETag"]
    assert f"<Bucket>{name}</Bucket><Key>a b/c</Key><ETag>{etag}</ETag></PostResponse>" in body, body
    assert f"<Location>{headers['Location']}</Location>" in body and headers["Location"].endswith("/a%20b%2Fc"), body
    told = urllib.parse.urlencode({"bucket": name, "key": "a b/c", "etag": etag})
    for field in ("success_action_redirect", "redirect"):
        for url in ("http://page.example/done", "http://page.example/done?a=b c"):
            status, body, headers = asked({field: url})
            equal((status, body, headers["Location"]), (303, "", f"{url}{'&' if '?' in url else '?'}{told}"))
    for url in ("/relative", "not a url", "javascript:alert(1)"):
        equal(asked({"success_action_redirect": url})[0], 204)


def test_every_condition_must_hold():
    name = bucket()

    def answer(conditions, fields, content=b"12345", **more):
        form = v4.generate_presigned_post(name, "user/${filename}", Conditions=conditions)
        return post(form["url"], {**form["fields"], **fields}, content, **more)

    failed = "Invalid according to Policy: Policy Condition failed: "
    types = [["starts-with", "$Content-Type", "image/"]]
    equal(answer(types, {"Content-Type": "image/png"})[0], 204)
    equal(answer(types, {"content-type": "image/png, image/jpeg"})[0], 204)
    for fields in ({"Content-Type": "image/png,text/html"}, {"Content-Type": "Image/png"}, {}):
        denied(answer(types, fields), "AccessDenied", failed + '["starts-with", "$Content-Type", "image/"]', status=403)
    equal(answer([["starts-with", "$x-amz-meta-a", ""]], {"X-Amz-Meta-A": "anything"})[0], 204)
    denied(answer([["starts-with", "$x-amz-meta-a", ""]], {}), "AccessDenied", failed, status=403)
    equal(answer([["eq", "$x-amz-meta-a", "b"]], {"x-amz-meta-a": "b"})[0], 204)
    denied(answer([{"x-amz-meta-a": "b"}], {"x-amz-meta-a": "B"}), "AccessDenied", failed + '["eq", "$x-amz-meta-a", "b"]', status=403)
    denied(answer([["eq", "x-amz-meta-a", "b"]], {"x-amz-meta-a": "b"}), "AccessDenied", failed + '["eq", "x-amz-meta-a", "b"]', status=403)
    denied(answer([{"bucket": "another"}], {}), "AccessDenied", failed + '["eq", "$bucket", "another"]', status=403)

    for content in (b"12345", b"1234567890"):
        equal(answer([["content-length-range", 5, 10]], {}, content)[0], 204)
        equal(answer([["content-length-range", "5", "10"]], {}, content)[0], 204)
    denied(answer([["content-length-range", 5, 10]], {}, b"x" * 12), "EntityTooLarge", "<ProposedSize>12<", "<MaxSizeAllowed>10<")
    denied(answer([["content-length-range", 5, 10]], {}, b"x"), "EntityTooSmall", "<ProposedSize>1<", "<MinSizeAllowed>5<")
    denied(answer([["content-length-range", 5, 10]], {}, b"x" * 3_000_000), "EntityTooLarge", "<ProposedSize>3000000<")
    denied(answer([["content-length-range", "test", "10"]], {}), "AccessDenied", failed + '["content-length-range", "test", "10"]', status=403)
    with refused("NoSuchKey"):
        s3.get_object(Bucket=name, Key="user/none")


def test_every_field_must_be_in_the_policy():
    name = bucket()
    form = v4.generate_presigned_post(name, "a")
    denied(
        post(form["url"], {**form["fields"], "StorageClass": "x"}), "AccessDenied", "Invalid according to Policy: Extra input fields: StorageClass", status=403
    )
    equal(post(form["url"], {**form["fields"], "x-ignore-this": "1"})[0], 204)
    equal(post(form["url"], form["fields"], after=[("submit", "Upload")])[0], 204)


def signed_by_hand(document):
    """A form of version 2 with any policy at all."""
    policy = base64.b64encode(document if isinstance(document, bytes) else json.dumps(document).encode()).decode()
    secret = os.environ["AWS_SECRET_ACCESS_KEY"].encode()
    signature = base64.b64encode(hmac.new(secret, policy.encode(), "sha1").digest()).decode()
    return {"key": "a", "AWSAccessKeyId": os.environ["AWS_ACCESS_KEY_ID"], "policy": policy, "signature": signature}


def test_a_policy_that_is_none_is_told_why():
    name = bucket()
    url = s3.generate_presigned_post(name, "a")["url"]
    later = (datetime.datetime.now(datetime.timezone.utc) + datetime.timedelta(minutes=1)).strftime("%Y-%m-%dT%H:%M:%SZ")
    fine = [{"bucket": name}, {"key": "a"}]
    equal(post(url, signed_by_hand({"expiration": later, "conditions": fine}))[0], 204)
    for document, why in (
        (b"{", "Invalid JSON."),
        (b"[]", "Invalid JSON."),
        ({"conditions": fine}, "Policy missing expiration."),
        ({"expiration": later}, "Policy missing conditions."),
        ({"expiration": later, "conditions": {}}, "Invalid 'conditions' value: must be a List."),
        ({"expiration": "2026-01-01 00:00:00 UTC", "conditions": fine}, "Invalid 'expiration' value: '2026-01-01 00:00:00 UTC'"),
        ({"expiration": later, "conditions": fine, "Statement": []}, "Unexpected: 'statement'"),
        ({"expiration": later, "conditions": [{}]}, "Invalid Simple-Condition: Simple-Conditions must have exactly one property specified."),
        ({"expiration": later, "conditions": [{"a": "1", "b": "2"}]}, "Invalid Simple-Condition: Simple-Conditions must have exactly one property specified."),
        ({"expiration": later, "conditions": [{"Content-Length": 1}]}, "Invalid Simple-Condition: value must be a string."),
        ({"expiration": later, "conditions": [[]]}, "Invalid Condition: missing operation identifier."),
        ({"expiration": later, "conditions": [["like", "$key", "a"]]}, "Invalid Condition: unknown operation 'like'."),
        ({"expiration": later, "conditions": [["eq", "$key"]]}, "Invalid eq: wrong number of arguments."),
        ({"expiration": later, "conditions": [["content-length-range", 0, 1.5]]}, "Invalid JSON."),
    ):
        denied(post(url, signed_by_hand(document)), "InvalidPolicyDocument", f"Invalid Policy: {why}")
    denied(post(url, signed_by_hand({"expiration": "2020-01-01T00:00:00Z", "conditions": fine})), "AccessDenied", "Invalid according to Policy: Policy expired.", status=403)


def test_a_changed_signature_is_refused():
    name = bucket()
    mismatch = "The request signature we calculated does not match the signature you provided. Check your key and signing method."
    for client, key, missing in (
        (v4, "x-amz-signature", ("x-amz-algorithm", "x-amz-credential", "x-amz-date", "x-amz-signature")),
        (old, "signature", ("AWSAccessKeyId", "signature")),
    ):
        form = client.generate_presigned_post(name, "a")
        url, fields = form["url"], form["fields"]
        changed = {**fields, "policy": fields["policy"][:-4]}
        denied(post(url, changed), "SignatureDoesNotMatch", mismatch, f"<StringToSign>{changed['policy']}</StringToSign>", f"<SignatureProvided>{fields[key]}<", status=403)
        denied(post(url, {**fields, key: "no"}), "SignatureDoesNotMatch", status=403)
        for gone in missing:
            rest = {one: value for one, value in fields.items() if one != gone}
            spelled = "AWSAccessKeyId" if gone == "AWSAccessKeyId" else "-".join(word.capitalize() for word in gone.split("-"))
            denied(post(url, rest), "InvalidArgument", f"Bucket POST must contain a field named '{spelled}'.  If it is specified, please check the order of the fields.")
        equal(post(url, {one.upper(): value for one, value in fields.items()})[0], 204)
    fields = v4.generate_presigned_post(name, "a")["fields"]
    url = v4.generate_presigned_post(name, "a")["url"]
    key_id, day, region, *_ = fields["x-amz-credential"].split("/")
    denied(post(url, {**fields, "x-amz-credential": f"AKIANOBODY/{day}/{region}/s3/aws4_request"}), "InvalidAccessKeyId", "<AWSAccessKeyId>AKIANOBODY<", status=403)
    denied(post(url, {**fields, "x-amz-credential": f"{key_id}/{day}/eu-north-1/s3/aws4_request"}), "InvalidArgument", f"the region 'eu-north-1' is wrong; expecting '{region}'", f"<Region>{region}<")
    denied(post(url, {**fields, "x-amz-date": "today"}), "InvalidArgument", "X-Amz-Date must be formated via ISO8601 Long format")
    denied(post(url, {**fields, "x-amz-algorithm": "AWS4-HMAC-SHA1"}), "InvalidArgument", "X-Amz-Algorithm only supports")


def test_a_form_that_is_none_is_refused():
    name = bucket()
    form = v4.generate_presigned_post(name, "a")
    url, fields = form["url"], form["fields"]
    denied(send(url, b"{}", {"Content-Type": "application/json"}), "PreconditionFailed", "Bucket POST must be of the enclosure-type multipart/form-data", status=412)
    denied(send(url, b"--a--", {"Content-Type": "multipart/form-data"}), "MalformedPOSTRequest", "not well-formed multipart/form-data")
    denied(send(url, b"nothing", {"Content-Type": "multipart/form-data; boundary=a"}), "MalformedPOSTRequest")
    denied(post(url, fields, None), "InvalidArgument", "POST requires exactly one file upload per request.", "<ArgumentValue>0<")
    denied(post(url, fields, after=[("file", "two")]), "InvalidArgument", "POST requires exactly one file upload per request.", "<ArgumentValue>2<")
    denied(post(url, {one: value for one, value in fields.items() if one != "key"}), "InvalidArgument", "Bucket POST must contain a field named 'key'.")
    denied(post(url, {}, after=list(fields.items())), "InvalidArgument", "Bucket POST must contain a field named 'key'.")
    denied(post(url, {**fields, "x-ignore-a": "x" * 20_480}), "MaxPostPreDataLengthExceeded", "<MaxPostPreDataLengthBytes>20480<")
    equal(post(url, {**fields, "x-ignore-a": "x" * 15_000})[0], 204)
    denied(post(url.replace(name, "no-such-bucket-of-anyone"), {"key": "a"}), "NoSuchBucket", status=404)
    denied(post(url, {**fields, "key": "x" * 1_025}), "AccessDenied", "Policy Condition failed", status=403)


def test_what_the_bytes_must_be_is_checked():
    name = bucket()
    digest = base64.b64encode(hashlib.sha256(b"water").digest()).decode()
    form = v4.generate_presigned_post(name, "a", Fields={"x-amz-checksum-sha256": digest}, Conditions=[{"x-amz-checksum-sha256": digest}])
    status, _, headers = post(form["url"], form["fields"])
    equal((status, headers["x-amz-checksum-sha256"]), (204, digest))
    denied(post(form["url"], form["fields"], b"wine"), "BadDigest")
    form = v4.generate_presigned_post(name, "a", Fields={"x-amz-checksum-algorithm": "SHA256"}, Conditions=[{"x-amz-checksum-algorithm": "SHA256"}])
    denied(post(form["url"], form["fields"]), "InvalidRequest", "no corresponding x-amz-checksum-*")
    md5 = base64.b64encode(hashlib.md5(b"water").digest()).decode()
    form = v4.generate_presigned_post(name, "a", Fields={"Content-MD5": md5}, Conditions=[{"Content-MD5": md5}])
    equal(post(form["url"], form["fields"])[0], 204)
    denied(post(form["url"], form["fields"], b"wine"), "BadDigest")
    form = v4.generate_presigned_post(name, "b")
    equal(post(form["url"], form["fields"], headers={"If-None-Match": "*"})[0], 204)
    denied(post(form["url"], form["fields"], headers={"If-None-Match": "*"}), "PreconditionFailed", status=412)


def test_a_form_can_do_what_its_signer_can():
    name = bucket()
    statement = {"Effect": "Allow", "Action": "s3:PutObject", "Resource": f"arn:aws:s3:::{name}/mine/*"}
    _, keys = user(statement)
    for version in ("s3", "s3v4"):
        theirs = as_user("s3", keys, config=botocore.config.Config(signature_version=version))
        form = theirs.generate_presigned_post(name, "mine/a")
        equal(post(form["url"], form["fields"])[0], 204)
        form = theirs.generate_presigned_post(name, "yours/a")
        denied(post(form["url"], form["fields"]), "AccessDenied", "s3:PutObject", status=403)
        tags = "<Tagging><TagSet><Tag><Key>a</Key><Value>b</Value></Tag></TagSet></Tagging>"
        form = theirs.generate_presigned_post(name, "mine/a", Fields={"tagging": tags}, Conditions=[{"tagging": tags}])
        denied(post(form["url"], form["fields"]), "AccessDenied", "s3:PutObjectTagging", status=403)


def test_a_sessions_form_bears_its_token():
    name = bucket()
    account = boto3.client("sts").get_caller_identity()["Account"]
    trust = {"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Principal": {"AWS": account}, "Action": "sts:AssumeRole"}]}
    rights = {"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Action": "s3:PutObject", "Resource": "*"}]}
    iam = boto3.client("iam")
    role = iam.create_role(RoleName=unique("role"), AssumeRolePolicyDocument=json.dumps(trust))["Role"]
    iam.put_role_policy(RoleName=role["RoleName"], PolicyName="write", PolicyDocument=json.dumps(rights))
    _, keys = user({"Effect": "Allow", "Action": "sts:AssumeRole", "Resource": "*"})
    session = as_user("sts", keys).assume_role(RoleArn=role["Arn"], RoleSessionName="writer")["Credentials"]
    for version in ("s3", "s3v4"):
        theirs = as_user("s3", session, config=botocore.config.Config(signature_version=version))
        form = theirs.generate_presigned_post(name, "a")
        assert "x-amz-security-token" in form["fields"]
        equal(post(form["url"], form["fields"])[0], 204)
        denied(post(form["url"], {**form["fields"], "x-amz-security-token": "no"}), "InvalidToken")


def test_without_a_policy_a_form_is_anyones():
    name = bucket()
    url = s3.generate_presigned_post(name, "a")["url"]
    denied(post(url, {"key": "drop/a"}), "AccessDenied", status=403)
    allow = {"Effect": "Allow", "Principal": "*", "Action": "s3:PutObject", "Resource": f"arn:aws:s3:::{name}/drop/*"}
    s3.put_bucket_policy(Bucket=name, Policy=json.dumps({"Version": "2012-10-17", "Statement": [allow]}))
    equal(post(url, {"key": "drop/${filename}", "Content-Type": "text/plain"}, filename="a")[0], 204)
    equal(s3.get_object(Bucket=name, Key="drop/a")["ContentType"], "text/plain")
    denied(post(url, {"key": "other/a"}), "AccessDenied", status=403)


def test_a_form_of_version_two_is_refused_where_the_region_never_had_it():
    name = bucket(CreateBucketConfiguration={"LocationConstraint": "ap-northeast-2"})
    form = old.generate_presigned_post(name, "a")
    denied(post(form["url"], form["fields"]), "InvalidRequest", "Please use AWS4-HMAC-SHA256.")
    there = boto3.client("s3", region_name="ap-northeast-2").generate_presigned_post(name, "a")
    equal(post(there["url"], there["fields"])[0], 204)


def test_a_file_without_a_name_keeps_the_variable():
    name = bucket()
    form = v4.generate_presigned_post(name, "a-${filename}")
    equal(post(form["url"], form["fields"], filename=None)[0], 204)
    equal([row["Key"] for row in s3.list_objects_v2(Bucket=name)["Contents"]], ["a-${filename}"])


def test_a_bucket_may_ask_whether_it_was_a_form():
    name = bucket()
    deny = {"Effect": "Deny", "Principal": "*", "Action": "s3:PutObject", "Resource": f"arn:aws:s3:::{name}/*", "Condition": {"StringEquals": {"s3:authType": "POST"}}}
    s3.put_bucket_policy(Bucket=name, Policy=json.dumps({"Version": "2012-10-17", "Statement": [deny]}))
    s3.put_object(Bucket=name, Key="a", Body=b"x")
    form = v4.generate_presigned_post(name, "a")
    denied(post(form["url"], form["fields"]), "AccessDenied", "explicit deny", status=403)
