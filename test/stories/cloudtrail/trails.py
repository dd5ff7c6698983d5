"""Trails as boto3 makes them: what they are, who may, and what is refused."""

import json

import boto3

from props import as_user, bucket, equal, refused, unique, user

s3 = boto3.client("s3")
trail = boto3.client("cloudtrail")
account = boto3.client("sts").get_caller_identity()["Account"]
region = trail.meta.region_name


def log_bucket():
    """A bucket with the policy of CloudTrail's User Guide."""
    name = bucket()
    principal = {"Service": "cloudtrail.amazonaws.com"}
    statements = [
        {"Effect": "Allow", "Principal": principal, "Action": "s3:GetBucketAcl", "Resource": f"arn:aws:s3:::{name}"},
        {
            "Effect": "Allow",
            "Principal": principal,
            "Action": "s3:PutObject",
            "Resource": f"arn:aws:s3:::{name}/AWSLogs/{account}/*",
            "Condition": {
                "StringEquals": {
                    "s3:x-amz-acl": "bucket-owner-full-control",
                    "aws:SourceArn": f"arn:aws:cloudtrail:{region}:{account}:trail/{name}",
                }
            },
        },
    ]
    s3.put_bucket_policy(Bucket=name, Policy=json.dumps({"Version": "2012-10-17", "Statement": statements}))
    return name


def test_a_trail_is_made_told_changed_and_deleted():
    name = log_bucket()
    arn = f"arn:aws:cloudtrail:{region}:{account}:trail/{name}"
    made = trail.create_trail(Name=name, S3BucketName=name, TagsList=[{"Key": "team", "Value": "lake"}])
    equal((made["TrailARN"], made["IncludeGlobalServiceEvents"], made["IsMultiRegionTrail"]), (arn, True, False))
    assert {"TrailARN": arn, "Name": name, "HomeRegion": region} in trail.list_trails()["Trails"]
    [told] = trail.describe_trails(trailNameList=[name])["trailList"]
    equal((told["S3BucketName"], told["HasCustomEventSelectors"]), (name, False))
    [selector] = trail.get_event_selectors(TrailName=name)["EventSelectors"]
    equal((selector["ReadWriteType"], selector["IncludeManagementEvents"], selector["DataResources"]), ("All", True, []))
    equal(trail.list_tags(ResourceIdList=[arn])["ResourceTagList"][0]["TagsList"], [{"Key": "team", "Value": "lake"}])
    equal(trail.get_trail_status(Name=arn)["IsLogging"], False)
    trail.start_logging(Name=name)
    equal(trail.get_trail_status(Name=arn)["IsLogging"], True)
    trail.stop_logging(Name=name)
    equal(trail.get_trail_status(Name=arn)["IsLogging"], False)
    trail.update_trail(Name=name, IsMultiRegionTrail=True)
    elsewhere = boto3.client("cloudtrail", region_name="eu-west-1")
    shadows = elsewhere.describe_trails()["trailList"]
    equal([(one["Name"], one["HomeRegion"]) for one in shadows if one["Name"] == name], [(name, region)])
    with refused("InvalidHomeRegionException", status=400):
        elsewhere.delete_trail(Name=arn)
    trail.delete_trail(Name=name)
    with refused("TrailNotFoundException", f"Unknown trail: {name} for the user: {account}", 400):
        trail.get_trail(Name=name)


def test_a_trail_needs_a_bucket_that_lets_cloudtrail_write():
    name = bucket()
    with refused("InsufficientS3BucketPolicyException", f"Incorrect S3 bucket policy is detected for bucket: {name}", 400):
        trail.create_trail(Name=name, S3BucketName=name)
    missing = unique("hosu-test-gone")
    with refused("S3BucketDoesNotExistException", f"S3 bucket {missing} does not exist!", 400):
        trail.create_trail(Name=missing, S3BucketName=missing)


def test_selectors_are_kept_as_they_were_put_and_bad_ones_are_refused():
    name = log_bucket()
    trail.create_trail(Name=name, S3BucketName=name)
    with refused("InvalidEventSelectorsException", f"Value arn:aws:s3:::{name} for DataResources.Values is invalid.", 400):
        trail.put_event_selectors(
            TrailName=name,
            EventSelectors=[{"DataResources": [{"Type": "AWS::S3::Object", "Values": [f"arn:aws:s3:::{name}"]}]}],
        )
    wanted = [
        {
            "Name": "objects",
            "FieldSelectors": [
                {"Field": "eventCategory", "Equals": ["Data"]},
                {"Field": "resources.type", "Equals": ["AWS::S3::Object"]},
            ],
        }
    ]
    trail.put_event_selectors(TrailName=name, AdvancedEventSelectors=wanted)
    told = trail.get_event_selectors(TrailName=name)
    equal(told["AdvancedEventSelectors"], wanted)
    assert not told.get("EventSelectors")
    equal(trail.get_trail(Name=name)["Trail"]["HasCustomEventSelectors"], True)
    trail.delete_trail(Name=name)


def test_who_may_not_is_refused_and_a_tag_may_decide():
    name = log_bucket()
    trail.create_trail(Name=name, S3BucketName=name, TagsList=[{"Key": "team", "Value": "lake"}])
    _, keys = user()
    with refused("AccessDeniedException", "cloudtrail:StopLogging", 400):
        as_user("cloudtrail", keys).stop_logging(Name=name)
    _, keys = user(
        {
            "Effect": "Allow",
            "Action": "cloudtrail:StartLogging",
            "Resource": "*",
            "Condition": {"StringEquals": {"aws:ResourceTag/team": "lake"}},
        }
    )
    as_user("cloudtrail", keys).start_logging(Name=name)
    trail.stop_logging(Name=name)
    trail.delete_trail(Name=name)
