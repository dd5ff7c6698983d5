"""Bucket policies: who may, beside IAM."""

import json

import boto3

from props import as_user, bucket, equal, refused, user

s3 = boto3.client("s3")
account = boto3.client("sts").get_caller_identity()["Account"]


def allow(name, principal, action, resource, **more):
    statement = {"Effect": "Allow", "Principal": principal, "Action": action, "Resource": resource, **more}
    s3.put_bucket_policy(Bucket=name, Policy=json.dumps({"Version": "2012-10-17", "Statement": [statement]}))


def test_a_policy_comes_back_as_it_was_written_and_goes():
    name = bucket()
    with refused("NoSuchBucketPolicy", "The bucket policy does not exist", 404):
        s3.get_bucket_policy(Bucket=name)
    allow(name, {"AWS": account}, "s3:GetObject", f"arn:aws:s3:::{name}/*")
    equal(json.loads(s3.get_bucket_policy(Bucket=name)["Policy"])["Statement"][0]["Action"], "s3:GetObject")
    s3.delete_bucket_policy(Bucket=name)
    with refused("NoSuchBucketPolicy"):
        s3.get_bucket_policy(Bucket=name)


def test_a_user_without_policies_reads_what_the_bucket_lets_it():
    name = bucket()
    s3.put_object(Bucket=name, Key="shared/a", Body=b"yes")
    s3.put_object(Bucket=name, Key="own/a", Body=b"no")
    who, keys = user()
    theirs = as_user("s3", keys)
    with refused("AccessDenied", f"User: arn:aws:iam::{account}:user/{who} is not authorized to perform: s3:GetObject", 403):
        theirs.get_object(Bucket=name, Key="shared/a")
    allow(name, {"AWS": f"arn:aws:iam::{account}:user/{who}"}, "s3:GetObject", f"arn:aws:s3:::{name}/shared/*")
    equal(theirs.get_object(Bucket=name, Key="shared/a")["Body"].read(), b"yes")
    with refused("AccessDenied", "because no identity-based policy allows the s3:GetObject action", 403):
        theirs.get_object(Bucket=name, Key="own/a")
    with refused("AccessDenied", "s3:ListBucket", 403):
        theirs.list_objects_v2(Bucket=name)


def test_an_explicit_deny_of_the_bucket_outweighs_the_user():
    name = bucket()
    s3.put_object(Bucket=name, Key="a", Body=b"")
    who, keys = user({"Effect": "Allow", "Action": "s3:*", "Resource": "*"})
    theirs = as_user("s3", keys)
    theirs.get_object(Bucket=name, Key="a")
    statement = {"Effect": "Deny", "Principal": "*", "Action": "s3:GetObject", "Resource": f"arn:aws:s3:::{name}/*", "Condition": {"StringNotLike": {"aws:userid": "AIDA-nobody"}, "ArnLike": {"aws:PrincipalArn": f"arn:aws:iam::*:user/{who}"}}}
    s3.put_bucket_policy(Bucket=name, Policy=json.dumps({"Version": "2012-10-17", "Statement": [statement]}))
    with refused("AccessDenied", "with an explicit deny in a resource-based policy", 403):
        theirs.get_object(Bucket=name, Key="a")


def test_a_policy_that_is_none_is_refused():
    name = bucket()
    for text in ("no json", "{}", json.dumps({"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Action": "s3:GetObject", "Resource": f"arn:aws:s3:::{name}/*"}]})):
        with refused("MalformedPolicy", status=400):
            s3.put_bucket_policy(Bucket=name, Policy=text)
    with refused("MalformedPolicy", "Policy has invalid resource", 400):
        allow(name, "*", "s3:GetObject", "arn:aws:s3:::another-bucket/*")
