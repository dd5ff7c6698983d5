import { createReadStream } from "node:fs";
import { readFile, stat } from "node:fs/promises";
import { invariant } from "../../../base/invariant.ts";
import { isFault } from "../../../base/fault.ts";
import { KIB, MIB } from "../../../base/units.ts";
import type { Streaming } from "../../../contract/types.ts";
import { AccessDenied } from "../../../platform/denied.ts";
import type { ResultColumn, ResultFacts } from "../model.ts";
import type { EmittedColumn } from "../../../trino/emit.ts";
import { columnMetadata } from "../../../trino/types/metadata.ts";
import { BIGINT } from "../../../trino/types/type.ts";
import { QueryError } from "./failure.ts";
import { parseLocation, type Location } from "./location.ts";
import { encodeMetadata, type Metadata } from "./metadata-file.ts";
import type { Run } from "./perform.ts";

/** Puts an object as the query's caller; the bucket must let them. @throws QueryError */
export async function putObject(
  run: Run,
  { bucket, key }: Location,
  body: Streaming,
  contentType: string,
): Promise<void> {
  const { expectedBucketOwner: owner } = run.execution;
  try {
    await run.context.calls.asCaller.s3.PutObject(
      {
        Bucket: bucket,
        Key: key,
        ContentType: contentType,
        ...(owner === undefined ? {} : { ExpectedBucketOwner: owner }),
      },
      body,
    );
  } catch (error) {
    if (error instanceof AccessDenied)
      throw new QueryError(
        `PERMISSION_DENIED: Access denied when writing output to url: s3://${bucket}/${key}. ${error.message}`,
      );
    if (isFault(error) && error.code === "NoSuchBucket")
      throw new QueryError(
        `The S3 location provided to save your query results is invalid. Please check your S3 location is correct and is in the same region and try again. (${bucket})`,
      );
    throw error;
  }
}

/** The object beside the result that describes its columns. */
export async function putMetadata(run: Run, metadata: Omit<Metadata, "queryId">): Promise<void> {
  const { bucket, key } = outputOf(run);
  await putObject(
    run,
    { bucket, key: `${key}.metadata` },
    encodeMetadata({ ...metadata, queryId: run.execution.id }),
    "application/octet-stream",
  );
}

/** INSERT and its like answer with how many rows they wrote. */
export async function countedRows(run: Run, updateType: string, rows: number): Promise<ResultFacts> {
  const columns = [ROWS];
  await putMetadata(run, { columns, kind: "update", updateType, updateCount: rows });
  return { columns, format: "none", updateCount: rows };
}

const ROWS: ResultColumn = { name: "rows", ...columnMetadata(BIGINT) };

export function outputOf({ execution }: Run): Location {
  const location = parseLocation(execution.outputLocation);
  invariant(location, "the output location was checked at the start");
  return location;
}

/** A result of up to so many bytes is put in one piece. */
const WHOLE_BYTES = 64 * KIB;

/** A file behind some first bytes. */
export async function bytesThenFile(first: string, path: string): Promise<Streaming> {
  const head = Buffer.from(first, "utf8");
  const { size } = await stat(path);
  return size <= WHOLE_BYTES ? Buffer.concat([head, await readFile(path)]) : chunksOf(head, path);
}

async function* chunksOf(head: Uint8Array, path: string): AsyncGenerator<Uint8Array> {
  yield head;
  yield* createReadStream(path, { highWaterMark: MIB }) as AsyncIterable<Buffer>;
}

export const resultColumns = (columns: readonly EmittedColumn[]): ResultColumn[] =>
  columns.map(({ name, type }) => ({ name, ...columnMetadata(type) }));

/** Every value of a result is in quotes, and a quote is doubled. */
export const csvHeader = (columns: readonly { readonly name: string }[]): string =>
  `${columns.map(({ name }) => `"${name.replaceAll('"', '""')}"`).join(",")}\n`;
