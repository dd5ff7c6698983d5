import { arn } from "../../base/arn.ts";
import type { Caller } from "../../platform/caller.ts";
import type { Reader } from "../../store/store.ts";
import { catalogNotFound, databaseNotFound, notBuiltHere, tableNotFound } from "./faults.ts";
import { databases, nameKey, tables, type Database, type Table } from "./model.ts";

/**
 * What IAM decides about. An operation of the catalog needs its action on the object and on every ancestor of
 * it; a deletion also on what lies below. Source: AWS Glue Developer Guide, "Specifying AWS Glue resource ARNs".
 */
export interface InCatalog {
  readonly CatalogId?: string | undefined;
}

export const catalogArns = (input: InCatalog, caller: Caller): string[] => [
  glueArn(input, caller, "catalog"),
];

export const databaseArns = (input: InCatalog, caller: Caller, database: string): string[] => [
  ...catalogArns(input, caller),
  glueArn(input, caller, `database/${nameKey(database)}`),
];

/** Of the tables named, all in one database. */
export const tableArns = (
  input: InCatalog & { readonly DatabaseName: string },
  caller: Caller,
  ...names: readonly string[]
): string[] => [
  ...databaseArns(input, caller, input.DatabaseName),
  ...names.map((name) => glueArn(input, caller, `table/${nameKey(input.DatabaseName)}/${nameKey(name)}`)),
];

/** With the tables and functions that go when the database does. */
export const wholeDatabaseArns = (input: InCatalog, caller: Caller, database: string): string[] => [
  ...tableArns({ ...input, DatabaseName: database }, caller, "*"),
  glueArn(input, caller, `userDefinedFunction/${nameKey(database)}/*`),
];

/** Another account's catalog is another account's resource. Catalogs inside an account's are named "account:catalog". */
const glueArn = ({ CatalogId }: InCatalog, caller: Caller, resource: string): string =>
  arn("glue", caller.region, (CatalogId ?? caller.account).split(":")[0] ?? "", resource);

/** The policy of an operation on a table that its input calls TableName. */
export const onTable = (
  input: InCatalog & { readonly DatabaseName: string; readonly TableName: string },
  caller: Caller,
): string[] => tableArns(input, caller, input.TableName);

/** @throws Fault EntityNotFoundException for a catalog that is not the account's own. */
export function checkCatalog({ CatalogId }: InCatalog, caller: Caller): void {
  if (CatalogId !== undefined && CatalogId !== caller.account) throw catalogNotFound(CatalogId);
}

/** @throws Fault EntityNotFoundException */
export async function databaseOf(
  read: Reader,
  input: InCatalog,
  { caller, name }: { readonly caller: Caller; readonly name: string },
): Promise<Database> {
  checkCatalog(input, caller);
  const database = await read.get(databases, caller.account, caller.region, nameKey(name));
  if (!database) throw databaseNotFound(name);
  return database;
}

/** @throws Fault NotImplemented for what only governed tables knew, which AWS itself no longer offers. Source: Lake Formation Developer Guide, "Governed tables". */
export function checkPlain(input: {
  readonly TransactionId?: string | undefined;
  readonly QueryAsOfTime?: Date | undefined;
}): void {
  if (input.TransactionId !== undefined || input.QueryAsOfTime !== undefined)
    throw notBuiltHere("governed tables");
}

export interface Found {
  readonly database: Database;
  readonly table: Table;
}

export interface TableName extends InCatalog {
  readonly DatabaseName: string;
  readonly TableName: string;
}

/** @throws Fault EntityNotFoundException */
export async function tableOf(
  read: Reader,
  input: TableName,
  caller: Caller,
  missing: (name: string) => Error = tableNotFound,
): Promise<Found> {
  const database = await databaseOf(read, input, { caller, name: input.DatabaseName });
  const table = await read.get(tables, database.id, nameKey(input.TableName));
  if (!table) throw missing(input.TableName);
  return { database, table };
}
