"""Copies: bytes stay, headers follow the directives."""

import boto3

from props import bucket, equal, refused

s3 = boto3.client("s3")


def source(**more):
    name = bucket()
    s3.put_object(Bucket=name, Key="from", Body=b"bytes", ContentType="text/csv", Metadata={"a": "1"}, Tagging="k=v", **more)
    return name


def test_a_copy_is_the_same_unless_it_says_otherwise():
    name = source()
    copied = s3.copy_object(Bucket=name, Key="to", CopySource={"Bucket": name, "Key": "from"})
    equal(copied["CopyObjectResult"]["ETag"], s3.head_object(Bucket=name, Key="from")["ETag"])
    seen = s3.get_object(Bucket=name, Key="to")
    equal((seen["Body"].read(), seen["ContentType"], seen["Metadata"], seen["TagCount"]), (b"bytes", "text/csv", {"a": "1"}, 1))


def test_metadata_and_tags_are_replaced_on_demand():
    name = source()
    s3.copy_object(Bucket=name, Key="to", CopySource=f"{name}/from", MetadataDirective="REPLACE", ContentType="text/plain", Metadata={"b": "2"}, TaggingDirective="REPLACE", Tagging="x=y")
    seen = s3.get_object(Bucket=name, Key="to")
    equal((seen["ContentType"], seen["Metadata"]), ("text/plain", {"b": "2"}))
    equal(s3.get_object_tagging(Bucket=name, Key="to")["TagSet"], [{"Key": "x", "Value": "y"}])


def test_a_copy_onto_itself_must_change_something():
    name = source()
    with refused("InvalidRequest", "This copy request is illegal because it is trying to copy an object to itself without changing the object's metadata, storage class, website redirect location or encryption attributes.", 400):
        s3.copy_object(Bucket=name, Key="from", CopySource=f"{name}/from")
    s3.copy_object(Bucket=name, Key="from", CopySource=f"{name}/from", MetadataDirective="REPLACE", Metadata={"new": "1"})
    equal(s3.head_object(Bucket=name, Key="from")["Metadata"], {"new": "1"})


def test_conditions_of_the_source():
    name = source()
    etag = s3.head_object(Bucket=name, Key="from")["ETag"]
    s3.copy_object(Bucket=name, Key="to", CopySource=f"{name}/from", CopySourceIfMatch=etag)
    for condition in ({"CopySourceIfMatch": '"other"'}, {"CopySourceIfNoneMatch": etag}):
        with refused("PreconditionFailed", status=412):
            s3.copy_object(Bucket=name, Key="to", CopySource=f"{name}/from", **condition)


def test_awkward_keys_and_other_buckets_are_sources_too():
    name, other = source(), bucket()
    for key in ("호수 + %41/..//x?", "a+b", "q?versionId=null"):
        s3.put_object(Bucket=name, Key=key, Body=key.encode())
        s3.copy_object(Bucket=other, Key="copied", CopySource={"Bucket": name, "Key": key})
        equal(s3.get_object(Bucket=other, Key="copied")["Body"].read(), key.encode())
    with refused("NoSuchKey", status=404):
        s3.copy_object(Bucket=other, Key="to", CopySource={"Bucket": name, "Key": "nobody"})
    with refused("NoSuchBucket", status=404):
        s3.copy_object(Bucket=other, Key="to", CopySource={"Bucket": f"{name}-no", "Key": "a"})


def test_a_copy_outlives_its_source():
    name = source()
    s3.copy_object(Bucket=name, Key="to", CopySource=f"{name}/from")
    s3.delete_object(Bucket=name, Key="from")
    equal(s3.get_object(Bucket=name, Key="to")["Body"].read(), b"bytes")
