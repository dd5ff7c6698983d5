/** Compiles and runs every case of the dialect files on DuckDB. Expected values are Trino's documentation's, never what the code prints. */
import { readdirSync, readFileSync } from "node:fs";
import { DuckDBInstance, type DuckDBConnection } from "@duckdb/node-api";
import { beforeAll, describe, expect, test } from "vitest";
import { analyze } from "../analyze.ts";
import type { Catalog } from "../analyze/context.ts";
import { emit } from "../emit.ts";
import { errorFromEngine, isTrinoError } from "../error.ts";
import { parse } from "../parse.ts";
import { runtimeStatements } from "../runtime/macros.ts";
import { printType } from "../types/type.ts";
import { readSuite, type DialectCase } from "./suite.ts";

const folder = new URL(".", import.meta.url);
const files = readdirSync(folder).filter((name) => name.endsWith(".test"));
const noTables: Catalog = { find: () => undefined };
const session = {
  catalog: "awsdatacatalog",
  database: "default",
  nowMs: Date.UTC(2024, 1, 29, 12, 34, 56, 789),
  user: "tester",
};

let connection: DuckDBConnection;
beforeAll(async () => {
  const instance = await DuckDBInstance.create(":memory:");
  connection = await instance.connect();
  for (const macro of runtimeStatements()) await connection.run(macro);
});

interface Outcome {
  readonly types: string;
  readonly rows: readonly string[];
}

async function run(sql: string): Promise<Outcome | string> {
  try {
    const { statement, text } = parse(sql);
    if (statement.kind !== "query") return `not a query: ${statement.kind}`;
    const analyzed = analyze({ text, query: statement.query, session, catalog: noTables });
    const emitted = emit(analyzed, { relationFor: () => "", columns: "text" });
    const result = await connection.runAndReadAll(emitted.sql);
    const rows = result.getRows().map((row) => row.map(shown).join(" | "));
    return { types: emitted.columns.map(({ type }) => printType(type)).join(", "), rows };
  } catch (error) {
    if (isTrinoError(error)) return error.text;
    const found = error instanceof Error ? errorFromEngine(error.message) : undefined;
    return found?.text ?? String(error);
  }
}

const shown = (value: unknown): string =>
  value === null ? "NULL" : value === "" ? "(empty)" : `${value as string | number | bigint | boolean}`;

async function check({ sql, types, rows, error }: DialectCase): Promise<void> {
  const outcome = await run(sql);
  if (error !== undefined) return expect(outcome).toBe(error);
  expect(outcome, sql).toEqual({ types: types ?? "", rows });
}

describe.each(files)("%s", (file) => {
  const cases = readSuite(readFileSync(new URL(file, folder), "utf8"));
  test.each(cases)("line $line: $sql", check);
});
