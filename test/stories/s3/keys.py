"""Keys of any legal UTF-8, and what lists make of them."""

import boto3

from props import bucket, equal, refused

s3 = boto3.client("s3")

KEYS = [
    "a",
    "a/b",
    "a/",
    "/",
    "//",
    "/lead",
    "../up",
    "a/../b",
    "./here",
    ".",
    "..",
    "two//slashes",
    "trailing/",
    "space in the middle",
    " lead and trail ",
    "plus+plus",
    "per%cent",
    "%2F",
    "a%20b",
    "question?mark",
    "hash#mark",
    "amp&er=sand",
    "quote'\"`",
    "semi;colon,comma:colon",
    "back\\slash",
    "<angle>&amp;",
    "호수/데이터/한글 파일.csv",
    "emoji-🦆/🌊",
    "combining-e\u0301",
    "tilde~!@$^*(){}[]|",
    "tab\there",
    "dt=2026-01-01/hour=03/part-0000.parquet",
    "x" * 1024,
    "가" * 341 + "x",
]


def test_every_key_comes_back_with_its_bytes():
    name = bucket()
    for key in KEYS:
        s3.put_object(Bucket=name, Key=key, Body=key.encode())
    for key in KEYS:
        equal(s3.get_object(Bucket=name, Key=key)["Body"].read(), key.encode())
        equal(s3.head_object(Bucket=name, Key=key)["ContentLength"], len(key.encode()))


def test_lists_give_every_key_in_the_order_of_its_bytes():
    name = bucket()
    for key in KEYS:
        s3.put_object(Bucket=name, Key=key, Body=b"")
    wanted = sorted(KEYS, key=lambda key: key.encode())
    for listing in ("list_objects", "list_objects_v2"):
        pages = s3.get_paginator(listing).paginate(Bucket=name, PaginationConfig={"PageSize": 7})
        equal([one["Key"] for page in pages for one in page.get("Contents", [])], wanted)


def test_deleting_one_leaves_its_likes():
    name = bucket()
    for key in KEYS:
        s3.put_object(Bucket=name, Key=key, Body=b"")
    for gone in ("a", "a/", "../up", "//"):
        s3.delete_object(Bucket=name, Key=gone)
    left = {one["Key"] for one in s3.list_objects_v2(Bucket=name)["Contents"]}
    equal(left, set(KEYS) - {"a", "a/", "../up", "//"})


def test_a_key_of_1025_bytes_is_too_long():
    name = bucket()
    with refused("KeyTooLongError", "Your key is too long", 400) as seen:
        s3.put_object(Bucket=name, Key="x" * 1025, Body=b"")
    equal((seen.response["Error"]["Size"], seen.response["Error"]["MaxSizeAllowed"]), ("1025", "1024"))


def test_a_key_that_is_not_there_is_named():
    name = bucket()
    with refused("NoSuchKey", "The specified key does not exist.", 404) as seen:
        s3.get_object(Bucket=name, Key="no/such")
    equal(seen.response["Error"]["Key"], "no/such")
    with refused("404", status=404):
        s3.head_object(Bucket=name, Key="no/such")
