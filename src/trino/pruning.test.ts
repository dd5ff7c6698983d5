import { describe, expect, test } from "vitest";
import { analyze } from "./analyze.ts";
import type { CatalogEntry } from "./analyze/context.ts";
import { emit, withNames } from "./emit.ts";
import { parse } from "./parse.ts";
import { matches } from "./prune/predicate.ts";
import { tableNeeds } from "./pruning.ts";
import { queryOf, tableReferences } from "./references.ts";
import { BIGINT, DATE, INTEGER, VARCHAR } from "./types/type.ts";
import { decodeView, encodeView } from "./views.ts";

const session = { catalog: "awsdatacatalog", database: "db", nowMs: 0, user: "u" };
const sales: CatalogEntry = {
  kind: "table",
  columns: [
    { name: "id", type: BIGINT, partitionKey: false },
    { name: "amount", type: BIGINT, partitionKey: false },
    { name: "dt", type: VARCHAR, partitionKey: true },
    { name: "hour", type: INTEGER, partitionKey: true },
    { name: "day", type: DATE, partitionKey: true },
  ],
};
const recent: CatalogEntry = {
  kind: "view",
  sql: "SELECT id, dt FROM sales WHERE hour > 5",
  catalog: "awsdatacatalog",
  database: "db",
};

function analyzed(text: string) {
  const { statement } = parse(text);
  const query = queryOf(statement);
  if (!query) throw new Error("no query");
  return analyze({
    text,
    query,
    session,
    catalog: { find: ({ table }) => (table === "sales" ? sales : table === "recent" ? recent : undefined) },
  });
}

const needs = (text: string) => tableNeeds(analyzed(text));

describe("partitions", () => {
  const partition = { dt: "2024-01-02", hour: "7", day: "2024-01-02" };
  test.each([
    ["dt = '2024-01-02'", true],
    ["dt = '2024-01-03'", false],
    ["'2024-01-03' = dt", false],
    ["dt > '2024-01-01' AND hour < 7", false],
    ["dt > '2024-01-01' AND amount < 7", true],
    ["dt = 'x' OR amount < 7", true],
    ["dt = 'x' OR hour = 7", true],
    ["dt IN ('a', '2024-01-02')", true],
    ["dt NOT IN ('a', '2024-01-02')", false],
    ["hour BETWEEN 8 AND 9", false],
    ["hour = CAST(7 AS bigint)", true],
    ["dt LIKE '2024-01-%'", true],
    ["dt LIKE '2023%'", false],
    ["NOT (dt = 'x')", true],
    ["dt IS NULL", false],
    ["day >= DATE '2024-01-02'", true],
    ["day > DATE '2024-01-02'", false],
    ["day < TIMESTAMP '2024-01-02 00:00:00'", false],
    ["dt <> CAST(id AS varchar)", true],
    ["hour + 1 = 3", true],
  ])("WHERE %s → %s", (where, expected) => {
    const [one] = needs(`SELECT id FROM sales WHERE ${where}`);
    expect(one && matches(one.predicate, partition)).toBe(expected);
  });

  test("NULL partitions pass IS NULL alone", () => {
    const values = { ...partition, dt: "__HIVE_DEFAULT_PARTITION__" };
    const pass = (where: string) =>
      needs(`SELECT id FROM sales WHERE ${where}`).map(({ predicate }) => matches(predicate, values));
    expect(pass("dt IS NULL")).toEqual([true]);
    expect(pass("dt <> 'x'")).toEqual([false]);
  });

  test("conditions reach through joins, subqueries and views, and not through what would change the answer", () => {
    const pass = (text: string) => needs(text).map(({ predicate }) => matches(predicate, partition));
    expect(pass("SELECT 1 FROM sales a JOIN sales b ON a.id = b.id AND b.hour = 1 WHERE a.dt = 'x'")).toEqual(
      [false, false],
    );
    expect(
      pass("SELECT 1 FROM sales a LEFT JOIN sales b ON a.id = b.id AND a.hour = 1 WHERE b.dt = 'x'"),
    ).toEqual([true, true]);
    expect(pass("SELECT 1 FROM (SELECT id, dt AS d FROM sales) WHERE d = 'x'")).toEqual([false]);
    expect(pass("SELECT 1 FROM (SELECT id, dt AS d FROM sales LIMIT 5) WHERE d = 'x'")).toEqual([true]);
    expect(pass("SELECT 1 FROM recent WHERE dt = 'x'")).toEqual([false]);
  });
});

describe("columns and names", () => {
  test("only what is read is needed", () => {
    expect(needs("SELECT amount FROM sales WHERE dt = 'a'")[0]?.columns).toEqual(["amount", "dt"]);
    expect(needs("SELECT count(*) FROM sales")[0]?.columns).toEqual([]);
    expect(needs("SELECT x FROM (SELECT *, id AS x FROM sales)")[0]?.columns).toEqual(["id"]);
    expect(
      needs("WITH a AS (SELECT * FROM sales), b AS (SELECT * FROM a WHERE hour > 1) SELECT id FROM b")[0]
        ?.columns,
    ).toEqual(["id", "hour"]);
    expect(needs("SELECT id FROM recent")[0]?.columns).toEqual(["id", "hour"]);
    expect(needs("SELECT count(*) FROM (SELECT DISTINCT amount, dt FROM sales)")[0]?.columns).toEqual([
      "amount",
      "dt",
    ]);
    expect(
      needs("SELECT x FROM (SELECT id AS x, amount AS y FROM sales UNION ALL SELECT 1, 2)")[0]?.columns,
    ).toEqual(["id"]);
    expect(
      needs("SELECT u.z FROM sales s CROSS JOIN LATERAL (SELECT s.amount + 1 AS z) u")[0]?.columns,
    ).toEqual(["amount"]);
  });

  test("a statement's tables are known without a catalog, its own WITH names are none", () => {
    const { statement } = parse(
      "INSERT INTO t WITH a AS (SELECT * FROM b) SELECT * FROM a, c.d, sales WHERE x IN (SELECT y FROM e.f.g)",
    );
    expect(
      tableReferences(statement, session).map(
        ({ catalog, database, table }) => `${catalog}.${database}.${table}`,
      ),
    ).toEqual(["awsdatacatalog.db.b", "awsdatacatalog.c.d", "awsdatacatalog.db.sales", "e.f.g"]);
  });

  test("output columns keep Trino's names", () => {
    const emitted = emit(analyzed("SELECT id, id AS id, id + 1 FROM sales"), { relationFor: () => "sales" });
    expect(emitted.columns.map(({ name }) => name)).toEqual(["id", "id", "_col2"]);
    const named = emit(analyzed("SELECT id AS a FROM sales"), { relationFor: () => "sales" });
    expect(withNames(named)).toContain('AS "a"');
  });

  test("views survive their encoding", () => {
    const view = {
      originalSql: "SELECT 1 AS é",
      catalog: "awsdatacatalog",
      schema: "db",
      columns: [{ name: "é", type: "integer" }],
    };
    expect(decodeView(encodeView(view))).toEqual(view);
  });
});
