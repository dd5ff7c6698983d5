import type { Statement } from "../../../trino/ast-statements.ts";
import { getTable, hasDatabase } from "../run/load-tables.ts";
import type { Run } from "../run/perform.ts";
import { databaseNotFound, isNotFound, semanticError, tableNotFound } from "./hive-errors.ts";
import { nameOf } from "./names.ts";
import { isView } from "./tables.ts";
import { NOTHING, type TextResult } from "./text-result.ts";

/** DROP TABLE: the catalog forgets it; what lies in S3 stays. Source: Athena User Guide, "DROP TABLE". */
export async function dropTable(
  run: Run,
  { table: written, ifExists }: Extract<Statement, { kind: "drop-table" }>,
): Promise<TextResult> {
  const name = nameOf(run, written);
  const calls = run.context.calls.asCaller;
  const table = await getTable(calls, name);
  if (!table) {
    if (ifExists) return NOTHING;
    throw (await hasDatabase(calls, name.database))
      ? tableNotFound(name.table)
      : databaseNotFound(name.database);
  }
  if (isView(table)) throw semanticError("Cannot drop a view with DROP TABLE");
  try {
    await calls.glue.DeleteTable({ DatabaseName: name.database, Name: name.table });
  } catch (error) {
    // Somebody else dropped it in the meantime.
    if (!isNotFound(error)) throw error;
    if (!ifExists) throw tableNotFound(name.table);
  }
  return NOTHING;
}
