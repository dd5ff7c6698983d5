import { isFault } from "../../../base/fault.ts";
import type { OutputOf } from "../../../contract/apis.ts";
import type { ApiCalls } from "../../../platform/calls.ts";
import type { Catalog, CatalogEntry, TableColumn, TableName } from "../../../trino/analyze/context.ts";
import { TrinoError } from "../../../trino/error.ts";
import { parseQuery } from "../../../trino/parse.ts";
import { queryReferences } from "../../../trino/references.ts";
import { parseHiveType } from "../../../trino/types/hive.ts";
import { decodeView, isEncodedView } from "../../../trino/views.ts";

export type GlueTable = NonNullable<OutputOf<"glue:GetTable">["Table"]>;

/** The tables and views that a query reads, as the caller may see them. */
export interface LoadedTables {
  readonly catalog: Catalog;
  glueTable(name: TableName): GlueTable | undefined;
}

export const DATA_CATALOG = "awsdatacatalog";

/** How deep views may stand on views. */
const VIEW_DEPTH = 32;

const keyOf = ({ database, table }: TableName): string => `${database}.${table}`;

/** Asks the catalog as the caller, views' own tables too. What is not there is the analysis's to say. @throws AccessDenied */
export async function loadTables(calls: ApiCalls, names: readonly TableName[]): Promise<LoadedTables> {
  const tables = new Map<string, GlueTable>();
  const databases = new Map<string, boolean>();
  let wanted = names;
  for (let depth = 0; wanted.length > 0; depth++) {
    if (depth > VIEW_DEPTH) throw new TrinoError("VIEW_IS_RECURSIVE", "Views stand on views too deeply");
    const found: TableName[] = [];
    for (const name of wanted) {
      checkCatalog(name);
      if (tables.has(keyOf(name))) continue;
      const table = await getTable(calls, name);
      if (!table) {
        databases.set(name.database, await hasDatabase(calls, name.database));
        continue;
      }
      tables.set(keyOf(name), table);
      found.push(...viewReferences(table));
    }
    wanted = found;
  }
  return {
    glueTable: (name) => tables.get(keyOf(name)),
    catalog: {
      find: (name) => {
        const table = tables.get(keyOf(name));
        return table && entryOf(table);
      },
      hasDatabase: (_catalog, database) => databases.get(database) ?? true,
    },
  };
}

function checkCatalog({ catalog }: TableName): void {
  if (catalog !== DATA_CATALOG) throw new TrinoError("CATALOG_NOT_FOUND", `Catalog '${catalog}' not found`);
}

/** @returns undefined when there is none. */
export async function getTable(
  calls: ApiCalls,
  { database, table }: TableName,
): Promise<GlueTable | undefined> {
  return orUndefined(calls.glue.GetTable({ DatabaseName: database, Name: table })).then(
    (found) => found?.Table,
  );
}

export const hasDatabase = async (calls: ApiCalls, database: string): Promise<boolean> =>
  (await orUndefined(calls.glue.GetDatabase({ Name: database }))) !== undefined;

async function orUndefined<T>(answer: Promise<T>): Promise<T | undefined> {
  try {
    return await answer;
  } catch (error) {
    if (isFault(error) && error.code === "EntityNotFoundException") return undefined;
    throw error;
  }
}

const isView = ({ TableType, ViewOriginalText }: GlueTable): boolean =>
  TableType === "VIRTUAL_VIEW" || isEncodedView(ViewOriginalText);

function viewOf(table: GlueTable) {
  const { originalSql, schema } = decodeView(table.ViewOriginalText ?? "");
  return { sql: originalSql, catalog: DATA_CATALOG, database: schema ?? table.DatabaseName ?? "" };
}

function viewReferences(table: GlueTable): readonly TableName[] {
  if (!isView(table)) return [];
  const { sql, catalog, database } = viewOf(table);
  return queryReferences(parseQuery(sql), { catalog, database });
}

function entryOf(table: GlueTable): CatalogEntry {
  if (isView(table)) return { kind: "view", ...viewOf(table) };
  return { kind: "table", columns: columnsOf(table) };
}

export function columnsOf(table: GlueTable): readonly TableColumn[] {
  const column =
    (partitionKey: boolean) =>
    ({
      Name = "",
      Type = "string",
    }: {
      readonly Name?: string | undefined;
      readonly Type?: string | undefined;
    }): TableColumn => ({
      name: Name.toLowerCase(),
      type: parseHiveType(Type),
      partitionKey,
    });
  return [
    ...(table.StorageDescriptor?.Columns ?? []).map(column(false)),
    ...(table.PartitionKeys ?? []).map(column(true)),
  ];
}
