import type { Log } from "../log.ts";
import type { Store, Transaction } from "../store.ts";
import type { BlobFolder } from "./folder.ts";
import { blobs, freed, references, segmentMembers, type Blob, type BlobId } from "./model.ts";
import type { Pins } from "./pins.ts";

export interface SweepGround {
  readonly store: Store;
  readonly folder: BlobFolder;
  readonly log: Log;
  readonly pins: Pins;
}

/** How many freed blobs one round looks at. */
const ROUND = 200;

/** Deletes freed blobs that truly have no owner, then segments that hold no blob. @returns how many blobs. */
export async function sweepFreed(ground: SweepGround, drafts: ReadonlySet<BlobId>): Promise<number> {
  let swept = 0;
  let after: BlobId | undefined;
  for (;;) {
    const from = after === undefined ? {} : { after: [after] as const };
    const round = await ground.store.read((read) => read.scan(freed, { within: [], ...from, limit: ROUND }));
    for (const { blob } of round) if (await sweepOne(ground, blob)) swept += 1;
    after = round.at(-1)?.blob;
    if (round.length < ROUND) break;
  }
  await sweepSegments(ground, drafts);
  return swept;
}

async function sweepOne({ store, folder, pins }: SweepGround, id: BlobId): Promise<boolean> {
  if (pins.has(id)) return false;
  const dead = await store.update((tx) => forget(tx, id));
  if (!dead) return false;
  // The row is gone, so no new reader comes; one that came before the commit is waited for.
  if (dead.place.kind === "file") pins.whenFree(id, () => void folder.remove(id));
  return true;
}

async function forget(tx: Transaction, id: BlobId): Promise<Blob | undefined> {
  const owners = await tx.scan(references, { within: [id], limit: 1 });
  const blob = await tx.get(blobs, id);
  tx.delete(freed, id);
  if (!blob || blob.owner !== undefined || owners.length > 0) return undefined;
  tx.delete(blobs, id);
  if (blob.place.kind === "segment") tx.delete(segmentMembers, blob.place.frame.segment, id);
  return blob;
}

/** A draft of this moment may lie in a segment that looks empty, so nothing is removed while there are drafts. */
async function sweepSegments(ground: SweepGround, drafts: ReadonlySet<BlobId>): Promise<void> {
  for (const segment of ground.log.closedSegments()) {
    const members = await ground.store.read((read) =>
      read.scan(segmentMembers, { within: [segment], limit: 1 }),
    );
    if (members.length === 0 && drafts.size === 0) await ground.log.removeSegment(segment);
  }
}

/** What a crash left between a finished draft and its name: files that no row knows. */
export async function sweepOrphans(ground: SweepGround, drafts: ReadonlySet<BlobId>): Promise<void> {
  const { folder, store } = ground;
  for (const id of await folder.drafts()) if (!drafts.has(id)) await folder.removeDraft(id);
  for await (const shelf of folder.shelves()) {
    for (const id of shelf) {
      if (drafts.has(id)) continue;
      const known = await store.read((read) => read.get(blobs, id));
      if (!known) await folder.remove(id);
    }
  }
}
