"""What several stories need: a bucket of one's own, a user of one's own, an expected error."""

import contextlib
import os
import uuid

import boto3
import botocore.exceptions

ENDPOINT = os.environ.get("AWS_ENDPOINT_URL")
REGION = os.environ["AWS_DEFAULT_REGION"]

_made = []


def unique(stem):
    return f"{stem}-{uuid.uuid4().hex[:12]}"


def bucket(**more):
    """A new bucket's name; it is emptied and deleted at the end where it would stay."""
    name = unique("hosu-test")
    boto3.client("s3").create_bucket(Bucket=name, **more)
    _made.append(name)
    return name


class Refused:
    code = message = status = response = None


@contextlib.contextmanager
def refused(code, message=None, status=None):
    """The block must be refused with this code; with this message, or a part of it, and status where they are given."""
    seen = Refused()
    try:
        yield seen
    except botocore.exceptions.ClientError as error:
        seen.response = error.response
        seen.code = error.response["Error"]["Code"]
        seen.message = error.response["Error"].get("Message", "")
        seen.status = error.response["ResponseMetadata"]["HTTPStatusCode"]
        assert seen.code == code, f"expected {code}, was told {seen.code}: {seen.message}"
        if message is not None:
            assert message in seen.message, f"expected to read {message!r}, was told {seen.message!r}"
        if status is not None:
            assert seen.status == status, f"expected status {status}, was told {seen.status}"
        return
    raise AssertionError(f"expected {code}, but it was allowed")


def equal(seen, wanted):
    assert seen == wanted, f"expected {wanted!r}, but it is {seen!r}"


def as_user(service, keys, **more):
    """A client for the keys that IAM or STS gave out."""
    return boto3.client(
        service,
        aws_access_key_id=keys["AccessKeyId"],
        aws_secret_access_key=keys.get("SecretAccessKey"),
        aws_session_token=keys.get("SessionToken"),
        **more,
    )


def user(*statements, name=None):
    """A new user with one inline policy of these statements, and its access key."""
    iam = boto3.client("iam")
    name = name or unique("user")
    iam.create_user(UserName=name)
    if statements:
        import json

        document = {"Version": "2012-10-17", "Statement": list(statements)}
        iam.put_user_policy(UserName=name, PolicyName="story", PolicyDocument=json.dumps(document))
    return name, iam.create_access_key(UserName=name)["AccessKey"]


def clear_away():
    """Against an endpoint that stays, the buckets of the story do not."""
    if os.environ.get("HOSU_TEST_STAYS") != "true":
        return
    s3 = boto3.resource("s3")
    for name in _made:
        with contextlib.suppress(botocore.exceptions.ClientError):
            s3.Bucket(name).object_versions.delete()
            s3.Bucket(name).delete()
