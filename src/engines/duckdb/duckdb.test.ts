import { mkdtempSync, readFileSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, expect, test } from "vitest";
import { MIB } from "../../base/units.ts";
import { duckDb, DuckDbCancelled, DuckDbCrashed, DuckDbError } from "./duckdb.ts";

const folder = mkdtempSync(join(tmpdir(), "hosu-duckdb-"));
const engine = duckDb({
  allowedFolders: [folder],
  spillFolder: join(folder, "spill"),
  memoryBytes: 256 * MIB,
  threads: 2,
});
afterAll(() => engine.close());

test("the last statement's rows are the answer, as text", async () => {
  const { columns, rows } = await engine.run({
    statements: [
      "CREATE TEMP TABLE t AS SELECT 1 AS a",
      "SELECT a, NULL AS b, 1.50::DECIMAL(5,2) AS c FROM t",
    ],
  });
  expect(columns).toEqual(["a", "b", "c"]);
  expect(rows).toEqual([["1", null, "1.50"]]);
});

test("a table handed in can be read, and is gone with its query", async () => {
  const tables = [
    {
      name: "p",
      columns: ["file", "dt"],
      rows: [
        ["a", "2026-01-01"],
        ["b", null],
      ],
    },
  ];
  const { rows } = await engine.run({ tables, statements: ["SELECT count(*), count(dt) FROM p"] });
  expect(rows).toEqual([["2", "1"]]);
  await expect(engine.run({ statements: ["SELECT * FROM p"] })).rejects.toThrow(DuckDbError);
});

test("what a query writes goes to an allowed folder, and nowhere else", async () => {
  const path = join(folder, "out.csv");
  await engine.run({ statements: [`COPY (SELECT 42 AS n) TO '${path}' (FORMAT csv, HEADER)`] });
  expect(readFileSync(path, "utf8")).toBe("n\n42\n");
  const outside = join(mkdtempSync(join(tmpdir(), "hosu-outside-")), "secret.csv");
  writeFileSync(outside, "a\n1\n");
  await expect(engine.run({ statements: [`SELECT * FROM read_csv('${outside}')`] })).rejects.toThrow(
    /Permission|access/i,
  );
  await expect(engine.run({ statements: ["SET enable_external_access = true"] })).rejects.toThrow(
    DuckDbError,
  );
});

test("a cancelled query ends as such, and the next one runs", async () => {
  const cancel = new AbortController();
  const long = engine.run(
    { statements: ["SELECT sum(a.range * b.range) FROM range(10000000) a, range(1000000) b"] },
    cancel.signal,
  );
  cancel.abort();
  await expect(long).rejects.toThrow(DuckDbCancelled);
  expect((await engine.run({ statements: ["SELECT 1"] })).rows).toEqual([["1"]]);
});

test("queries that run when the child ends fail by name, and the next one starts another child", async () => {
  const other = duckDb({
    allowedFolders: [folder],
    spillFolder: join(folder, "spill"),
    memoryBytes: 256 * MIB,
    threads: 1,
  });
  const { rows } = await other.run({ statements: ["SELECT 1"] });
  expect(rows).toEqual([["1"]]);
  const long = other.run({
    statements: ["SELECT sum(a.range * b.range) FROM range(10000000) a, range(1000000) b"],
  });
  const failed = expect(long).rejects.toThrow(DuckDbCrashed);
  process.kill(other.pid() ?? 0, "SIGKILL");
  await failed;
  expect((await other.run({ statements: ["SELECT 2"] })).rows).toEqual([["2"]]);
  await other.close();
});
