import { invariant } from "../../base/invariant.ts";
import type { Transaction } from "../store.ts";
import type { Draft } from "./blobs.ts";
import { blobs, freed, references, segmentMembers, type BlobId } from "./model.ts";

/** Who owns a blob, in rows: the same wherever its bytes lie. See `Blobs` for what each is for. */
export function nameDraft(tx: Transaction, { id, bytes, place }: Draft, owner: string): void {
  invariant(place, "only a finished draft is named");
  tx.put(blobs, { id, bytes, place, owner });
  if (place.kind === "segment")
    tx.put(segmentMembers, { segment: place.frame.segment, blob: id, bytes: place.frame.bytes });
}

export async function shareBlob(tx: Transaction, id: BlobId, owner: string): Promise<void> {
  // Reading the row makes this update and the sweeper's exclude one another.
  invariant(await tx.get(blobs, id), `blob ${id} is there to be shared`);
  tx.put(references, { blob: id, owner });
}

export interface Freeing {
  readonly owner: string;
  readonly now: Date;
}

export async function freeBlob(tx: Transaction, id: BlobId, { owner, now }: Freeing): Promise<void> {
  const blob = await tx.get(blobs, id);
  if (!blob) return;
  if (blob.owner === owner) tx.put(blobs, { ...blob, owner: undefined });
  else tx.delete(references, id, owner);
  tx.put(freed, { freedMs: now.getTime(), blob: id });
}
