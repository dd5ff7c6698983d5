/** A function as the tables write it: a Trino signature and what it becomes in DuckDB. */
import { invariant } from "../../base/invariant.ts";
import type { TrinoType } from "../types/type.ts";
import { parseSignature, type Signature } from "./signature.ts";

/** What a translation may look at: its arguments as SQL, and all types. */
export interface EmitCall {
  readonly args: readonly string[];
  readonly types: readonly TrinoType[];
  readonly result: TrinoType;
  /** The text of a string or number literal argument, undefined for anything else. */
  readonly constants: readonly (string | undefined)[];
  /** The body of the lambda that is argument `index` (from 0), with these values for its parameters. */
  readonly apply: (index: number, values: readonly string[]) => string;
}

/**
 * SQL with `$1`, `$2` … for arguments, `$*` for all of them. In an aggregate or window function the call that takes
 * DISTINCT, ORDER BY, FILTER and OVER stands in braces: `CAST({sum($1)} AS BIGINT)`.
 */
export type Translation = string | ((call: EmitCall) => string);

export interface FunctionDetails {
  readonly sql: Translation;
  /** For results that depend on the arguments' precision and scale. */
  readonly result?: (types: readonly TrinoType[]) => TrinoType;
  /** A value of its own at every call: emitted once, never duplicated, refused in TRY. */
  readonly volatile?: boolean;
}

/** `"lower(varchar) varchar": "lower($1)"`. Rows of one name are tried in order; the closest wins, the first of equals. */
export type FunctionTable = Readonly<Record<string, Translation | FunctionDetails>>;

export type FunctionKind = "scalar" | "aggregate" | "window";

export interface FunctionRow {
  readonly name: string;
  readonly kind: FunctionKind;
  /** As written in the table: names the row in keys and messages. */
  readonly written: string;
  readonly signature: Signature;
  readonly details: FunctionDetails;
}

/** Reads a table into rows by name. */
export function readTable(kind: FunctionKind, table: FunctionTable, into: Map<string, FunctionRow[]>): void {
  for (const [written, value] of Object.entries(table)) {
    const details = typeof value === "string" || typeof value === "function" ? { sql: value } : value;
    const open = written.indexOf("(");
    invariant(open > 0, `a signature has parentheses: ${written}`);
    const name = written.slice(0, open);
    const row: FunctionRow = { name, kind, written, signature: parseSignature(written.slice(open)), details };
    const rows = into.get(name);
    if (rows) rows.push(row);
    else into.set(name, [row]);
  }
}
