import { createHash } from "node:crypto";
import type { InputOf, OutputOf } from "../../contract/apis.ts";
import { table } from "../../store/table.ts";
import type { Key } from "../../store/keys.ts";
import type { Kept } from "./kept.ts";
import { KEY_VALUES_BYTES } from "./limits.ts";

/**
 * What Glue stores. Names are folded to lower case, as Glue does for Hive. What lies under a database or a
 * table is keyed by the id that it got when it was made: so it is gone at once when its owner is, cleared away
 * later, and never taken for that of a namesake.
 */
export const nameKey = (name: string): string => name.toLowerCase();

export type DatabaseInput = InputOf<"glue:CreateDatabase">["DatabaseInput"];
export type TableInput = NonNullable<InputOf<"glue:CreateTable">["TableInput"]>;
export type StorageDescriptor = NonNullable<TableInput["StorageDescriptor"]>;
export type Column = NonNullable<TableInput["PartitionKeys"]>[number];
export type PartitionInput = InputOf<"glue:CreatePartition">["PartitionInput"];
export type ColumnStatistics = InputOf<"glue:UpdateColumnStatisticsForTable">["ColumnStatisticsList"][number];
export type TableAnswer = NonNullable<OutputOf<"glue:GetTable">["Table"]>;
export type PartitionAnswer = NonNullable<OutputOf<"glue:GetPartition">["Partition"]>;

export interface Database {
  readonly account: string;
  readonly region: string;
  readonly name: string;
  readonly id: string;
  readonly createdAt: Date;
  readonly tags: Readonly<Record<string, string>>;
  readonly input: Kept<DatabaseInput>;
}

export interface PartitionIndex {
  readonly name: string;
  readonly keys: readonly string[];
}

export interface Table {
  readonly databaseId: string;
  readonly name: string;
  readonly id: string;
  readonly createdAt: Date;
  readonly updatedAt: Date;
  /** An ARN. */
  readonly createdBy: string;
  readonly version: number;
  /** How many versions are archived besides the current one. */
  readonly archived: number;
  readonly partitionKeys: readonly Column[];
  readonly indexes: readonly PartitionIndex[];
  readonly input: Kept<TableInput>;
}

/** What a table was before an update. */
export interface Version {
  readonly tableId: string;
  readonly version: number;
  readonly updatedAt: Date;
  readonly input: Kept<TableInput>;
}

export interface Partition {
  readonly tableId: string;
  readonly values: readonly string[];
  readonly createdMs: number;
  /** The descriptor that it shares with others; absent where it has none. */
  readonly shape?: string;
  readonly facts: Kept<PartitionFacts>;
}

/** What a partition has for itself. */
export interface PartitionFacts {
  readonly location?: string;
  readonly additionalLocations?: readonly string[];
  readonly descriptorParameters?: Readonly<Record<string, string>>;
  readonly parameters?: Readonly<Record<string, string>>;
  readonly lastAccess?: Date;
  readonly lastAnalyzed?: Date;
}

/** A storage descriptor without what is each partition's own: thousands of partitions share one. */
export interface Shape {
  readonly tableId: string;
  /** Of its content. */
  readonly hash: string;
  readonly descriptor: Kept<StorageDescriptor>;
}

/** Of a column of a table, or of one of its partitions. */
export interface Statistics {
  readonly tableId: string;
  /** None: the table's own. */
  readonly values: readonly string[];
  readonly column: string;
  readonly statistics: Kept<ColumnStatistics>;
}

export const databases = table("glue.databases", {
  scope: "region",
  key: (row: Database): [string, string, string] => [row.account, row.region, row.name],
});

/** How many databases an account has in a region, or tables a database: quotas ask often. */
export const counts = table("glue.counts", {
  scope: "global",
  key: (row: { readonly of: string; readonly count: number }): [string] => [row.of],
});

export const tables = table("glue.tables", {
  scope: "global",
  key: (row: Table): [string, string] => [row.databaseId, row.name],
});

export const versions = table("glue.versions", {
  scope: "global",
  key: (row: Version): [string, number] => [row.tableId, row.version],
});

export const partitions = table("glue.partitions", {
  scope: "global",
  key: (row: Partition): Key => partitionKey(row.tableId, row.values),
});

export const shapes = table("glue.shapes", {
  scope: "global",
  key: (row: Shape): [string, string] => [row.tableId, row.hash],
});

export const statistics = table("glue.statistics", {
  scope: "global",
  key: (row: Statistics): Key => statisticsKey(row.tableId, row.values, row.column),
});

export const pieces = table("glue.pieces", {
  scope: "global",
  key: (row: {
    readonly id: string;
    readonly number: number;
    readonly bytes: Uint8Array;
  }): [string, number] => [row.id, row.number],
});

/** In the order of the values; those too long for a key are cut and told apart by a hash. */
export function partitionKey(tableId: string, values: readonly string[]): Key {
  const bytes = values.reduce((sum, value) => sum + Buffer.byteLength(value) + 2, 0);
  if (bytes <= KEY_VALUES_BYTES) return [tableId, ...values];
  const each = cutCharacters(values.length);
  if (each < 1) return [tableId, hashOf(values)];
  return [tableId, ...values.map((value) => value.slice(0, each)), hashOf(values)];
}

/** Characters that stay of each value, by how many there are: a character has at most four bytes. */
const cutCharacters = (values: number): number => Math.floor(KEY_VALUES_BYTES / values / 4);

/** What the keys of all partitions with these first values begin with: only as far as none of them can have been cut. */
export function keyBeginning(first: readonly string[], values: number): Key {
  const cut = first.findIndex((value) => value.length > cutCharacters(values));
  return cut < 0 ? first : first.slice(0, cut);
}

/** A table's own begin with "", which no partition's hash is. */
export const statisticsKey = (tableId: string, values: readonly string[], column: string): Key => [
  tableId,
  values.length === 0 ? "" : hashOf(values),
  column,
];

const hashOf = (values: readonly string[]): string =>
  createHash("sha256").update(JSON.stringify(values)).digest("base64url");
