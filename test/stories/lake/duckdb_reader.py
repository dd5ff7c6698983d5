"""DuckDB's own reader of s3://."""

import os
import urllib.parse

import boto3
import duckdb
import duckdb_extension_httpfs  # noqa: F401  the extension of the same version as DuckDB, as a wheel
import pathlib

from props import bucket, equal

lake = bucket()
s3 = boto3.client("s3")


def connect():
    db = duckdb.connect()
    [path] = pathlib.Path(duckdb_extension_httpfs.__file__).parent.rglob("httpfs.duckdb_extension")
    db.load_extension(str(path))
    url = urllib.parse.urlparse(os.environ.get("AWS_ENDPOINT_URL") or "https://s3.amazonaws.com")
    db.execute(
        f"""CREATE SECRET (TYPE s3, KEY_ID '{os.environ["AWS_ACCESS_KEY_ID"]}', SECRET '{os.environ["AWS_SECRET_ACCESS_KEY"]}',
        REGION '{os.environ["AWS_DEFAULT_REGION"]}', ENDPOINT '{url.netloc}', URL_STYLE 'path', USE_SSL {url.scheme == "https"})"""
    )
    return db


def test_files_are_written_and_read_back():
    db = connect()
    db.execute(f"COPY (SELECT range AS id, 'n' || range AS name FROM range(10000)) TO 's3://{lake}/a.parquet'")
    equal(db.sql(f"SELECT count(*), max(id) FROM 's3://{lake}/a.parquet'").fetchone(), (10000, 9999))
    db.execute(f"COPY (SELECT range AS id FROM range(10)) TO 's3://{lake}/a.csv'")
    equal(db.sql(f"SELECT sum(id) FROM 's3://{lake}/a.csv'").fetchone(), (45,))


def test_many_files_by_a_pattern_and_their_partitions():
    db = connect()
    db.execute(f"COPY (SELECT range AS id, range % 3 AS part FROM range(30)) TO 's3://{lake}/parts' (FORMAT parquet, PARTITION_BY (part))")
    equal(db.sql(f"SELECT part, count(*) FROM read_parquet('s3://{lake}/parts/*/*.parquet', hive_partitioning = true) GROUP BY 1 ORDER BY 1").fetchall(), [(0, 10), (1, 10), (2, 10)])
    equal(db.sql(f"SELECT count(*) FROM glob('s3://{lake}/parts/**')").fetchone(), (3,))


def test_a_large_file_goes_in_parts():
    db = connect()
    db.execute(f"COPY (SELECT range AS id, md5(range::varchar) AS text FROM range(400000)) TO 's3://{lake}/large.parquet' (COMPRESSION uncompressed)")
    assert s3.head_object(Bucket=lake, Key="large.parquet")["ContentLength"] > 10_000_000
    equal(db.sql(f"SELECT count(DISTINCT text) FROM 's3://{lake}/large.parquet'").fetchone(), (400000,))


def test_awkward_keys():
    db = connect()
    for key in ("한글 파일.csv", "a b/c+d.csv", "x=1/y%2F.csv"):
        s3.put_object(Bucket=lake, Key=key, Body=b"n\n1\n2\n")
        equal(db.sql(f"SELECT sum(n) FROM read_csv('s3://{lake}/{key}')").fetchone(), (3,))


def test_what_is_not_there_or_not_allowed_says_so():
    db = connect()
    try:
        db.sql(f"SELECT * FROM 's3://{lake}/nobody.parquet'").fetchall()
    except duckdb.HTTPException as error:
        assert "404" in str(error), error
    else:
        raise AssertionError("it was read")
