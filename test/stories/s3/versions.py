"""Versions: enabled, suspended, markers and ids."""

import boto3

from props import bucket, equal, refused

s3 = boto3.client("s3")


def versioned(status="Enabled"):
    name = bucket()
    s3.put_bucket_versioning(Bucket=name, VersioningConfiguration={"Status": status})
    return name


def put(name, body, key="a"):
    return s3.put_object(Bucket=name, Key=key, Body=body).get("VersionId")


def read(name, version=None, key="a"):
    more = {} if version is None else {"VersionId": version}
    return s3.get_object(Bucket=name, Key=key, **more)["Body"].read()


def test_a_bucket_says_what_it_was_told():
    name = bucket()
    assert "Status" not in s3.get_bucket_versioning(Bucket=name)
    for status in ("Enabled", "Suspended"):
        s3.put_bucket_versioning(Bucket=name, VersioningConfiguration={"Status": status})
        equal(s3.get_bucket_versioning(Bucket=name)["Status"], status)


def test_every_put_is_kept_under_its_own_id():
    name = versioned()
    ids = [put(name, str(number).encode()) for number in range(3)]
    equal(len(set(ids)), 3)
    equal(read(name), b"2")
    for number, version in enumerate(ids):
        equal(read(name, version), str(number).encode())
    listed = s3.list_object_versions(Bucket=name)["Versions"]
    equal([(one["VersionId"], one["IsLatest"]) for one in listed], [(ids[2], True), (ids[1], False), (ids[0], False)])


def test_a_delete_leaves_a_marker_and_its_delete_brings_the_object_back():
    name = versioned()
    put(name, b"x")
    gone = s3.delete_object(Bucket=name, Key="a")
    equal(gone["DeleteMarker"], True)
    with refused("NoSuchKey", status=404) as seen:
        read(name)
    equal(seen.response["ResponseMetadata"]["HTTPHeaders"]["x-amz-delete-marker"], "true")
    with refused("MethodNotAllowed", "The specified method is not allowed against this resource.", 405):
        read(name, gone["VersionId"])
    equal([one["VersionId"] for one in s3.list_object_versions(Bucket=name)["DeleteMarkers"]], [gone["VersionId"]])
    equal(s3.list_objects_v2(Bucket=name)["KeyCount"], 0)
    back = s3.delete_object(Bucket=name, Key="a", VersionId=gone["VersionId"])
    equal(back["DeleteMarker"], True)
    equal(read(name), b"x")


def test_what_was_there_before_is_the_null_version():
    name = bucket()
    put(name, b"before")
    s3.put_bucket_versioning(Bucket=name, VersioningConfiguration={"Status": "Enabled"})
    put(name, b"after")
    equal(read(name, "null"), b"before")
    s3.put_bucket_versioning(Bucket=name, VersioningConfiguration={"Status": "Suspended"})
    put(name, b"suspended")
    equal((read(name), read(name, "null")), (b"suspended", b"suspended"))
    equal(len(s3.list_object_versions(Bucket=name)["Versions"]), 2)
    s3.delete_object(Bucket=name, Key="a")
    equal([one["VersionId"] for one in s3.list_object_versions(Bucket=name)["DeleteMarkers"]], ["null"])


def test_deleting_a_version_is_for_good():
    name = versioned()
    first, second = put(name, b"1"), put(name, b"2")
    s3.delete_object(Bucket=name, Key="a", VersionId=second)
    equal(read(name), b"1")
    with refused("NoSuchVersion", "The specified version does not exist.", 404):
        read(name, second)
    equal(first, s3.head_object(Bucket=name, Key="a")["VersionId"])


def test_an_id_that_is_none_is_refused():
    name = versioned()
    put(name, b"1")
    with refused("InvalidArgument", "Invalid version id specified", 400):
        read(name, "not-a-version")


def test_a_bucket_with_versions_stays():
    name = versioned()
    put(name, b"1")
    s3.delete_object(Bucket=name, Key="a")
    with refused("BucketNotEmpty", "You must delete all versions in the bucket.", 409):
        s3.delete_bucket(Bucket=name)
    boto3.resource("s3").Bucket(name).object_versions.delete()
    equal(s3.list_object_versions(Bucket=name).get("Versions"), None)


def test_versions_are_listed_by_pages():
    name = versioned()
    made = [(key, put(name, b"", key)) for key in ("a", "a", "b", "c", "c", "c")]
    wanted = sorted(made, key=lambda one: (one[0], -made.index(one)))
    for size in (1, 2, 4):
        pages = s3.get_paginator("list_object_versions").paginate(Bucket=name, PaginationConfig={"PageSize": size})
        equal([(one["Key"], one["VersionId"]) for page in pages for one in page.get("Versions", [])], wanted)


def test_tags_and_copies_name_versions():
    name = versioned()
    first = put(name, b"1")
    put(name, b"2")
    s3.put_object_tagging(Bucket=name, Key="a", VersionId=first, Tagging={"TagSet": [{"Key": "old", "Value": "yes"}]})
    equal(s3.get_object_tagging(Bucket=name, Key="a")["TagSet"], [])
    copied = s3.copy_object(Bucket=name, Key="b", CopySource={"Bucket": name, "Key": "a", "VersionId": first})
    equal(copied["CopySourceVersionId"], first)
    equal(read(name, key="b"), b"1")
