"""Sends every case through botocore: `botocore_driver.py CASES REPORT`, both files JSON (see tagged.ts)."""

import base64
import datetime
import json
import sys
import urllib.parse

import botocore.config
import botocore.eventstream
import botocore.exceptions
import botocore.session
from botocore import xform_name


def untag(value):
    if isinstance(value, list):
        return [untag(item) for item in value]
    if not isinstance(value, dict):
        return value
    if "$date" in value:
        return datetime.datetime.fromtimestamp(value["$date"], datetime.timezone.utc)
    if "$bytes" in value:
        return base64.b64decode(value["$bytes"])
    return {name: untag(item) for name, item in value.items()}


def tag(value):
    if isinstance(value, datetime.datetime):
        return {"$date": value.timestamp()}
    if isinstance(value, bytes):
        return {"$bytes": base64.b64encode(value).decode()}
    if isinstance(value, botocore.eventstream.EventStream):
        return [tag(event) for event in value]
    if hasattr(value, "read"):
        return tag(value.read())
    if isinstance(value, list):
        return [tag(item) for item in value]
    if isinstance(value, dict):
        return {name: tag(item) for name, item in value.items()}
    return value


def main(cases_path, report_path):
    with open(cases_path, encoding="utf-8") as file:
        run = json.load(file)
    session = botocore.session.get_session()
    session.set_credentials("AKIDEXAMPLE", "secret")
    config = botocore.config.Config(
        inject_host_prefix=False,
        request_checksum_calculation="when_required",
        response_checksum_validation="when_required",
        retries={"total_max_attempts": 1},
        s3={"addressing_style": "path"},
    )
    # Some clients put an account or a stream before the host, which an address does not take, or build a host of
    # their own out of an ARN: all goes to the one port.
    def to_the_port(request, **_):
        url = urllib.parse.urlsplit(request.url)
        request.url = run["endpoint"] + urllib.parse.urlunsplit(("", "", url.path, url.query, ""))
        request.headers.add_header(run["header"], current["id"])

    current = {}
    clients = {}
    for api in {case["api"] for case in run["cases"]}:
        client = session.create_client(
            api, region_name="us-east-1", endpoint_url=run["endpoint"], config=config
        )
        client.meta.events.register("before-sign", to_the_port)
        clients[api] = client
    report = {}
    for case in run["cases"]:
        current["id"] = case["id"]
        report[case["id"]] = call(clients[case["api"]], case)
    with open(report_path, "w", encoding="utf-8") as file:
        json.dump(report, file)


def call(client, case):
    try:
        output = getattr(client, xform_name(case["operation"]))(**untag(case["input"]))
        return {"output": tag(output)}
    except botocore.exceptions.ClientError as error:
        return {"error": tag(error.response), "class": type(error).__name__}
    except Exception as error:  # reported by name: the test fails on it
        return {"failure": f"{type(error).__name__}: {error}"}


main(*sys.argv[1:])
