"""awswrangler: data frames to the lake and back."""

import awswrangler
import pandas

from props import bucket, equal, unique

lake = bucket()
database = unique("frames").replace("-", "_")
awswrangler.catalog.create_database(database)
frame = pandas.DataFrame(
    {
        "id": [1, 2, 3, 4],
        "name": ["하나", "둘", None, "넷"],
        "price": [1.5, 2.5, None, 4.0],
        "at": pandas.to_datetime(["2026-01-01 10:00:00", "2026-01-02 11:30:00", None, "2026-01-04 00:00:00"]),
        "day": ["a", "a", "b", "c"],
    }
)
awswrangler.s3.to_parquet(df=frame, path=f"s3://{lake}/orders/", dataset=True, database=database, table="orders", partition_cols=["day"])


def rows(read):
    return sorted(read[["id", "name", "price", "day"]].astype(object).where(read.notna(), None).values.tolist())


WANTED = [[1, "하나", 1.5, "a"], [2, "둘", 2.5, "a"], [3, None, None, "b"], [4, "넷", 4.0, "c"]]


def test_the_catalog_knows_the_table():
    equal(awswrangler.catalog.get_table_types(database=database, table="orders"), {"id": "bigint", "name": "string", "price": "double", "at": "timestamp", "day": "string"})
    equal(sorted(awswrangler.catalog.get_partitions(database, "orders").values()), [["a"], ["b"], ["c"]])
    assert awswrangler.catalog.does_table_exist(database=database, table="orders")


def test_a_frame_comes_back_by_a_table():
    read = awswrangler.athena.read_sql_query("SELECT * FROM orders", database=database, s3_output=f"s3://{lake}/results/", ctas_approach=True)
    equal(rows(read), WANTED)
    equal(str(read["at"].sort_values().iloc[0]), "2026-01-01 10:00:00")


def test_a_frame_comes_back_by_csv():
    read = awswrangler.athena.read_sql_query("SELECT * FROM orders", database=database, s3_output=f"s3://{lake}/results/", ctas_approach=False)
    equal(rows(read), WANTED)


def test_a_frame_comes_back_by_unload():
    read = awswrangler.athena.read_sql_query("SELECT * FROM orders", database=database, s3_output=f"s3://{lake}/unloaded/", ctas_approach=False, unload_approach=True)
    equal(rows(read), WANTED)


def test_a_frame_comes_back_from_its_files():
    read = awswrangler.s3.read_parquet(f"s3://{lake}/orders/", dataset=True)
    equal(rows(read.astype({"day": "string"})), WANTED)
    only = awswrangler.s3.read_parquet(f"s3://{lake}/orders/", dataset=True, partition_filter=lambda one: one["day"] == "a")
    equal(len(only), 2)


def test_a_partition_is_overwritten_alone():
    new = pandas.DataFrame({"id": [9], "name": ["아홉"], "price": [9.0], "at": pandas.to_datetime(["2026-02-01"]), "day": ["c"]})
    awswrangler.s3.to_parquet(df=new, path=f"s3://{lake}/orders/", dataset=True, database=database, table="orders", partition_cols=["day"], mode="overwrite_partitions")
    read = awswrangler.athena.read_sql_query("SELECT id FROM orders ORDER BY id", database=database, s3_output=f"s3://{lake}/results/", ctas_approach=False)
    equal(read["id"].tolist(), [1, 2, 3, 9])
    awswrangler.s3.to_parquet(df=frame[frame.day == "c"], path=f"s3://{lake}/orders/", dataset=True, database=database, table="orders", partition_cols=["day"], mode="overwrite_partitions")


def test_csv_and_json_frames():
    small = frame[["id", "price"]].dropna()
    awswrangler.s3.to_csv(small, f"s3://{lake}/csv/a.csv", index=False)
    equal(awswrangler.s3.read_csv(f"s3://{lake}/csv/").values.tolist(), small.values.tolist())
    awswrangler.s3.to_json(small, f"s3://{lake}/json/a.json", orient="records", lines=True)
    equal(awswrangler.s3.read_json(f"s3://{lake}/json/", orient="records", lines=True).values.tolist(), small.values.tolist())


def test_a_csv_dataset_is_a_table_too():
    small = frame[["id", "price"]].dropna()
    awswrangler.s3.to_csv(small, f"s3://{lake}/csv_table/", index=False, dataset=True, database=database, table="small")
    read = awswrangler.athena.read_sql_query("SELECT sum(price) AS total FROM small", database=database, s3_output=f"s3://{lake}/results/", ctas_approach=False)
    equal(read["total"].tolist(), [8.0])


def test_parameters_are_not_text():
    read = awswrangler.athena.read_sql_query("SELECT id FROM orders WHERE name = :name", params={"name": "하나"}, database=database, s3_output=f"s3://{lake}/results/", ctas_approach=False)
    equal(read["id"].tolist(), [1])


def test_objects_are_listed_and_deleted():
    awswrangler.s3.to_csv(frame, f"s3://{lake}/gone/a.csv")
    equal(awswrangler.s3.list_objects(f"s3://{lake}/gone/"), [f"s3://{lake}/gone/a.csv"])
    awswrangler.s3.delete_objects(f"s3://{lake}/gone/")
    equal(awswrangler.s3.list_objects(f"s3://{lake}/gone/"), [])


def test_a_table_goes():
    awswrangler.s3.to_parquet(df=frame, path=f"s3://{lake}/short/", dataset=True, database=database, table="short")
    assert awswrangler.catalog.delete_table_if_exists(database=database, table="short")
    assert not awswrangler.catalog.does_table_exist(database=database, table="short")
