"""From files to an answer, by boto3: S3, Glue's catalog, Athena."""

import csv
import gzip
import io
import json

import boto3

from lake import ask, cells, failed, query, wait
from props import as_user, bucket, equal, refused, unique, user

s3 = boto3.client("s3")
glue = boto3.client("glue")
athena = boto3.client("athena")

lake = bucket()
database = unique("shop").replace("-", "_")
DAYS = ("2026-01-01", "2026-01-02", "2026-01-03")


def rows(day):
    return "".join(f"{number},item{number % 7},{number * 1.5}\n" for number in range(100 * (DAYS.index(day) + 1)))


def prepare():
    for day in DAYS:
        s3.put_object(Bucket=lake, Key=f"orders/dt={day}/part.csv", Body=rows(day))
    query(f"CREATE DATABASE {database}", lake)
    query(
        f"""CREATE EXTERNAL TABLE orders (id int, item string, price double)
        PARTITIONED BY (dt string)
        ROW FORMAT DELIMITED FIELDS TERMINATED BY ','
        LOCATION 's3://{lake}/orders/'""",
        lake,
        database,
    )
    storage = glue.get_table(DatabaseName=database, Name="orders")["Table"]["StorageDescriptor"]
    inputs = [{"Values": [day], "StorageDescriptor": {**storage, "Location": f"s3://{lake}/orders/dt={day}/"}} for day in DAYS]
    equal(glue.batch_create_partition(DatabaseName=database, TableName="orders", PartitionInputList=inputs)["Errors"], [])


prepare()


def test_the_table_is_in_the_catalog():
    table = glue.get_table(DatabaseName=database, Name="orders")["Table"]
    equal([(one["Name"], one["Type"]) for one in table["StorageDescriptor"]["Columns"]], [("id", "int"), ("item", "string"), ("price", "double")])
    equal(table["PartitionKeys"][0]["Name"], "dt")
    equal(table["TableType"], "EXTERNAL_TABLE")
    equal(table["StorageDescriptor"]["Location"].rstrip("/"), f"s3://{lake}/orders")


def test_a_question_is_answered():
    equal(ask("SELECT dt, count(*), sum(price) FROM orders GROUP BY dt ORDER BY dt", lake, database), [[day, str(100 * n), cells(sum(i * 1.5 for i in range(100 * n)))] for n, day in enumerate(DAYS, 1)])


def test_a_partition_that_is_not_asked_for_is_not_read():
    whole = query("SELECT count(*) FROM orders", lake, database)["Statistics"]["DataScannedInBytes"]
    one = query("SELECT sum(id) FROM orders WHERE dt = '2026-01-01'", lake, database)["Statistics"]["DataScannedInBytes"]
    equal(whole, sum(len(rows(day)) for day in DAYS))
    equal(one, len(rows("2026-01-01")))
    equal(query("SELECT 1", lake, database)["Statistics"]["DataScannedInBytes"], 0)


def test_the_result_lies_in_s3():
    done = query("SELECT id, item FROM orders WHERE dt = '2026-01-01' AND id < 3 ORDER BY id", lake, database)
    location = done["ResultConfiguration"]["OutputLocation"]
    equal(location, f"s3://{lake}/results/{done['QueryExecutionId']}.csv")
    key = location.removeprefix(f"s3://{lake}/")
    equal(s3.get_object(Bucket=lake, Key=key)["Body"].read().decode(), '"id","item"\n"0","item0"\n"1","item1"\n"2","item2"\n')
    s3.head_object(Bucket=lake, Key=f"{key}.metadata")


def test_results_are_paged_with_their_header_once():
    done = query("SELECT id FROM orders WHERE dt = '2026-01-01' ORDER BY id", lake, database)
    pages = athena.get_paginator("get_query_results").paginate(QueryExecutionId=done["QueryExecutionId"], PaginationConfig={"PageSize": 30})
    told = [[row["Data"][0]["VarCharValue"] for row in page["ResultSet"]["Rows"]] for page in pages]
    equal([len(page) for page in told], [30, 30, 30, 11])
    equal(sum(told, []), ["id", *(str(number) for number in range(100))])
    first = athena.get_query_results(QueryExecutionId=done["QueryExecutionId"], MaxResults=1)
    [column] = first["ResultSet"]["ResultSetMetadata"]["ColumnInfo"]
    equal((column["Name"], column["Type"], column["Precision"], column["CatalogName"]), ("id", "integer", 10, "hive"))


def test_what_cannot_be_answered_says_why():
    failed("SELECT nosuch FROM orders", "COLUMN_NOT_FOUND: line 1:8: Column 'nosuch' cannot be resolved", lake, database)
    failed("SELECT * FROM nosuch", f"TABLE_NOT_FOUND: line 1:15: Table 'awsdatacatalog.{database}.nosuch' does not exist", lake, database)
    failed("SELECT 1/0", "DIVISION_BY_ZERO: Division by zero", lake, database)
    failed("SELECT cast('x' AS integer)", "INVALID_CAST_ARGUMENT: Cannot cast 'x' to INT", lake, database)
    with refused("InvalidRequestException", "line 1:1: mismatched input 'selec'", 400):
        athena.start_query_execution(QueryString="selec 1", ResultConfiguration={"OutputLocation": f"s3://{lake}/results/"})


def test_a_table_is_made_of_a_question():
    query(f"CREATE TABLE by_day WITH (format = 'PARQUET', partitioned_by = ARRAY['dt'], external_location = 's3://{lake}/by_day/') AS SELECT id, price, dt FROM orders", lake, database)
    equal(ask("SELECT count(*) FROM by_day WHERE dt = '2026-01-02'", lake, database), [["200"]])
    query("INSERT INTO by_day SELECT id + 1000, price, '2026-01-04' FROM orders WHERE dt = '2026-01-01'", lake, database)
    equal(ask("SELECT dt, count(*) FROM by_day GROUP BY 1 ORDER BY 1 DESC LIMIT 1", lake, database), [["2026-01-04", "100"]])
    equal(len(glue.get_partitions(DatabaseName=database, TableName="by_day")["Partitions"]), 4)
    keys = [one["Key"] for one in s3.list_objects_v2(Bucket=lake, Prefix="by_day/")["Contents"]]
    assert all(key.startswith("by_day/dt=2026-01-0") for key in keys), keys
    with_less = query("SELECT id FROM by_day WHERE dt = '2026-01-03'", lake, database)["Statistics"]["DataScannedInBytes"]
    assert with_less < sum(one["Size"] for one in s3.list_objects_v2(Bucket=lake, Prefix="by_day/dt=2026-01-03")["Contents"])


def test_an_unload_writes_files():
    query(f"UNLOAD (SELECT id, item FROM orders WHERE dt = '2026-01-01') TO 's3://{lake}/unloaded/' WITH (format = 'JSON')", lake, database)
    [one] = s3.list_objects_v2(Bucket=lake, Prefix="unloaded/")["Contents"]
    text = gzip.decompress(s3.get_object(Bucket=lake, Key=one["Key"])["Body"].read()).decode()
    equal(json.loads(text.splitlines()[0]), {"id": 0, "item": "item0"})


def test_json_gzip_and_parquet_are_read():
    lines = "\n".join(json.dumps({"id": n, "tags": ["a", str(n)], "where": {"city": "서울"}}) for n in range(3))
    s3.put_object(Bucket=lake, Key="events/a.json.gz", Body=gzip.compress(lines.encode()))
    query(f"CREATE EXTERNAL TABLE events (id bigint, tags array<string>, `where` struct<city:string>) ROW FORMAT SERDE 'org.openx.data.jsonserde.JsonSerDe' LOCATION 's3://{lake}/events/'", lake, database)
    equal(ask('SELECT id, tags[2], "where".city FROM events ORDER BY id', lake, database), [[str(n), str(n), "서울"] for n in range(3)])
    import pyarrow
    import pyarrow.parquet

    file = io.BytesIO()
    pyarrow.parquet.write_table(pyarrow.table({"id": [1, 2, None], "name": ["a", "ㄴ", None]}), file, compression="zstd")
    s3.put_object(Bucket=lake, Key="names/a.parquet", Body=file.getvalue())
    query(f"CREATE EXTERNAL TABLE names (id bigint, name string) STORED AS PARQUET LOCATION 's3://{lake}/names/'", lake, database)
    equal(ask("SELECT id, name FROM names ORDER BY id", lake, database), [["1", "a"], ["2", "ㄴ"], [None, None]])


def test_quoted_csv_by_its_own_serde():
    file = io.StringIO()
    csv.writer(file).writerows([["id", "note"], [1, 'said "hi", left'], [2, "plain"]])
    s3.put_object(Bucket=lake, Key="notes/a.csv", Body=file.getvalue())
    query(f"""CREATE EXTERNAL TABLE notes (id string, note string) ROW FORMAT SERDE 'org.apache.hadoop.hive.serde2.OpenCSVSerde' WITH SERDEPROPERTIES ('separatorChar' = ',', 'quoteChar' = '"', 'escapeChar' = '"') LOCATION 's3://{lake}/notes/' TBLPROPERTIES ('skip.header.line.count' = '1')""", lake, database)
    equal(ask("SELECT note FROM notes ORDER BY id", lake, database), [['said "hi", left'], ["plain"]])


def test_partitions_are_found_and_added_by_ddl():
    for day in DAYS:
        s3.put_object(Bucket=lake, Key=f"found/dt={day}/a.csv", Body="1\n2\n")
    query(f"CREATE EXTERNAL TABLE found (n int) PARTITIONED BY (dt string) LOCATION 's3://{lake}/found/'", lake, database)
    equal(ask("SELECT count(*) FROM found", lake, database), [["0"]])
    query("MSCK REPAIR TABLE found", lake, database)
    equal(ask("SELECT count(*) FROM found", lake, database), [["6"]])
    s3.put_object(Bucket=lake, Key="elsewhere/a.csv", Body="3\n")
    query(f"ALTER TABLE found ADD IF NOT EXISTS PARTITION (dt = '2026-02-01') LOCATION 's3://{lake}/elsewhere/'", lake, database)
    equal(ask("SELECT sum(n) FROM found WHERE dt = '2026-02-01'", lake, database), [["3"]])
    query("ALTER TABLE found DROP PARTITION (dt = '2026-02-01')", lake, database)
    equal(ask("SELECT count(*) FROM found", lake, database), [["6"]])


def test_show_and_describe():
    shown = [row["Data"][0].get("VarCharValue") for row in athena.get_query_results(QueryExecutionId=query("SHOW TABLES", lake, database)["QueryExecutionId"])["ResultSet"]["Rows"]]
    assert "orders" in shown, shown
    shown = athena.get_query_results(QueryExecutionId=query("SHOW PARTITIONS orders", lake, database)["QueryExecutionId"])["ResultSet"]["Rows"]
    equal([row["Data"][0]["VarCharValue"] for row in shown], [f"dt={day}" for day in DAYS])
    shown = athena.get_query_results(QueryExecutionId=query("DESCRIBE orders", lake, database)["QueryExecutionId"])["ResultSet"]["Rows"]
    assert shown[0]["Data"][0]["VarCharValue"].split() == ["id", "int"], shown[0]


def test_a_view_is_a_question_with_a_name():
    query("CREATE OR REPLACE VIEW dear AS SELECT id, price FROM orders WHERE price > 100", lake, database)
    equal(ask("SELECT min(price) FROM dear", lake, database), [["100.5"]])
    equal(glue.get_table(DatabaseName=database, Name="dear")["Table"]["TableType"], "VIRTUAL_VIEW")
    query("DROP VIEW dear", lake, database)
    with refused("EntityNotFoundException", status=400):
        glue.get_table(DatabaseName=database, Name="dear")


def test_a_prepared_question():
    athena.create_prepared_statement(StatementName="by_day", WorkGroup="primary", QueryStatement="SELECT count(*) FROM orders WHERE dt = ?")
    equal(ask("EXECUTE by_day USING '2026-01-02'", lake, database), [["200"]])
    equal(ask("SELECT count(*) FROM orders WHERE dt = ? AND id < ?", lake, database, ExecutionParameters=["'2026-01-02'", "5"]), [["5"]])
    athena.delete_prepared_statement(StatementName="by_day", WorkGroup="primary")


def test_a_workgroup_says_where_results_go():
    name = unique("team")
    athena.create_work_group(Name=name, Configuration={"ResultConfiguration": {"OutputLocation": f"s3://{lake}/team/"}, "EnforceWorkGroupConfiguration": True})
    started = athena.start_query_execution(QueryString="SELECT 1", WorkGroup=name)["QueryExecutionId"]
    equal(wait(started)["ResultConfiguration"]["OutputLocation"], f"s3://{lake}/team/{started}.csv")
    equal(athena.list_query_executions(WorkGroup=name)["QueryExecutionIds"], [started])
    athena.delete_work_group(WorkGroup=name, RecursiveDeleteOption=True)
    with refused("InvalidRequestException", "not found", 400):
        athena.get_work_group(WorkGroup=name)


def test_named_queries():
    made = athena.create_named_query(Name="daily", Database=database, QueryString="SELECT 1", Description="매일")["NamedQueryId"]
    equal(athena.get_named_query(NamedQueryId=made)["NamedQuery"]["Description"], "매일")
    assert made in athena.list_named_queries()["NamedQueryIds"]
    athena.delete_named_query(NamedQueryId=made)


def test_a_query_is_cancelled():
    long = "SELECT count(*) FROM unnest(sequence(1, 10000)) a(x) CROSS JOIN unnest(sequence(1, 10000)) b(y) CROSS JOIN unnest(sequence(1, 1000)) c(z) WHERE (x * y + z) % 7 = 1"
    started = athena.start_query_execution(QueryString=long, ResultConfiguration={"OutputLocation": f"s3://{lake}/results/"})["QueryExecutionId"]
    athena.stop_query_execution(QueryExecutionId=started)
    equal(wait(started)["Status"]["State"], "CANCELLED")


def test_athena_reads_with_the_callers_rights():
    everything = {"Effect": "Allow", "Action": ["athena:*", "glue:*"], "Resource": "*"}
    results = {"Effect": "Allow", "Action": ["s3:GetBucketLocation", "s3:PutObject", "s3:GetObject", "s3:ListBucket", "s3:AbortMultipartUpload", "s3:ListMultipartUploadParts"], "Resource": [f"arn:aws:s3:::{lake}", f"arn:aws:s3:::{lake}/results/*"]}
    name, keys = user(everything, results)
    theirs = as_user("athena", keys)
    more = {"QueryExecutionContext": {"Database": database}, "ResultConfiguration": {"OutputLocation": f"s3://{lake}/results/"}}
    started = theirs.start_query_execution(QueryString="SELECT count(*) FROM orders", **more)["QueryExecutionId"]
    done = wait(started)["Status"]
    equal(done["State"], "FAILED")
    assert "not authorized to perform: s3:GetObject" in done["StateChangeReason"] or "Access Denied" in done["StateChangeReason"], done
    boto3.client("iam").put_user_policy(UserName=name, PolicyName="read", PolicyDocument=json.dumps({"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Action": "s3:GetObject", "Resource": f"arn:aws:s3:::{lake}/orders/*"}]}))
    started = theirs.start_query_execution(QueryString="SELECT count(*) FROM orders", **more)["QueryExecutionId"]
    equal(wait(started)["Status"]["State"], "SUCCEEDED")
