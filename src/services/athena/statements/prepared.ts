import { isFault } from "../../../base/fault.ts";
import type { Statement } from "../../../trino/ast-statements.ts";
import { TrinoError } from "../../../trino/error.ts";
import { QueryError } from "../run/failure.ts";
import type { Run } from "../run/perform.ts";
import { NOTHING, type TextResult } from "./text-result.ts";

type Of<K extends Statement["kind"]> = Extract<Statement, { kind: K }>;

/** PREPARE is CreatePreparedStatement, the caller's rights and all. Source: Athena User Guide, "Use prepared statements". */
export async function prepare(
  { context, execution }: Run,
  { name, sql }: Of<"prepare">,
): Promise<TextResult> {
  try {
    await context.calls.asCaller.athena.CreatePreparedStatement({
      StatementName: name,
      WorkGroup: execution.workGroup,
      QueryStatement: sql.trim(),
    });
  } catch (error) {
    if (isFault(error) && error.code === "InvalidRequestException") throw new QueryError(error.message);
    throw error;
  }
  return NOTHING;
}

export async function deallocate(
  { context, execution }: Run,
  { name }: Of<"deallocate">,
): Promise<TextResult> {
  try {
    await context.calls.asCaller.athena.DeletePreparedStatement({
      StatementName: name,
      WorkGroup: execution.workGroup,
    });
  } catch (error) {
    if (isFault(error) && error.code === "ResourceNotFoundException")
      throw new TrinoError("NOT_FOUND", `Prepared statement not found: ${name}`);
    throw error;
  }
  return NOTHING;
}
