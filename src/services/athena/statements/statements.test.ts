import { afterAll, beforeAll, expect, test } from "vitest";
import { startLake, type TestLake } from "../testing.ts";

let lake: TestLake;
beforeAll(async () => {
  lake = await startLake();
});
afterAll(() => lake.close());

const ok = async (...statements: readonly string[]): Promise<void> => {
  for (const sql of statements) {
    const { Status } = await lake.run(sql);
    expect([sql, Status?.State, Status?.StateChangeReason]).toEqual([sql, "SUCCEEDED", undefined]);
  }
};
const pad = (text: string): string => text.padEnd(20);

const orders = (name: string): string =>
  `CREATE EXTERNAL TABLE ${name} (id int, item string COMMENT 'what') PARTITIONED BY (dt string, n int)
   ROW FORMAT DELIMITED FIELDS TERMINATED BY ',' LOCATION 's3://lake/${name}/' TBLPROPERTIES ('a'='b')`;

test("partitions are added, listed, renamed and dropped", async () => {
  await ok(
    orders("p1"),
    "ALTER TABLE p1 ADD PARTITION (dt='2026-01-01', n=1) PARTITION (dt='2026-01-02', n=02) LOCATION 's3://lake/other/'",
  );
  expect(await lake.lines("SHOW PARTITIONS p1")).toEqual(["dt=2026-01-01/n=1", "dt=2026-01-02/n=2"]);
  expect(await lake.lines("SHOW PARTITIONS p1 PARTITION (n=2)")).toEqual(["dt=2026-01-02/n=2"]);
  expect(await lake.failure("ALTER TABLE p1 ADD PARTITION (dt='2026-01-01', n=1)")).toBe(
    "FAILED: Execution Error, return code 1 from org.apache.hadoop.hive.ql.exec.DDLTask. AlreadyExistsException(message:Partition already exists.)",
  );
  await ok(
    "ALTER TABLE p1 ADD IF NOT EXISTS PARTITION (dt='2026-01-01', n=1) PARTITION (dt='2026-01-03', n=3)",
    "ALTER TABLE p1 PARTITION (dt='2026-01-03', n=3) RENAME TO PARTITION (dt='2026-01-04', n=4)",
    "ALTER TABLE p1 PARTITION (dt='2026-01-04', n=4) SET LOCATION 's3://lake/four/'",
    "ALTER TABLE p1 DROP PARTITION (dt < '2026-01-02'), PARTITION (n = 2)",
  );
  expect(await lake.lines("SHOW PARTITIONS p1")).toEqual(["dt=2026-01-04/n=4"]);
  const { Partition } = await lake.calls.glue.GetPartition({
    DatabaseName: "shop",
    TableName: "p1",
    PartitionValues: ["2026-01-04", "4"],
  });
  expect(Partition?.StorageDescriptor?.Location).toBe("s3://lake/four/");
  await ok("ALTER TABLE p1 DROP IF EXISTS PARTITION (n = 9)");
  expect(await lake.failure("ALTER TABLE p1 DROP PARTITION (n = 9)")).toBe(
    "FAILED: SemanticException [Error 10006]: Partition not found (n = '9')",
  );
  expect(await lake.failure("ALTER TABLE p1 ADD PARTITION (dt='2026-01-01')")).toContain(
    "doesn't contain all (2) partition columns",
  );
});

test("MSCK REPAIR TABLE finds the folders that the catalog does not know, by their folders alone", async () => {
  await ok(orders("p2"), "ALTER TABLE p2 ADD PARTITION (dt='2026-01-01', n=1)");
  await ok("ALTER TABLE p2 ADD PARTITION (dt='2025-01-01', n=1)");
  for (const path of ["dt=2026-01-01/n=1", "dt=2026-01-01/n=2", "dt=a%3Ab/n=3", "DT=x/n=1", "other"])
    await lake.put(`p2/${path}/f.csv`, "1,x\n");
  expect(await lake.lines("MSCK REPAIR TABLE p2")).toEqual([
    "Partitions not in metastore:\tp2:dt=2026-01-01/n=2\tp2:dt=a%3Ab/n=3",
    "Partitions missing from filesystem:\tp2:dt=2025-01-01/n=1",
    "Repair: Added partition to metastore p2:dt=2026-01-01/n=2",
    "Repair: Added partition to metastore p2:dt=a%3Ab/n=3",
  ]);
  expect(await lake.rows("SELECT dt, n, item FROM p2 ORDER BY 1, 2")).toEqual([
    ["2026-01-01", "1", "x"],
    ["2026-01-01", "2", "x"],
    ["a:b", "3", "x"],
  ]);
});

test("DESCRIBE pads its columns and tells partition keys twice", async () => {
  await ok(orders("d1"));
  const keys = [`${pad("dt")}\t${pad("string")}\t${pad("")}`, `${pad("n")}\t${pad("int")}\t${pad("")}`];
  const columns = [
    `${pad("id")}\t${pad("int")}\t${pad("")}`,
    `${pad("item")}\t${pad("string")}\t${pad("what")}`,
  ];
  const heading = `# col_name            \t${pad("data_type")}\t${pad("comment")}`;
  const partition = ["\t \t ", "# Partition Information\t \t ", heading, "\t \t ", ...keys];
  expect(await lake.lines("DESCRIBE d1")).toEqual([...columns, ...keys, ...partition]);
  expect(await lake.lines("SHOW COLUMNS IN d1")).toEqual(["id", "item", "dt", "n"].map(pad));
  expect((await lake.lines("DESCRIBE FORMATTED d1")).slice(0, 11)).toEqual([
    heading,
    "\t \t ",
    ...columns,
    ...partition,
    "\t \t ",
  ]);
  const extended = await lake.lines("DESCRIBE EXTENDED d1");
  expect(extended.at(-1)).toMatch(/^Detailed Table Information\tTable\(tableName:d1, dbName:shop, /);
  expect(await lake.failure("DESCRIBE nosuch")).toBe(
    "FAILED: SemanticException [Error 10001]: Table not found nosuch",
  );
  expect(await lake.failure("DESCRIBE nodb.x")).toBe(
    "FAILED: SemanticException [Error 10072]: Database does not exist: nodb",
  );
});

test("SHOW CREATE TABLE prints a statement that makes the same table", async () => {
  await ok(orders("s1"));
  const [first, ...lines] = await lake.lines("SHOW CREATE TABLE s1");
  expect(first).toBe("CREATE EXTERNAL TABLE `s1`(");
  expect(lines.slice(0, 17)).toEqual([
    "  `id` int, ",
    "  `item` string COMMENT 'what')",
    "PARTITIONED BY ( ",
    "  `dt` string, ",
    "  `n` int)",
    "ROW FORMAT DELIMITED ",
    "  FIELDS TERMINATED BY ',' ",
    "STORED AS INPUTFORMAT ",
    "  'org.apache.hadoop.mapred.TextInputFormat' ",
    "OUTPUTFORMAT ",
    "  'org.apache.hadoop.hive.ql.io.HiveIgnoreKeyTextOutputFormat'",
    "LOCATION",
    "  's3://lake/s1/'",
    "TBLPROPERTIES (",
    "  'a'='b', ",
    expect.stringMatching(/^ {2}'transient_lastDdlTime'='\d+'\)$/),
  ]);
  const descriptor = async () =>
    (await lake.calls.glue.GetTable({ DatabaseName: "shop", Name: "s1" })).Table?.StorageDescriptor;
  const before = await descriptor();
  await ok("DROP TABLE s1", [first, ...lines].join("\n"));
  expect(await descriptor()).toEqual(before);
});

test("columns and properties change", async () => {
  await ok(
    orders("c1"),
    "ALTER TABLE c1 ADD COLUMNS (price double)",
    "ALTER TABLE c1 CHANGE item title string COMMENT 'the title'",
    "ALTER TABLE c1 SET TBLPROPERTIES ('x'='y', 'a'='c')",
    "ALTER TABLE c1 SET LOCATION 's3://lake/c1b/'",
  );
  expect(await lake.lines("SHOW COLUMNS FROM shop.c1")).toEqual(["id", "title", "price", "dt", "n"].map(pad));
  expect(await lake.lines("SHOW TBLPROPERTIES c1('a')")).toEqual(["a\tc"]);
  expect(await lake.lines("SHOW TBLPROPERTIES c1")).toContain("x\ty");
  await ok("ALTER TABLE c1 REPLACE COLUMNS (only int)");
  expect(await lake.lines("SHOW COLUMNS FROM c1")).toEqual(["only", "dt", "n"].map(pad));
  expect(await lake.failure("ALTER TABLE c1 ADD COLUMNS (dt int)")).toContain("Duplicate column name: dt");
});

test("views are kept with their columns and read back", async () => {
  await ok(
    "CREATE VIEW v1 AS SELECT 1 AS n, 'a' AS s",
    "CREATE OR REPLACE VIEW v1 AS SELECT 2 AS n, 'bc' AS s",
  );
  expect(await lake.rows("SELECT * FROM v1")).toEqual([["2", "bc"]]);
  expect(await lake.lines("SHOW CREATE VIEW v1")).toEqual([
    'CREATE VIEW "shop"."v1" AS ',
    "SELECT 2 AS n, 'bc' AS s",
  ]);
  expect(await lake.lines("DESCRIBE v1")).toEqual(["n\tinteger", "s\tvarchar(2)"]);
  expect((await lake.run("DESCRIBE v1")).SubstatementType).toBe("DESC_VIEW");
  expect(await lake.lines("SHOW VIEWS")).toEqual(["v1"]);
  for (const pattern of ["v*", "v.*", "V1|x", "*1"])
    expect((await lake.lines(`SHOW TABLES '${pattern}'`)).filter((name) => name.startsWith("v"))).toEqual([
      "v1",
    ]);
  expect(await lake.failure("CREATE VIEW v1 AS SELECT 1 AS n")).toBe(
    "TABLE_ALREADY_EXISTS: line 1:1: View already exists: 'awsdatacatalog.shop.v1'",
  );
  expect(await lake.failure("CREATE VIEW v2 AS SELECT nosuch")).toContain("COLUMN_NOT_FOUND");
  await ok("DROP VIEW v1", "DROP VIEW IF EXISTS v1");
  expect(await lake.failure("DROP VIEW v1")).toContain("View 'awsdatacatalog.shop.v1' does not exist");
});

test("prepared statements run by name with their parameters", async () => {
  await ok("PREPARE pr FROM SELECT ? + 1");
  expect(await lake.rows("EXECUTE pr USING 41")).toEqual([["42"]]);
  await ok("DEALLOCATE PREPARE pr");
  expect(await lake.failure("DEALLOCATE PREPARE pr")).toBe("NOT_FOUND: Prepared statement not found: pr");
});

test("EXPLAIN shows steps, columns and partitions without a look at any file", async () => {
  await ok(orders("x1"));
  expect(
    await lake.lines(
      "EXPLAIN SELECT dt, count(*) AS n FROM x1 WHERE dt > '2026' AND id = 1 GROUP BY dt ORDER BY 2 LIMIT 3",
    ),
  ).toEqual([
    "Query Plan",
    "Fragment 0 [SINGLE]",
    "    Output[columnNames = [dt, n]]",
    "    │   Layout: [dt:varchar, n:bigint]",
    expect.stringContaining("TopN[count = 3, orderBy = ["),
    "       └─ Project[]",
    "          │   Layout: [field_0, field_1]",
    "          └─ Aggregate[keys = [dt]]",
    "             │   count(*)",
    "             └─ Filter[filterPredicate = ((dt > varchar '2026') AND (id = integer '1'))]",
    "                └─ TableScan[table = awsdatacatalog:shop:x1]",
    "                       Layout: [id, dt]",
    "                       Partitions: (dt > 2026)",
    "",
    "",
    "",
  ]);
  expect(await lake.lines("EXPLAIN (TYPE VALIDATE) SELECT 1")).toEqual(["Valid", "true", ""]);
  expect(await lake.failure("EXPLAIN ANALYZE SELECT 1")).toBe(
    "NOT_SUPPORTED: EXPLAIN ANALYZE is not supported",
  );
  expect(await lake.failure("EXPLAIN SELECT nosuch")).toContain("COLUMN_NOT_FOUND");
});

test("dropping and showing what is not there fails in Hive's words", async () => {
  await ok("DROP TABLE IF EXISTS nosuch", "ALTER DATABASE shop SET DBPROPERTIES ('k'='v')");
  expect(await lake.failure("DROP TABLE nosuch")).toBe(
    "FAILED: SemanticException [Error 10001]: Table not found nosuch",
  );
  expect(await lake.failure("SHOW TABLES IN nodb")).toBe(
    "FAILED: SemanticException [Error 10072]: Database does not exist: nodb",
  );
  await ok("CREATE EXTERNAL TABLE flat (a int) LOCATION 's3://lake/flat/'");
  expect(await lake.failure("SHOW PARTITIONS flat")).toContain("Table flat is not a partitioned table");
});

test("DDL's result file holds its lines, and the metadata beside it what GetQueryResults tells", async () => {
  const { QueryExecutionId: id } = await lake
    .run("SHOW CREATE VIEW nosuch")
    .then(() => lake.run("SHOW DATABASES"));
  expect((await lake.get(`results/${id}.txt`)).toString()).toBe("shop");
  await ok(orders("m1"));
  const { QueryExecutionId: other } = await lake.run("SHOW CREATE TABLE m1");
  expect((await lake.get(`results/${other}.txt.metadata`)).length).toBe(88);
  const described = await lake.run("DESCRIBE m1");
  expect((await lake.get(`results/${described.QueryExecutionId}.txt.metadata`)).length).toBe(152);
});
