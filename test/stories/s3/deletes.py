"""Many deletes in one request, each with its own answer."""

import boto3

from props import as_user, bucket, equal, refused, user

s3 = boto3.client("s3")


def named(*keys):
    return [{"Key": key} for key in keys]


def test_each_key_is_answered_there_or_not():
    name = bucket()
    keys = ["a", "b/c", "호수 & <x>", "d+e"]
    for key in keys:
        s3.put_object(Bucket=name, Key=key, Body=b"")
    told = s3.delete_objects(Bucket=name, Delete={"Objects": named(*keys, "nobody")})
    equal({one["Key"] for one in told["Deleted"]}, {*keys, "nobody"})
    equal(s3.list_objects_v2(Bucket=name)["KeyCount"], 0)


def test_quiet_tells_failures_alone():
    name = bucket()
    s3.put_object(Bucket=name, Key="a", Body=b"")
    told = s3.delete_objects(Bucket=name, Delete={"Objects": named("a"), "Quiet": True})
    assert "Deleted" not in told and "Errors" not in told, told


def test_a_key_that_may_not_go_is_named_and_the_others_go():
    name = bucket()
    for key in ("mine/1", "theirs/1"):
        s3.put_object(Bucket=name, Key=key, Body=b"")
    _, keys = user({"Effect": "Allow", "Action": "s3:DeleteObject", "Resource": f"arn:aws:s3:::{name}/mine/*"})
    told = as_user("s3", keys).delete_objects(Bucket=name, Delete={"Objects": named("mine/1", "theirs/1")})
    equal([one["Key"] for one in told["Deleted"]], ["mine/1"])
    [error] = told["Errors"]
    equal((error["Key"], error["Code"]), ("theirs/1", "AccessDenied"))
    equal([one["Key"] for one in s3.list_objects_v2(Bucket=name)["Contents"]], ["theirs/1"])


def test_more_than_a_thousand_are_too_many():
    name = bucket()
    with refused("MalformedXML", status=400):
        s3.delete_objects(Bucket=name, Delete={"Objects": named(*(str(number) for number in range(1001)))})
