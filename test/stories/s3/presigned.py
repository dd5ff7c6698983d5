"""Presigned URLs and browsers' forms of asking, by plain HTTP."""

import http.client
import json
import urllib.parse

import boto3
import botocore.auth
import botocore.awsrequest
import botocore.config
import botocore.exceptions

from props import as_user, bucket, equal, unique, user

# boto3 presigns with version 2 unless it is told otherwise.
s3 = boto3.client("s3", config=botocore.config.Config(signature_version="s3v4"))
old = boto3.client("s3", config=botocore.config.Config(signature_version="s3"))


def send(url, method="GET", body=None, headers=None):
    parts = urllib.parse.urlsplit(url)
    kind = http.client.HTTPSConnection if parts.scheme == "https" else http.client.HTTPConnection
    connection = kind(parts.netloc)
    connection.request(method, f"{parts.path}?{parts.query}", body, headers or {})
    response = connection.getresponse()
    return response.status, response.read(), response.headers


def test_anyone_with_the_url_may_get_and_put():
    name = bucket()
    put = s3.generate_presigned_url("put_object", {"Bucket": name, "Key": "호수 a+b.txt", "ContentType": "text/plain"}, ExpiresIn=60)
    status, body, _ = send(put, "PUT", "물".encode(), {"Content-Type": "text/plain"})
    equal((status, body), (200, b""))
    get = s3.generate_presigned_url("get_object", {"Bucket": name, "Key": "호수 a+b.txt", "ResponseContentDisposition": "attachment"}, ExpiresIn=60)
    status, body, headers = send(get)
    equal((status, body.decode(), headers["Content-Type"], headers["Content-Disposition"]), (200, "물", "text/plain", "attachment"))
    equal(send(get, headers={"Range": "bytes=0-0"})[0], 206)


def test_metadata_in_the_url_itself_is_the_objects():
    name = bucket()
    # As other SDKs presign: what the client gave stands in the query, and no header has to be sent.
    request = botocore.awsrequest.AWSRequest("PUT", f"{s3.meta.endpoint_url}/{name}/a", params={"x-amz-meta-depth": "10"})
    signer = botocore.auth.S3SigV4QueryAuth(boto3.Session().get_credentials(), "s3", s3.meta.region_name, expires=60)
    signer.add_auth(request)
    equal(send(request.url, "PUT", b"x")[0], 200)
    equal(s3.head_object(Bucket=name, Key="a")["Metadata"], {"depth": "10"})


def test_another_method_or_type_than_was_signed_is_refused():
    name = bucket()
    put = s3.generate_presigned_url("put_object", {"Bucket": name, "Key": "a", "ContentType": "text/plain"}, ExpiresIn=60)
    for method, headers in (("GET", {}), ("PUT", {"Content-Type": "text/html"})):
        status, body, _ = send(put, method, b"" if method == "PUT" else None, headers)
        equal(status, 403)
        assert b"<Code>SignatureDoesNotMatch</Code>" in body, body


def test_a_url_can_do_what_its_signer_can():
    name = bucket()
    boto3.client("s3").put_object(Bucket=name, Key="a", Body=b"x")
    _, keys = user()
    theirs = as_user("s3", keys, config=botocore.config.Config(signature_version="s3v4"))
    status, body, _ = send(theirs.generate_presigned_url("get_object", {"Bucket": name, "Key": "a"}))
    equal(status, 403)
    assert b"<Code>AccessDenied</Code>" in body and b"s3:GetObject" in body, body


def test_version_two_gets_and_puts_where_the_region_had_it():
    name = bucket()
    put = old.generate_presigned_url(
        "put_object", {"Bucket": name, "Key": "호수 a+b.txt", "ContentType": "text/plain", "Metadata": {"depth": "10"}}, ExpiresIn=60
    )
    assert "Signature=" in put and "X-Amz-Signature" not in put, put
    equal(send(put, "PUT", "물".encode(), {"Content-Type": "text/plain"})[:2], (200, b""))
    equal(old.head_object(Bucket=name, Key="호수 a+b.txt")["Metadata"], {"depth": "10"})
    get = old.generate_presigned_url("get_object", {"Bucket": name, "Key": "호수 a+b.txt", "ResponseContentDisposition": "attachment; filename=a"}, ExpiresIn=2_592_000)
    status, body, headers = send(get)
    equal((status, body.decode(), headers["Content-Disposition"]), (200, "물", "attachment; filename=a"))


def test_version_two_signs_every_operation():
    name = bucket()
    old.put_object(Bucket=name, Key="a/b", Body=b"x" * 100_000, ContentType="text/plain")
    equal(old.get_object(Bucket=name, Key="a/b", Range="bytes=0-1")["Body"].read(), b"xx")
    equal([row["Key"] for row in old.list_objects_v2(Bucket=name, Prefix="a/")["Contents"]], ["a/b"])
    old.put_object_tagging(Bucket=name, Key="a/b", Tagging={"TagSet": [{"Key": "k", "Value": "v"}]})
    assert name in [row["Name"] for row in old.list_buckets()["Buckets"]]
    old.delete_objects(Bucket=name, Delete={"Objects": [{"Key": "a/b"}]})


def test_version_two_with_what_was_changed_is_refused():
    name = bucket()
    url = old.generate_presigned_url("get_object", {"Bucket": name, "Key": "a", "VersionId": "null"}, ExpiresIn=60)
    for changed in (
        url.replace("/a?", "/b?"),
        url.replace("versionId=null", "versionId=1"),
        url.replace("Signature=", "Signature=A"),
        url + "&acl",
        url + "&response-content-type=text/html",
        url + "&x-amz-acl=public-read",
    ):
        assert changed != url
        status, body, _ = send(changed)
        equal((status, b"<Code>SignatureDoesNotMatch</Code>" in body), (403, True))
        assert b"<StringToSign>GET\n\n\n" in body and b"<CanonicalRequest>" not in body, body


def test_version_two_with_a_sessions_token():
    name = bucket()
    boto3.client("s3").put_object(Bucket=name, Key="a", Body=b"x")
    account = boto3.client("sts").get_caller_identity()["Account"]
    trust = {"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Principal": {"AWS": account}, "Action": "sts:AssumeRole"}]}
    rights = {"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Action": "s3:GetObject", "Resource": "*"}]}
    iam = boto3.client("iam")
    role = iam.create_role(RoleName=unique("role"), AssumeRolePolicyDocument=json.dumps(trust))["Role"]
    iam.put_role_policy(RoleName=role["RoleName"], PolicyName="read", PolicyDocument=json.dumps(rights))
    _, keys = user({"Effect": "Allow", "Action": "sts:AssumeRole", "Resource": "*"})
    session = as_user("sts", keys).assume_role(RoleArn=role["Arn"], RoleSessionName="reader")["Credentials"]
    theirs = as_user("s3", session, config=botocore.config.Config(signature_version="s3"))
    url = theirs.generate_presigned_url("get_object", {"Bucket": name, "Key": "a"}, ExpiresIn=60)
    equal(send(url)[:2], (200, b"x"))
    equal(theirs.get_object(Bucket=name, Key="a")["Body"].read(), b"x")
    status, body, _ = send(url.replace("x-amz-security-token=", "x-amz-security-token=a"))
    equal((status, b"<Code>InvalidToken</Code>" in body), (400, True))


def test_version_two_is_refused_by_name_where_the_region_never_had_it():
    name = bucket(CreateBucketConfiguration={"LocationConstraint": "ap-northeast-2"})
    status, body, _ = send(old.generate_presigned_url("get_object", {"Bucket": name, "Key": "a"}))
    equal(status, 400)
    assert b"<Code>InvalidRequest</Code>" in body and b"Please use AWS4-HMAC-SHA256." in body, body


def test_a_bucket_may_ask_how_a_request_was_signed():
    name = bucket()
    v4 = boto3.client("s3", config=botocore.config.Config(signature_version="s3v4"))
    v4.put_object(Bucket=name, Key="a", Body=b"x")

    def allowed(condition):
        deny = {"Effect": "Deny", "Principal": "*", "Action": "s3:GetObject", "Resource": f"arn:aws:s3:::{name}/*", "Condition": condition}
        v4.put_bucket_policy(Bucket=name, Policy=json.dumps({"Version": "2012-10-17", "Statement": [deny]}))
        urls = [client.generate_presigned_url("get_object", {"Bucket": name, "Key": "a"}) for client in (v4, old)]
        statuses = [send(url)[0] for url in urls]
        for client in (v4, old):
            try:
                client.get_object(Bucket=name, Key="a")
                statuses.append(200)
            except botocore.exceptions.ClientError as error:
                statuses.append(error.response["ResponseMetadata"]["HTTPStatusCode"])
        return statuses

    equal(allowed({"StringNotEquals": {"s3:signatureversion": "AWS4-HMAC-SHA256"}}), [200, 403, 200, 403])
    equal(allowed({"StringEquals": {"s3:signatureversion": "AWS"}}), [200, 403, 200, 403])
    equal(allowed({"StringNotEquals": {"s3:authType": "REST-HEADER"}}), [403, 403, 200, 200])
    equal(allowed({"StringEquals": {"s3:authType": "REST-HEADER"}}), [200, 200, 403, 403])
    equal(allowed({"NumericGreaterThan": {"s3:signatureAge": "600000"}}), [200, 200, 200, 200])
    equal(allowed({"NumericLessThan": {"s3:signatureAge": "600000"}}), [403, 403, 200, 200])


def test_a_month_is_too_long():
    name = bucket()
    url = s3.generate_presigned_url("get_object", {"Bucket": name, "Key": "a"}, ExpiresIn=2_592_000)
    status, body, _ = send(url)
    equal(status, 400)
    assert b"<Code>AuthorizationQueryParametersError</Code>" in body and b"must be less than a week" in body, body
