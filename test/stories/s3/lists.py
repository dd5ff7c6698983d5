"""Both lists: delimiters, prefixes, pages, where to start, how keys are written."""

import boto3

from props import bucket, equal, refused

s3 = boto3.client("s3")
KEYS = ["a.txt", "logs/2026/01.csv", "logs/2026/02.csv", "logs/2027/01.csv", "logs/readme", "top/", "zed"]


def filled(keys=KEYS):
    name = bucket()
    for key in keys:
        s3.put_object(Bucket=name, Key=key, Body=b"x")
    return name


def seen(page):
    return [one["Key"] for one in page.get("Contents", [])], [one["Prefix"] for one in page.get("CommonPrefixes", [])]


def test_a_delimiter_rolls_keys_up():
    name = filled()
    equal(seen(s3.list_objects_v2(Bucket=name, Delimiter="/")), (["a.txt", "zed"], ["logs/", "top/"]))
    equal(seen(s3.list_objects_v2(Bucket=name, Delimiter="/", Prefix="logs/")), (["logs/readme"], ["logs/2026/", "logs/2027/"]))
    equal(seen(s3.list_objects_v2(Bucket=name, Delimiter="/", Prefix="logs")), ([], ["logs/"]))
    equal(seen(s3.list_objects_v2(Bucket=name, Delimiter="2026/", Prefix="")), (["a.txt", "logs/2027/01.csv", "logs/readme", "top/", "zed"], ["logs/2026/"]))
    equal(seen(s3.list_objects(Bucket=name, Delimiter="/")), (["a.txt", "zed"], ["logs/", "top/"]))


def test_pages_of_every_size_give_all_of_it_once():
    name = filled()
    for size in (1, 2, 3, 6, 7, 8):
        for listing in ("list_objects", "list_objects_v2"):
            pages = s3.get_paginator(listing).paginate(Bucket=name, PaginationConfig={"PageSize": size})
            equal([key for page in pages for key in seen(page)[0]], KEYS)
            pages = s3.get_paginator(listing).paginate(Bucket=name, Delimiter="/", PaginationConfig={"PageSize": size})
            told = [seen(page) for page in pages]
            equal([key for keys, _ in told for key in keys], ["a.txt", "zed"])
            equal([prefix for _, prefixes in told for prefix in prefixes], ["logs/", "top/"])


def test_a_page_says_what_it_is():
    name = filled()
    page = s3.list_objects_v2(Bucket=name, MaxKeys=2)
    equal((page["KeyCount"], page["MaxKeys"], page["IsTruncated"], page["Name"], page["Prefix"]), (2, 2, True, name, ""))
    last = s3.list_objects_v2(Bucket=name, ContinuationToken=page["NextContinuationToken"])
    equal((last["KeyCount"], last["IsTruncated"], last["ContinuationToken"]), (5, False, page["NextContinuationToken"]))
    one = page["Contents"][0]
    equal((one["Size"], one["StorageClass"], one["ETag"]), (1, "STANDARD", '"9dd4e461268c8034f5c8564e155c67a6"'))
    assert "Owner" not in one
    assert "ID" in s3.list_objects_v2(Bucket=name, FetchOwner=True)["Contents"][0]["Owner"]
    equal(s3.list_objects_v2(Bucket=name, MaxKeys=0)["KeyCount"], 0)


def test_where_to_start():
    name = filled()
    equal(seen(s3.list_objects_v2(Bucket=name, StartAfter="logs/2026/02.csv"))[0], KEYS[3:])
    equal(seen(s3.list_objects_v2(Bucket=name, StartAfter="m"))[0], ["top/", "zed"])
    equal(seen(s3.list_objects(Bucket=name, Marker="logs/readme"))[0], ["top/", "zed"])
    marked = s3.list_objects(Bucket=name, Delimiter="/", MaxKeys=2)
    equal(marked["NextMarker"], "logs/")


def test_a_token_of_somebody_else_is_refused():
    name = filled()
    with refused("InvalidArgument", "The continuation token provided is incorrect", 400):
        s3.list_objects_v2(Bucket=name, ContinuationToken="bm90LWEtdG9rZW4=")


def test_a_thousand_keys_a_page_at_most():
    name = bucket()
    for number in range(1003):
        s3.put_object(Bucket=name, Key=f"{number:05}", Body=b"")
    page = s3.list_objects_v2(Bucket=name, MaxKeys=5000)
    equal((page["KeyCount"], page["IsTruncated"]), (1000, True))
    equal(page["MaxKeys"], 1000)
    equal(s3.list_objects_v2(Bucket=name, ContinuationToken=page["NextContinuationToken"])["KeyCount"], 3)
