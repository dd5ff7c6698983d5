/** Typed tree → DuckDB's SQL. */
import type { Analyzed } from "./analyze.ts";
import { resultText } from "./emit/result.ts";
import type { EmitContext } from "./emit/context.ts";
import { expressionText, tooLarge } from "./emit/expression.ts";
import { queryText } from "./emit/query.ts";
import { quoteName } from "./emit/text.ts";
import { EMITTED_CHARACTERS_MAX } from "./limits.ts";
import type { TableUse } from "./typed.ts";
import type { TrinoType } from "./types/type.ts";

export interface EmitInput {
  /** The SQL of a table's rows (a view's name, `read_parquet([…])`): columns by the catalog's names, in the types of duckType(). */
  readonly relationFor: (table: TableUse) => string;
  /** `text`: every column as Athena's CSV shows it, a VARCHAR. `values`: as duckType() keeps it. */
  readonly columns?: "values" | "text";
}

export interface Emitted {
  /** Its columns are named `c0`, `c1` …, so that two of one name do not clash; see `columns`. */
  readonly sql: string;
  readonly columns: readonly EmittedColumn[];
}

export interface EmittedColumn {
  /** Trino's name: `_col3` for an unnamed one; may stand twice. */
  readonly name: string;
  readonly type: TrinoType;
}

/** @throws TrinoError for what cannot be said in DuckDB's SQL. */
export function emit(analyzed: Analyzed, input: EmitInput): Emitted {
  const context: EmitContext = {
    relationFor: input.relationFor,
    tables: analyzed.tables,
    rules: { expression: expressionText, query: queryText },
    variables: new Map(),
  };
  const names = analyzed.query.columns.map((_, index) => `c${index}`);
  const named = analyzed.named.map(({ id, query }) => `n${id} AS (${queryText(query, context)})`);
  const inner = queryText(analyzed.query, context);
  const columns = analyzed.query.columns.map(({ name, type }, index) => ({
    name: name ?? `_col${index}`,
    type,
  }));
  const wrapped =
    input.columns === "text"
      ? `SELECT ${columns.map(({ type }, index) => `${resultText(`q.c${index}`, type)} AS ${names[index]}`).join(", ")} FROM (${inner}) AS q`
      : inner;
  const sql = `${named.length === 0 ? "" : `WITH ${named.join(", ")} `}${wrapped}`;
  if (sql.length > EMITTED_CHARACTERS_MAX) throw tooLarge();
  return { sql, columns };
}

/** The emitted query with the user's column names: what CREATE TABLE AS and INSERT write. Names must differ. */
export function withNames(emitted: Emitted, names = emitted.columns.map(({ name }) => name)): string {
  const items = names.map((name, index) => `c${index} AS ${quoteName(name)}`).join(", ");
  return `SELECT ${items} FROM (${emitted.sql}) AS q`;
}
