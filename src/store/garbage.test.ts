import { expect, test } from "vitest";
import { invariant } from "../base/invariant.ts";
import { blobs as blobRows, freed, references, segmentMembers } from "./blobs/model.ts";
import { localStore } from "./local-store.ts";
import { crashDisk } from "./testing/crash-disk.ts";
import { crashPages } from "./testing/crash-pages.ts";
import {
  aboutOf,
  acknowledge,
  allOf,
  checkThings,
  copy,
  dawdle,
  NAMES,
  open,
  pause,
  put,
  read,
  remove,
  things,
  type Ground,
  type World,
} from "./testing/lives.ts";
import { seeded, type Random } from "./testing/random.ts";

/**
 * Put, copy, delete, read, copy the folder, save the store and put it back, sweep and compact, all at once, and the
 * power goes: no live blob is ever missing, and no dead one is left. HOSU_TEST_SEEDS says how many lives are tried (`npm run test:garbage`: 10,000).
 */
const SEEDS = Number(process.env["HOSU_TEST_SEEDS"] ?? 400);
const FIRST_SEED = Number(process.env["HOSU_TEST_FIRST_SEED"] ?? 1);
const MOST_STEPS = 60;

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
  const seldom = (chance: number): void => {
    if (chance < 20) doing(copyFolder(ground, world));
    else if (chance < 36) doing(save(ground, world));
    else if (chance < 43) forgetSaved(ground, world);
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
    else seldom(random.between(0, 99));
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
