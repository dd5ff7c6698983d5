import { createHash } from "node:crypto";
import {
  CreateBucketCommand,
  DeleteObjectCommand,
  GetObjectCommand,
  ListBucketsCommand,
  paginateListObjectsV2,
  PutObjectCommand,
  S3Client,
} from "@aws-sdk/client-s3";
import type { House } from "../harness/house.ts";

/** An SDK's own retries carry a client over a restore. */
export const s3Of = (house: House): S3Client =>
  new S3Client({ ...house, credentials: house, forcePathStyle: true, maxAttempts: 12 });

/** Every object there is, by its bytes' hash. */
export async function allObjects(s3: S3Client): Promise<ReadonlyMap<string, string>> {
  const found = new Map<string, string>();
  const { Buckets = [] } = await s3.send(new ListBucketsCommand({}));
  for (const { Name: Bucket = "" } of Buckets)
    for await (const { Contents = [] } of paginateListObjectsV2({ client: s3 }, { Bucket }))
      for (const { Key = "" } of Contents) {
        const { Body } = await s3.send(new GetObjectCommand({ Bucket, Key }));
        const bytes = (await Body?.transformToByteArray()) ?? new Uint8Array();
        found.set(`${Bucket}/${Key}`, createHash("sha256").update(bytes).digest("hex"));
      }
  return found;
}

export const BUCKET = "lake";
/** In the row, in the log, and in files of their own. */
const SIZES = [10, 3_000, 40_000, 300_000] as const;

export async function fill(s3: S3Client, keys: number): Promise<void> {
  await s3.send(new CreateBucketCommand({ Bucket: BUCKET }));
  for (let at = 0; at < keys; at++) await put(s3, `first/${at}`, at);
}

export const put = (s3: S3Client, Key: string, turn: number): Promise<unknown> =>
  s3.send(new PutObjectCommand({ Bucket: BUCKET, Key, Body: bytesOf(turn) }));

/** They say their turn. */
const bytesOf = (turn: number): Buffer => {
  const bytes = Buffer.alloc(SIZES[turn % SIZES.length] ?? 10, turn % 251);
  bytes.writeUInt32LE(turn);
  return bytes;
};

/** Whoever writes one key, turn after turn; every seventh turn deletes it. */
export interface Writer {
  readonly key: string;
  /** The turn that was answered last, and the one that was asked last. */
  answered: number;
  asked: number;
}

export interface Load {
  readonly writers: readonly Writer[];
  end(): Promise<void>;
}

export function startLoad(s3: S3Client, count: number): Load {
  const asked = { toEnd: false };
  const writers = Array.from({ length: count }, (_, at) => ({ key: `load/${at}`, answered: -1, asked: -1 }));
  const running = writers.map(async (writer: Writer) => {
    while (!asked.toEnd) {
      writer.asked += 1;
      const turn = writer.asked;
      await (isDeletion(turn)
        ? s3.send(new DeleteObjectCommand({ Bucket: BUCKET, Key: writer.key }))
        : put(s3, writer.key, turn));
      writer.answered = turn;
    }
  });
  return {
    writers,
    async end() {
      asked.toEnd = true;
      await Promise.all(running);
    },
  };
}

const isDeletion = (turn: number): boolean => turn % 7 === 6;

/** Which turn's work is to be seen. @returns a deletion's as undefined. */
export async function seenTurn(s3: S3Client, Key: string): Promise<number | undefined> {
  try {
    const { Body } = await s3.send(new GetObjectCommand({ Bucket: BUCKET, Key }));
    const bytes = Buffer.from((await Body?.transformToByteArray()) ?? []);
    const turn = bytes.readUInt32LE(0);
    return bytes.equals(bytesOf(turn)) ? turn : Number.NaN;
  } catch (error) {
    if (error instanceof Error && error.name === "NoSuchKey") return undefined;
    throw error;
  }
}

/** Whether what is seen is what a state saved between two moments may hold. */
export function isBetween(seen: number | undefined, answeredBefore: number, askedAfter: number): boolean {
  if (seen !== undefined) return seen >= answeredBefore && seen <= askedAfter;
  // Never put, or deleted within.
  if (answeredBefore < 0) return true;
  for (let turn = answeredBefore; turn <= askedAfter; turn++) if (isDeletion(turn)) return true;
  return false;
}
