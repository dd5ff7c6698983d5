import { randomBytes } from "node:crypto";
import { collect } from "../../../base/bytes.ts";
import { invariant } from "../../../base/invariant.ts";
import type { Blobs, BlobBytes, BlobPart } from "../../../store/blobs/blobs.ts";
import type { Transaction } from "../../../store/store.ts";
import type { Content, StoredPart } from "../model.ts";
import { freeLater } from "./freeing.ts";
import type { ByteRange } from "./ranges.ts";

/** How many parts a row lists before they go to a manifest of their own: a row holds at most 64 kB. */
export const INLINE_PARTS = 200;

/** The name under which whoever put a blob owns it; a copy gets one of its own. */
export const PUT_HOLDER = "put";
export const copyHolder = (): string => randomBytes(9).toString("base64url");

/** What a manifest blob holds. */
export interface Manifest {
  readonly parts: readonly StoredPart[];
  readonly partBytes: readonly number[];
}

export async function manifestOf(blobs: Blobs, content: Content): Promise<Manifest> {
  if (content.manifest === undefined) return { parts: content.parts, partBytes: content.partBytes ?? [] };
  const size = await blobs.size(content.manifest);
  invariant(size !== undefined, "a manifest lives as long as its object");
  const bytes = await collect(await blobs.read(content.manifest, 0, size));
  return JSON.parse(bytes.toString("utf8")) as Manifest;
}

/** A content to be, its manifest already on disk where it needs one: made before the update that names it. */
export interface PreparedContent {
  readonly content: Content;
  name(tx: Transaction): void;
}

/** Prepares a content for the update that `work` makes; where that fails, nothing of it is left behind. */
export async function withContent<T>(
  blobs: Blobs,
  manifest: Manifest,
  work: (prepared: PreparedContent) => Promise<T>,
): Promise<T> {
  const { parts, partBytes } = manifest;
  if (parts.length <= INLINE_PARTS && partBytes.length <= INLINE_PARTS)
    return work({
      content: { parts, ...(partBytes.length > 0 ? { partBytes } : {}) },
      name: () => undefined,
    });
  const draft = blobs.draft();
  try {
    await draft.write(Buffer.from(JSON.stringify(manifest)));
    await draft.finish();
    const done = await work({
      content: { parts: [], manifest: draft.id },
      name: (tx) => blobs.name(tx, draft, PUT_HOLDER),
    });
    draft.end();
    return done;
  } catch (error) {
    await draft.abandon();
    throw error;
  }
}

/** The parts of blobs that make up a stretch of an object. */
export function partsOf(parts: readonly BlobPart[], { from, bytes }: ByteRange): BlobPart[] {
  const found: BlobPart[] = [];
  let start = 0;
  for (const part of parts) {
    const first = Math.max(from, start);
    const last = Math.min(from + bytes, start + part.bytes);
    if (first < last)
      found.push({ blob: part.blob, offset: part.offset + first - start, bytes: last - first });
    start += part.bytes;
  }
  return found;
}

/** The bytes of a stretch of pinned parts: at once when one blob has them ready, else as they are read. */
export async function readContent(
  blobs: Blobs,
  parts: readonly BlobPart[],
  range: ByteRange,
): Promise<BlobBytes> {
  if (range.bytes === 0) return new Uint8Array();
  const found = partsOf(parts, range);
  const [first] = found;
  invariant(first, "an object's parts cover it");
  if (found.length === 1) return blobs.read(first.blob, first.offset, first.bytes);
  return oneAfterTheOther(blobs, found);
}

async function* oneAfterTheOther(blobs: Blobs, parts: readonly BlobPart[]): AsyncGenerator<Uint8Array> {
  for (const part of parts) {
    const bytes = await blobs.read(part.blob, part.offset, part.bytes);
    if (bytes instanceof Uint8Array) yield bytes;
    else yield* bytes;
  }
}

/** The object is gone or replaced: its blobs have an owner less. Those of a manifest are freed by a timer. */
export async function freeContent(tx: Transaction, blobs: Blobs, content: Content, now: Date): Promise<void> {
  for (const { blob, holder } of content.parts) await blobs.free(tx, blob, holder);
  if (content.manifest !== undefined) await freeLater(tx, content.manifest, now);
}
