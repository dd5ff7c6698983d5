import { createReadStream } from "node:fs";
import { readdir } from "node:fs/promises";
import { join } from "node:path";
import { uuid } from "../../../base/ids.ts";
import { quoteName, quoteText } from "../../../trino/emit/text.ts";
import { TrinoError } from "../../../trino/error.ts";
import { NULL_PARTITION } from "../../../trino/prune/predicate.ts";
import { partitionPath } from "./hive-path.ts";
import { outputOf, putObject } from "./output.ts";
import { printLocation, type Location } from "./location.ts";
import type { Run } from "./perform.ts";
import type { Planned } from "./plan.ts";
import { withScratch } from "./scratch.ts";
import type { WriteFormat } from "./write-format.ts";

export interface WriteInput {
  readonly planned: Planned;
  /** Its columns are the data's, then the partition keys'. */
  readonly sql: string;
  readonly partitionKeys: readonly string[];
  readonly format: WriteFormat;
  /** A folder. */
  readonly target: Location;
}

export interface Written {
  readonly rows: number;
  readonly locations: readonly string[];
  /** The values of each partition that was written. */
  readonly partitions: readonly (readonly string[])[];
}

/** Source: Athena User Guide, "Use CTAS and INSERT INTO to work around the 100 partition limit". */
const MOST_PARTITIONS = 100;

/** Rows are written to a folder that holds none. @throws TrinoError HIVE_PATH_ALREADY_EXISTS */
export async function checkEmpty(run: Run, target: Location, what: string): Promise<void> {
  const { Contents = [] } = await run.context.calls.asCaller.s3.ListObjectsV2({
    Bucket: target.bucket,
    Prefix: target.key,
    MaxKeys: 1,
  });
  if (Contents.length > 0)
    throw new TrinoError(
      "HIVE_PATH_ALREADY_EXISTS",
      `Target directory for ${what} already exists: ${printLocation(target)}`,
    );
}

/** Lets the engine write files, and puts each under the target as the query's caller. */
export function writeRows(run: Run, input: WriteInput): Promise<Written> {
  return withScratch(run, async (scratch) => {
    const { duckDb } = run.context.engines;
    const partitionBy =
      input.partitionKeys.length > 0
        ? `, PARTITION_BY (${input.partitionKeys.map(quoteName).join(", ")}), WRITE_PARTITION_COLUMNS false`
        : ", PER_THREAD_OUTPUT true";
    const copy = `COPY (${input.sql}) TO ${quoteText(join(scratch, "rows"))} (${input.format.copyOptions}${partitionBy})`;
    const { rows } = await duckDb.run({ tables: input.planned.tables, statements: [copy] }, run.signal);
    const files = await filesBelow(join(scratch, "rows"));
    const partitions = new Map(
      files.map(({ values }) => [partitionPath(input.partitionKeys, values), values]),
    );
    if (partitions.size > MOST_PARTITIONS)
      throw new TrinoError(
        "HIVE_TOO_MANY_OPEN_PARTITIONS",
        `Exceeded limit of ${MOST_PARTITIONS} open writers for partitions/buckets`,
      );
    const locations: string[] = [];
    for (const file of files) {
      const path = partitionPath(input.partitionKeys, file.values);
      const key = `${input.target.key}${path === "" ? "" : `${path}/`}${fileName(run)}${input.format.suffix}`;
      const location = { bucket: input.target.bucket, key };
      await putObject(run, location, createReadStream(file.path), "application/octet-stream");
      locations.push(printLocation(location));
    }
    return {
      rows: Number(rows[0]?.[0] ?? 0),
      locations,
      partitions: input.partitionKeys.length > 0 ? [...partitions.values()] : [],
    };
  });
}

interface WrittenFile {
  readonly path: string;
  /** Of the partition keys, outermost first. */
  readonly values: readonly string[];
}

async function filesBelow(path: string, values: readonly string[] = []): Promise<WrittenFile[]> {
  const files: WrittenFile[] = [];
  for (const entry of await readdir(path, { withFileTypes: true })) {
    const full = join(path, entry.name);
    if (entry.isDirectory()) files.push(...(await filesBelow(full, [...values, valueOf(entry.name)])));
    else files.push({ path: full, values });
  }
  return files;
}

/** The engine's folders are named otherwise than Hive's; Hive has no partition of an empty text but NULL's. */
function valueOf(folder: string): string {
  const value = decodeURIComponent(folder.slice(folder.indexOf("=") + 1));
  return value === "" ? NULL_PARTITION : value;
}

/** As Athena names the files it writes: when, and something that no other has. */
function fileName({ execution }: Run): string {
  const time = new Date(execution.submittedMs).toISOString();
  const [day = "", clock = ""] = time.split("T");
  return `${day.replaceAll("-", "")}_${clock.slice(0, 8).replaceAll(":", "")}_00000_${execution.id.slice(0, 5)}_${uuid()}`;
}

/** Names every file that was written. @returns where the list lies. */
export async function putManifest(run: Run, locations: readonly string[]): Promise<string> {
  const { bucket, key } = outputOf(run);
  const location = { bucket, key: `${key}-manifest.csv` };
  await putObject(
    run,
    location,
    Buffer.from(locations.map((one) => `${one}\n`).join("")),
    "application/octet-stream",
  );
  return printLocation(location);
}

/** Tells the catalog of partitions that it may not know yet, a hundred at a time as the API takes them. */
export async function addPartitions(
  run: Run,
  table: { readonly database: string; readonly table: string },
  partitions: readonly { readonly values: readonly string[]; readonly descriptor: object }[],
): Promise<void> {
  const { glue } = run.context.calls.asCaller;
  for (let from = 0; from < partitions.length; from += MOST_PARTITIONS) {
    const { Errors = [] } = await glue.BatchCreatePartition({
      DatabaseName: table.database,
      TableName: table.table,
      PartitionInputList: partitions
        .slice(from, from + MOST_PARTITIONS)
        .map(({ values, descriptor }) => ({ Values: [...values], StorageDescriptor: descriptor })),
    });
    const failed = Errors.find(({ ErrorDetail }) => ErrorDetail?.ErrorCode !== "AlreadyExistsException");
    if (failed)
      throw new TrinoError(
        "HIVE_METASTORE_ERROR",
        failed.ErrorDetail?.ErrorMessage ?? "a partition was not created",
      );
  }
}
