import { expect, test } from "vitest";
import { collect } from "../base/bytes.ts";
import { invariant } from "../base/invariant.ts";
import { KIB } from "../base/units.ts";
import type { Blobs } from "./blobs/blobs.ts";
import { heldBy } from "./blobs/held.ts";
import { openDiskBlobs } from "./blobs/disk-blobs.ts";
import { blobs as blobRows, freed, references, segmentMembers, type BlobId } from "./blobs/model.ts";
import type { Key } from "./keys.ts";
import { localStore } from "./local-store.ts";
import type { Store, Transaction } from "./store.ts";
import { table, type Table } from "./table.ts";
import { crashDisk, type CrashDisk } from "./testing/crash-disk.ts";
import { crashPages, type CrashPages } from "./testing/crash-pages.ts";
import { seeded, type Random } from "./testing/random.ts";
import { slowDisk, turn } from "./testing/slow-disk.ts";

/**
 * Put, copy, delete, read, copy the folder, save the store and put it back, sweep and compact, all at once, and the
 * power goes: no live blob is ever missing, and no dead one is left. HOSU_TEST_SEEDS says how many lives are tried (`npm run test:garbage`: 10,000).
 */
const SEEDS = Number(process.env["HOSU_TEST_SEEDS"] ?? 400);
const FIRST_SEED = Number(process.env["HOSU_TEST_FIRST_SEED"] ?? 1);

/** Something that owns a blob, as an object does. */
interface Thing {
  readonly name: string;
  readonly blob: BlobId;
  readonly bytes: number;
  readonly holder: string;
}

const things = table("test.things", { scope: "global", key: (thing: Thing) => [thing.name] as const });

/** What the client knows of a name: which blob was acknowledged last, and which it has asked for since. */
interface Known {
  acknowledged: BlobId | undefined;
  readonly asked: (BlobId | undefined)[];
  isBusy: boolean;
}

/** A copy of the store that lasts; the folder goes on. */
interface Saved {
  readonly pages: CrashPages;
  readonly store: Store;
}

interface World {
  readonly random: Random;
  readonly saved: Set<Saved>;
  /** What each blob holds, by whoever put it. */
  readonly contents: Map<BlobId, Buffer>;
  readonly names: Map<string, Known>;
  count: number;
}

interface Ground {
  readonly disk: CrashDisk;
  readonly pages: CrashPages;
  readonly store: Store;
  readonly blobs: Blobs;
  readonly failures: unknown[];
  isGone: boolean;
}

const NAMES = ["a", "b", "c", "d", "e", "f"] as const;
/** In the row, in the log, and rarely a file of its own. */
const SIZES = [0, 100, 5 * KIB, 5 * KIB, 6 * KIB, 8 * KIB, 12 * KIB] as const;
const FILE_BYTES = 256 * KIB + 1;
const SEGMENT_BYTES = 16 * KIB;
const MOST_STEPS = 60;

async function open(
  disk: CrashDisk,
  pages: CrashPages,
  { random, saved }: Pick<World, "random" | "saved">,
): Promise<Ground> {
  const store = localStore(pages);
  const blobs = await openDiskBlobs({
    store,
    disk: slowDisk(disk, random),
    folder: "/lake",
    garbageAgeMs: 0,
    segmentBytes: SEGMENT_BYTES,
    held: heldBy(() => Array.from(saved, (one) => one.store)),
  });
  return { disk, pages, store, blobs, failures: [], isGone: false };
}

async function pause(random: Random, most = 4): Promise<void> {
  for (let turns = random.between(0, most); turns > 0; turns--) await turn();
}

/** Long enough for others to delete, sweep and compact meanwhile. */
const dawdle = (random: Random): Promise<void> => pause(random, random.chance(0.5) ? 4 : 60);

async function put({ store, blobs }: Ground, world: World, name: string): Promise<void> {
  const { random, contents } = world;
  const about = aboutOf(world, name);
  const size = random.chance(0.06) ? FILE_BYTES : (random.pick(SIZES) ?? 0);
  const bytes = Buffer.alloc(size, random.between(0, 255));
  if (size >= 4) bytes.writeUInt32LE(world.count++);
  const draft = blobs.draft();
  contents.set(draft.id, bytes);
  await draft.write(bytes);
  await draft.finish();
  if (random.chance(0.1)) return draft.abandon();
  await dawdle(random);
  about.asked.push(draft.id);
  await store.update(async (tx) => {
    await freeOld({ tx, blobs }, name);
    blobs.name(tx, draft, "put");
    tx.put(things, { name, blob: draft.id, bytes: bytes.length, holder: "put" });
  });
  draft.end();
  acknowledge(about, draft.id);
}

async function copy({ store, blobs }: Ground, world: World, name: string): Promise<void> {
  const { random } = world;
  const from = random.pick(NAMES) ?? "a";
  const { source, release } = await store.read(async (read) => {
    const found = await read.get(things, from);
    return { source: found, release: blobs.pin(found ? [found.blob] : []) };
  });
  if (source) {
    await dawdle(random);
    const about = aboutOf(world, name);
    const holder = `copy-${world.count++}`;
    about.asked.push(source.blob);
    await store.update(async (tx) => {
      await freeOld({ tx, blobs }, name);
      await blobs.share(tx, source.blob, holder);
      tx.put(things, { ...source, name, holder });
    });
    acknowledge(about, source.blob);
  }
  release();
}

async function remove({ store, blobs }: Ground, world: World, name: string): Promise<void> {
  const about = aboutOf(world, name);
  about.asked.push(undefined);
  await store.update(async (tx) => {
    await freeOld({ tx, blobs }, name);
    tx.delete(things, name);
  });
  acknowledge(about, undefined);
}

async function freeOld(
  { tx, blobs }: { readonly tx: Transaction; readonly blobs: Blobs },
  name: string,
): Promise<void> {
  const old = await tx.get(things, name);
  if (old) await blobs.free(tx, old.blob, old.holder);
}

function aboutOf({ names }: World, name: string): Known {
  const about = names.get(name) ?? { acknowledged: undefined, asked: [], isBusy: false };
  names.set(name, about);
  return about;
}

function acknowledge(about: Known, blob: BlobId | undefined): void {
  about.acknowledged = blob;
  about.asked.length = 0;
}

/** In two halves, with time between them. */
async function read({ store, blobs }: Ground, { random, contents }: World, name: string): Promise<void> {
  const { thing, release } = await store.read(async (reader) => {
    const found = await reader.get(things, name);
    return { thing: found, release: blobs.pin(found ? [found.blob] : []) };
  });
  if (thing) {
    await dawdle(random);
    const half = Math.floor(thing.bytes / 2);
    const first = await collect(await blobs.read(thing.blob, 0, half));
    await dawdle(random);
    const second = await collect(await blobs.read(thing.blob, half, thing.bytes - half));
    invariant(
      contents.get(thing.blob)?.equals(Buffer.concat([first, second])),
      `${name} reads as it was put`,
    );
  }
  release();
}

/** A copy of the store, then of the folder, while all goes on: the copy has all it names. */
async function copyFolder(ground: Ground, world: World): Promise<void> {
  const release = ground.blobs.hold();
  const pages = ground.pages.copy();
  await dawdle(world.random);
  const disk = ground.disk.copy();
  release();
  await checkThings(await open(disk, pages, { random: world.random, saved: new Set() }), world);
}

const MOST_SAVED = 3;

/** A saved state, which keeps what it names for as long as it is there. */
async function save(ground: Ground, { random, saved }: World): Promise<void> {
  const release = ground.blobs.hold();
  const pages = ground.pages.copy();
  await dawdle(random);
  if (!ground.isGone && saved.size < MOST_SAVED) saved.add({ pages, store: localStore(pages) });
  release();
}

async function checkSaved({ disk }: Ground, world: World): Promise<void> {
  const { random } = world;
  for (const { pages } of world.saved)
    await checkThings(await open(disk.copy(), pages.copy(), { random, saved: new Set() }), world);
}

function forgetSaved(ground: Ground, { random, saved }: World): void {
  const one = random.pick([...saved]);
  if (!one) return;
  saved.delete(one);
  ground.blobs.lookAgain();
}

/** Everything under way is over by then; another store is opened over the same folder. @returns what is there from then on. */
async function restore(ground: Ground, world: World): Promise<Ground> {
  const one = world.random.pick([...world.saved]);
  if (!one) return ground;
  await ground.blobs.close();
  await ground.store.close();
  const back = await open(ground.disk, one.pages.copy(), world);
  const rows = new Map((await allOf(back.store, things)).map((row) => [row.name, row.blob]));
  for (const name of NAMES) acknowledge(aboutOf(world, name), rows.get(name));
  await checkThings(back, world);
  return back;
}

async function checkThings(
  { store, blobs }: Pick<Ground, "store" | "blobs">,
  { contents }: Pick<World, "contents">,
): Promise<void> {
  for (const { name, blob, bytes } of await allOf(store, things)) {
    const found = await collect(await blobs.read(blob, 0, bytes));
    invariant(contents.get(blob)?.equals(found), `${name} holds what was put`);
  }
}

const allOf = <Row, K extends Key>(store: Store, of: Table<Row, K>): Promise<readonly Row[]> =>
  store.read((reader) => reader.scan(of, { within: [], limit: 1_000 }));

async function sweepOn(ground: Ground, random: Random): Promise<void> {
  while (!ground.isGone) {
    await ground.blobs.sweep();
    await pause(random, 8);
  }
}

/** Changes, readers and sweeps at once. @returns what resolves once all of it is over; the power may go before. */
async function live(ground: Ground, world: World): Promise<{ readonly over: Promise<unknown> }> {
  const { random } = world;
  const all: Promise<unknown>[] = [];
  const doing = (work: Promise<unknown>): void => {
    all.push(
      work.catch((error: unknown) => {
        if (!ground.isGone) ground.failures.push(error);
      }),
    );
  };
  doing(sweepOn(ground, random));
  for (let steps = random.between(5, MOST_STEPS); steps > 0; steps--) {
    const name = random.pick(NAMES) ?? "a";
    const about = aboutOf(world, name);
    const kind = random.between(0, 9);
    if (kind <= 4 && !about.isBusy) {
      // One change of a name at a time, so that what was asked last is known.
      about.isBusy = true;
      const change = kind <= 2 ? put : kind === 3 ? copy : remove;
      doing(
        change(ground, world, name).then(() => {
          about.isBusy = false;
        }),
      );
    } else if (kind <= 7) doing(read(ground, world, name));
    else if (random.chance(0.2)) doing(copyFolder(ground, world));
    else if (random.chance(0.2)) doing(save(ground, world));
    else if (random.chance(0.1)) forgetSaved(ground, world);
    await pause(random);
  }
  return { over: Promise.all(all) };
}

/** The power goes. @returns what is found afterwards. */
async function crash(ground: Ground, world: World): Promise<Ground> {
  ground.isGone = true;
  const found = await open(ground.disk.crash(), ground.pages.crash(), world);
  const rows = new Map((await allOf(found.store, things)).map((row) => [row.name, row.blob]));
  for (const [name, about] of world.names) {
    const blob = rows.get(name);
    invariant([about.acknowledged, ...about.asked].includes(blob), `${name} is what was acknowledged`);
    acknowledge(about, blob);
    about.isBusy = false;
  }
  await checkThings(found, world);
  await checkSaved(found, world);
  return found;
}

/** What lies in the store and on the disk is what the things own, and nothing more. */
async function checkNothingElse({ store, disk }: Ground): Promise<void> {
  const owned = await allOf(store, things);
  const rows = await allOf(store, blobRows);
  expect(new Set(rows.map(({ id }) => id))).toEqual(new Set(owned.map(({ blob }) => blob)));
  const sharing = owned
    .filter(({ holder }) => holder !== "put")
    .map(({ blob, holder }) => `${blob} ${holder}`);
  const shared = (await allOf(store, references)).map(({ blob, owner }) => `${blob} ${owner}`);
  expect(shared.toSorted()).toEqual(sharing.toSorted());
  expect(await allOf(store, freed)).toEqual([]);

  const files: string[] = [];
  for (let shelf = 0; shelf < 256; shelf++)
    files.push(...(await disk.list(`/lake/${shelf.toString(16).padStart(2, "0")}`)));
  const named = rows.filter(({ place }) => place.kind === "file").map(({ id }) => String(id));
  expect(files.toSorted()).toEqual(named.toSorted());
  expect(await disk.list("/lake/drafts")).toEqual([]);

  const live = new Map<number, number>();
  for (const { place } of rows)
    if (place.kind === "segment")
      live.set(place.frame.segment, (live.get(place.frame.segment) ?? 0) + place.frame.bytes);
  const counted = new Map<number, number>();
  for (const { segment, bytes } of await allOf(store, segmentMembers))
    counted.set(segment, (counted.get(segment) ?? 0) + bytes);
  expect(counted).toEqual(live);
  const segments = (await disk.list("/lake/log")).toSorted();
  for (const name of segments.slice(0, -1)) {
    const size = await (await disk.open(`/lake/log/${name}`)).size();
    expect(live.get(Number.parseInt(name, 10)) ?? 0).toBeGreaterThanOrEqual(size / 2);
  }
}

async function oneSeed(seed: number): Promise<void> {
  const random = seeded(seed);
  const world: World = { random, saved: new Set(), contents: new Map(), names: new Map(), count: 0 };
  let ground = await open(crashDisk(random), crashPages(random), world);
  for (let lives = random.between(1, 3); lives > 0; lives--) {
    const { over } = await live(ground, world);
    const { failures } = ground;
    if (random.chance(0.3)) {
      ground.isGone = true;
      await over;
      ground = await restore(ground, world);
      ground.isGone = false;
    } else ground = await crash(ground, world);
    expect(failures).toEqual([]);
  }
  await checkSaved(ground, world);
  while (world.saved.size > 0) forgetSaved(ground, world);
  for (let pass = 0; pass < 3; pass++) await ground.blobs.sweep();
  expect(await ground.blobs.sweep()).toBe(0);
  await checkThings(ground, world);
  await checkNothingElse(ground);
}

test(
  `over ${SEEDS} lives no live blob is missing and no dead one is left`,
  async () => {
    for (let seed = FIRST_SEED; seed < FIRST_SEED + SEEDS; seed++) {
      try {
        await oneSeed(seed);
      } catch (error) {
        throw Object.assign(new Error(`seed ${seed}: ${String(error)}`), { cause: error });
      }
    }
  },
  60_000 + SEEDS * 100,
);
