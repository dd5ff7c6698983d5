import { expect, test } from "vitest";
import { ManualClock } from "../../base/clock.ts";
import { KIB, SECOND_MS } from "../../base/units.ts";
import { localStore } from "../local-store.ts";
import { crashDisk } from "../testing/crash-disk.ts";
import { crashPages } from "../testing/crash-pages.ts";
import { seeded } from "../testing/random.ts";
import type { Draft } from "./blobs.ts";
import { openDiskBlobs } from "./disk-blobs.ts";
import type { BlobId } from "./model.ts";

const FILE = Buffer.alloc(300 * KIB, 1);
const FRAME = Buffer.alloc(10 * KIB, 2);

async function open(cache?: { bytes: number; files: number }) {
  const disk = crashDisk(seeded(1));
  const store = localStore(crashPages(seeded(1)));
  const realClock = new ManualClock(new Date("2026-03-01T12:00:00Z"));
  const blobs = await openDiskBlobs({ store, disk, folder: "/lake", realClock, cache });
  const finished = async (bytes: Buffer): Promise<Draft> => {
    const draft = blobs.draft();
    await draft.write(bytes);
    await draft.finish();
    return draft;
  };
  const name = async (draft: Draft): Promise<BlobId> => {
    await store.update(async (tx) => blobs.name(tx, draft, "put"));
    draft.end();
    return draft.id;
  };
  const free = (id: BlobId) => store.update((tx) => blobs.free(tx, id, "put"));
  return { disk, store, realClock, blobs, finished, name, free };
}

test("what is free is swept once it has been for a minute of real time", async () => {
  const { realClock, blobs, finished, name, free } = await open();
  const id = await name(await finished(FILE));
  await free(id);
  realClock.advance(59 * SECOND_MS);
  expect(await blobs.sweep()).toBe(0);
  realClock.advance(SECOND_MS);
  expect(await blobs.sweep()).toBe(1);
  expect(await blobs.size(id)).toBeUndefined();
});

test("what comes in while it is swept can be named afterwards, however long it takes", async () => {
  const { realClock, blobs, finished, name } = await open();
  const begun = blobs.draft();
  await begun.write(FILE);
  const drafts = [await finished(FILE), await finished(FRAME)];
  realClock.advance(3_600 * SECOND_MS);
  await blobs.sweep();
  await begun.finish();
  for (const draft of [...drafts, begun]) {
    const id = await name(draft);
    const file = await blobs.file(id);
    expect(file.bytes).toBe(draft.bytes);
    file.release();
  }
});

test("the copies for engines stay within their bounds; what is read stays", async () => {
  const { disk, blobs, finished, name } = await open({ bytes: 25 * KIB, files: 100 });
  const ids: BlobId[] = [];
  for (let count = 0; count < 4; count++) ids.push(await name(await finished(FRAME)));
  const [first = "" as BlobId, ...others] = ids;
  const read = await blobs.file(first);
  for (const id of others) (await blobs.file(id)).release();
  const there = await disk.list("/lake/cache");
  expect(there).toHaveLength(2);
  expect(there).toContain(read.path.slice("/lake/cache/".length));
  read.release();
});

test("a sweep that is told to stop goes on where it was the next time", async () => {
  const { realClock, blobs, finished, name, free } = await open();
  for (let count = 0; count < 450; count++)
    await free(await name(await finished(Buffer.from([count % 256]))));
  realClock.advance(3_600 * SECOND_MS);
  let pieces = 0;
  const swept = await blobs.sweep(async ({ rows = 0 }) => rows < 100 || ++pieces < 2);
  expect(swept).toBe(400);
  expect(await blobs.sweep()).toBe(50);
});
