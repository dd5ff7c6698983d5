"""Multipart uploads: parallel parts, copied parts, lists, aborts and the rules."""

import concurrent.futures
import hashlib

import boto3

from props import bucket, equal, refused

s3 = boto3.client("s3")
MB = 1024 * 1024


def start(name, key="big", **more):
    return s3.create_multipart_upload(Bucket=name, Key=key, **more)["UploadId"]


def part(name, upload, number, body, key="big"):
    etag = s3.upload_part(Bucket=name, Key=key, UploadId=upload, PartNumber=number, Body=body)["ETag"]
    return {"PartNumber": number, "ETag": etag}


def finish(name, upload, parts, key="big", **more):
    return s3.complete_multipart_upload(Bucket=name, Key=key, UploadId=upload, MultipartUpload={"Parts": parts}, **more)


def test_parts_sent_at_once_make_one_object():
    name = bucket()
    bodies = {number: bytes([number]) * (5 * MB) for number in range(1, 5)} | {5: b"tail"}
    upload = start(name, ContentType="application/x-lake", Metadata={"who": "me"})
    with concurrent.futures.ThreadPoolExecutor(5) as pool:
        parts = list(pool.map(lambda one: part(name, upload, *one), reversed(bodies.items())))
    parts.sort(key=lambda one: one["PartNumber"])
    # Nobody sees it before it is complete.
    equal(s3.list_objects_v2(Bucket=name)["KeyCount"], 0)
    done = finish(name, upload, parts)
    digest = hashlib.md5(b"".join(hashlib.md5(body).digest() for body in bodies.values())).hexdigest()
    equal(done["ETag"], f'"{digest}-5"')
    got = s3.get_object(Bucket=name, Key="big")
    assert got["Body"].read() == b"".join(bodies.values())
    equal((got["ContentType"], got["Metadata"]), ("application/x-lake", {"who": "me"}))
    across = s3.get_object(Bucket=name, Key="big", Range=f"bytes={5 * MB - 2}-{5 * MB + 1}")
    equal(across["Body"].read(), b"\x01\x01\x02\x02")
    second = s3.get_object(Bucket=name, Key="big", PartNumber=5)
    equal((second["Body"].read(), second["PartsCount"]), (b"tail", 5))


def test_a_part_under_five_megabytes_is_too_small_unless_it_is_the_last():
    name = bucket()
    upload = start(name)
    parts = [part(name, upload, 1, b"small"), part(name, upload, 2, b"last")]
    with refused("EntityTooSmall", "Your proposed upload is smaller than the minimum allowed size", 400):
        finish(name, upload, parts)
    # The upload is still there, and a larger first part mends it.
    parts[0] = part(name, upload, 1, b"L" * (5 * MB))
    finish(name, upload, parts)


def test_parts_are_named_in_order_and_by_their_etags():
    name = bucket()
    upload = start(name)
    parts = [part(name, upload, 1, b"1" * (5 * MB)), part(name, upload, 2, b"2")]
    with refused("InvalidPartOrder", "The list of parts was not in ascending order", 400):
        finish(name, upload, list(reversed(parts)))
    with refused("InvalidPart", "One or more of the specified parts could not be found", 400):
        finish(name, upload, [parts[0], {"PartNumber": 2, "ETag": parts[0]["ETag"]}])
    with refused("InvalidPart", status=400):
        finish(name, upload, [*parts, {"PartNumber": 3, "ETag": parts[0]["ETag"]}])
    with refused("MalformedXML", status=400):
        finish(name, upload, [])
    with refused("InvalidArgument", "Part number must be an integer between 1 and 10000, inclusive", 400):
        part(name, upload, 10001, b"x")


def test_parts_and_uploads_are_listed_by_pages():
    name = bucket()
    upload = start(name, "a")
    for number in (2, 5, 9):
        part(name, upload, number, b"x" * number, "a")
    other = start(name, "b/c")
    pages = s3.get_paginator("list_parts").paginate(Bucket=name, Key="a", UploadId=upload, PaginationConfig={"PageSize": 2})
    equal([(one["PartNumber"], one["Size"]) for page in pages for one in page["Parts"]], [(2, 2), (5, 5), (9, 9)])
    pages = s3.get_paginator("list_multipart_uploads").paginate(Bucket=name, PaginationConfig={"PageSize": 1})
    equal([(one["Key"], one["UploadId"]) for page in pages for one in page["Uploads"]], [("a", upload), ("b/c", other)])
    rolled = s3.list_multipart_uploads(Bucket=name, Delimiter="/")
    equal([one["Prefix"] for one in rolled["CommonPrefixes"]], ["b/"])


def test_an_aborted_upload_is_gone():
    name = bucket()
    upload = start(name)
    one = part(name, upload, 1, b"x")
    s3.abort_multipart_upload(Bucket=name, Key="big", UploadId=upload)
    for call in (
        lambda: part(name, upload, 2, b"y"),
        lambda: finish(name, upload, [one]),
        lambda: s3.list_parts(Bucket=name, Key="big", UploadId=upload),
        lambda: s3.abort_multipart_upload(Bucket=name, Key="big", UploadId=upload),
    ):
        with refused("NoSuchUpload", "The specified upload does not exist.", 404):
            call()


def test_parts_are_copied_from_objects():
    name = bucket()
    source = bytes(range(256)) * (6 * MB // 256)
    s3.put_object(Bucket=name, Key="source", Body=source)
    upload = start(name)
    whole = s3.upload_part_copy(Bucket=name, Key="big", UploadId=upload, PartNumber=1, CopySource={"Bucket": name, "Key": "source"})
    piece = s3.upload_part_copy(Bucket=name, Key="big", UploadId=upload, PartNumber=2, CopySource=f"{name}/source", CopySourceRange="bytes=10-19")
    parts = [{"PartNumber": number, "ETag": copied["CopyPartResult"]["ETag"]} for number, copied in ((1, whole), (2, piece))]
    finish(name, upload, parts)
    assert s3.get_object(Bucket=name, Key="big")["Body"].read() == source + source[10:20]
    with refused("InvalidArgument", status=400):
        again = start(name, "again")
        s3.upload_part_copy(Bucket=name, Key="again", UploadId=again, PartNumber=1, CopySource=f"{name}/source", CopySourceRange="bytes=10-99999999")


def test_an_upload_may_insist_on_a_new_key():
    name = bucket()
    s3.put_object(Bucket=name, Key="big", Body=b"old")
    upload = start(name)
    parts = [part(name, upload, 1, b"new")]
    with refused("PreconditionFailed", status=412):
        finish(name, upload, parts, IfNoneMatch="*")
    equal(s3.get_object(Bucket=name, Key="big")["Body"].read(), b"old")


def test_checksums_of_the_parts_make_the_whole():
    name = bucket()
    upload = start(name, ChecksumAlgorithm="SHA256", ChecksumType="COMPOSITE")
    told = [s3.upload_part(Bucket=name, Key="big", UploadId=upload, PartNumber=n, Body=body, ChecksumAlgorithm="SHA256") for n, body in ((1, b"a" * (5 * MB)), (2, b"b"))]
    parts = [{"PartNumber": n, "ETag": one["ETag"], "ChecksumSHA256": one["ChecksumSHA256"]} for n, one in enumerate(told, 1)]
    done = finish(name, upload, parts)
    assert done["ChecksumSHA256"].endswith("-2"), done
    equal(done["ChecksumType"], "COMPOSITE")
    attributes = s3.get_object_attributes(Bucket=name, Key="big", ObjectAttributes=["ObjectParts", "Checksum", "ObjectSize", "ETag", "StorageClass"])
    equal(attributes["ObjectParts"]["TotalPartsCount"], 2)
    equal(attributes["ObjectSize"], 5 * MB + 1)
