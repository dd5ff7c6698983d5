import type { Statement } from "../../../trino/ast-statements.ts";
import { partitionPath, partitionValue } from "../run/hive-path.ts";
import { folder, parseLocation, printLocation, type Location } from "../run/location.ts";
import { partitions } from "../run/partitions.ts";
import type { Run } from "../run/perform.ts";
import { addPartitions } from "../run/write.ts";
import { REPAIRED_PARTITIONS } from "../limits.ts";
import { ddlError } from "./hive-errors.ts";
import { keysOf } from "./partition-spec.ts";
import { findFileTable, type FoundTable } from "./tables.ts";
import { NOTHING, type TextResult } from "./text-result.ts";

/**
 * MSCK REPAIR TABLE: finds `key=value/` folders below the table's location and tells the catalog of those it does
 * not know. It takes none away. Source: Athena User Guide, "MSCK REPAIR TABLE"; Hive's DDLTask prints the lines.
 */
export async function repairTable(
  run: Run,
  { table: written }: Extract<Statement, { kind: "repair-table" }>,
): Promise<TextResult> {
  const found = await findFileTable(run, written);
  const { table, name } = found;
  const keys = keysOf(table).map((key) => key.name);
  const location = parseLocation(table.StorageDescriptor?.Location ?? "");
  if (keys.length === 0) return NOTHING;
  if (!location) throw ddlError(`Table ${name} has no location in S3`);
  const base = folder(location);
  const inStore = new Map<string, FoundFolder>();
  await collect(run, { keys, base, values: [], found: inStore });
  const missing = new Map(inStore);
  const gone: string[] = [];
  for await (const partition of partitions(run.context.calls.asCaller, table)) {
    const path = partitionPath(keys, partition.Values ?? []);
    if (!missing.delete(path) && liesAt(partition.StorageDescriptor?.Location, base, path)) gone.push(path);
  }
  await add(run, found, [...missing.values()]);
  return { ...NOTHING, lines: report(name, [...missing.keys()], gone) };
}

function report(table: string, missing: readonly string[], gone: readonly string[]): readonly string[] {
  const list = (paths: readonly string[]): string => paths.map((path) => `\t${table}:${path}`).join("");
  return [
    ...(missing.length > 0 ? [`Partitions not in metastore:${list(missing)}`] : []),
    ...(gone.length > 0 ? [`Partitions missing from filesystem:${list(gone)}`] : []),
    ...missing.map((path) => `Repair: Added partition to metastore ${table}:${path}`),
  ];
}

/** A partition with a place of its own elsewhere is nothing that this listing could have seen. */
function liesAt(location: string | undefined, base: Location, path: string): boolean {
  const own = parseLocation(location ?? "");
  return own !== undefined && printLocation(folder(own)) === `${printLocation(base)}${path}/`;
}

interface FoundFolder {
  readonly values: readonly string[];
  /** As it is written in S3, which may be escaped otherwise than we would. */
  readonly location: string;
}

interface Collecting {
  readonly keys: readonly string[];
  readonly base: Location;
  readonly values: readonly string[];
  /** By the partition's path. */
  readonly found: Map<string, FoundFolder>;
}

/** One level of folders by listing with a delimiter: the objects below are never listed. @throws QueryError */
async function collect(run: Run, { keys, base, values, found }: Collecting): Promise<void> {
  const key = keys[values.length];
  if (key === undefined) {
    if (found.size >= REPAIRED_PARTITIONS)
      throw ddlError(`MSCK REPAIR TABLE finds at most ${REPAIRED_PARTITIONS} partitions`);
    found.set(partitionPath(keys, values), { values, location: printLocation(base) });
    return;
  }
  for await (const name of foldersBelow(run, base)) {
    const value = partitionValue(name, key);
    if (value === undefined) continue;
    const inner = { ...base, key: `${base.key}${name}/` };
    await collect(run, { keys, base: inner, values: [...values, value], found });
  }
}

async function* foldersBelow(run: Run, { bucket, key: prefix }: Location): AsyncGenerator<string> {
  let token: string | undefined;
  do {
    const page = await run.context.calls.asCaller.s3.ListObjectsV2({
      Bucket: bucket,
      Prefix: prefix,
      Delimiter: "/",
      ...(token === undefined ? {} : { ContinuationToken: token }),
    });
    for (const { Prefix: one = "" } of page.CommonPrefixes ?? []) yield one.slice(prefix.length, -1);
    token = page.NextContinuationToken;
    run.signal.throwIfAborted();
  } while (token !== undefined);
}

const add = (
  run: Run,
  { database, name, table }: FoundTable,
  folders: readonly FoundFolder[],
): Promise<void> =>
  addPartitions(
    run,
    { database, table: name },
    folders.map(({ values, location }) => ({
      values,
      descriptor: { ...table.StorageDescriptor, Location: location },
    })),
  );
