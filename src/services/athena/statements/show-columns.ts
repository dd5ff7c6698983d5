import type { Statement } from "../../../trino/ast-statements.ts";
import type { Run } from "../run/perform.ts";
import { dataColumns, keyColumns, padded, viewColumns } from "./column-lines.ts";
import { findTable, isView } from "./tables.ts";
import { shown, textColumn, type TextResult } from "./text-result.ts";

/** One padded name a line, partition keys last. */
export async function showColumns(
  run: Run,
  { table: written }: Extract<Statement, { kind: "show-columns" }>,
): Promise<TextResult> {
  const { table } = await findTable(run, written);
  if (isView(table)) return viewColumns(table);
  const columns = [...dataColumns(table), ...keyColumns(table)];
  return shown(
    textColumn("field"),
    columns.map(({ Name = "" }) => padded(Name)),
  );
}
