import { batchesOf } from "../../../store/batches.ts";
import type { Blobs } from "../../../store/blobs/blobs.ts";
import type { Reader, Transaction } from "../../../store/store.ts";
import { NULL_VERSION, objects, versions, type Bucket, type ObjectVersion } from "../model.ts";
import { freeContent } from "../objects/content.ts";
import { sequenceOf, versionId } from "./version-ids.ts";

/**
 * A key's versions: the current one in `objects`, unless it is a delete marker; all others in `versions`, newest
 * first. Source: Amazon S3 User Guide, "Retaining multiple versions of objects with S3 Versioning".
 */
export type NewVersion = Omit<ObjectVersion, "sequence" | "versionId">;

export interface ChainGround {
  readonly tx: Transaction;
  readonly blobs: Blobs;
  readonly now: Date;
}

/** Makes `version` the current one, as the bucket's versioning says. @returns it as it is stored. */
export async function addVersion(
  ground: ChainGround,
  bucket: Bucket,
  version: NewVersion,
  current: ObjectVersion | undefined,
): Promise<ObjectVersion> {
  const { tx } = ground;
  const { key } = version;
  const newest = await newestSequence(tx, bucket, key, current);
  const sequence = Math.max(version.lastModifiedMs * 1_000, newest + 1);
  const id = bucket.versioning === "Enabled" ? versionId(sequence) : NULL_VERSION;
  // Member by member: to spread an object costs more here than all the rest.
  const stored: ObjectVersion = {
    bucket: version.bucket,
    key,
    versionId: id,
    sequence,
    isDeleteMarker: version.isDeleteMarker,
    bytes: version.bytes,
    lastModifiedMs: version.lastModifiedMs,
    etag: version.etag,
    storageClass: version.storageClass,
    details: version.details,
  };
  await retire(ground, bucket, key, current);
  if (stored.isDeleteMarker) {
    tx.put(versions, stored);
    if (current) tx.delete(objects, bucket.name, key);
  } else {
    tx.put(objects, stored);
  }
  return stored;
}

async function newestSequence(
  tx: Transaction,
  bucket: Bucket,
  key: string,
  current: ObjectVersion | undefined,
): Promise<number> {
  if (current || bucket.versioning === undefined) return current?.sequence ?? 0;
  return (await newestOf(tx, bucket.name, key))?.sequence ?? 0;
}

const newestOf = async (read: Reader, bucket: string, key: string): Promise<ObjectVersion | undefined> =>
  (await read.scan(versions, { within: [bucket, key], limit: 1 }))[0];

/** What becomes of the version that was current, and of a null version that a new one replaces. */
async function retire(
  ground: ChainGround,
  bucket: Bucket,
  key: string,
  current: ObjectVersion | undefined,
): Promise<void> {
  const { tx, blobs, now } = ground;
  if (bucket.versioning !== "Enabled") {
    if (current?.versionId === NULL_VERSION) {
      await freeContent(tx, blobs, current.details.content, now);
      return;
    }
    if (bucket.versioning === "Suspended") {
      const replaced = await oldNullVersion(tx, bucket.name, key);
      if (replaced) await dropNoncurrent(ground, replaced);
    }
  }
  if (current) tx.put(versions, current);
}

const PAGE = 1_000;

/** A null version may lie anywhere below versions that have ids. */
async function oldNullVersion(read: Reader, bucket: string, key: string): Promise<ObjectVersion | undefined> {
  for await (const rows of batchesOf(read, versions, { within: [bucket, key], limit: PAGE })) {
    const found = rows.find((row) => row.versionId === NULL_VERSION);
    if (found) return found;
  }
  return undefined;
}

async function dropNoncurrent({ tx, blobs, now }: ChainGround, version: ObjectVersion): Promise<void> {
  tx.delete(versions, ...versions.keyOf(version));
  if (!version.isDeleteMarker) await freeContent(tx, blobs, version.details.content, now);
}

/** @returns undefined when there is no such version. @throws Fault InvalidArgument for what is no version id. */
export async function findVersion(
  read: Reader,
  bucket: string,
  key: string,
  id: string,
): Promise<ObjectVersion | undefined> {
  const sequence = sequenceOf(id);
  const current = await read.get(objects, bucket, key);
  if (current?.versionId === id) return current;
  if (sequence === undefined) return oldNullVersion(read, bucket, key);
  const found = await read.get(versions, bucket, key, -sequence);
  return found?.versionId === id ? found : undefined;
}

/** The newest version of a key that has no current object: a delete marker, or nothing. */
export const newestMarker = newestOf;

/** Deletes one version for good; where it was the newest, the one below becomes current. */
export async function removeVersion(ground: ChainGround, version: ObjectVersion): Promise<void> {
  const { tx, blobs, now } = ground;
  const { bucket, key } = version;
  const current = await tx.get(objects, bucket, key);
  if (current?.versionId === version.versionId) {
    tx.delete(objects, bucket, key);
    await freeContent(tx, blobs, version.details.content, now);
  } else {
    await dropNoncurrent(ground, version);
    if (current) return;
  }
  const next = await newestOf(tx, bucket, key);
  if (!next || next.isDeleteMarker) return;
  tx.delete(versions, ...versions.keyOf(next));
  tx.put(objects, next);
}
