import { createHmac } from "node:crypto";
import { existsSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fault, type Fault } from "../base/fault.ts";
import { opaqueId } from "../base/ids.ts";
import type { Bucket } from "../store/blobs/s3/bucket.ts";
import type { DataFolder } from "../store/folder.ts";
import { settings, type Setting } from "../store/settings.ts";
import type { Store } from "../store/store.ts";

/** A bucket that holds the bytes, and its name. */
export interface BytesElsewhere {
  readonly name: string;
  readonly bucket: Bucket;
}

/** A lake on a database, as the database knows it. */
interface Known {
  readonly id: string;
  readonly blobs: string | undefined;
  readonly key: string | undefined;
}

/**
 * Rows in a database, bytes in a data folder or in a bucket, and the key that secrets are sealed under belong together:
 * one process would sweep another's bytes away as nobody's. So the lake has a name, which the database says in a row,
 * the folder in a file and the bucket in an object. Bytes in a folder have one owner; those in a bucket are shared by
 * every process that has the key. @throws Fault where they are not of one lake.
 */
export async function claimLake(
  store: Store,
  folder: DataFolder,
  bytes: BytesElsewhere | undefined,
): Promise<void> {
  const known = (await knownLake(store)) ?? (await beginLake(store, folder, bytes));
  if (known.blobs !== bytes?.name) throw otherBlobs(known.blobs);
  const mark = markOf(folder);
  if (!bytes) {
    if (mark !== known.id) throw otherFolder();
    return;
  }
  if (known.key !== fingerprint(folder)) throw otherKey(folder);
  if ((mark ?? known.id) !== known.id || existsSync(folder.storePath)) throw otherStore(folder);
  const lake = await bytes.bucket.lake();
  if (lake === undefined) await bytes.bucket.setLake(known.id);
  else if (lake !== known.id) throw takenBucket(bytes.name);
  if (mark === undefined) writeMark(folder, known.id);
}

const knownLake = (store: Store): Promise<Known | undefined> =>
  store.read(async (read) => {
    const value = async (name: Setting["name"]) => (await read.get(settings, name))?.value;
    const [id, blobs, key] = await Promise.all([value("folder"), value("blobs"), value("key")]);
    return id === undefined ? undefined : { id, blobs, key };
  });

async function beginLake(
  store: Store,
  folder: DataFolder,
  bytes: BytesElsewhere | undefined,
): Promise<Known> {
  if (markOf(folder) !== undefined || existsSync(folder.storePath)) throw otherStore(folder);
  if (bytes && (await bytes.bucket.lake()) !== undefined) throw takenBucket(bytes.name);
  const made: Known = { id: opaqueId(ID_BYTES), blobs: bytes?.name, key: fingerprint(folder) };
  // A folder's mark comes first: bytes must not lie in a folder that says nothing.
  if (!bytes) writeMark(folder, made.id);
  const isOurs = await store.update(async (tx) => {
    if (await tx.get(settings, "folder")) return false;
    tx.put(settings, { name: "folder", value: made.id });
    tx.put(settings, { name: "key", value: made.key ?? "" });
    if (made.blobs !== undefined) tx.put(settings, { name: "blobs", value: made.blobs });
    return true;
  });
  if (isOurs) return made;
  // Another process was faster; with the same bytes and key, it is the same lake.
  if (!bytes) rmSync(markPath(folder));
  return (await knownLake(store)) ?? made;
}

const ID_BYTES = 12;
const markPath = ({ path }: DataFolder): string => join(path, "STORE");

const writeMark = (folder: DataFolder, id: string): void =>
  writeFileSync(markPath(folder), `${id}\n`, { mode: 0o600, flush: true });

/** @returns the lake that lies elsewhere; undefined for a folder that holds its own rows, or nothing yet. */
export const markOf = (folder: DataFolder): string | undefined =>
  existsSync(markPath(folder)) ? readFileSync(markPath(folder), "utf8").trim() : undefined;

/** Says whether two keys are the same, and nothing of what they are. */
const fingerprint = ({ key }: DataFolder): string =>
  createHmac("sha256", key).update("hosu lake key").digest("base64url");

const otherFolder = (): Fault =>
  fault(
    "OtherFolder",
    "The lake in this database belongs to another data folder, which holds its objects' bytes and its key. Start with that folder (--data). A lake that several processes serve keeps its bytes in a bucket (--blobs).",
  );

const otherStore = ({ path }: DataFolder): Fault =>
  fault(
    "OtherStore",
    `${path} holds the bytes of a lake whose rows lie elsewhere than in this database. Start a new lake with a fresh folder (--data).`,
  );

const otherBlobs = (name: string | undefined): Fault =>
  fault(
    "OtherBlobs",
    name === undefined
      ? "The lake in this database keeps its bytes in a data folder. Start it without --blobs, as before."
      : `The lake in this database keeps its bytes in ${name}. Start it with that (--blobs).`,
  );

const takenBucket = (name: string): Fault =>
  fault("OtherBlobs", `${name} holds the bytes of another lake. Choose another prefix (--blobs).`);

const otherKey = ({ path }: DataFolder): Fault =>
  fault(
    "OtherKey",
    `The lake in this database is sealed under another key than ${join(path, "key")}. Copy the file key of a data folder that serves it, or name it with --key-file.`,
  );
