"""Buckets: make, find, list, refuse, delete."""

import boto3

from props import bucket, equal, refused, unique

s3 = boto3.client("s3")


def test_a_bucket_is_made_found_listed_and_deleted():
    name = unique("hosu-test")
    equal(s3.create_bucket(Bucket=name)["Location"], f"/{name}")
    s3.head_bucket(Bucket=name)
    assert name in [one["Name"] for one in s3.list_buckets()["Buckets"]]
    s3.delete_bucket(Bucket=name)
    with refused("404", status=404):
        s3.head_bucket(Bucket=name)


def test_a_bucket_that_does_not_exist_is_named():
    name = unique("hosu-test")
    with refused("NoSuchBucket", "The specified bucket does not exist", 404) as seen:
        s3.list_objects_v2(Bucket=name)
    equal(seen.response["Error"]["BucketName"], name)


def test_a_bucket_with_objects_stays():
    name = bucket()
    s3.put_object(Bucket=name, Key="a", Body=b"")
    with refused("BucketNotEmpty", "The bucket you tried to delete is not empty", 409):
        s3.delete_bucket(Bucket=name)


def test_names_are_held_to_the_rules():
    # boto3 itself refuses what no host name can be; these pass it.
    for name in ("ab", "Has-Capitals", "192.168.5.4", "xn--bucket", "two..dots", "-dash", "name-s3alias"):
        with refused("InvalidBucketName", "The specified bucket is not valid.", 400):
            s3.create_bucket(Bucket=name)


def test_buckets_are_listed_by_pages_and_prefixes():
    stem = unique("page")
    for number in range(5):
        s3.create_bucket(Bucket=f"{stem}-{number}")
    pages = s3.get_paginator("list_buckets").paginate(Prefix=stem, PaginationConfig={"PageSize": 2})
    sizes = [[one["Name"] for one in page["Buckets"]] for page in pages]
    equal([len(page) for page in sizes], [2, 2, 1])
    equal(sum(sizes, []), [f"{stem}-{number}" for number in range(5)])
    for number in range(5):
        s3.delete_bucket(Bucket=f"{stem}-{number}")


def test_tags_come_back_and_go():
    name = bucket()
    with refused("NoSuchTagSet", "The TagSet does not exist", 404):
        s3.get_bucket_tagging(Bucket=name)
    tags = [{"Key": "팀", "Value": "분석"}, {"Key": "cost", "Value": "0 won"}]
    s3.put_bucket_tagging(Bucket=name, Tagging={"TagSet": tags})
    equal(sorted(s3.get_bucket_tagging(Bucket=name)["TagSet"], key=lambda t: t["Key"]), sorted(tags, key=lambda t: t["Key"]))
    s3.delete_bucket_tagging(Bucket=name)
    with refused("NoSuchTagSet"):
        s3.get_bucket_tagging(Bucket=name)


def test_cors_rules_come_back_and_go():
    name = bucket()
    with refused("NoSuchCORSConfiguration", "The CORS configuration does not exist", 404):
        s3.get_bucket_cors(Bucket=name)
    rules = [{"AllowedMethods": ["GET", "PUT"], "AllowedOrigins": ["https://*.example.com"], "AllowedHeaders": ["*"], "ExposeHeaders": ["ETag"], "MaxAgeSeconds": 300}]
    s3.put_bucket_cors(Bucket=name, CORSConfiguration={"CORSRules": rules})
    equal(s3.get_bucket_cors(Bucket=name)["CORSRules"], rules)
    s3.delete_bucket_cors(Bucket=name)
    with refused("NoSuchCORSConfiguration"):
        s3.get_bucket_cors(Bucket=name)


def test_a_region_is_where_the_bucket_was_made():
    name = unique("hosu-test")
    seoul = boto3.client("s3", region_name="ap-northeast-2")
    seoul.create_bucket(Bucket=name, CreateBucketConfiguration={"LocationConstraint": "ap-northeast-2"})
    equal(seoul.get_bucket_location(Bucket=name)["LocationConstraint"], "ap-northeast-2")
    # boto3 learns the region from the refusal and asks again.
    s3.put_object(Bucket=name, Key="a", Body=b"from afar")
    equal(seoul.get_object(Bucket=name, Key="a")["Body"].read(), b"from afar")
    seoul.delete_object(Bucket=name, Key="a")
    seoul.delete_bucket(Bucket=name)


def test_another_regions_constraint_is_refused():
    seoul = boto3.client("s3", region_name="ap-northeast-2")
    with refused("IllegalLocationConstraintException", "location constraint", 400):
        seoul.create_bucket(Bucket=unique("hosu-test"), CreateBucketConfiguration={"LocationConstraint": "eu-west-1"})


def test_another_owner_than_expected_is_refused():
    name = bucket()
    with refused("AccessDenied", status=403):
        s3.list_objects_v2(Bucket=name, ExpectedBucketOwner="999999999999")
