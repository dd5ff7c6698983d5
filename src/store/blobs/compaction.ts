import { invariant } from "../../base/invariant.ts";
import { MIB } from "../../base/units.ts";
import { batchesOf, shortReads } from "../batches.ts";
import type { FramePlace, Log } from "../log.ts";
import type { Store } from "../store.ts";
import { blobs, segmentMembers, type BlobId, type SegmentMember } from "./model.ts";
import type { Pace } from "./pace.ts";
import type { SweepGround } from "./sweeper.ts";

/** A segment of which less than this is alive is rewritten: at worst the log is twice as large as what it holds. */
const LIVE_SHARE = 0.5;
/** How many members are read at a time. */
const PAGE = 500;
/** How much is copied before the rows are switched. */
const BATCH_BYTES = 1 * MIB;

/** Where segments are swept too. */
export interface CompactionGround extends SweepGround {
  readonly log: Log;
}

/** Removes segments that hold no blob, and empties those that hold few into the one that is written to. */
export async function sweepSegments(ground: CompactionGround, pace: Pace): Promise<void> {
  const { log, memory } = ground;
  const sparse: { readonly segment: number; readonly share: number }[] = [];
  for (const segment of log.closedSegments()) {
    if (memory.settledSegments.has(segment)) continue;
    // To copy out of a segment that must stay would only cost room.
    if (await ground.held.hasSegment(segment)) {
      memory.settledSegments.add(segment);
      continue;
    }
    const liveBytes = await sumOverMembers(ground, segment, pace, sumOf);
    if (liveBytes === undefined) return;
    const share = liveBytes === 0 ? 0 : liveBytes / (await log.segmentBytes(segment));
    if (share < LIVE_SHARE) sparse.push({ segment, share });
    // A frame not yet named may still be given up, and nothing would be told of it.
    else if (!log.isUsed(segment)) memory.settledSegments.add(segment);
  }
  // The emptiest first: on a full disk those that need no copy make room for the others.
  let damaged = 0;
  for (const { segment } of sparse.toSorted((a, b) => a.share - b.share)) {
    const unreadable = await sumOverMembers(ground, segment, pace, (members) =>
      moveAll(ground, members, pace),
    );
    if (unreadable === undefined) return;
    if (unreadable > 0) memory.settledSegments.add(segment);
    damaged += unreadable;
    await removeIfEmpty(ground, segment);
    if (!(await pace({ files: 1 }))) return;
  }
  invariant(damaged === 0, `frames of the log that no longer have the bytes that were written: ${damaged}`);
}

async function removeIfEmpty({ store, log, pins, held }: CompactionGround, segment: number): Promise<void> {
  // Asked in this order: what is settled by now has its row, so that the read sees it.
  if (log.isUsed(segment)) return;
  const left = await store.read((read) => read.scan(segmentMembers, { within: [segment], limit: 1 }));
  // Who saved the store while the segment had rows still holds it, or is among those who hold it durably by now.
  if (left.length > 0 || pins.isHeld || (await held.hasSegment(segment))) return;
  await log.removeSegment(segment);
}

/** Where the last frame of a segment ends that a blob's row names. */
export async function namedEnd(store: Store, segment: number): Promise<number> {
  let end = 0;
  for await (const members of membersOf(store, segment)) {
    for (const { blob } of members) {
      const place = await placeOf(store, blob);
      if (place?.segment === segment) end = Math.max(end, place.offset + place.bytes);
    }
  }
  return end;
}

const sumOf = (members: readonly SegmentMember[]): number =>
  members.reduce((sum, { bytes }) => sum + bytes, 0);

const membersOf = (store: Store, segment: number): AsyncIterable<readonly SegmentMember[]> =>
  batchesOf(shortReads(store), segmentMembers, { within: [segment], limit: PAGE });

/** Goes through the members by pages and adds up what `work` says of each. @returns undefined when it was stopped. */
async function sumOverMembers(
  { store }: CompactionGround,
  segment: number,
  pace: Pace,
  work: (members: readonly SegmentMember[]) => number | Promise<number | undefined>,
): Promise<number | undefined> {
  let total = 0;
  for await (const members of membersOf(store, segment)) {
    const found = await work(members);
    if (found === undefined || !(await pace({ rows: members.length }))) return undefined;
    total += found;
  }
  return total;
}

/** @returns how many frames are damaged and stay where they are; undefined when it was stopped. */
async function moveAll(
  ground: CompactionGround,
  members: readonly SegmentMember[],
  pace: Pace,
): Promise<number | undefined> {
  let damaged = 0;
  for (let from = 0; from < members.length;) {
    const batch = batchFrom(members, from);
    from += batch.length;
    const bytes = sumOf(batch);
    damaged += await move(ground, batch);
    // Read once, written once.
    if (!(await pace({ bytes: 2 * bytes, rows: batch.length }))) return undefined;
  }
  return damaged;
}

function batchFrom(members: readonly SegmentMember[], from: number): readonly SegmentMember[] {
  let bytes = 0;
  let to = from;
  while (to < members.length && (to === from || bytes < BATCH_BYTES)) bytes += members[to++]?.bytes ?? 0;
  return members.slice(from, to);
}

interface Move {
  readonly id: BlobId;
  readonly from: FramePlace;
  readonly to: FramePlace;
}

async function move(ground: CompactionGround, members: readonly SegmentMember[]): Promise<number> {
  const { log } = ground;
  let damaged = 0;
  const copied = await Promise.allSettled(
    members.map(async ({ segment, blob: id }): Promise<Move | undefined> => {
      const place = await placeOf(ground.store, id);
      if (place?.segment !== segment) return undefined;
      const bytes = await log.readWhole(place);
      if (bytes) return { id, from: place, to: await log.append(bytes) };
      damaged += 1;
      return undefined;
    }),
  );
  const moves = copied.flatMap((one) => (one.status === "fulfilled" && one.value ? [one.value] : []));
  try {
    for (const one of copied) if (one.status === "rejected") throw one.reason;
    await switchRows(ground, moves);
  } finally {
    for (const { to } of moves) log.settle(to);
  }
  return damaged;
}

const placeOf = async (store: Store, id: BlobId): Promise<FramePlace | undefined> => {
  const blob = await store.read((read) => read.get(blobs, id));
  return blob?.place.kind === "segment" ? blob.place.frame : undefined;
};

/** The rows are read again: one may have died, or have another owner, while its bytes were copied. */
async function switchRows({ store }: CompactionGround, moves: readonly Move[]): Promise<void> {
  if (moves.length === 0) return;
  await store.update(async (tx) => {
    for (const { id, from, to } of moves) {
      const blob = await tx.get(blobs, id);
      if (blob?.place.kind !== "segment" || !isSame(blob.place.frame, from)) continue;
      tx.put(blobs, { ...blob, place: { kind: "segment", frame: to } });
      tx.delete(segmentMembers, from.segment, id);
      tx.put(segmentMembers, { segment: to.segment, blob: id, bytes: to.bytes });
    }
  });
}

const isSame = (a: FramePlace, b: FramePlace): boolean => a.segment === b.segment && a.offset === b.offset;
