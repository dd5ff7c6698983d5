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

test("an ORDER BY of a million rows keeps its order in the result, page by page", async () => {
  const { QueryExecutionId: id = "" } = await lake.run(
    "SELECT a * 1000 + b AS n, CASE WHEN b % 2 = 0 THEN 'x\"\n,' END AS s FROM UNNEST(sequence(0, 999)) AS t(a) CROSS JOIN UNNEST(sequence(0, 999)) AS u(b) ORDER BY n DESC",
  );
  let expected = 999_999;
  let token: string | undefined;
  let pages = 0;
  do {
    const page = await lake.calls.athena.GetQueryResults({
      QueryExecutionId: id,
      ...(token === undefined ? {} : { NextToken: token }),
    });
    const rows = page.ResultSet?.Rows ?? [];
    for (const { Data = [] } of pages === 0 ? rows.slice(1) : rows) {
      if (Data[0]?.VarCharValue !== String(expected))
        throw new Error(`${Data[0]?.VarCharValue} for ${expected}`);
      if (Data[1]?.VarCharValue !== (expected % 2 === 0 ? 'x"\n,' : undefined))
        throw new Error("not its text");
      expected -= 1;
    }
    pages += 1;
    token = page.NextToken;
  } while (token !== undefined);
  expect([expected, pages]).toEqual([-1, 1_001]);
});

test("a running query that is stopped ends as cancelled within a second", async () => {
  const { QueryExecutionId: id = "" } = await lake.calls.athena.StartQueryExecution({
    QueryString:
      "SELECT sum(a * b + c) FROM UNNEST(sequence(1, 9999)) AS t(a) CROSS JOIN UNNEST(sequence(1, 9999)) AS u(b) CROSS JOIN UNNEST(sequence(1, 9999)) AS v(c)",
    ResultConfiguration: { OutputLocation: "s3://lake/results/" },
  });
  const state = async () =>
    (await lake.calls.athena.GetQueryExecution({ QueryExecutionId: id })).QueryExecution?.Status;
  while ((await state())?.State !== "RUNNING") await new Promise((resolve) => setImmediate(resolve));
  const stoppedAt = performance.now();
  await lake.calls.athena.StopQueryExecution({ QueryExecutionId: id });
  while ((await state())?.State === "RUNNING") await new Promise((resolve) => setImmediate(resolve));
  expect(performance.now() - stoppedAt).toBeLessThan(1_000);
  expect(await state()).toMatchObject({ State: "CANCELLED", StateChangeReason: "Query cancelled by user" });
});

test("partition values of any kind come back as they were written", async () => {
  await ok(
    "CREATE TABLE pv WITH (format='PARQUET', partitioned_by=ARRAY['k']) AS SELECT * FROM (VALUES (1, 'a b'), (2, 'x/y=z'), (3, ''''), (4, 'é(!)*'), (5, NULL)) AS t(id, k)",
    "INSERT INTO pv SELECT 6, 'a b' UNION ALL SELECT 7, 'new:one'",
  );
  expect(await lake.rows("SELECT id, k FROM pv ORDER BY id")).toEqual([
    ["1", "a b"],
    ["2", "x/y=z"],
    ["3", "'"],
    ["4", "é(!)*"],
    ["5", null],
    ["6", "a b"],
    ["7", "new:one"],
  ]);
  expect(await lake.rows("SELECT id FROM pv WHERE k IS NULL")).toEqual([["5"]]);
});

test("rows written as text are read back as they were", async () => {
  await ok(
    "CREATE TABLE tx WITH (format='TEXTFILE', field_delimiter='|') AS SELECT 1 id, 'a,b' s, CAST(NULL AS varchar) n, '' e, true b, DATE '2026-01-01' d, TIMESTAMP '2026-01-01 10:00:00.123' t, 1.5E0 f, DECIMAL '1.20' c",
  );
  expect(await lake.rows("SELECT * FROM tx")).toEqual([
    ["1", "a,b", null, "", "true", "2026-01-01", "2026-01-01 10:00:00.123", "1.5", "1.20"],
  ]);
  await ok(
    "CREATE TABLE js WITH (format='JSON') AS SELECT 1 id, 'q\"x' s, ARRAY[1, NULL] a, CAST(ROW(1, 'x') AS ROW(p integer, q varchar)) r, MAP(ARRAY['k'], ARRAY[2]) m, DATE '2026-01-01' d, TIMESTAMP '2026-01-01 10:00:00' t",
  );
  expect(await lake.rows("SELECT * FROM js")).toEqual([
    ["1", 'q"x', "[1, null]", "{p=1, q=x}", "{k=2}", "2026-01-01", "2026-01-01 10:00:00.000"],
  ]);
});

test("binary is Base64 in text, and rows without names are not written", async () => {
  await ok("CREATE TABLE bin WITH (format='TEXTFILE') AS SELECT to_utf8('hi') AS a");
  expect(await lake.rows("SELECT * FROM bin")).toEqual([["68 69"]]);
  expect(await lake.failure("CREATE TABLE anon AS SELECT ARRAY[ROW(1, 'x')] AS a")).toBe(
    "NOT_SUPPORTED: Anonymous row type is not supported in Hive. Please give each field a name: row(integer, varchar(1))",
  );
});

test("what is inserted must have the table's columns and types", async () => {
  await ok("CREATE TABLE ins AS SELECT BIGINT '1' AS a, 'x' AS b");
  const mismatch =
    "TYPE_MISMATCH: line 1:1: Insert query has mismatched column types: Table: [bigint, varchar(1)], Query:";
  expect(await lake.failure("INSERT INTO ins SELECT 1")).toBe(`${mismatch} [integer]`);
  expect(await lake.failure("INSERT INTO ins SELECT 'q', 'y'")).toBe(`${mismatch} [varchar(1), varchar(1)]`);
  await ok("INSERT INTO ins (b) SELECT 'z'", "INSERT INTO ins VALUES (2, 'y')");
  expect(await lake.rows("SELECT a, b FROM ins ORDER BY a")).toEqual([
    ["1", "x"],
    ["2", "y"],
    [null, "z"],
  ]);
});

test("what a query wrote is listed in its manifest, and its metadata lies beside it", async () => {
  const made = await lake.run("CREATE TABLE mf AS SELECT 1 AS a");
  const id = made.QueryExecutionId ?? "";
  expect(made.ResultConfiguration?.OutputLocation).toBe(`s3://lake/results/tables/${id}`);
  const manifest = made.Statistics?.DataManifestLocation ?? "";
  expect(manifest).toBe(`s3://lake/results/tables/${id}-manifest.csv`);
  const files = (await lake.get(manifest.slice("s3://lake/".length))).toString().trim().split("\n");
  expect(files).toHaveLength(1);
  expect(files[0]).toMatch(new RegExp(`^s3://lake/results/tables/${id}/`));
  expect((await lake.get(`results/tables/${id}.metadata`)).length).toBeGreaterThan(0);
  const { UpdateCount, ResultSet } = await lake.calls.athena.GetQueryResults({ QueryExecutionId: id });
  expect([UpdateCount, ResultSet?.ResultSetMetadata?.ColumnInfo?.[0]?.Name]).toEqual([1, "rows"]);
});

test("execution parameters are expressions where they can be, else text", async () => {
  const one = async (parameter: string) =>
    (await lake.rows("SELECT ? AS v", { parameters: [parameter] }))[0]?.[0];
  expect(await one("'abc'")).toBe("abc");
  expect(await one("1 + 1")).toBe("2");
  expect(await one("abc def")).toBe("abc def");
  expect(await one("it's")).toBe("it's");
  expect(await one("x + 1")).toBe("x + 1");
  expect(await one("123e4567-e89b-12d3-a456-426614174000")).toBe("123e4567-e89b-12d3-a456-426614174000");
  expect(await one("NULL")).toBe(null);
  expect(await lake.rows("SELECT 1", { parameters: ["7"] })).toEqual([["1"]]);
  expect(await lake.failure("SELECT ? + ?", { parameters: ["7"] })).toBe(
    "INVALID_PARAMETER_USAGE: Incorrect number of parameters: expected 2 but found 1",
  );
});

test("a work group's own location wins when it is enforced, its cutoff stops queries, and disabled it takes none", async () => {
  await ok("CREATE TABLE wide AS SELECT * FROM UNNEST(sequence(1, 9999)) AS t(a)");
  await lake.calls.athena.CreateWorkGroup({
    Name: "team",
    Configuration: {
      EnforceWorkGroupConfiguration: true,
      BytesScannedCutoffPerQuery: 10_000_000,
      ResultConfiguration: { OutputLocation: "s3://lake/team/" },
    },
  });
  const done = await lake.run("SELECT 1", { workGroup: "team" });
  expect(done.ResultConfiguration?.OutputLocation).toMatch(/^s3:\/\/lake\/team\//);
  expect(
    await lake.failure("CREATE TABLE other WITH (external_location='s3://lake/x/') AS SELECT 1 AS a", {
      workGroup: "team",
    }),
  ).toContain("enforces a centralized output location");
  await lake.calls.athena.UpdateWorkGroup({ WorkGroup: "team", State: "DISABLED" });
  await expect(lake.run("SELECT 1", { workGroup: "team" })).rejects.toMatchObject({
    code: "InvalidRequestException",
    message: "WorkGroup team is disabled.",
  });
});

test("a request that comes again with its token starts nothing again", async () => {
  const input = {
    QueryString: "SELECT 1",
    ClientRequestToken: "t".repeat(32),
    ResultConfiguration: { OutputLocation: "s3://lake/results/" },
  };
  const { QueryExecutionId: first } = await lake.calls.athena.StartQueryExecution(input);
  expect((await lake.calls.athena.StartQueryExecution(input)).QueryExecutionId).toBe(first);
  await expect(
    lake.calls.athena.StartQueryExecution({ ...input, QueryString: "SELECT 2" }),
  ).rejects.toMatchObject({
    message: "Idempotent parameters do not match",
    fields: { AthenaErrorCode: "IDEMPOTENT_PARAMETER_MISMATCH" },
  });
});

test("a query that would read more than its work group allows is stopped before it reads", async () => {
  await lake.put("big/f.csv", "x".repeat(999) + "\n".repeat(10_000_001));
  await ok("CREATE EXTERNAL TABLE big (a string) LOCATION 's3://lake/big/'");
  await lake.calls.athena.CreateWorkGroup({
    Name: "thrifty",
    Configuration: { BytesScannedCutoffPerQuery: 10_000_000, EnforceWorkGroupConfiguration: false },
  });
  expect(await lake.failure("SELECT a FROM big", { workGroup: "thrifty" })).toBe(
    "Query cancelled! : Bytes scanned limit was exceeded",
  );
});

test("a database's name may come in backquotes", async () => {
  await ok("CREATE TABLE bq AS SELECT 1 AS a");
  expect(await lake.rows("SELECT * FROM bq", { database: "`shop`" })).toEqual([["1"]]);
});

test("names that are not there fail in Trino's words", async () => {
  expect(await lake.failure("SELECT * FROM nosuch")).toBe(
    "TABLE_NOT_FOUND: line 1:15: Table 'awsdatacatalog.shop.nosuch' does not exist",
  );
  expect(await lake.failure("SELECT * FROM nosuch", { database: "nodb" })).toBe(
    "SCHEMA_NOT_FOUND: line 1:15: Schema 'nodb' does not exist",
  );
  const { Status } = await lake.run("SELECT 1 / 0");
  expect([Status?.StateChangeReason, Status?.AthenaError?.ErrorType]).toEqual([
    "DIVISION_BY_ZERO: Division by zero",
    1_001,
  ]);
});
