"""Two accounts: what one lets the other do with its buckets, by policy and by role. Both sides must allow."""

import json
import urllib.error
import urllib.request

import boto3
from botocore.auth import SigV4Auth
from botocore.awsrequest import AWSRequest
from botocore.credentials import Credentials

from props import ENDPOINT, REGION, as_user, bucket, equal, refused, unique

s3 = boto3.client("s3")
iam = boto3.client("iam")
HOME = boto3.client("sts").get_caller_identity()["Account"]


def hosu(method, path, body=None, credentials=None):
    """A signed call to the admin surface."""
    request = AWSRequest(method, ENDPOINT + path, data=json.dumps(body) if body is not None else None)
    SigV4Auth(credentials or boto3.Session().get_credentials(), "hosu", REGION).add_auth(request)
    sent = urllib.request.Request(request.url, data=request.data and request.data.encode(), method=method, headers=dict(request.headers))
    with urllib.request.urlopen(sent) as answer:
        return json.load(answer)


def other_account():
    made = hosu("POST", "/_hosu/accounts", {})
    pair = lambda key: {"AccessKeyId": key["accessKeyId"], "SecretAccessKey": key["secret"]}
    return made["account"], pair(made["admin"])


OTHER, ADMIN = other_account()
their_s3 = as_user("s3", ADMIN)
their_iam = as_user("iam", ADMIN)


def document(*statements):
    return json.dumps({"Version": "2012-10-17", "Statement": list(statements)})


def allow(action, resource, **more):
    return {"Effect": "Allow", "Action": action, "Resource": resource, **more}


def their_user(*statements):
    name = unique("user")
    their_iam.create_user(UserName=name)
    if statements:
        their_iam.put_user_policy(UserName=name, PolicyName="own", PolicyDocument=document(*statements))
    return name, as_user("s3", their_iam.create_access_key(UserName=name)["AccessKey"])


def test_another_account_is_listed_and_made_once():
    accounts = [row["account"] for row in hosu("GET", "/_hosu/accounts")["accounts"]]
    assert HOME in accounts and OTHER in accounts, accounts
    try:
        hosu("POST", "/_hosu/accounts", {"account": OTHER})
    except urllib.error.HTTPError as error:
        equal(error.code, 409)
    else:
        raise AssertionError("an account is made once")


def test_only_the_first_account_makes_others():
    try:
        hosu("GET", "/_hosu/accounts", credentials=Credentials(ADMIN["AccessKeyId"], ADMIN["SecretAccessKey"]))
    except urllib.error.HTTPError as error:
        equal(error.code, 403)
    else:
        raise AssertionError("another account may not see all")


def test_nothing_is_allowed_without_a_word():
    name = bucket()
    s3.put_object(Bucket=name, Key="a", Body=b"ours")
    # An administrator there is nobody here; across accounts S3 does not say why.
    with refused("AccessDenied", "Access Denied", 403):
        their_s3.get_object(Bucket=name, Key="a")
    with refused("AccessDenied", status=403):
        their_s3.put_object(Bucket=name, Key="b", Body=b"")
    with refused("AccessDenied", status=403):
        their_s3.list_objects_v2(Bucket=name)


def test_a_bucket_policy_alone_is_one_side():
    name = bucket()
    s3.put_object(Bucket=name, Key="a", Body=b"ours")
    s3.put_bucket_policy(Bucket=name, Policy=document(allow("s3:GetObject", f"arn:aws:s3:::{name}/*", Principal={"AWS": OTHER})))
    _, nobody = their_user()
    with refused("AccessDenied", "Access Denied", 403):
        nobody.get_object(Bucket=name, Key="a")
    _, reader = their_user(allow("s3:GetObject", f"arn:aws:s3:::{name}/*"))
    equal(reader.get_object(Bucket=name, Key="a")["Body"].read(), b"ours")
    equal(their_s3.get_object(Bucket=name, Key="a")["Body"].read(), b"ours")


def test_their_own_policy_alone_is_one_side():
    name = bucket()
    s3.put_object(Bucket=name, Key="a", Body=b"ours")
    _, reader = their_user(allow("s3:*", "*"))
    with refused("AccessDenied", "Access Denied", 403):
        reader.get_object(Bucket=name, Key="a")


def test_a_policy_that_names_a_user_of_theirs_names_nobody_else():
    name = bucket()
    s3.put_object(Bucket=name, Key="a", Body=b"ours")
    who, named = their_user(allow("s3:GetObject", "*"))
    _, other = their_user(allow("s3:GetObject", "*"))
    s3.put_bucket_policy(
        Bucket=name,
        Policy=document(allow("s3:GetObject", f"arn:aws:s3:::{name}/*", Principal={"AWS": f"arn:aws:iam::{OTHER}:user/{who}"})),
    )
    equal(named.get_object(Bucket=name, Key="a")["Body"].read(), b"ours")
    with refused("AccessDenied", status=403):
        other.get_object(Bucket=name, Key="a")


def test_what_they_put_belongs_to_the_bucket():
    name = bucket()
    s3.put_bucket_policy(
        Bucket=name, Policy=document(allow(["s3:PutObject"], f"arn:aws:s3:::{name}/*", Principal={"AWS": OTHER}))
    )
    their_s3.put_object(Bucket=name, Key="theirs", Body=b"from there")
    # BucketOwnerEnforced: the bucket's owner owns and reads it, whoever wrote it; the writer may not.
    equal(s3.get_object(Bucket=name, Key="theirs")["Body"].read(), b"from there")
    owner = s3.list_objects_v2(Bucket=name, FetchOwner=True)["Contents"][0]["Owner"]["ID"]
    equal(owner, s3.list_buckets()["Owner"]["ID"])
    with refused("AccessDenied", status=403):
        their_s3.get_object(Bucket=name, Key="theirs")


def test_each_account_has_its_own_canonical_id():
    ours, theirs = s3.list_buckets()["Owner"]["ID"], their_s3.list_buckets()["Owner"]["ID"]
    assert ours != theirs and len(ours) == len(theirs) == 64, (ours, theirs)
    equal(their_s3.list_buckets()["Owner"]["ID"], theirs)


def test_bucket_names_are_one_for_all_accounts():
    name = bucket(CreateBucketConfiguration={"LocationConstraint": "eu-west-1"}) if REGION != "us-east-1" else bucket()
    with refused("BucketAlreadyExists", status=409):
        their_s3.create_bucket(Bucket=name)
    assert name not in [row["Name"] for row in their_s3.list_buckets()["Buckets"]]


def test_an_expected_owner_who_is_not_is_refused():
    name = bucket()
    with refused("AccessDenied", status=403):
        s3.list_objects_v2(Bucket=name, ExpectedBucketOwner=OTHER)
    s3.list_objects_v2(Bucket=name, ExpectedBucketOwner=HOME)


def trusting_role(*trusted, allows):
    name = unique("role")
    trust = document({"Effect": "Allow", "Principal": {"AWS": list(trusted)}, "Action": "sts:AssumeRole"})
    arn = iam.create_role(RoleName=name, AssumeRolePolicyDocument=trust)["Role"]["Arn"]
    iam.put_role_policy(RoleName=name, PolicyName="own", PolicyDocument=document(*allows))
    return arn


def assumed(sts, arn):
    return sts.assume_role(RoleArn=arn, RoleSessionName="visit")["Credentials"]


def test_a_role_that_trusts_them_is_a_way_in():
    name = bucket()
    s3.put_object(Bucket=name, Key="a", Body=b"ours")
    arn = trusting_role(OTHER, allows=[allow(["s3:GetObject", "s3:ListBucket"], "*")])
    keys = assumed(as_user("sts", ADMIN), arn)
    visiting = as_user("s3", keys)
    equal(visiting.get_object(Bucket=name, Key="a")["Body"].read(), b"ours")
    equal(as_user("sts", keys).get_caller_identity()["Account"], HOME)
    with refused("AccessDenied", status=403):
        visiting.put_object(Bucket=name, Key="b", Body=b"")


def test_trust_alone_is_one_side_and_so_is_their_right_to_assume():
    arn = trusting_role(OTHER, allows=[allow("s3:*", "*")])
    user = unique("user")
    their_iam.create_user(UserName=user)
    sts = as_user("sts", their_iam.create_access_key(UserName=user)["AccessKey"])
    with refused("AccessDenied", "is not authorized to perform: sts:AssumeRole", 403):
        assumed(sts, arn)
    their_iam.put_user_policy(UserName=user, PolicyName="own", PolicyDocument=document(allow("sts:AssumeRole", arn)))
    assumed(sts, arn)
    closed = trusting_role(HOME, allows=[allow("s3:*", "*")])
    with refused("AccessDenied", "is not authorized to perform: sts:AssumeRole", 403):
        assumed(as_user("sts", ADMIN), closed)


def test_a_copy_between_accounts_asks_both():
    mine, theirs = bucket(), unique("hosu-theirs")
    their_s3.create_bucket(Bucket=theirs)
    s3.put_object(Bucket=mine, Key="a", Body=b"ours")
    source = {"Bucket": mine, "Key": "a"}
    with refused("AccessDenied", status=403):
        their_s3.copy_object(Bucket=theirs, Key="a", CopySource=source)
    s3.put_bucket_policy(Bucket=mine, Policy=document(allow("s3:GetObject*", f"arn:aws:s3:::{mine}/*", Principal={"AWS": OTHER})))
    their_s3.copy_object(Bucket=theirs, Key="a", CopySource=source)
    equal(their_s3.get_object(Bucket=theirs, Key="a")["Body"].read(), b"ours")
    with refused("AccessDenied", status=403):
        s3.copy_object(Bucket=theirs, Key="b", CopySource=source)
