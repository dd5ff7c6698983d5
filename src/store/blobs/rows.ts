import { asBuffer } from "../../base/bytes.ts";
import { decodePart } from "../keys.ts";
import type { Codec } from "../table.ts";
import type { Blob, BlobId, BlobPlace } from "./model.ts";

/**
 * A blob's row, written and read with every small object, so laid out by hand:
 *
 *   0 version  1 kind  2–9 bytes  10–11 length of the owner  owner  what the kind needs:
 *   row: the data   segment: 4 segment, 8 offset, 4 bytes   file: nothing
 */
const ROW_VERSION = 1;
const KINDS = ["row", "segment", "file"] as const;
const HEAD_BYTES = 12;
const NO_OWNER = 0xffff;
const FRAME_BYTES = 16;
/** Stored keys are table, id. */
const ID_PART = 1;

export const blobRows: Codec<Blob> = {
  encode({ bytes, place, owner }) {
    const ownerBytes = owner === undefined ? 0 : Buffer.byteLength(owner);
    const at = HEAD_BYTES + ownerBytes;
    const row = Buffer.allocUnsafe(at + placeBytes(place));
    row[0] = ROW_VERSION;
    row[1] = KINDS.indexOf(place.kind);
    row.writeDoubleLE(bytes, 2);
    row.writeUInt16LE(owner === undefined ? NO_OWNER : ownerBytes, 10);
    if (owner !== undefined) row.write(owner, HEAD_BYTES);
    if (place.kind === "row") row.set(place.data, at);
    if (place.kind === "segment") {
      row.writeUInt32LE(place.frame.segment, at);
      row.writeDoubleLE(place.frame.offset, at + 4);
      row.writeUInt32LE(place.frame.bytes, at + 12);
    }
    return row;
  },
  decode(stored, key) {
    const row = asBuffer(stored);
    const ownerBytes = row.readUInt16LE(10);
    const at = HEAD_BYTES + (ownerBytes === NO_OWNER ? 0 : ownerBytes);
    return {
      id: String(decodePart(key, ID_PART)) as BlobId,
      bytes: row.readDoubleLE(2),
      place: placeOf(row, at),
      owner: ownerBytes === NO_OWNER ? undefined : row.toString("utf8", HEAD_BYTES, at),
    };
  },
};

const placeBytes = (place: BlobPlace): number =>
  place.kind === "row" ? place.data.length : place.kind === "segment" ? FRAME_BYTES : 0;

function placeOf(row: Buffer, at: number): BlobPlace {
  const kind = KINDS[row[1] ?? 0] ?? "file";
  if (kind === "row") return { kind, data: row.subarray(at) };
  if (kind === "file") return { kind };
  return {
    kind,
    frame: {
      segment: row.readUInt32LE(at),
      offset: row.readDoubleLE(at + 4),
      bytes: row.readUInt32LE(at + 12),
    },
  };
}
