"""Objects: bytes, headers, metadata, ranges, conditions, tags."""

import datetime
import hashlib
import io

import boto3

from props import bucket, equal, refused

s3 = boto3.client("s3")


def test_sizes_around_every_boundary_come_back():
    name = bucket()
    for size in (0, 1, 4095, 4096, 4097, 262143, 262144, 262145, 1048577, 5_000_001):
        body = bytes(i * 31 % 251 for i in range(1009)) * (size // 1009 + 1)
        body = body[:size]
        put = s3.put_object(Bucket=name, Key=f"size-{size}", Body=body)
        equal(put["ETag"], f'"{hashlib.md5(body).hexdigest()}"')
        got = s3.get_object(Bucket=name, Key=f"size-{size}")
        equal(got["ContentLength"], size)
        assert got["Body"].read() == body


def test_headers_and_metadata_come_back():
    name = bucket()
    headers = {
        "ContentType": "text/csv; charset=utf-8",
        "CacheControl": "max-age=60",
        "ContentDisposition": 'attachment; filename="a.csv"',
        "ContentEncoding": "gzip",
        "ContentLanguage": "ko-KR",
        "WebsiteRedirectLocation": "/elsewhere",
        "Metadata": {"owner": "analyst", "empty": "", "with-dash": "a=b; c"},
    }
    s3.put_object(Bucket=name, Key="a", Body=b"x", Expires=datetime.datetime(2030, 1, 2, 3, 4, 5), **headers)
    for seen in (s3.head_object(Bucket=name, Key="a"), s3.get_object(Bucket=name, Key="a")):
        for header, value in headers.items():
            equal(seen[header], value)
        equal(seen["ExpiresString"], "Wed, 02 Jan 2030 03:04:05 GMT")
        equal(seen["AcceptRanges"], "bytes")


def test_a_get_may_name_other_headers():
    name = bucket()
    s3.put_object(Bucket=name, Key="a", Body=b"x", ContentType="text/plain")
    seen = s3.get_object(Bucket=name, Key="a", ResponseContentType="text/csv", ResponseContentDisposition="inline")
    equal((seen["ContentType"], seen["ContentDisposition"]), ("text/csv", "inline"))


def test_without_a_type_it_is_binary():
    name = bucket()
    s3.put_object(Bucket=name, Key="a", Body=b"x")
    equal(s3.head_object(Bucket=name, Key="a")["ContentType"], "binary/octet-stream")


def test_metadata_past_two_kilobytes_is_refused():
    name = bucket()
    s3.put_object(Bucket=name, Key="a", Body=b"", Metadata={"k": "v" * 2047})
    with refused("MetadataTooLarge", "Your metadata headers exceed the maximum allowed metadata size", 400):
        s3.put_object(Bucket=name, Key="a", Body=b"", Metadata={"k": "v" * 2048})


def test_ranges():
    name = bucket()
    body = bytes(range(256)) * 40
    s3.put_object(Bucket=name, Key="a", Body=body)
    for asked, wanted, told in (
        ("bytes=0-0", body[:1], "bytes 0-0/10240"),
        ("bytes=5-9", body[5:10], "bytes 5-9/10240"),
        ("bytes=10000-", body[10000:], "bytes 10000-10239/10240"),
        ("bytes=-16", body[-16:], "bytes 10224-10239/10240"),
        ("bytes=10000-99999", body[10000:], "bytes 10000-10239/10240"),
        ("bytes=-99999", body, "bytes 0-10239/10240"),
    ):
        seen = s3.get_object(Bucket=name, Key="a", Range=asked)
        equal(seen["ResponseMetadata"]["HTTPStatusCode"], 206)
        equal(seen["ContentRange"], told)
        equal(seen["Body"].read(), wanted)
    with refused("InvalidRange", "The requested range is not satisfiable", 416):
        s3.get_object(Bucket=name, Key="a", Range="bytes=10240-")
    # What is no range is as good as none.
    equal(s3.get_object(Bucket=name, Key="a", Range="lines=1-2")["ContentLength"], 10240)


def test_conditions_of_a_get():
    name = bucket()
    etag = s3.put_object(Bucket=name, Key="a", Body=b"x")["ETag"]
    modified = s3.head_object(Bucket=name, Key="a")["LastModified"]
    before, after = modified - datetime.timedelta(hours=1), modified + datetime.timedelta(seconds=1)
    s3.get_object(Bucket=name, Key="a", IfMatch=etag)
    s3.get_object(Bucket=name, Key="a", IfNoneMatch='"other"')
    s3.get_object(Bucket=name, Key="a", IfModifiedSince=before)
    s3.get_object(Bucket=name, Key="a", IfUnmodifiedSince=after)
    # A match outweighs the time, and so does its absence. Source: GetObject, "Considerations".
    s3.get_object(Bucket=name, Key="a", IfMatch=etag, IfUnmodifiedSince=before)
    with refused("304", status=304):
        s3.get_object(Bucket=name, Key="a", IfNoneMatch=etag, IfModifiedSince=before)
    with refused("304", status=304):
        s3.get_object(Bucket=name, Key="a", IfNoneMatch=etag)
    with refused("PreconditionFailed", "At least one of the pre-conditions you specified did not hold", 412):
        s3.get_object(Bucket=name, Key="a", IfMatch='"other"')
    with refused("PreconditionFailed", status=412):
        s3.get_object(Bucket=name, Key="a", IfUnmodifiedSince=before)
    with refused("412", status=412):
        s3.head_object(Bucket=name, Key="a", IfMatch='"other"')


def test_conditions_of_a_put():
    name = bucket()
    etag = s3.put_object(Bucket=name, Key="a", Body=b"1", IfNoneMatch="*")["ETag"]
    with refused("PreconditionFailed", status=412):
        s3.put_object(Bucket=name, Key="a", Body=b"2", IfNoneMatch="*")
    s3.put_object(Bucket=name, Key="a", Body=b"3", IfMatch=etag)
    with refused("PreconditionFailed", status=412):
        s3.put_object(Bucket=name, Key="a", Body=b"4", IfMatch=etag)
    with refused("NoSuchKey", status=404):
        s3.put_object(Bucket=name, Key="nobody", Body=b"5", IfMatch=etag)
    equal(s3.get_object(Bucket=name, Key="a")["Body"].read(), b"3")


def test_tags_of_an_object():
    name = bucket()
    s3.put_object(Bucket=name, Key="a", Body=b"x", Tagging="team=data&%ED%98%B8%EC%88%98=%2B+1")
    wanted = [{"Key": "team", "Value": "data"}, {"Key": "호수", "Value": "+ 1"}]
    by_key = lambda tag: tag["Key"]
    equal(sorted(s3.get_object_tagging(Bucket=name, Key="a")["TagSet"], key=by_key), wanted)
    equal(s3.get_object(Bucket=name, Key="a")["TagCount"], 2)
    s3.put_object_tagging(Bucket=name, Key="a", Tagging={"TagSet": [{"Key": "k", "Value": ""}]})
    equal(s3.get_object_tagging(Bucket=name, Key="a")["TagSet"], [{"Key": "k", "Value": ""}])
    s3.delete_object_tagging(Bucket=name, Key="a")
    equal(s3.get_object_tagging(Bucket=name, Key="a")["TagSet"], [])
    eleven = [{"Key": str(number), "Value": ""} for number in range(11)]
    with refused("BadRequest", "Object tags cannot be greater than 10", 400):
        s3.put_object_tagging(Bucket=name, Key="a", Tagging={"TagSet": eleven})
    twice = [{"Key": "k", "Value": "1"}, {"Key": "k", "Value": "2"}]
    with refused("InvalidTag", status=400):
        s3.put_object_tagging(Bucket=name, Key="a", Tagging={"TagSet": twice})


def test_files_go_up_and_down():
    name = bucket()
    body = bytes(range(256)) * 4096 * 20
    s3.upload_fileobj(io.BytesIO(body), name, "big", ExtraArgs={"ContentType": "application/x-lake"})
    down = io.BytesIO()
    s3.download_fileobj(name, "big", down)
    assert down.getvalue() == body
    head = s3.head_object(Bucket=name, Key="big")
    equal(head["ContentType"], "application/x-lake")
    assert head["ETag"].endswith('-3"'), head["ETag"]


def test_deleting_what_is_not_there_is_no_error():
    name = bucket()
    equal(s3.delete_object(Bucket=name, Key="nobody")["ResponseMetadata"]["HTTPStatusCode"], 204)
