import { expect, test } from "vitest";
import { collect } from "../base/bytes.ts";
import { KIB } from "../base/units.ts";
import type { Blobs } from "./blobs/blobs.ts";
import { openDiskBlobs } from "./blobs/disk-blobs.ts";
import { blobs as blobRows, type BlobId } from "./blobs/model.ts";
import { localStore } from "./local-store.ts";
import type { Store } from "./store.ts";
import { crashDisk, type CrashDisk } from "./testing/crash-disk.ts";
import { crashPages } from "./testing/crash-pages.ts";
import { failingDisk, type DiskCall, type FailingDisk } from "./testing/failing-disk.ts";
import { seeded } from "./testing/random.ts";

interface Ground {
  readonly platter: CrashDisk;
  readonly disk: FailingDisk;
  readonly store: Store;
  readonly blobs: Blobs;
  readonly torn: number[];
  readonly broken: unknown[];
}

const SEGMENT_BYTES = 32 * KIB;
const IN_LOG = 10 * KIB;
const AS_FILE = 300 * KIB;
const FULL = { code: "ServiceUnavailable", status: 503, message: expect.stringContaining("is full") };
const NO_HANDLE = {
  code: "ServiceUnavailable",
  status: 503,
  message: expect.stringContaining("no file handle"),
};

async function open(platter: CrashDisk = crashDisk(seeded(1)), store = localStore(crashPages(seeded(1)))) {
  const disk = failingDisk(platter);
  const torn: number[] = [];
  const broken: unknown[] = [];
  const blobs = await openDiskBlobs({
    store,
    disk,
    folder: "/lake",
    garbageAgeMs: 0,
    segmentBytes: SEGMENT_BYTES,
    onTornTail: (bytes) => torn.push(bytes),
    onBroken: (error) => broken.push(error),
  });
  return { platter, disk, store, blobs, torn, broken } satisfies Ground;
}

/** @returns the blob once it is durable and named; a draft that fails is given up, as a request's is. */
async function put({ store, blobs }: Ground, bytes: Buffer): Promise<BlobId> {
  const draft = blobs.draft();
  try {
    for (let at = 0; at < bytes.length; at += 64 * KIB) await draft.write(bytes.subarray(at, at + 64 * KIB));
    await draft.finish();
    await store.update(async (tx) => blobs.name(tx, draft, "put"));
    draft.end();
    return draft.id;
  } catch (error) {
    await draft.abandon();
    throw error;
  }
}

const free = ({ store, blobs }: Ground, id: BlobId): Promise<void> =>
  store.update((tx) => blobs.free(tx, id, "put"));

const filled = (bytes: number, value: number): Buffer => Buffer.alloc(bytes, value);

async function holds({ blobs }: Ground, id: BlobId, bytes: Buffer): Promise<boolean> {
  return bytes.equals(await collect(await blobs.read(id, 0, bytes.length)));
}

/** Fails these calls below this folder. */
function fail({ disk }: Ground, code: string, calls: readonly DiskCall[], below = "/lake"): void {
  disk.rule = (call, path) => (calls.includes(call) && path.startsWith(below) ? code : undefined);
}

const heal = ({ disk }: Ground): void => {
  disk.rule = undefined;
};

const placeOf = async ({ store }: Ground, id: BlobId) =>
  (await store.read((read) => read.get(blobRows, id)))?.place;

test.each([
  ["a frame of the log", IN_LOG],
  ["a file", AS_FILE],
])("a disk that is full while %s is written is said, and nothing is lost", async (_name, size) => {
  const ground = await open();
  const before = await put(ground, filled(size, 1));
  fail(ground, "ENOSPC", ["write"]);
  await expect(put(ground, filled(size, 2))).rejects.toMatchObject(FULL);
  expect(await holds(ground, before, filled(size, 1))).toBe(true);
  expect(await ground.platter.list("/lake/drafts")).toEqual([]);
  heal(ground);
  const after = await put(ground, filled(size, 3));
  const again = await open(ground.platter.crash(), ground.store);
  expect(await holds(again, before, filled(size, 1))).toBe(true);
  expect(await holds(again, after, filled(size, 3))).toBe(true);
});

test.each(["EIO", "ENOSPC"])(
  "after a sync of the log that failed with %s nothing is acknowledged, until a restart",
  async (code) => {
    const ground = await open();
    const before = await put(ground, filled(IN_LOG, 1));
    fail(ground, code, ["sync"]);
    await expect(put(ground, filled(IN_LOG, 2))).rejects.toMatchObject({ code });
    heal(ground);
    await expect(put(ground, filled(IN_LOG, 3))).rejects.toMatchObject({ code });
    expect(ground.broken).toHaveLength(1);
    expect(await holds(ground, before, filled(IN_LOG, 1))).toBe(true);
    const again = await open(ground.platter.crash(), ground.store);
    expect(await holds(again, before, filled(IN_LOG, 1))).toBe(true);
    const after = await put(again, filled(IN_LOG, 4));
    expect(await holds(again, after, filled(IN_LOG, 4))).toBe(true);
  },
);

test("a file whose sync failed is never named, and leaves nothing behind", async () => {
  const ground = await open();
  fail(ground, "EIO", ["sync"], "/lake/drafts");
  await expect(put(ground, filled(AS_FILE, 1))).rejects.toMatchObject({ code: "EIO" });
  expect(await ground.platter.list("/lake/drafts")).toEqual([]);
});

test("a file whose folder could not be synced is never named, and leaves nothing behind", async () => {
  const ground = await open();
  fail(ground, "EMFILE", ["syncFolder"]);
  const draft = ground.blobs.draft();
  await draft.write(filled(AS_FILE, 1));
  await expect(draft.finish()).rejects.toMatchObject(NO_HANDLE);
  await draft.abandon();
  expect(await ground.platter.list("/lake/drafts")).toEqual([]);
  expect(await ground.platter.list(`/lake/${draft.id.slice(-2)}`)).toEqual([]);
});

test.each([
  ["in the log", IN_LOG],
  ["in a file", AS_FILE],
])(
  "without file handles a blob %s is not read, which is said; with them it is again",
  async (_name, size) => {
    const ground = await open();
    const id = await put(ground, filled(size, 1));
    fail(ground, "EMFILE", ["open"]);
    await expect(holds(ground, id, filled(size, 1))).rejects.toMatchObject(NO_HANDLE);
    heal(ground);
    expect(await holds(ground, id, filled(size, 1))).toBe(true);
  },
);

test("without file handles no new segment is begun; with them the log goes on", async () => {
  const ground = await open();
  const ids: BlobId[] = [];
  for (let count = 0; count < 4; count++) ids.push(await put(ground, filled(IN_LOG, count)));
  fail(ground, "EMFILE", ["open"]);
  await expect(put(ground, filled(IN_LOG, 9))).rejects.toMatchObject(NO_HANDLE);
  heal(ground);
  ids.push(await put(ground, filled(IN_LOG, 4)));
  for (const [value, id] of ids.entries()) expect(await holds(ground, id, filled(IN_LOG, value))).toBe(true);
});

test("a full disk while a file is written for an engine is said, and leaves nothing behind", async () => {
  const ground = await open();
  const id = await put(ground, filled(IN_LOG, 1));
  fail(ground, "ENOSPC", ["write"], "/lake/cache");
  await expect(ground.blobs.file(id)).rejects.toMatchObject(FULL);
  expect(await ground.platter.list("/lake/cache")).toEqual([]);
  heal(ground);
  const file = await ground.blobs.file(id);
  expect(file.bytes).toBe(IN_LOG);
  file.release();
});

test("what an earlier run wrote for engines, and its drafts, are removed by the first sweep", async () => {
  const ground = await open();
  const id = await put(ground, filled(IN_LOG, 1));
  await ground.blobs.file(id);
  const draft = ground.blobs.draft();
  await draft.write(filled(AS_FILE, 2));
  const again = await open(ground.platter.copy(), ground.store);
  const own = await again.blobs.file(id);
  await again.blobs.sweep();
  expect(await again.platter.list("/lake/drafts")).toEqual([]);
  expect(await again.platter.list("/lake/cache")).toEqual([own.path.slice("/lake/cache/".length)]);
});

test("on a full disk segments that hold nothing are removed, though others cannot be rewritten", async () => {
  const ground = await open();
  const ids: BlobId[] = [];
  for (let count = 0; count < 9; count++) ids.push(await put(ground, filled(IN_LOG, count)));
  // Four frames a segment: of the first one stays, of the second none.
  for (const id of ids.slice(1, 8)) await free(ground, id);
  fail(ground, "ENOSPC", ["write"], "/lake/log");
  await expect(ground.blobs.sweep()).rejects.toMatchObject(FULL);
  expect(await ground.platter.list("/lake/log")).toEqual(["0000000001.log", "0000000003.log"]);
  heal(ground);
  await ground.blobs.sweep();
  expect(await ground.platter.list("/lake/log")).toEqual(["0000000003.log"]);
  expect(await holds(ground, ids[0] ?? ("" as BlobId), filled(IN_LOG, 0))).toBe(true);
});

/** Changes one byte of a blob's frame, as a bad sector does. */
async function damage(ground: Ground, id: BlobId): Promise<void> {
  const place = await placeOf(ground, id);
  if (place?.kind !== "segment") throw new RangeError("the blob lies in the log");
  const path = `/lake/log/${String(place.frame.segment).padStart(10, "0")}.log`;
  const file = await ground.platter.open(path);
  await file.write([Buffer.from([0xee])], place.frame.offset + 5);
  await file.sync();
}

test("a damaged frame is no torn tail: what was acknowledged behind it stays", async () => {
  const ground = await open();
  const first = await put(ground, filled(IN_LOG, 1));
  const second = await put(ground, filled(IN_LOG, 2));
  await damage(ground, first);
  const again = await open(ground.platter.copy(), ground.store);
  expect(again.torn).toEqual([]);
  expect(await holds(again, second, filled(IN_LOG, 2))).toBe(true);
  const third = await put(again, filled(IN_LOG, 3));
  expect(await holds(again, second, filled(IN_LOG, 2))).toBe(true);
  expect(await holds(again, third, filled(IN_LOG, 3))).toBe(true);
});

test("a torn tail is cut off and said", async () => {
  const ground = await open();
  const id = await put(ground, filled(IN_LOG, 1));
  const file = await ground.platter.open("/lake/log/0000000001.log");
  await file.write([filled(700, 0xab)], await file.size());
  const again = await open(ground.platter.copy(), ground.store);
  expect(again.torn).toEqual([700]);
  expect(await holds(again, id, filled(IN_LOG, 1))).toBe(true);
});

test("compaction never gives a damaged frame a fresh checksum; it says so, and moves the others", async () => {
  const ground = await open();
  const ids: BlobId[] = [];
  for (let count = 0; count < 5; count++) ids.push(await put(ground, filled(IN_LOG, count)));
  const [whole = "" as BlobId, bad = "" as BlobId, ...rest] = ids;
  for (const id of rest.slice(0, 2)) await free(ground, id);
  await free(ground, whole);
  const kept = await put(ground, filled(IN_LOG, 7));
  await damage(ground, bad);
  await expect(ground.blobs.sweep()).rejects.toThrow("were written: 1");
  expect(await placeOf(ground, bad)).toMatchObject({ frame: { segment: 1 } });
  expect(await ground.platter.list("/lake/log")).toContain("0000000001.log");
  expect(await ground.blobs.sweep()).toBe(0);
  expect(await holds(ground, kept, filled(IN_LOG, 7))).toBe(true);
});

test("more segments than may be open at once are all read", async () => {
  const ground = await open();
  const ids: BlobId[] = [];
  for (let count = 0; count < 600; count++) ids.push(await put(ground, filled(IN_LOG, count % 256)));
  for (const [index, id] of ids.entries())
    expect(await holds(ground, id, filled(IN_LOG, index % 256))).toBe(true);
  expect((await ground.platter.list("/lake/log")).length).toBeGreaterThan(140);
});
