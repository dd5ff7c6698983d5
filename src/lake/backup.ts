import { stat } from "node:fs/promises";
import { basename, join, resolve } from "node:path";
import { fault } from "../base/fault.ts";
import { invariant } from "../base/invariant.ts";
import type { BackedUp } from "../gateway/admin/route.ts";
import { batchesOf, shortReads } from "../store/batches.ts";
import { namedEnd } from "../store/blobs/compaction.ts";
import { logFolder, shelfOf } from "../store/blobs/folder.ts";
import { blobs, segmentMembers } from "../store/blobs/model.ts";
import { openLmdbPages } from "../store/lmdb-pages.ts";
import { localStore } from "../store/local-store.ts";
import { segmentPath } from "../store/log-segments.ts";
import { SCAN_ROWS, type Store } from "../store/store.ts";
import { copyDurably, exists, makeFolder, namesIn, remove, syncFolder } from "./files.ts";
import type { LakeGround } from "./ground.ts";
import type { Lake } from "./lake.ts";

/** What belongs to the folder beside the store, the objects and the trail. FORMAT goes last: without it a folder is none. */
const KEYS = ["key", "admin-credentials"] as const;
const ACCOUNT_KEYS = "accounts";
const FORMAT = "FORMAT";

/**
 * Copies the lake as it is now into an empty folder, from which another program may start; meanwhile all goes on.
 * Snapshots and copies for engines are left out.
 */
export async function backUp(ground: LakeGround, lake: Lake, asked: string): Promise<BackedUp> {
  const { path, storePath, blobsPath, trailPath } = ground.folder;
  const folder = resolve(asked);
  if (folder === path || (await namesIn(folder)).length > 0)
    throw fault("FolderNotEmpty", `${folder} is not empty; a backup is a folder of its own.`, {
      status: 409,
    });
  await makeFolder(folder);
  const { books, house, pages } = lake;
  await books.meter?.flush();
  const release = house.blobs.hold();
  try {
    const copied = { files: 0, bytes: 0 };
    const copy = async (from: string, to: string, bytes?: number): Promise<void> => {
      await copyDurably(from, to, bytes);
      copied.files += 1;
      copied.bytes += (await stat(to)).size;
    };
    const storeCopy = join(folder, basename(storePath));
    invariant(pages, "the rows lie in the data folder");
    await pages.copyTo(storeCopy);
    const store = localStore(openLmdbPages(storeCopy));
    try {
      await copyBlobs(store, { from: blobsPath, to: join(folder, basename(blobsPath)), copy });
    } finally {
      await store.close();
    }
    await remove(`${storeCopy}-lock`);
    const trail = join(folder, basename(trailPath));
    await makeFolder(trail);
    for (const one of await books.trail.ends())
      await copy(one.path, join(trail, basename(one.path)), one.bytes);
    await syncFolder(trail);
    await copyKeys(path, folder, copy);
    await copy(join(path, FORMAT), join(folder, FORMAT));
    await syncFolder(folder);
    return { folder, ...copied };
  } finally {
    release();
  }
}

type Copy = (from: string, to: string, bytes?: number) => Promise<void>;

async function copyKeys(path: string, folder: string, copy: Copy): Promise<void> {
  for (const name of KEYS)
    if (await exists(join(path, name))) await copy(join(path, name), join(folder, name));
  const names = await namesIn(join(path, ACCOUNT_KEYS));
  if (names.length > 0) await makeFolder(join(folder, ACCOUNT_KEYS));
  for (const name of names) await copy(join(path, ACCOUNT_KEYS, name), join(folder, ACCOUNT_KEYS, name));
}

interface Places {
  readonly from: string;
  readonly to: string;
  readonly copy: Copy;
}

/** Every file and every segment that the store names, and none else. */
async function copyBlobs(store: Store, { from, to, copy }: Places): Promise<void> {
  const shelves = new Set<string>();
  for await (const page of batchesOf(shortReads(store), blobs, { within: [], limit: SCAN_ROWS }))
    for (const { id, place } of page) {
      if (place.kind !== "file") continue;
      const shelf = shelfOf(id);
      await makeFolder(join(to, shelf));
      shelves.add(shelf);
      await copy(join(from, shelf, id), join(to, shelf, id));
    }
  const [fromLog, toLog] = [logFolder(from), logFolder(to)];
  await makeFolder(toLog);
  for (let segment = await nextSegment(store, -1); segment !== undefined;) {
    const next = await nextSegment(store, segment);
    // The last one is written to meanwhile.
    const end = next === undefined ? await namedEnd(store, segment) : undefined;
    await copy(segmentPath(fromLog, segment), segmentPath(toLog, segment), end);
    segment = next;
  }
  for (const shelf of shelves) await syncFolder(join(to, shelf));
  await syncFolder(toLog);
  await syncFolder(to);
}

async function nextSegment(store: Store, after: number): Promise<number | undefined> {
  const [member] = await store.read((read) =>
    read.scan(segmentMembers, { within: [], from: [after + 1, ""], limit: 1 }),
  );
  return member?.segment;
}
