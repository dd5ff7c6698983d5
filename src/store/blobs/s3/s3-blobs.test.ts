import { expect, test } from "vitest";
import { collect } from "../../../base/bytes.ts";
import { ManualClock } from "../../../base/clock.ts";
import { DAY_MS, HOUR_MS, KIB, MIB, MINUTE_MS, SECOND_MS } from "../../../base/units.ts";
import { localStore } from "../../local-store.ts";
import { crashDisk } from "../../testing/crash-disk.ts";
import { crashPages } from "../../testing/crash-pages.ts";
import { memoryBucket } from "../../testing/memory-bucket.ts";
import { seeded } from "../../testing/random.ts";
import type { Blobs, Draft } from "../blobs.ts";
import type { BlobId } from "../model.ts";
import { openS3Blobs } from "./s3-blobs.ts";

const BEGUN = new Date("2026-03-01T12:00:00Z");

/** Two processes' blobs, over one store and one bucket. */
async function open() {
  const store = localStore(crashPages(seeded(1)));
  const realClock = new ManualClock(BEGUN);
  const bucket = memoryBucket();
  bucket.nowMs = BEGUN.getTime();
  const readers: { other?: () => number } = {};
  const blobs = async (maySweep: boolean) =>
    openS3Blobs({
      store,
      bucket,
      disk: crashDisk(seeded(1)),
      folder: "/lake",
      realClock,
      maySweep: async () => maySweep,
      othersReadSinceMs: async () => readers.other?.() ?? realClock.now().getTime(),
    });
  const [sweeper, other] = [await blobs(true), await blobs(false)];
  readers.other = () => other.readsSinceMs();
  const put = async (into: Blobs, bytes: Buffer): Promise<BlobId> => {
    const draft = await finished(into, bytes);
    await store.update(async (tx) => into.name(tx, draft, "put"));
    draft.end();
    return draft.id;
  };
  const free = (id: BlobId) => store.update((tx) => sweeper.free(tx, id, "put"));
  return { store, realClock, bucket, sweeper, other, put, free };
}

async function finished(into: Blobs, bytes: Buffer): Promise<Draft> {
  const draft = into.draft();
  // In pieces, as a client sends them.
  for (let at = 0; at < bytes.length; at += 64 * KIB) await draft.write(bytes.subarray(at, at + 64 * KIB));
  await draft.finish();
  return draft;
}

async function bytesOf(blobs: Blobs, id: BlobId, from: number, bytes: number): Promise<Buffer> {
  const read = await blobs.read(id, from, bytes);
  return Buffer.from(read instanceof Uint8Array ? read : await collect(read));
}

/** Of a length that no part has, so that stretches differ. */
const PATTERN = Buffer.from(seeded(7).bytes(251));
const body = (bytes: number): Buffer => Buffer.alloc(bytes, PATTERN);

test.each([0, 1, 4 * KIB, 4 * KIB + 1, 8 * MIB - 1, 8 * MIB, 17 * MIB + 3])(
  "%d bytes come back, whole and in part, wherever they are read",
  async (size) => {
    const { sweeper, other, put, bucket } = await open();
    const bytes = body(size);
    const id = await put(sweeper, bytes);
    expect((await bytesOf(other, id, 0, size)).equals(bytes)).toBe(true);
    const from = Math.floor(size / 3);
    const length = Math.floor(size / 2);
    expect((await bytesOf(other, id, from, length)).equals(bytes.subarray(from, from + length))).toBe(true);
    expect(bucket.objects.size).toBe(size > 4 * KIB ? 1 : 0);
    expect(bucket.uploads.size).toBe(0);
  },
);

test("what is free goes a minute later, and only where one sweeps for all", async () => {
  const { sweeper, other, put, free, realClock, bucket } = await open();
  const id = await put(other, body(MIB));
  await free(id);
  realClock.advance(59 * SECOND_MS);
  expect(await sweeper.sweep()).toBe(0);
  realClock.advance(SECOND_MS);
  expect(await other.sweep()).toBe(0);
  expect(await sweeper.sweep()).toBe(1);
  expect(bucket.objects.size).toBe(0);
});

test("what another process still reads stays for it", async () => {
  const { sweeper, other, put, free, realClock } = await open();
  const bytes = body(2 * MIB);
  const id = await put(sweeper, bytes);
  const reading = await other.read(id, 0, bytes.length);
  await free(id);
  realClock.advance(HOUR_MS);
  expect(await sweeper.sweep()).toBe(0);
  expect(Buffer.from(await collect(reading as AsyncIterable<Uint8Array>)).equals(bytes)).toBe(true);
  expect(await sweeper.sweep()).toBe(1);
});

test("what a kill left is swept when it is old: objects after an hour, uploads after a week", async () => {
  const { sweeper, other, realClock, bucket, put } = await open();
  const kept = await put(other, body(MIB));
  // Never named, as after a kill; and an upload that never ended.
  const lost = await finished(other, body(MIB));
  const begun = other.draft();
  for (let count = 0; count < 9; count++) await begun.write(body(MIB));
  expect([...bucket.objects.keys()].toSorted()).toEqual([kept, lost.id].toSorted());
  await sweeper.sweep();
  expect(bucket.objects.size).toBe(2);
  realClock.advance(DAY_MS);
  await sweeper.sweep();
  expect([...bucket.objects.keys()]).toEqual([kept]);
  expect(bucket.uploads.size).toBe(1);
  realClock.advance(7 * DAY_MS + MINUTE_MS);
  await sweeper.sweep();
  expect(bucket.uploads.size).toBe(0);
});

test("a draft that is given up leaves nothing in the bucket, however far it was", async () => {
  const { sweeper, bucket } = await open();
  const small = await finished(sweeper, body(MIB));
  const large = sweeper.draft();
  for (let count = 0; count < 20; count++) await large.write(body(MIB));
  await small.abandon();
  await large.abandon();
  expect(bucket.objects.size).toBe(0);
  expect(bucket.uploads.size).toBe(0);
});

test("while the bucket is out of reach nothing large is taken, and what is small is", async () => {
  const { sweeper, bucket, put } = await open();
  bucket.isOut = true;
  const small = await put(sweeper, body(100));
  expect(await sweeper.size(small)).toBe(100);
  const draft = sweeper.draft();
  await draft.write(body(MIB));
  await expect(draft.finish()).rejects.toMatchObject({ code: "ServiceUnavailable" });
  await draft.abandon();
  expect(await sweeper.size(draft.id)).toBeUndefined();
});
