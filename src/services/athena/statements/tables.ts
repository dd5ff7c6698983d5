import type { InputOf } from "../../../contract/apis.ts";
import type { QualifiedName } from "../../../trino/ast.ts";
import { notSupported } from "../../../trino/error.ts";
import { getTable, hasDatabase, type GlueTable } from "../run/load-tables.ts";
import type { Run } from "../run/perform.ts";
import { databaseNotFound, semanticError, tableNotFound } from "./hive-errors.ts";
import { nameOf } from "./names.ts";

export type TableInput = NonNullable<InputOf<"glue:UpdateTable">["TableInput"]>;
export type InputDescriptor = NonNullable<TableInput["StorageDescriptor"]>;

export interface FoundTable {
  readonly database: string;
  readonly name: string;
  readonly table: GlueTable;
}

/** What the catalog gave it takes back: its types alone make more optional in answers than in requests. */
// oxlint-disable-next-line typescript/no-unsafe-type-assertion
export const asInput = <T>(answered: unknown): T => answered as T;

export const inputDescriptor = (descriptor: GlueTable["StorageDescriptor"] = {}): InputDescriptor =>
  asInput(descriptor);

export const isView = ({ TableType: type }: GlueTable): boolean => type === "VIRTUAL_VIEW";

/** @throws QueryError in Hive's words */
export async function findTable(run: Run, written: QualifiedName): Promise<FoundTable> {
  const name = nameOf(run, written);
  const calls = run.context.calls.asCaller;
  const table = await getTable(calls, name);
  if (table) return { database: name.database, name: name.table, table };
  throw (await hasDatabase(calls, name.database))
    ? tableNotFound(name.table)
    : databaseNotFound(name.database);
}

/** A table whose rows lie in files. @throws QueryError for a view */
export async function findFileTable(run: Run, written: QualifiedName): Promise<FoundTable> {
  const found = await findTable(run, written);
  if (found.table.TargetTable) throw notSupported("A change to a resource link");
  if (isView(found.table)) throw semanticError("To alter a view you need to use the ALTER VIEW command.");
  return found;
}

/** Members of a table that UpdateTable takes; the others the catalog writes itself. */
const TAKEN = [
  "Description",
  "Owner",
  "LastAccessTime",
  "LastAnalyzedTime",
  "Retention",
  "StorageDescriptor",
  "PartitionKeys",
  "ViewOriginalText",
  "ViewExpandedText",
  "TableType",
  "Parameters",
] as const;

/** What UpdateTable takes of a table that GetTable gave. */
export function inputOf(table: GlueTable): TableInput {
  const taken = TAKEN.flatMap((name) => (table[name] === undefined ? [] : [[name, table[name]]]));
  return asInput({ Name: table.Name, ...Object.fromEntries(taken) });
}

/** Writes a changed table back, with Hive's note of when. */
export async function updateTable(
  run: Run,
  { database, table }: FoundTable,
  change: Partial<TableInput>,
): Promise<void> {
  const before = inputOf(table);
  await run.context.calls.asCaller.glue.UpdateTable({
    DatabaseName: database,
    TableInput: {
      ...before,
      ...change,
      Parameters: {
        ...before.Parameters,
        ...change.Parameters,
        transient_lastDdlTime: String(Math.floor(run.execution.submittedMs / 1_000)),
      },
    },
  });
}
