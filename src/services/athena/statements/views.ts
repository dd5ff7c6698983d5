import type { Statement } from "../../../trino/ast-statements.ts";
import { TrinoError } from "../../../trino/error.ts";
import { printHiveType } from "../../../trino/types/hive.ts";
import { printType } from "../../../trino/types/type.ts";
import { decodeView, encodeView, VIEW_EXPANDED_TEXT } from "../../../trino/views.ts";
import { getTable, hasDatabase } from "../run/load-tables.ts";
import type { Run } from "../run/perform.ts";
import { analyzeQuery } from "../run/plan.ts";
import { isExisting, isNotFound } from "./hive-errors.ts";
import { nameOf } from "./names.ts";
import { isView, type TableInput } from "./tables.ts";
import { NOTHING, shown, textColumn, type TextResult } from "./text-result.ts";

type Of<K extends Statement["kind"]> = Extract<Statement, { kind: K }>;

const fullText = ({ database, table }: { readonly database: string; readonly table: string }): string =>
  `awsdatacatalog.${database}.${table}`;

/** CREATE VIEW: the query is analysed now, so that a view that cannot be read is not made. Source: Athena User Guide, "CREATE VIEW". */
export async function createView(run: Run, statement: Of<"create-view">): Promise<TextResult> {
  const name = nameOf(run, statement.view);
  const calls = run.context.calls.asCaller;
  if (!(await hasDatabase(calls, name.database)))
    throw new TrinoError("SCHEMA_NOT_FOUND", `line 1:1: Schema '${name.database}' does not exist`);
  const existing = await getTable(calls, name);
  if (existing && !isView(existing))
    throw new TrinoError("TABLE_ALREADY_EXISTS", `line 1:1: Table already exists: '${fullText(name)}'`);
  if (existing && !statement.orReplace)
    throw new TrinoError("TABLE_ALREADY_EXISTS", `line 1:1: View already exists: '${fullText(name)}'`);
  const input = await viewInput(run, statement);
  const place = { DatabaseName: name.database, TableInput: { ...input, Name: name.table } };
  try {
    await (existing ? calls.glue.UpdateTable(place) : calls.glue.CreateTable(place));
  } catch (error) {
    if (!isExisting(error)) throw error;
    throw new TrinoError("TABLE_ALREADY_EXISTS", `line 1:1: View already exists: '${fullText(name)}'`);
  }
  return NOTHING;
}

/** The text as Trino keeps it, and the columns in Hive's types for whoever reads the catalog. @throws TrinoError */
async function viewInput(run: Run, { query, sql }: Of<"create-view">): Promise<Omit<TableInput, "Name">> {
  const { analyzed } = await analyzeQuery(run, { query });
  const columns = analyzed.query.columns.map(({ name, type }, index) => {
    if (name === undefined)
      throw new TrinoError("MISSING_COLUMN_NAME", `Column name not specified at position ${index + 1}`);
    return { name: name.toLowerCase(), type };
  });
  const seen = new Set<string>();
  for (const { name } of columns) {
    if (seen.has(name))
      throw new TrinoError("DUPLICATE_COLUMN_NAME", `Column name '${name}' specified more than once`);
    seen.add(name);
  }
  return {
    TableType: "VIRTUAL_VIEW",
    Owner: "hadoop",
    Retention: 0,
    Parameters: { presto_view: "true", comment: "Presto View" },
    PartitionKeys: [],
    StorageDescriptor: {
      Columns: columns.map(({ name, type }) => ({ Name: name, Type: hiveTypeOf(type) })),
      Location: "",
      Compressed: false,
      NumberOfBuckets: 0,
      SerdeInfo: {},
      SortColumns: [],
      StoredAsSubDirectories: false,
    },
    ViewOriginalText: encodeView({
      originalSql: sql,
      catalog: run.execution.catalog,
      schema: run.execution.database ?? "default",
      columns: columns.map(({ name, type }) => ({ name, type: printType(type) })),
    }),
    ViewExpandedText: VIEW_EXPANDED_TEXT,
  };
}

/** A type that Hive lacks stands as its text: the view's own list keeps Trino's. */
function hiveTypeOf(type: Parameters<typeof printHiveType>[0]): string {
  try {
    return printHiveType(type);
  } catch (error) {
    if (error instanceof TrinoError) return "string";
    throw error;
  }
}

export async function dropView(run: Run, { view, ifExists }: Of<"drop-view">): Promise<TextResult> {
  const name = nameOf(run, view);
  const { glue } = run.context.calls.asCaller;
  const missing = new TrinoError("TABLE_NOT_FOUND", `line 1:1: View '${fullText(name)}' does not exist`);
  const found = await getTable(run.context.calls.asCaller, name);
  if (!found && ifExists) return NOTHING;
  if (!found) throw missing;
  if (!isView(found))
    throw new TrinoError(
      "TABLE_NOT_FOUND",
      `line 1:1: View '${fullText(name)}' does not exist, but a table with that name exists. Did you mean DROP TABLE ${fullText(name)}?`,
    );
  try {
    await glue.DeleteTable({ DatabaseName: name.database, Name: name.table });
  } catch (error) {
    if (!isNotFound(error)) throw error;
    if (!ifExists) throw missing;
  }
  return NOTHING;
}

/** Source: Athena User Guide, "SHOW CREATE VIEW". */
export async function showCreateView(
  run: Run,
  { table: written }: Of<"show-create-table" | "show-create-view">,
): Promise<TextResult> {
  const name = nameOf(run, written);
  const found = await getTable(run.context.calls.asCaller, name);
  if (!found) throw new TrinoError("TABLE_NOT_FOUND", `line 1:1: View '${fullText(name)}' does not exist`);
  if (!isView(found))
    throw new TrinoError("NOT_SUPPORTED", `line 1:1: Relation '${fullText(name)}' is a table, not a view`);
  const { originalSql } = decodeView(found.ViewOriginalText ?? "");
  const quoted = [name.database, name.table].map((part) => `"${part.replaceAll('"', '""')}"`).join(".");
  return shown(
    textColumn("create view", "varchar"),
    `CREATE VIEW ${quoted} AS \n${originalSql.trim()}`.split("\n"),
  );
}
