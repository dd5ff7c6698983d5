import type { Context } from "../../../platform/context.ts";
import type { Expression } from "../../../trino/ast.ts";
import type { Statement } from "../../../trino/ast-statements.ts";
import { type QueryExecution, type QueryFigures, type ResultFacts, type WorkGroup } from "../model.ts";
import { bind } from "./parameters.ts";
import { runStatement } from "../statements/statements.ts";
import type { Submitted } from "./runner.ts";
import { runQuery } from "./query.ts";
import { runCreateTableAs } from "./create-table-as.ts";
import { runInsert } from "./insert.ts";
import { runUnload } from "./unload.ts";

/** What is at hand while one query runs. */
export interface Run {
  readonly context: Context;
  readonly execution: QueryExecution;
  readonly group: WorkGroup;
  readonly statement: Statement;
  /** The text that the statement's offsets point into. */
  readonly text: string;
  /** What the `?` stand for, and the text that those were read from. */
  readonly parameters: readonly Expression[];
  readonly parametersText: string;
  readonly signal: AbortSignal;
}

export interface Done {
  readonly figures: Partial<QueryFigures>;
  readonly result: ResultFacts;
  /** Where it differs from what the text alone told. */
  readonly substatementType?: string;
}

/** Runs a statement to its end. @throws TrinoError, QueryError, AccessDenied, DuckDbError … */
export async function perform(
  { context, execution, parsed, group }: Submitted,
  signal: AbortSignal,
): Promise<Done> {
  const bound = await bind(context, execution, parsed);
  const run: Run = { context, execution, group, signal, ...bound };
  switch (run.statement.kind) {
    case "query":
      return runQuery(run, run.statement);
    case "create-table-as":
      return runCreateTableAs(run, run.statement);
    case "insert":
      return runInsert(run, run.statement);
    case "unload":
      return runUnload(run, run.statement);
    default:
      return runStatement(run);
  }
}
