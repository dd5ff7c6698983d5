import { describe, expect, test } from "vitest";
import { isTrinoError } from "./error.ts";
import { parse } from "./parse.ts";

const statementOf = (text: string) => parse(text).statement;

function errorOf(text: string): string {
  try {
    parse(text);
  } catch (error) {
    if (isTrinoError(error)) return error.text;
    throw error;
  }
  return "no error";
}

describe("Hive's DDL", () => {
  test("a table of CSV keeps its columns, format and place", () => {
    expect(
      statementOf(`CREATE EXTERNAL TABLE IF NOT EXISTS \`db\`.\`events\` (
        id INT COMMENT 'the id', tags array<string>, who struct<name:string, age : int>, price decimal(10, 2)
      ) PARTITIONED BY (dt string) ROW FORMAT DELIMITED FIELDS TERMINATED BY '\\t' ESCAPED BY '\\\\' LINES TERMINATED BY '\\n'
      STORED AS TEXTFILE LOCATION 's3://bucket/events/' TBLPROPERTIES ("skip.header.line.count"="1")`),
    ).toMatchObject({
      kind: "create-table",
      external: true,
      ifNotExists: true,
      table: { parts: ["db", "events"] },
      columns: [
        { name: "id", type: "int", comment: "the id" },
        { name: "tags", type: "array<string>" },
        { name: "who", type: "struct<name:string,age:int>" },
        { name: "price", type: "decimal(10,2)" },
      ],
      partitionedBy: [{ name: "dt", type: "string" }],
      rowFormat: { delimited: true, fieldDelimiter: "\t", escapeCharacter: "\\", lineDelimiter: "\n" },
      storedAs: { kind: "format", format: "TEXTFILE" },
      location: "s3://bucket/events/",
      properties: { "skip.header.line.count": "1" },
    });
  });

  test("a SerDe keeps its properties, quotes among them", () => {
    expect(
      statementOf(
        `CREATE EXTERNAL TABLE t (a string) ROW FORMAT SERDE 'org.apache.hadoop.hive.serde2.OpenCSVSerde' WITH SERDEPROPERTIES ("separatorChar" = ",", "quoteChar" = "\\"") STORED AS INPUTFORMAT 'in' OUTPUTFORMAT 'out' LOCATION 's3://b/'`,
      ),
    ).toMatchObject({
      rowFormat: {
        serde: "org.apache.hadoop.hive.serde2.OpenCSVSerde",
        serdeProperties: { separatorChar: ",", quoteChar: '"' },
      },
      storedAs: { kind: "classes", input: "in", output: "out" },
    });
  });

  test.each([
    ["MSCK REPAIR TABLE db.t", { kind: "repair-table", table: { parts: ["db", "t"] } }],
    ["DROP TABLE IF EXISTS t", { kind: "drop-table", ifExists: true }],
    [
      "CREATE DATABASE IF NOT EXISTS d COMMENT 'c' LOCATION 's3://b/'",
      { kind: "create-database", database: "d", ifNotExists: true, comment: "c", location: "s3://b/" },
    ],
    ["DROP SCHEMA d CASCADE", { kind: "drop-database", database: "d", cascade: true }],
    ["SHOW DATABASES LIKE 'a.*'", { kind: "show-databases", pattern: "a.*" }],
    ["SHOW TABLES IN d 'x*'", { kind: "show-tables", database: "d", pattern: "x*" }],
    ["SHOW COLUMNS IN t FROM d", { kind: "show-columns", table: { parts: ["d", "t"] } }],
    ["SHOW PARTITIONS t", { kind: "show-partitions" }],
    ["SHOW TBLPROPERTIES t ('a')", { kind: "show-properties", name: "a" }],
    ["SHOW CREATE TABLE d.t", { kind: "show-create-table" }],
    ["DESCRIBE FORMATTED d.t", { kind: "describe", form: "formatted", table: { parts: ["d", "t"] } }],
    ["DESC t", { kind: "describe", form: "plain" }],
    [
      "ALTER TABLE t ADD IF NOT EXISTS PARTITION (dt='1', h=2) LOCATION 's3://x/' PARTITION (dt='2', h=3)",
      {
        kind: "alter-table",
        action: {
          kind: "add-partitions",
          ifNotExists: true,
          partitions: [
            {
              spec: [
                { column: "dt", value: "1" },
                { column: "h", value: "2" },
              ],
              location: "s3://x/",
            },
            {},
          ],
        },
      },
    ],
    [
      "ALTER TABLE t DROP PARTITION (dt < '2'), PARTITION (dt = '9')",
      { action: { kind: "drop-partitions", partitions: [[{ operator: "<" }], [{ operator: "=" }]] } },
    ],
    [
      "ALTER TABLE t ADD COLUMNS (a int, b string)",
      { action: { kind: "add-columns", columns: [{ name: "a" }, { name: "b" }] } },
    ],
    [
      "ALTER TABLE t SET TBLPROPERTIES ('a'='b')",
      { action: { kind: "set-properties", properties: { a: "b" } } },
    ],
    [
      "ALTER TABLE t PARTITION (dt='1') SET LOCATION 's3://y/'",
      { action: { kind: "set-location", location: "s3://y/" } },
    ],
    [
      "ALTER TABLE t PARTITION (dt='1') RENAME TO PARTITION (dt='2')",
      { action: { kind: "rename-partition" } },
    ],
  ])("%s", (text, expected) => expect(statementOf(text)).toMatchObject(expected));
});

describe("Trino's statements", () => {
  test.each([
    ["INSERT INTO d.t (a, b) SELECT 1, 2", { kind: "insert", columns: ["a", "b"] }],
    ["INSERT INTO t VALUES (1)", { kind: "insert", columns: undefined }],
    [
      "CREATE TABLE t WITH (format = 'PARQUET', partitioned_by = ARRAY['dt'], bucket_count = 3) AS SELECT 1 AS a WITH NO DATA",
      {
        kind: "create-table-as",
        properties: { format: "PARQUET", partitioned_by: ["dt"], bucket_count: 3 },
        withData: false,
      },
    ],
    [
      "CREATE OR REPLACE VIEW v AS SELECT 1 AS x ;",
      { kind: "create-view", orReplace: true, sql: "SELECT 1 AS x" },
    ],
    ["EXPLAIN (TYPE LOGICAL) SELECT 1", { kind: "explain", analyze: false }],
    ["PREPARE p FROM SELECT ? + 1", { kind: "prepare", name: "p", sql: "SELECT ? + 1" }],
    ["EXECUTE p USING 1, 'a'", { kind: "execute", name: "p" }],
    ["DEALLOCATE PREPARE p", { kind: "deallocate" }],
    [
      "UNLOAD (SELECT 1 AS a) TO 's3://b/' WITH (format = 'PARQUET')",
      { kind: "unload", location: "s3://b/" },
    ],
    ["DROP VIEW IF EXISTS v", { kind: "drop-view", ifExists: true }],
    ["-- a comment\nSELECT /* another */ 1", { kind: "query" }],
  ])("%s", (text, expected) => expect(statementOf(text)).toMatchObject(expected));

  test("names are in lower case, quoted or not", () => {
    expect(statementOf('SELECT * FROM "MyDb".T')).toMatchObject({
      query: { body: { from: [{ name: { parts: ["mydb", "t"] } }] } },
    });
  });
});

describe("what is wrong is said with its place", () => {
  test.each([
    [
      "SELECT\n  1 1x",
      "line 2:5: identifiers must not start with a digit; surround the identifier with double quotes",
    ],
    ["SELECT 'abc", "line 1:8: mismatched input '''. Expecting: <string>"],
    ["SELECT 1; SELECT 2", "line 1:11: Only one sql statement is allowed."],
  ])("%s", (text, expected) => expect(errorOf(text)).toBe(expected));

  test("ten thousand parentheses are an error, not a crash", () => {
    const deep = `SELECT ${"(".repeat(10_000)}1${")".repeat(10_000)}`;
    expect(errorOf(deep)).toContain("statement is too large");
    expect(errorOf(`SELECT ${"NOT ".repeat(10_000)}true`)).toContain("statement is too large");
    expect(errorOf(`SELECT ${"- ".repeat(10_000)}1`)).toContain("statement is too large");
    expect(errorOf(`SELECT 1${" + 1".repeat(10_000)}`)).toContain("statement is too large");
    expect(errorOf(`SELECT ${"CAST(".repeat(10_000)}1`)).toContain("statement is too large");
  });

  test("a text beyond Athena's limit is refused", () => {
    expect(errorOf(`SELECT '${"x".repeat(262_144)}'`)).toContain("262144");
  });
});
