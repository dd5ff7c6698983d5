import { KIB, MIB } from "../../base/units.ts";
import type { FramePlace } from "../log.ts";
import { table } from "../table.ts";
import { blobRows } from "./rows.ts";

export type BlobId = string & { readonly brand: "BlobId" };

/** Up to `row` in the store's own row, up to `segment` in the log, above that a file (measured: a file each costs 6–15 times a log frame). */
export const PLACE_BYTES = { row: 4 * KIB, segment: 256 * KIB } as const;

/** How much is read from a file at a time. */
export const CHUNK_BYTES = 1 * MIB;

export type BlobPlace =
  | { readonly kind: "row"; readonly data: Uint8Array }
  | { readonly kind: "segment"; readonly frame: FramePlace }
  | { readonly kind: "file" };

export interface Blob {
  readonly id: BlobId;
  readonly bytes: number;
  readonly place: BlobPlace;
  /** Who put it, as long as they own it; most blobs never have another owner. */
  readonly owner: string | undefined;
}

export const blobs = table("blobs", {
  scope: "global",
  key: (blob: Blob) => [blob.id] as const,
  codec: blobRows,
});

/** Who else owns a blob. One that has neither its first owner nor such a row is dead. */
export interface BlobReference {
  readonly blob: BlobId;
  readonly owner: string;
}

export const references = table("blobs.references", {
  scope: "global",
  key: (reference: BlobReference) => [reference.blob, reference.owner] as const,
});

/** Written when an owner let go, the oldest first; the sweeper reads the references again before it deletes. */
export interface FreedBlob {
  /** By the real clock. */
  readonly freedMs: number;
  readonly blob: BlobId;
}

export const freed = table("blobs.freed-by-time", {
  scope: "global",
  key: (one: FreedBlob) => [one.freedMs, one.blob] as const,
});

/** Which blobs lie in a log segment: what of it is alive, and when it can be removed. */
export interface SegmentMember {
  readonly segment: number;
  readonly blob: BlobId;
  readonly bytes: number;
}

export const segmentMembers = table("blobs.segment-members", {
  scope: "global",
  key: (member: SegmentMember) => [member.segment, member.blob] as const,
});
