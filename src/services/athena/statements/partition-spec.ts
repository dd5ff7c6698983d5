import type { PartitionSpec } from "../../../trino/ast-statements.ts";
import { parseHiveType } from "../../../trino/types/hive.ts";
import { partitionValue } from "../../../trino/prune/values.ts";
import type { GlueTable } from "../run/load-tables.ts";
import { folder, parseLocation, printLocation } from "../run/location.ts";
import { partitionPath } from "../run/hive-path.ts";
import type { FoundTable } from "./tables.ts";
import { ddlError, semanticError } from "./hive-errors.ts";

export interface PartitionKey {
  readonly name: string;
  /** Trino's name of its type, without parameters. */
  readonly type: string;
}

export const keysOf = (table: GlueTable): readonly PartitionKey[] =>
  (table.PartitionKeys ?? []).map(({ Name = "", Type = "string" }) => ({
    name: Name.toLowerCase(),
    type: parseHiveType(Type).name,
  }));

/** @throws QueryError for a table without partitions */
export function checkPartitioned({ name, table }: FoundTable): readonly PartitionKey[] {
  const keys = keysOf(table);
  if (keys.length === 0) throw ddlError(`Table ${name} is not a partitioned table`);
  return keys;
}

/** The values of a whole specification, in the keys' order. @throws QueryError */
export function valuesOf(found: FoundTable, spec: PartitionSpec): readonly string[] {
  const keys = keysOf(found.table);
  const values = partialValues(keys, spec);
  if (keys.length === 0 || keys.some(({ name }) => !values.has(name)))
    throw semanticError(
      `partition spec ${printSpec(spec)} doesn't contain all (${keys.length}) partition columns`,
    );
  return keys.map(({ name }) => values.get(name) ?? "");
}

/** Values by key; not every key need be there. @throws QueryError for a column that is no key, or a value of another type. */
export function partialValues(
  keys: readonly PartitionKey[],
  spec: PartitionSpec,
): ReadonlyMap<string, string> {
  return new Map(
    spec.map(({ column, value }) => {
      const key = keys.find(({ name }) => name === column.toLowerCase());
      if (!key) throw semanticError(`Partition spec ${printSpec(spec)} contains non-partition columns`);
      return [key.name, normal(key, value)] as const;
    }),
  );
}

/** `01` of a number is `1`. */
function normal({ name, type }: PartitionKey, value: string): string {
  const read = partitionValue(value, type);
  if (read === undefined && ["tinyint", "smallint", "integer", "bigint", "date"].includes(type))
    throw semanticError(
      `[Error 10248]: Cannot add partition column ${name} of type string as it cannot be converted to type ${type === "integer" ? "int" : type}`,
    );
  return typeof read === "bigint" ? String(read) : value;
}

/** `{dt=2026-01-01, hour=3}` */
export const printSpec = (spec: PartitionSpec): string =>
  `{${spec.map(({ column, value }) => `${column.toLowerCase()}=${value}`).join(", ")}}`;

/** Where a partition lies that does not say so. */
export function defaultLocation(table: GlueTable, values: readonly string[]): string {
  const base = table.StorageDescriptor?.Location ?? "";
  const location = parseLocation(base);
  const names = keysOf(table).map(({ name }) => name);
  return `${location ? printLocation(folder(location)) : `${base}/`}${partitionPath(names, values)}`;
}
