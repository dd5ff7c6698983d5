"""Presigned URLs and browsers' forms of asking, by plain HTTP."""

import http.client
import urllib.parse

import boto3
import botocore.config

from props import as_user, bucket, equal, user

# boto3 presigns with version 2 unless it is told otherwise.
s3 = boto3.client("s3", config=botocore.config.Config(signature_version="s3v4"))


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


def test_version_two_is_refused_by_name():
    name = bucket()
    old = boto3.client("s3", config=botocore.config.Config(signature_version="s3"))
    status, body, _ = send(old.generate_presigned_url("get_object", {"Bucket": name, "Key": "a"}))
    equal(status, 400)
    assert b"Please use AWS4-HMAC-SHA256." in body, body


def test_a_month_is_too_long():
    name = bucket()
    url = s3.generate_presigned_url("get_object", {"Bucket": name, "Key": "a"}, ExpiresIn=2_592_000)
    status, body, _ = send(url)
    equal(status, 400)
    assert b"<Code>AuthorizationQueryParametersError</Code>" in body and b"must be less than a week" in body, body
