import type { Clock } from "../../base/clock.ts";
import { batchesOf, shortReads } from "../batches.ts";
import type { Store, Transaction } from "../store.ts";
import type { BlobFolder } from "./folder.ts";
import type { Held } from "./held.ts";
import { blobs, freed, references, segmentMembers, type Blob, type BlobId, type FreedBlob } from "./model.ts";
import type { Pace } from "./pace.ts";
import type { Pins } from "./pins.ts";

export interface SweepGround {
  readonly store: Store;
  readonly folder: SweptFiles;
  readonly pins: Pins;
  readonly held: Held;
  /** What is on its way in and has no row yet. */
  readonly drafts: ReadonlySet<BlobId>;
  readonly realClock: Clock;
  /** How long something must have been free. */
  readonly garbageAgeMs: number;
  /** Since when others may be reading what they have found; what was freed later they may need. */
  readonly othersReadSinceMs?: (() => Promise<number>) | undefined;
  readonly memory: SweepMemory;
}

/** The files among which the sweeper looks. */
export type SweptFiles = Pick<
  BlobFolder,
  "remove" | "removeDraft" | "shelves" | "drafts" | "oldCache" | "removeCache"
>;

/** What the sweeper knows from one pass to the next. */
export interface SweepMemory {
  /** Files whose row is gone. */
  readonly leftover: Set<BlobId>;
  /** Segments that were looked at and are mostly alive, as long as no blob of theirs dies. */
  readonly settledSegments: Set<number>;
}

export const nothingSwept = (): SweepMemory => ({ leftover: new Set(), settledSegments: new Set() });

/** How many freed blobs one update forgets. */
const ROUND = 200;

/** Deletes freed blobs that truly have no owner, the longest free first. @returns how many. */
export async function sweepFreed(ground: SweepGround, pace: Pace): Promise<number> {
  const { store, pins, realClock, garbageAgeMs, othersReadSinceMs } = ground;
  const nowMs = realClock.now().getTime();
  const untilMs = Math.min(nowMs, (await othersReadSinceMs?.()) ?? nowMs) - garbageAgeMs;
  let swept = 0;
  for await (const round of batchesOf(shortReads(store), freed, { within: [], limit: ROUND })) {
    const old = round.filter(({ freedMs }) => freedMs <= untilMs);
    const ready = old.filter(({ blob }) => !pins.has(blob));
    if (ready.length > 0) swept += await forgetAll(ground, ready);
    const goesOn = await pace({ rows: ready.length });
    if (!goesOn || old.length < ROUND) return swept;
  }
  return swept;
}

async function forgetAll({ store, pins, memory }: SweepGround, ready: readonly FreedBlob[]): Promise<number> {
  const dead = await store.update(async (tx) => {
    const found: Blob[] = [];
    for (const one of ready) {
      // Whoever has pinned it since may be about to name it again.
      if (pins.has(one.blob)) continue;
      const blob = await forget(tx, one);
      if (blob) found.push(blob);
    }
    return found;
  });
  for (const { id, place } of dead) {
    if (place.kind === "file") memory.leftover.add(id);
    if (place.kind === "segment") memory.settledSegments.delete(place.frame.segment);
  }
  return dead.length;
}

async function forget(tx: Transaction, { freedMs, blob: id }: FreedBlob): Promise<Blob | undefined> {
  const owners = await tx.scan(references, { within: [id], limit: 1 });
  const blob = await tx.get(blobs, id);
  tx.delete(freed, freedMs, id);
  if (!blob || blob.owner !== undefined || owners.length > 0) return undefined;
  tx.delete(blobs, id);
  if (blob.place.kind === "segment") tx.delete(segmentMembers, blob.place.frame.segment, id);
  return blob;
}

/** Removes the files whose rows are gone, once nobody reads them. A crash before this leaves orphans. */
export async function sweepFiles({ folder, pins, held, memory }: SweepGround, pace: Pace): Promise<void> {
  for (const id of memory.leftover) {
    if (pins.has(id)) continue;
    // What a saved state holds is found again once that is deleted.
    if (!(await held.hasFile(id))) await folder.remove(id);
    memory.leftover.delete(id);
    if (!(await pace({ files: 1 }))) return;
  }
}

/** Copies that an earlier run wrote for engines. @returns whether it got to the end. */
export async function sweepCache({ folder }: SweepGround, pace: Pace): Promise<boolean> {
  for (const path of await folder.oldCache()) {
    await folder.removeCache(path);
    if (!(await pace({ files: 1 }))) return false;
  }
  return true;
}

/**
 * What a run that is over left behind: drafts, and files that no row knows. Done once where this one is alone, since
 * it removes its own. @returns whether it got to the end.
 */
export async function sweepOrphans(ground: SweepGround, pace: Pace): Promise<boolean> {
  const { folder, store, drafts, memory } = ground;
  for (const id of await folder.drafts()) {
    if (drafts.has(id)) continue;
    await folder.removeDraft(id);
    if (!(await pace({ files: 1 }))) return false;
  }
  for await (const shelf of folder.shelves()) {
    for (const id of shelf) {
      if (!drafts.has(id) && !(await store.read((read) => read.get(blobs, id)))) memory.leftover.add(id);
      if (!(await pace({ rows: 1 }))) return false;
    }
  }
  return true;
}
