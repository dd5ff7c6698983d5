import { expect, test } from "vitest";
import { collect } from "../base/bytes.ts";
import { KIB } from "../base/units.ts";
import type { Blobs } from "./blobs/blobs.ts";
import { openDiskBlobs } from "./blobs/disk-blobs.ts";
import type { BlobId } from "./blobs/model.ts";
import { localStore } from "./local-store.ts";
import { openLog } from "./log.ts";
import type { Store } from "./store.ts";
import { table } from "./table.ts";
import { crashDisk, type CrashDisk } from "./testing/crash-disk.ts";
import { crashPages, type CrashPages } from "./testing/crash-pages.ts";
import { seeded, type Random } from "./testing/random.ts";

/** Something that owns a blob, as an object does. */
interface Thing {
  readonly name: string;
  readonly blob: BlobId;
  readonly bytes: number;
}

const things = table("test.things", { scope: "global", key: (thing: Thing) => [thing.name] as const });

interface Ground {
  readonly disk: CrashDisk;
  readonly pages: CrashPages;
  readonly store: Store;
  readonly blobs: Blobs;
}

async function open(disk: CrashDisk, pages: CrashPages): Promise<Ground> {
  const store = localStore(pages);
  return {
    disk,
    pages,
    store,
    blobs: await openDiskBlobs({ store, disk, folder: "/lake", garbageAgeMs: 0 }),
  };
}

/** What the client knows of a name: what was acknowledged last, and what was asked for since. */
interface Known {
  acknowledged: Buffer | undefined;
  readonly asked: (Buffer | undefined)[];
}

const SIZES = [0, 1, 100, 4 * KIB, 4 * KIB + 1, 20 * KIB, 256 * KIB + 1, 300 * KIB] as const;
const NAMES = ["a", "b", "c", "d"] as const;

async function put({ store, blobs }: Ground, name: string, bytes: Buffer): Promise<void> {
  const draft = blobs.draft();
  for (let at = 0; at < bytes.length; at += 64 * KIB) await draft.write(bytes.subarray(at, at + 64 * KIB));
  await draft.finish();
  await store.update(async (tx) => {
    const old = await tx.get(things, name);
    if (old) await blobs.free(tx, old.blob, name);
    blobs.name(tx, draft, name);
    tx.put(things, { name, blob: draft.id, bytes: bytes.length });
  });
  draft.end();
}

const remove = ({ store, blobs }: Ground, name: string): Promise<void> =>
  store.update(async (tx) => {
    const old = await tx.get(things, name);
    if (!old) return;
    await blobs.free(tx, old.blob, name);
    tx.delete(things, name);
  });

async function read({ store, blobs }: Ground, name: string): Promise<Buffer | undefined> {
  const thing = await store.read((reader) => reader.get(things, name));
  if (!thing) return undefined;
  return collect(await blobs.read(thing.blob, 0, thing.bytes));
}

const same = (a: Buffer | undefined, b: Buffer | undefined): boolean =>
  a === undefined || b === undefined ? a === b : a.equals(b);

/** Changes until the power goes in the midst of one of them. */
async function live(ground: Ground, random: Random, known: Map<string, Known>): Promise<void> {
  const until = random.between(1, 12);
  const under: Promise<unknown>[] = [];
  for (let step = 0; step < until; step++) {
    const name = random.pick(NAMES) ?? "a";
    const about = known.get(name) ?? { acknowledged: undefined, asked: [] };
    known.set(name, about);
    const bytes = random.chance(0.25)
      ? undefined
      : Buffer.alloc(random.pick(SIZES) ?? 0, random.between(0, 255));
    about.asked.push(bytes);
    const work = (bytes ? put(ground, name, bytes) : remove(ground, name)).then(() => {
      about.acknowledged = bytes;
      about.asked.length = 0;
    });
    if (random.chance(0.3)) under.push(work.then(() => ground.blobs.sweep()));
    // One change of a name at a time, so that what was asked last is known.
    if (step < until - 1 || random.chance(0.5)) await work;
    else under.push(work);
  }
  for (let turn = random.between(0, 6); turn > 0; turn--)
    await new Promise((resolve) => setImmediate(resolve));
  // Those under way never end: their machine is gone.
  for (const one of under) one.catch(() => undefined);
}

/** How many lives of power cuts are tried; HOSU's own `test:crash` tries more of another kind. */
const SEEDS = 1_000;

test(`over ${SEEDS} power cuts, what was acknowledged is there with its bytes, and nothing is half there`, async () => {
  for (let seed = 1; seed <= SEEDS; seed++) {
    const random = seeded(seed);
    const known = new Map<string, Known>();
    let ground = await open(crashDisk(random), crashPages(random));
    for (let lives = random.between(1, 3); lives > 0; lives--) {
      await live(ground, random, known);
      ground = await open(ground.disk.crash(), ground.pages.crash());
      for (const [name, about] of known) {
        const found = await read(ground, name);
        const possible = [about.acknowledged, ...about.asked];
        const isPossible = possible.some((one) => same(one, found));
        expect(isPossible, `seed ${seed}: ${name} holds ${found?.length} bytes`).toBe(true);
        about.acknowledged = found;
        about.asked.length = 0;
      }
      await ground.blobs.sweep();
    }
    for (const [name, { acknowledged }] of known)
      expect(same(await read(ground, name), acknowledged)).toBe(true);
  }
});

test("a sweep leaves no dead blob and no live one missing", async () => {
  for (let seed = 1; seed <= 50; seed++) {
    const random = seeded(seed);
    const ground = await open(crashDisk(random), crashPages(random));
    for (let step = 0; step < 20; step++) {
      const name = random.pick(NAMES) ?? "a";
      if (random.chance(0.3)) await remove(ground, name);
      else await put(ground, name, random.bytes(random.pick([10, 5_000]) ?? 10));
    }
    await ground.blobs.sweep();
    const rows = await ground.store.read((reader) => reader.scan(things, { within: [], limit: 100 }));
    for (const { blob, bytes } of rows) expect(await ground.blobs.size(blob)).toBe(bytes);
    expect(await ground.blobs.sweep()).toBe(0);
  }
});

test("a torn tail of the log is cut when it is opened, and said", async () => {
  for (let seed = 1; seed <= 200; seed++) {
    const random = seeded(seed);
    const disk = crashDisk(random);
    const log = await openLog(disk, "/log");
    const synced = await log.append(Buffer.alloc(3_000, 1));
    void log.append(Buffer.alloc(3_000, 2));
    await new Promise((resolve) => setImmediate(resolve));
    await new Promise((resolve) => setImmediate(resolve));
    const after = await openLog(disk.crash(), "/log");
    expect(same(await after.read(synced, 0, 3_000), Buffer.alloc(3_000, 1))).toBe(true);
    const next = await after.append(Buffer.from("next"));
    expect((await after.read(next, 0, 4)).toString()).toBe("next");
  }
});
