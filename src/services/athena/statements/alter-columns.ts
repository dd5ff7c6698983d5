import type { AlterAction } from "../../../trino/ast-statements.ts";
import { notSupported } from "../../../trino/error.ts";
import type { Run } from "../run/perform.ts";
import { glueColumn } from "./create-table.ts";
import { ddlError, semanticError } from "./hive-errors.ts";
import { inputDescriptor, updateTable, type FoundTable, type InputDescriptor } from "./tables.ts";

type GlueColumns = NonNullable<InputDescriptor["Columns"]>;
type Columns = Extract<AlterAction, { kind: "add-columns" | "replace-columns" }>;

const columnsOf = ({ table }: FoundTable): GlueColumns =>
  inputDescriptor(table.StorageDescriptor).Columns ?? [];

/** New columns stand behind the others and before the partition keys. Source: Athena User Guide, "ALTER TABLE ADD COLUMNS". */
export function addColumns(run: Run, found: FoundTable, { columns, partition }: Columns): Promise<void> {
  if (partition) throw notSupported("ALTER TABLE … PARTITION … ADD COLUMNS");
  return writeColumns(run, found, [...columnsOf(found), ...columns.map(glueColumn)]);
}

/** Source: Athena User Guide, "ALTER TABLE REPLACE COLUMNS": not for tables of other SerDes than the lazy one. */
export function replaceColumns(run: Run, found: FoundTable, { columns, partition }: Columns): Promise<void> {
  if (partition) throw notSupported("ALTER TABLE … PARTITION … REPLACE COLUMNS");
  return writeColumns(run, found, columns.map(glueColumn));
}

/** Source: Athena User Guide, "ALTER TABLE CHANGE COLUMN". */
export function changeColumn(
  run: Run,
  found: FoundTable,
  { from, column }: Extract<AlterAction, { kind: "change-column" }>,
): Promise<void> {
  const columns = columnsOf(found);
  const index = columns.findIndex(({ Name: name }) => name.toLowerCase() === from.toLowerCase());
  if (index < 0) throw ddlError(`Invalid column reference ${from}`);
  return writeColumns(run, found, columns.with(index, { ...columns[index], ...glueColumn(column) }));
}

/** @throws QueryError when a name comes twice. */
function writeColumns(run: Run, found: FoundTable, columns: GlueColumns): Promise<void> {
  const seen = new Set((found.table.PartitionKeys ?? []).map(({ Name = "" }) => Name.toLowerCase()));
  for (const { Name: name } of columns) {
    if (seen.has(name.toLowerCase())) throw semanticError(`[Error 10036]: Duplicate column name: ${name}`);
    seen.add(name.toLowerCase());
  }
  return updateTable(run, found, {
    StorageDescriptor: { ...inputDescriptor(found.table.StorageDescriptor), Columns: columns },
  });
}
