import { unreachable } from "../../../base/invariant.ts";
import type { AlterAction, Statement } from "../../../trino/ast-statements.ts";
import type { Run } from "../run/perform.ts";
import { addColumns, changeColumn, replaceColumns } from "./alter-columns.ts";
import { addPartitions, dropPartitions, renamePartition } from "./alter-partitions.ts";
import { setLocation, setProperties, unsetProperties } from "./alter-properties.ts";
import { ddlError } from "./hive-errors.ts";
import { findFileTable, type FoundTable } from "./tables.ts";
import { NOTHING, type TextResult } from "./text-result.ts";

/** ALTER TABLE, an action each. */
export async function alterTable(
  run: Run,
  { table, action }: Extract<Statement, { kind: "alter-table" }>,
): Promise<TextResult> {
  const found = await findFileTable(run, table);
  await perform(run, found, action);
  return NOTHING;
}

function perform(run: Run, found: FoundTable, action: AlterAction): Promise<void> {
  switch (action.kind) {
    case "add-partitions":
      return addPartitions(run, found, action);
    case "drop-partitions":
      return dropPartitions(run, found, action);
    case "rename-partition":
      return renamePartition(run, found, action);
    case "add-columns":
      return addColumns(run, found, action);
    case "replace-columns":
      return replaceColumns(run, found, action);
    case "change-column":
      return changeColumn(run, found, action);
    case "drop-column":
      // Source: Athena User Guide, "ALTER TABLE DROP COLUMN": for Iceberg tables only.
      throw ddlError("DROP COLUMN is supported for Iceberg tables only.");
    case "set-location":
      return setLocation(run, found, action);
    case "set-properties":
      return setProperties(run, found, action);
    case "unset-properties":
      return unsetProperties(run, found, action);
    default:
      return unreachable(action);
  }
}
