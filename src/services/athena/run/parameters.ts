import type { Context } from "../../../platform/context.ts";
import type { Expression } from "../../../trino/ast.ts";
import type { Statement } from "../../../trino/ast-statements.ts";
import { isTrinoError, notSupported, TrinoError } from "../../../trino/error.ts";
import { parse, type Parsed } from "../../../trino/parse.ts";
import { preparedStatements, type QueryExecution } from "../model.ts";

export interface Bound {
  readonly statement: Statement;
  /** The text that the statement's offsets point into. */
  readonly text: string;
  /** What the `?` stand for, and the text that those were read from. */
  readonly parameters: readonly Expression[];
  readonly parametersText: string;
}

/** EXECUTE stands for the statement that was prepared; parameters come with it, or with the request. @throws TrinoError */
export async function bind(context: Context, execution: QueryExecution, parsed: Parsed): Promise<Bound> {
  const { statement, text, parameterCount } = parsed;
  // What is prepared gets its parameters later; what has no `?` ignores them.
  if (statement.kind === "prepare" || (statement.kind !== "execute" && parameterCount === 0))
    return { statement, text, ...NONE };
  const given = readParameters(execution.parameters ?? []);
  if (statement.kind !== "execute") {
    checkCount(parameterCount, given.parameters.length);
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

type Given = Pick<Bound, "parameters" | "parametersText">;

const NONE: Given = { parameters: [], parametersText: "" };

function checkCount(expected: number, given: number): void {
  if (expected !== given)
    throw new TrinoError(
      "INVALID_PARAMETER_USAGE",
      `Incorrect number of parameters: expected ${expected} but found ${given}`,
    );
}

/** Read as the list of an EXECUTE, so that offsets stay true. */
function readParameters(texts: readonly string[]): Given {
  if (texts.length === 0) return NONE;
  const parametersText = asExecute(texts.map(parameterText).join(", "));
  const { statement } = parse(parametersText);
  return { parameters: statement.kind === "execute" ? statement.parameters : [], parametersText };
}

const asExecute = (list: string): string => `EXECUTE request USING ${list}`;

/**
 * A parameter that is one expression without names of columns is that expression: `'a'`, `7`, `DATE '2026-01-01'`.
 * Anything else is text as it stands: `abc`, `it's`. As measured on Athena: aoyagikouhei/athena-local,
 * docs/parameters.md.
 */
export function parameterText(text: string): string {
  return isExpression(text) ? text : `'${text.replaceAll("'", "''")}'`;
}

function isExpression(text: string): boolean {
  try {
    const { statement } = parse(asExecute(text));
    return (
      statement.kind === "execute" && statement.parameters.length === 1 && !namesColumn(statement.parameters)
    );
  } catch (error) {
    if (isTrinoError(error)) return false;
    throw error;
  }
}

/** Walks whatever the tree holds; a lambda's own variables count as names too, as they do on Athena's side of a parse. */
function namesColumn(node: unknown): boolean {
  if (Array.isArray(node)) return node.some(namesColumn);
  if (typeof node !== "object" || node === null) return false;
  if ("kind" in node && (node.kind === "identifier" || node.kind === "dereference")) return true;
  return Object.values(node).some(namesColumn);
}
