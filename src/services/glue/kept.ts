import { Packr } from "msgpackr";
import { opaqueId } from "../../base/ids.ts";
import { invariant } from "../../base/invariant.ts";
import type { Reader, Transaction } from "../../store/store.ts";
import { INLINE_BYTES, PIECE_BYTES } from "./limits.ts";
import { pieces } from "./model.ts";

/**
 * A description of any size beside a row: packed, unpacked only when it is asked for, and in pieces of its own
 * where it is too long for one row (a view's text alone may have 400 kB).
 */
export type Kept<T> = (Uint8Array | Pieces) & { readonly [of]?: T };

interface Pieces {
  readonly id: string;
  readonly pieces: number;
  readonly bytes: number;
}

/** Of what type the description is; never there. */
declare const of: unique symbol;

const packr = new Packr({ useRecords: false, moreTypes: true, largeBigIntToString: true });

export function keep<T>(tx: Transaction, value: T): Kept<T> {
  const packed = packr.pack(value);
  if (packed.length <= INLINE_BYTES) return packed;
  const id = opaqueId(12);
  let count = 0;
  for (let at = 0; at < packed.length; at += PIECE_BYTES)
    tx.put(pieces, { id, number: count++, bytes: packed.subarray(at, at + PIECE_BYTES) });
  return { id, pieces: count, bytes: packed.length };
}

export async function unkeep<T>(read: Reader, kept: Kept<T>): Promise<T> {
  if (isInline(kept)) return packr.unpack(kept);
  const rows = await read.scan(pieces, { within: [kept.id], limit: kept.pieces });
  invariant(rows.length === kept.pieces, "every piece of a description is there");
  return packr.unpack(Buffer.concat(rows.map(({ bytes }) => bytes)));
}

export function drop(tx: Transaction, kept: Kept<unknown>): void {
  if (isInline(kept)) return;
  for (let number = 0; number < kept.pieces; number++) tx.delete(pieces, kept.id, number);
}

/** How many rows it takes beside its owner's. */
export const piecesOf = (kept: Kept<unknown>): number => (isInline(kept) ? 0 : kept.pieces);

export const bytesOf = (kept: Kept<unknown>): number => (isInline(kept) ? kept.length : kept.bytes);

const isInline = (kept: Uint8Array | Pieces): kept is Uint8Array => kept instanceof Uint8Array;
