"""Asks Athena as boto3's users do: start, poll, fetch."""

import time

import boto3

athena = boto3.client("athena")


def wait(execution):
    """Athena has nothing to wait on but its answer, so it is asked again."""
    while True:
        told = athena.get_query_execution(QueryExecutionId=execution)["QueryExecution"]
        if told["Status"]["State"] in ("SUCCEEDED", "FAILED", "CANCELLED"):
            return told
        time.sleep(0.02)


def start(text, bucket, database="default", **more):
    return athena.start_query_execution(
        QueryString=text,
        QueryExecutionContext={"Database": database},
        ResultConfiguration={"OutputLocation": f"s3://{bucket}/results/"},
        **more,
    )["QueryExecutionId"]


def query(text, bucket, database="default", **more):
    """A query that must succeed."""
    told = wait(start(text, bucket, database, **more))
    status = told["Status"]
    assert status["State"] == "SUCCEEDED", f"{text}: {status.get('StateChangeReason')}"
    return told


def ask(text, bucket, database="default", **more):
    """The rows of a SELECT, without its header, as texts."""
    done = query(text, bucket, database, **more)
    rows = athena.get_query_results(QueryExecutionId=done["QueryExecutionId"])["ResultSet"]["Rows"]
    return [[cell.get("VarCharValue") for cell in row["Data"]] for row in rows[1:]]


def failed(text, reason, bucket, database="default"):
    told = wait(start(text, bucket, database))["Status"]
    assert told["State"] == "FAILED", f"{text} came to {told['State']}"
    assert reason in told["StateChangeReason"], f"expected {reason!r}, was told {told['StateChangeReason']!r}"


def cells(number):
    """A double as Athena prints it."""
    return repr(float(number)) if abs(number) < 1e7 else f"{number:E}"
