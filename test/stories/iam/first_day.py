"""The first day at a company: an administrator makes a user, the user is refused, then allowed."""

import json

import boto3

from props import as_user, bucket, equal, refused, unique, user

iam = boto3.client("iam")
sts = boto3.client("sts")
account = sts.get_caller_identity()["Account"]


def policy(*statements):
    return json.dumps({"Version": "2012-10-17", "Statement": list(statements)})


def test_who_am_i():
    name, keys = user()
    me = as_user("sts", keys).get_caller_identity()
    equal((me["Account"], me["Arn"]), (account, f"arn:aws:iam::{account}:user/{name}"))
    assert me["UserId"].startswith("AIDA"), me


def test_a_user_of_a_group_may_what_the_group_may():
    lake = bucket()
    boto3.client("s3").put_object(Bucket=lake, Key="orders.csv", Body=b"1,2\n")
    name, group = unique("analyst"), unique("analysts")
    iam.create_user(UserName=name, Path="/team/", Tags=[{"Key": "team", "Value": "데이터"}])
    keys = iam.create_access_key(UserName=name)["AccessKey"]
    s3 = as_user("s3", keys)
    arn = f"arn:aws:iam::{account}:user/team/{name}"
    wanted = f'User: {arn} is not authorized to perform: s3:GetObject on resource: "arn:aws:s3:::{lake}/orders.csv" because no identity-based policy allows the s3:GetObject action'
    with refused("AccessDenied", wanted, 403):
        s3.get_object(Bucket=lake, Key="orders.csv")

    iam.create_group(GroupName=group)
    made = iam.create_policy(
        PolicyName=unique("read"),
        PolicyDocument=policy(
            {"Effect": "Allow", "Action": ["s3:GetObject"], "Resource": f"arn:aws:s3:::{lake}/*"},
            {"Effect": "Allow", "Action": "s3:ListBucket", "Resource": f"arn:aws:s3:::{lake}"},
        ),
    )["Policy"]["Arn"]
    iam.attach_group_policy(GroupName=group, PolicyArn=made)
    iam.add_user_to_group(GroupName=group, UserName=name)
    equal(s3.get_object(Bucket=lake, Key="orders.csv")["Body"].read(), b"1,2\n")
    equal(s3.list_objects_v2(Bucket=lake)["KeyCount"], 1)
    with refused("AccessDenied", "s3:PutObject", 403):
        s3.put_object(Bucket=lake, Key="mine", Body=b"")

    iam.remove_user_from_group(GroupName=group, UserName=name)
    with refused("AccessDenied", status=403):
        s3.get_object(Bucket=lake, Key="orders.csv")


def test_aws_managed_policies_are_there():
    name, keys = user()
    s3 = as_user("s3", keys)
    with refused("AccessDenied", "s3:ListAllMyBuckets", 403):
        s3.list_buckets()
    iam.attach_user_policy(UserName=name, PolicyArn="arn:aws:iam::aws:policy/AmazonS3ReadOnlyAccess")
    s3.list_buckets()
    with refused("AccessDenied", status=403):
        s3.create_bucket(Bucket=unique("hosu-test"))


def test_iam_refuses_a_user_in_its_own_words():
    name, keys = user()
    with refused("AccessDenied", f"User: arn:aws:iam::{account}:user/{name} is not authorized to perform: iam:CreateUser on resource: arn:aws:iam::{account}:user/x because no identity-based policy allows the iam:CreateUser action", 403):
        as_user("iam", keys).create_user(UserName="x")


def test_json_services_refuse_with_an_exception():
    _, keys = user()
    with refused("AccessDeniedException", "is not authorized to perform: glue:GetDatabases on resource", 400):
        as_user("glue", keys).get_databases()
    with refused("AccessDeniedException", "is not authorized to perform: athena:ListWorkGroups", 400):
        as_user("athena", keys).list_work_groups()


def test_an_explicit_deny_comes_first():
    lake = bucket()
    _, keys = user(
        {"Effect": "Allow", "Action": "s3:*", "Resource": "*"},
        {"Effect": "Deny", "Action": "s3:Delete*", "Resource": "*"},
    )
    s3 = as_user("s3", keys)
    s3.put_object(Bucket=lake, Key="a", Body=b"")
    with refused("AccessDenied", "with an explicit deny in an identity-based policy", 403):
        s3.delete_object(Bucket=lake, Key="a")


def test_a_users_folder_by_a_policy_variable():
    lake = bucket()
    name, keys = user({"Effect": "Allow", "Action": ["s3:PutObject", "s3:GetObject"], "Resource": f"arn:aws:s3:::{lake}/home/${{aws:username}}/*"})
    s3 = as_user("s3", keys)
    s3.put_object(Bucket=lake, Key=f"home/{name}/a", Body=b"")
    with refused("AccessDenied", status=403):
        s3.put_object(Bucket=lake, Key="home/other/a", Body=b"")


def test_a_list_may_be_bound_to_a_prefix():
    lake = bucket()
    _, keys = user({"Effect": "Allow", "Action": "s3:ListBucket", "Resource": f"arn:aws:s3:::{lake}", "Condition": {"StringLike": {"s3:prefix": "mine/*"}}})
    s3 = as_user("s3", keys)
    s3.list_objects_v2(Bucket=lake, Prefix="mine/")
    for more in ({}, {"Prefix": "theirs/"}):
        with refused("AccessDenied", "s3:ListBucket", 403):
            s3.list_objects_v2(Bucket=lake, **more)


def test_a_role_is_assumed_by_those_it_trusts():
    lake = bucket()
    name, keys = user()
    arn = f"arn:aws:iam::{account}:user/{name}"
    role = unique("reader")
    trust = policy({"Effect": "Allow", "Principal": {"AWS": arn}, "Action": "sts:AssumeRole"})
    made = iam.create_role(RoleName=role, AssumeRolePolicyDocument=trust, MaxSessionDuration=7200)["Role"]["Arn"]
    iam.put_role_policy(RoleName=role, PolicyName="read", PolicyDocument=policy({"Effect": "Allow", "Action": ["s3:ListBucket", "s3:PutObject"], "Resource": "*"}))
    session = as_user("sts", keys).assume_role(RoleArn=made, RoleSessionName="first-day", DurationSeconds=900)
    me = as_user("sts", session["Credentials"]).get_caller_identity()
    equal(me["Arn"], f"arn:aws:sts::{account}:assumed-role/{role}/first-day")
    as_user("s3", session["Credentials"]).list_objects_v2(Bucket=lake)

    _, strangers = user()
    with refused("AccessDenied", "is not authorized to perform: sts:AssumeRole on resource", 403):
        as_user("sts", strangers).assume_role(RoleArn=made, RoleSessionName="stranger")
    with refused("ValidationError", "DurationSeconds exceeds the MaxSessionDuration set for this role", 400):
        as_user("sts", keys).assume_role(RoleArn=made, RoleSessionName="long", DurationSeconds=7201)


def test_a_session_policy_narrows_a_session():
    lake = bucket()
    role = unique("writer")
    trust = policy({"Effect": "Allow", "Principal": {"AWS": account}, "Action": "sts:AssumeRole"})
    made = iam.create_role(RoleName=role, AssumeRolePolicyDocument=trust)["Role"]["Arn"]
    iam.put_role_policy(RoleName=role, PolicyName="s3", PolicyDocument=policy({"Effect": "Allow", "Action": "s3:*", "Resource": "*"}))
    _, keys = user({"Effect": "Allow", "Action": "sts:AssumeRole", "Resource": made})
    narrow = policy({"Effect": "Allow", "Action": "s3:ListBucket", "Resource": "*"})
    session = as_user("sts", keys).assume_role(RoleArn=made, RoleSessionName="narrow", Policy=narrow)["Credentials"]
    s3 = as_user("s3", session)
    s3.list_objects_v2(Bucket=lake)
    with refused("AccessDenied", "because no session policy allows the s3:PutObject action", 403):
        s3.put_object(Bucket=lake, Key="a", Body=b"")


def test_a_boundary_bounds():
    lake = bucket()
    name, keys = user({"Effect": "Allow", "Action": "s3:*", "Resource": "*"})
    bound = iam.create_policy(PolicyName=unique("bound"), PolicyDocument=policy({"Effect": "Allow", "Action": "s3:ListBucket", "Resource": "*"}))["Policy"]["Arn"]
    iam.put_user_permissions_boundary(UserName=name, PermissionsBoundary=bound)
    s3 = as_user("s3", keys)
    s3.list_objects_v2(Bucket=lake)
    with refused("AccessDenied", "because no permissions boundary allows the s3:PutObject action", 403):
        s3.put_object(Bucket=lake, Key="a", Body=b"")


def test_a_session_token_is_of_its_user():
    lake = bucket()
    _, keys = user({"Effect": "Allow", "Action": "s3:ListBucket", "Resource": "*"})
    session = as_user("sts", keys).get_session_token(DurationSeconds=900)["Credentials"]
    as_user("s3", session).list_objects_v2(Bucket=lake)
    with refused("InvalidToken", status=400):
        as_user("s3", {**session, "SessionToken": "x" + session["SessionToken"]}).list_objects_v2(Bucket=lake)
    with refused("InvalidAccessKeyId", status=403):
        as_user("s3", {**session, "SessionToken": None}).list_objects_v2(Bucket=lake)


def test_a_key_that_was_made_inactive_or_deleted_is_unknown():
    name, keys = user({"Effect": "Allow", "Action": "*", "Resource": "*"})
    s3 = as_user("s3", keys)
    s3.list_buckets()
    iam.update_access_key(UserName=name, AccessKeyId=keys["AccessKeyId"], Status="Inactive")
    with refused("InvalidAccessKeyId", "The AWS Access Key Id you provided does not exist in our records.", 403):
        s3.list_buckets()
    iam.update_access_key(UserName=name, AccessKeyId=keys["AccessKeyId"], Status="Active")
    s3.list_buckets()
    iam.delete_access_key(UserName=name, AccessKeyId=keys["AccessKeyId"])
    with refused("InvalidAccessKeyId", status=403):
        s3.list_buckets()
    with refused("InvalidClientTokenId", "The security token included in the request is invalid.", 403):
        as_user("sts", keys).get_caller_identity()
    with refused("UnrecognizedClientException", "The security token included in the request is invalid.", 400):
        as_user("glue", keys).get_databases()


def test_a_user_in_use_is_not_deleted():
    name, keys = user({"Effect": "Allow", "Action": "s3:*", "Resource": "*"})
    with refused("DeleteConflict", "Cannot delete entity, must", 409):
        iam.delete_user(UserName=name)
    iam.delete_access_key(UserName=name, AccessKeyId=keys["AccessKeyId"])
    iam.delete_user_policy(UserName=name, PolicyName="story")
    iam.delete_user(UserName=name)
    with refused("NoSuchEntity", f"The user with name {name} cannot be found.", 404):
        iam.get_user(UserName=name)


def test_the_simulator_says_what_would_be():
    name, _ = user({"Effect": "Allow", "Action": "s3:GetObject", "Resource": "arn:aws:s3:::lake/*"})
    told = iam.simulate_principal_policy(PolicySourceArn=f"arn:aws:iam::{account}:user/{name}", ActionNames=["s3:GetObject", "s3:PutObject"], ResourceArns=["arn:aws:s3:::lake/a"])
    equal({one["EvalActionName"]: one["EvalDecision"] for one in told["EvaluationResults"]}, {"s3:GetObject": "allowed", "s3:PutObject": "implicitDeny"})
