import { collect } from "../../base/bytes.ts";
import { invariant } from "../../base/invariant.ts";
import { KIB } from "../../base/units.ts";
import type { Blobs } from "../blobs/blobs.ts";
import { openDiskBlobs } from "../blobs/disk-blobs.ts";
import { heldBy } from "../blobs/held.ts";
import type { BlobId } from "../blobs/model.ts";
import type { Key } from "../keys.ts";
import { localStore } from "../local-store.ts";
import type { Store, Transaction } from "../store.ts";
import { table, type Table } from "../table.ts";
import type { CrashDisk } from "./crash-disk.ts";
import type { CrashPages } from "./crash-pages.ts";
import type { Random } from "./random.ts";
import { slowDisk, turn } from "./slow-disk.ts";

/** Clients of one folder, and what each of them knows; for the property of `garbage.test.ts`. */

/** Something that owns a blob, as an object does. */
export interface Thing {
  readonly name: string;
  readonly blob: BlobId;
  readonly bytes: number;
  readonly holder: string;
}

export const things = table("test.things", { scope: "global", key: (thing: Thing) => [thing.name] as const });

/** What the client knows of a name: which blob was acknowledged last, and which it has asked for since. */
export interface Known {
  acknowledged: BlobId | undefined;
  readonly asked: (BlobId | undefined)[];
  isBusy: boolean;
}

/** A copy of the store that lasts; the folder goes on. */
export interface Saved {
  readonly pages: CrashPages;
  readonly store: Store;
}

export interface World {
  readonly random: Random;
  readonly saved: Set<Saved>;
  /** What each blob holds, by whoever put it. */
  readonly contents: Map<BlobId, Buffer>;
  readonly names: Map<string, Known>;
  count: number;
}

export interface Ground {
  readonly disk: CrashDisk;
  readonly pages: CrashPages;
  readonly store: Store;
  readonly blobs: Blobs;
  readonly failures: unknown[];
  isGone: boolean;
}

export const NAMES = ["a", "b", "c", "d", "e", "f"] as const;
/** In the row, in the log, and rarely a file of its own. */
const SIZES = [0, 100, 5 * KIB, 5 * KIB, 6 * KIB, 8 * KIB, 12 * KIB] as const;
const FILE_BYTES = 256 * KIB + 1;
const SEGMENT_BYTES = 16 * KIB;

export async function open(
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

export async function pause(random: Random, most = 4): Promise<void> {
  for (let turns = random.between(0, most); turns > 0; turns--) await turn();
}

/** Long enough for others to delete, sweep and compact meanwhile. */
export const dawdle = (random: Random): Promise<void> => pause(random, random.chance(0.5) ? 4 : 60);

export async function put({ store, blobs }: Ground, world: World, name: string): Promise<void> {
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

export async function copy({ store, blobs }: Ground, world: World, name: string): Promise<void> {
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

export async function remove({ store, blobs }: Ground, world: World, name: string): Promise<void> {
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

export function aboutOf({ names }: World, name: string): Known {
  const about = names.get(name) ?? { acknowledged: undefined, asked: [], isBusy: false };
  names.set(name, about);
  return about;
}

export function acknowledge(about: Known, blob: BlobId | undefined): void {
  about.acknowledged = blob;
  about.asked.length = 0;
}

/** In two halves, with time between them. */
export async function read(
  { store, blobs }: Ground,
  { random, contents }: World,
  name: string,
): Promise<void> {
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
export async function checkThings(
  { store, blobs }: Pick<Ground, "store" | "blobs">,
  { contents }: Pick<World, "contents">,
): Promise<void> {
  for (const { name, blob, bytes } of await allOf(store, things)) {
    const found = await collect(await blobs.read(blob, 0, bytes));
    invariant(contents.get(blob)?.equals(found), `${name} holds what was put`);
  }
}

export const allOf = <Row, K extends Key>(store: Store, of: Table<Row, K>): Promise<readonly Row[]> =>
  store.read((reader) => reader.scan(of, { within: [], limit: 1_000 }));
