import type { ApiCalls } from "../../../platform/calls.ts";
import type { OutputOf } from "../../../contract/apis.ts";
import { matches, type Predicate } from "../../../trino/prune/predicate.ts";
import type { GlueTable } from "./load-tables.ts";
import { isProjected, projectedPartitions } from "./projection/projection.ts";

export type StorageDescriptor = NonNullable<GlueTable["StorageDescriptor"]>;

/** A place that holds rows of a table: a partition's, or the table's own. */
export interface TablePart {
  readonly location: string;
  readonly descriptor: StorageDescriptor;
  /** By partition key. */
  readonly values: Readonly<Record<string, string>>;
}

type GluePartition = NonNullable<OutputOf<"glue:GetPartitions">["Partitions"]>[number];

const PAGE = 1_000;

/** The places that a predicate on the partition keys leaves; the others are never looked at. */
export async function partsOf(
  calls: ApiCalls,
  table: GlueTable,
  { predicate, now }: { readonly predicate: Predicate; readonly now: Date },
): Promise<readonly TablePart[]> {
  const keys = (table.PartitionKeys ?? []).map(({ Name = "" }) => Name.toLowerCase());
  const descriptor = table.StorageDescriptor ?? {};
  if (keys.length === 0) return [{ location: descriptor.Location ?? "", descriptor, values: {} }];
  const properties = table.Parameters ?? {};
  if (isProjected(properties))
    return projectedPartitions({ keys, properties, location: descriptor.Location ?? "" }, predicate, now).map(
      (partition) => ({ ...partition, descriptor }),
    );
  const parts: TablePart[] = [];
  for await (const partition of partitions(calls, table)) {
    const values = Object.fromEntries(keys.map((key, index) => [key, partition.Values?.[index] ?? ""]));
    if (!matches(predicate, values)) continue;
    // A partition's own format wins; what it leaves out is the table's.
    const own = { ...descriptor, ...partition.StorageDescriptor };
    parts.push({ location: own.Location ?? "", descriptor: own, values });
  }
  return parts;
}

export async function* partitions(calls: ApiCalls, table: GlueTable): AsyncGenerator<GluePartition> {
  const { DatabaseName = "", Name: TableName = "" } = table;
  let token: string | undefined;
  do {
    const answer = await calls.glue.GetPartitions({
      DatabaseName,
      TableName,
      MaxResults: PAGE,
      ExcludeColumnSchema: true,
      ...(token === undefined ? {} : { NextToken: token }),
    });
    yield* answer.Partitions ?? [];
    token = answer.NextToken;
  } while (token !== undefined);
}
