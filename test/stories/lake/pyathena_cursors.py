"""PyAthena: its cursors, as DB-API and as data frames. Its ArrowCursor reads results by an S3 of its own that no endpoint can be given to."""

import datetime
import decimal

import pyathena
import pyathena.pandas.cursor

from lake import query
from props import bucket, equal, unique

lake = bucket()
database = unique("cursors").replace("-", "_")
query(f"CREATE DATABASE {database}", lake)
query(f"CREATE TABLE things WITH (format = 'PARQUET', external_location = 's3://{lake}/things/') AS SELECT * FROM (VALUES (1, 'one', 1.5e0), (2, 'two', 2.5e0), (3, NULL, NULL)) AS t (id, name, price)", lake, database)


def connect(**more):
    return pyathena.connect(s3_staging_dir=f"s3://{lake}/staging/", schema_name=database, poll_interval=0.05, **more)


def test_rows_and_their_description():
    cursor = connect().cursor()
    cursor.execute("SELECT id, name, price FROM things ORDER BY id")
    equal([(one[0], one[1]) for one in cursor.description], [("id", "integer"), ("name", "varchar"), ("price", "double")])
    equal(cursor.fetchall(), [(1, "one", 1.5), (2, "two", 2.5), (3, None, None)])
    assert cursor.data_scanned_in_bytes > 0


def test_types_become_pythons():
    cursor = connect().cursor()
    cursor.execute("SELECT true, BIGINT '9007199254740993', DECIMAL '1.10', DATE '2026-01-02', TIMESTAMP '2026-01-02 03:04:05.678', 'ㅎ', X'6869', ARRAY[1, 2], CAST(NULL AS varchar)")
    [row] = cursor.fetchall()
    equal(row[:7], (True, 9007199254740993, decimal.Decimal("1.10"), datetime.date(2026, 1, 2), datetime.datetime(2026, 1, 2, 3, 4, 5, 678000), "ㅎ", b"hi"))
    equal((row[7], row[8]), ([1, 2], None))


def test_parameters():
    cursor = connect().cursor()
    cursor.execute("SELECT name FROM things WHERE id = %(id)d AND name = %(name)s", {"id": 1, "name": "one"})
    equal(cursor.fetchall(), [("one",)])
    cursor = connect().cursor()
    cursor.execute("SELECT name FROM things WHERE id = ?", ["2"], paramstyle="qmark")
    equal(cursor.fetchall(), [("two",)])


def test_a_failure_is_an_exception():
    try:
        connect().cursor().execute("SELECT nosuch FROM things")
    except pyathena.error.OperationalError as error:
        assert "COLUMN_NOT_FOUND" in str(error), error
    else:
        raise AssertionError("it was answered")


def test_a_pandas_frame():
    cursor = connect(cursor_class=pyathena.pandas.cursor.PandasCursor).cursor()
    frame = cursor.execute("SELECT id, name, price FROM things ORDER BY id").as_pandas()
    equal(frame["id"].tolist(), [1, 2, 3])
    equal(frame["price"].sum(), 4.0)
    assert frame["name"].isna().tolist() == [False, False, True], frame


def test_unloaded_frames():
    cursor = connect(cursor_class=pyathena.pandas.cursor.PandasCursor).cursor(unload=True)
    frame = cursor.execute("SELECT id FROM things ORDER BY id").as_pandas()
    equal(sorted(frame["id"].tolist()), [1, 2, 3])


def test_many_at_once():
    import concurrent.futures

    def one(number):
        cursor = connect().cursor()
        return cursor.execute(f"SELECT {number} + count(*) FROM things").fetchone()[0]

    with concurrent.futures.ThreadPoolExecutor(6) as pool:
        equal(list(pool.map(one, range(12))), [number + 3 for number in range(12)])
