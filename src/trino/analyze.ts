/** Tree → typed tree: names, types and Trino's errors. */
import type { Expression, Query } from "./ast.ts";
import {
  EMPTY_SCOPE,
  type Analysis,
  type Catalog,
  type QueryContext,
  type Session,
} from "./analyze/context.ts";
import { expression } from "./analyze/expression.ts";
import { castQuery, plainContext } from "./analyze/outputs.ts";
import { query } from "./analyze/query.ts";
import type { TableUse, Typed, TypedNamed, TypedQuery } from "./typed.ts";
import type { TrinoType } from "./types/type.ts";

/** A typed query with everything that its text needs. */
export interface Analyzed {
  readonly query: TypedQuery;
  /** In the order in which they are to be made: each reads only earlier ones. */
  readonly named: readonly TypedNamed[];
  /** Every reference to a table, in the order found; a table read twice stands twice. */
  readonly tables: readonly TableUse[];
}

export interface AnalyzeInput {
  /** The text that the query's offsets point into. */
  readonly text: string;
  readonly query: Query;
  readonly session: Session;
  readonly catalog: Catalog;
  /** What EXECUTE … USING gave for each `?`. */
  readonly parameters?: readonly Expression[];
  /** The text the parameters were read from. */
  readonly parametersText?: string;
  /** Casts the columns to these (INSERT's target). */
  readonly columnTypes?: readonly TrinoType[];
}

/** Resolves and types a query. @throws TrinoError */
export function analyze(input: AnalyzeInput): Analyzed {
  const base: Analysis = {
    text: input.parametersText ?? input.text,
    session: input.session,
    catalog: input.catalog,
    parameters: [],
    tables: [],
    named: [],
    counter: { next: 1 },
    rules: { query, expression },
    views: [],
  };
  const outside: QueryContext = { analysis: base, outer: undefined, named: [] };
  const parameters = (input.parameters ?? []).map((parameter): Typed =>
    expression(parameter, plainContext(outside, EMPTY_SCOPE, "EXECUTE parameter")),
  );
  const analysis = { ...base, text: input.text, parameters };
  const context = { ...outside, analysis };
  const typed = query(input.query, context);
  const cast = input.columnTypes ? castQuery(typed, input.columnTypes, context) : typed;
  return { query: cast, named: analysis.named, tables: analysis.tables };
}
