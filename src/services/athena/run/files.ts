import type { ApiCalls } from "../../../platform/calls.ts";
import type { ObjectFile, ObjectFiles } from "../../../platform/doors/object-files.ts";
import { FILES_PER_TABLE } from "../limits.ts";
import { QueryError } from "./failure.ts";
import { folder, parseLocation, type Location } from "./location.ts";
import type { TablePart } from "./partitions.ts";

/** A data file, and whose rows it holds. */
export interface DataFile extends ObjectFile {
  readonly part: TablePart;
}

export interface DataFiles {
  readonly files: readonly DataFile[];
  readonly release: () => void;
}

/** Finds the files below the parts' locations, as whom the calls are, and pins each. */
export async function openFiles(
  calls: ApiCalls,
  door: ObjectFiles,
  parts: readonly TablePart[],
): Promise<DataFiles> {
  const files: DataFile[] = [];
  const releases: (() => void)[] = [];
  const release = (): void => releases.forEach((one) => one());
  try {
    for (const part of parts) {
      const location = parseLocation(part.location);
      if (!location)
        throw new QueryError(`HIVE_METASTORE_ERROR: Table location '${part.location}' is not an S3 path`);
      const keys = await dataKeys(calls, folder(location));
      if (keys.length === 0) continue;
      const pinned = await door.pin(calls, location.bucket, keys);
      releases.push(() => pinned.release());
      for (const file of pinned.files) files.push({ ...file, part });
      if (files.length > FILES_PER_TABLE)
        throw new QueryError(
          `HIVE_EXCEEDED_PARTITION_LIMIT: a query reads at most ${FILES_PER_TABLE} files of a table`,
        );
    }
    return { files, release };
  } catch (error) {
    release();
    throw error;
  }
}

/** Names that begin with a dot or an underscore are no data, and neither are the markers of folders. Source: Athena User Guide, "Specify a table location in Amazon S3". */
const isData = (key: string, bytes: number): boolean =>
  bytes > 0 && !key.endsWith("/") && !/^[._]/.test(key.slice(key.lastIndexOf("/") + 1));

async function dataKeys(calls: ApiCalls, { bucket, key: prefix }: Location): Promise<string[]> {
  const keys: string[] = [];
  let token: string | undefined;
  do {
    const page = await calls.s3.ListObjectsV2({
      Bucket: bucket,
      Prefix: prefix,
      ...(token === undefined ? {} : { ContinuationToken: token }),
    });
    for (const { Key: key = "", Size: bytes = 0 } of page.Contents ?? [])
      if (isData(key, bytes)) keys.push(key);
    token = page.NextContinuationToken;
  } while (token !== undefined);
  return keys;
}
