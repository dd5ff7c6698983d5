import type { Context } from "../../../platform/context.ts";
import type { Expression } from "../../../trino/ast.ts";
import type { Statement } from "../../../trino/ast-statements.ts";
import { notSupported, TrinoError } from "../../../trino/error.ts";
import { parse, type Parsed } from "../../../trino/parse.ts";
import {
  preparedStatements,
  type QueryExecution,
  type QueryFigures,
  type ResultFacts,
  type WorkGroup,
} from "../model.ts";
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
  /** Where it differs from what was said at the start. */
  readonly outputLocation?: string;
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

type Bound = Pick<Run, "statement" | "text" | "parameters" | "parametersText">;

/** EXECUTE stands for the statement that was prepared; parameters come with it, or with the request. */
async function bind(context: Context, execution: QueryExecution, parsed: Parsed): Promise<Bound> {
  const { statement, text } = parsed;
  const given = readParameters(execution.parameters ?? []);
  if (statement.kind !== "execute") {
    checkCount(parsed.parameterCount, given.parameters.length);
    return { statement, text, ...given };
  }
  const { account, region, workGroup } = execution;
  const prepared = await context.store.read((read) =>
    read.get(preparedStatements, account, region, workGroup, statement.name),
  );
  if (!prepared) throw new TrinoError("NOT_FOUND", `Prepared statement not found: ${statement.name}`);
  const inner = parse(prepared.query);
  const own =
    statement.parameters.length > 0 ? { parameters: statement.parameters, parametersText: text } : given;
  checkCount(inner.parameterCount, own.parameters.length);
  if (inner.statement.kind === "execute") throw notSupported("EXECUTE of an EXECUTE");
  return { statement: inner.statement, text: inner.text, ...own };
}

function checkCount(expected: number, given: number): void {
  if (expected !== given)
    throw new TrinoError(
      "INVALID_PARAMETER_USAGE",
      `Incorrect number of parameters: expected ${expected} but found ${given}`,
    );
}

/** Parameters of the request are texts of literals: `'2024-01-01'`, `7`. Read as the list of an EXECUTE, so that offsets stay true. */
function readParameters(texts: readonly string[]): Pick<Bound, "parameters" | "parametersText"> {
  if (texts.length === 0) return { parameters: [], parametersText: "" };
  const parametersText = `EXECUTE request USING ${texts.join(", ")}`;
  const { statement } = parse(parametersText);
  if (statement.kind !== "execute" || statement.parameters.length !== texts.length)
    throw new TrinoError("INVALID_PARAMETER_USAGE", "An execution parameter is not one expression");
  return { parameters: statement.parameters, parametersText };
}
