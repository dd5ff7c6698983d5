"""Who did what: CloudTrail's event history."""

import json
import time

import boto3

from props import as_user, bucket, equal, refused, unique, user

trail = boto3.client("cloudtrail")
iam = boto3.client("iam")
# On AWS an event can be looked up some minutes after it happened.
PATIENCE_SECONDS = 900


def look_up(key, value, wanted=1):
    attributes = [{"AttributeKey": key, "AttributeValue": value}]
    until = time.monotonic() + PATIENCE_SECONDS
    while True:
        events = trail.lookup_events(LookupAttributes=attributes)["Events"]
        if len(events) >= wanted or time.monotonic() > until:
            return events
        time.sleep(5)


def test_lookup_events_finds_who_made_a_bucket():
    who, keys = user({"Effect": "Allow", "Action": "s3:CreateBucket", "Resource": "*"})
    name = unique("hosu-test")
    as_user("s3", keys).create_bucket(Bucket=name)
    [event] = look_up("ResourceName", name)
    equal((event["EventName"], event["Username"], event["ReadOnly"]), ("CreateBucket", who, "false"))
    equal(event["AccessKeyId"], keys["AccessKeyId"])
    assert {"ResourceType": "AWS::S3::Bucket", "ResourceName": name} in event["Resources"], event["Resources"]
    record = json.loads(event["CloudTrailEvent"])
    equal(record["eventID"], event["EventId"])
    equal(record["userIdentity"]["userName"], who)
    equal(record["requestParameters"]["bucketName"], name)
    boto3.client("s3").delete_bucket(Bucket=name)


def test_who_was_refused_is_there_too():
    name = bucket()
    who, keys = user()
    with refused("AccessDenied"):
        as_user("s3", keys).delete_bucket(Bucket=name)
    [event] = look_up("Username", who)
    record = json.loads(event["CloudTrailEvent"])
    equal((record["eventName"], record["errorCode"]), ("DeleteBucket", "AccessDenied"))


def test_a_paginator_walks_through_all_of_them_newest_first():
    who, keys = user({"Effect": "Allow", "Action": "iam:GetUser", "Resource": "*"})
    for _ in range(3):
        as_user("iam", keys).get_user(UserName=who)
    wanted = [event["EventId"] for event in look_up("Username", who, 3)]
    equal(len(wanted), 3)
    pages = trail.get_paginator("lookup_events").paginate(
        LookupAttributes=[{"AttributeKey": "Username", "AttributeValue": who}],
        PaginationConfig={"PageSize": 1},
    )
    equal([event["EventId"] for page in pages for event in page["Events"]], wanted)


def test_what_iam_does_is_in_the_history_of_us_east_1_alone():
    who, _ = user()
    elsewhere = boto3.client("cloudtrail", region_name="eu-west-1")
    assert look_up("ResourceName", who), "the user was made"
    equal(elsewhere.lookup_events(LookupAttributes=[{"AttributeKey": "ResourceName", "AttributeValue": who}])["Events"], [])


def test_who_may_not_look_is_refused():
    who, keys = user()
    with refused("AccessDeniedException", "cloudtrail:LookupEvents", 400):
        as_user("cloudtrail", keys).lookup_events()


def test_questions_that_make_no_sense_are_refused():
    one = {"AttributeKey": "EventName", "AttributeValue": "x"}
    with refused("InvalidLookupAttributesException", status=400):
        trail.lookup_events(LookupAttributes=[one, one])
    with refused("InvalidTimeRangeException", status=400):
        trail.lookup_events(StartTime=time.time(), EndTime=time.time() - 60)
    with refused("InvalidMaxResultsException", status=400):
        trail.lookup_events(MaxResults=51)
    with refused("InvalidNextTokenException", status=400):
        trail.lookup_events(NextToken="x")
