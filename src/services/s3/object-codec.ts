import { Packr } from "msgpackr";
import { asBuffer } from "../../base/bytes.ts";
import { invariant } from "../../base/invariant.ts";
import { decodePart } from "../../store/keys.ts";
import type { Codec } from "../../store/table.ts";
import type { ObjectChecksum, ObjectDetails, ObjectVersion } from "./model.ts";

/**
 * A row's head is at fixed places, so that a list page need not decode the rest: decoding values is nine tenths
 * of a page's time otherwise.
 *
 *   0 version  1 flags and checksum  2 storage class  3–4 parts of the ETag  5–12 bytes  13–20 last modified
 *   21–28 sequence  29–44 MD5 of the ETag  [24 bytes version id]  details (MessagePack)
 */
const ROW_VERSION = 1;
const HEAD_BYTES = 45;
const VERSION_ID_BYTES = 24;
const FLAG = { deleteMarker: 1, versionId: 2, compositeChecksum: 32 } as const;
/** Bits 2 to 4 of the flags: the checksum's place in the list below, and one; 0 for none. */
const CHECKSUM = { shift: 2, mask: 7 } as const;
const NO_PARTS = 0;

/** All there are. Their places in this list are stored: only append. Source: Amazon S3 API Reference, PutObject, x-amz-storage-class. */
export const STORAGE_CLASSES = [
  "STANDARD",
  "REDUCED_REDUNDANCY",
  "STANDARD_IA",
  "ONEZONE_IA",
  "INTELLIGENT_TIERING",
  "GLACIER",
  "DEEP_ARCHIVE",
  "GLACIER_IR",
] as const;

const CLASS_PLACES: ReadonlyMap<string, number> = new Map(
  STORAGE_CLASSES.map((name, place) => [name, place]),
);

/** Their places in this list are stored: only append. */
const CHECKSUM_ALGORITHMS = ["CRC32", "CRC32C", "CRC64NVME", "SHA1", "SHA256"] as const;

const packr = new Packr({ useRecords: false });

export const objectRows: Codec<ObjectVersion> = {
  encode(object) {
    const details = packr.pack(object.details);
    const hasVersionId = object.versionId !== "null";
    const at = HEAD_BYTES + (hasVersionId ? VERSION_ID_BYTES : 0);
    const row = Buffer.allocUnsafe(at + details.length);
    const dash = object.etag.indexOf("-");
    row[0] = ROW_VERSION;
    row[1] =
      (object.isDeleteMarker ? FLAG.deleteMarker : 0) |
      (hasVersionId ? FLAG.versionId : 0) |
      checksumFlags(object.details.checksum);
    const place = CLASS_PLACES.get(object.storageClass);
    invariant(place !== undefined, `${object.storageClass} is a storage class`);
    row[2] = place;
    row.writeUInt16LE(dash < 0 ? NO_PARTS : Number(object.etag.slice(dash + 1)), 3);
    row.writeDoubleLE(object.bytes, 5);
    row.writeDoubleLE(object.lastModifiedMs, 13);
    row.writeDoubleLE(object.sequence, 21);
    // A delete marker has none.
    row.fill(0, 29, HEAD_BYTES);
    row.write(dash < 0 ? object.etag : object.etag.slice(0, dash), 29, "hex");
    if (hasVersionId) row.write(object.versionId, HEAD_BYTES, "base64url");
    details.copy(row, at);
    return row;
  },
  decode: (bytes, key) => new ObjectRow(asBuffer(bytes), key),
};

function checksumFlags(checksum: ObjectChecksum | undefined): number {
  if (!checksum) return 0;
  const place = CHECKSUM_ALGORITHMS.indexOf(checksum.algorithm) + 1;
  return (place << CHECKSUM.shift) | (checksum.type === "COMPOSITE" ? FLAG.compositeChecksum : 0);
}

/** What lists show of an object's checksum, without decoding its details. */
export function listedChecksum(row: ObjectVersion): Pick<ObjectChecksum, "algorithm" | "type"> | undefined {
  return row instanceof ObjectRow ? row.listedChecksum : row.details.checksum;
}

/** Stored keys are table, bucket, key; see `storedKey`. */
const PART = { bucket: 1, key: 2 } as const;

class ObjectRow implements ObjectVersion {
  readonly #row: Buffer;
  readonly #storedKey: Uint8Array;
  #key: string | undefined;
  #details: ObjectDetails | undefined;

  constructor(row: Buffer, key: Uint8Array) {
    this.#row = row;
    this.#storedKey = key;
  }

  get bucket(): string {
    return String(decodePart(this.#storedKey, PART.bucket));
  }

  get key(): string {
    return (this.#key ??= String(decodePart(this.#storedKey, PART.key)));
  }

  get isDeleteMarker(): boolean {
    return (this.#flags & FLAG.deleteMarker) !== 0;
  }

  get versionId(): string {
    return this.#flags & FLAG.versionId
      ? this.#row.toString("base64url", HEAD_BYTES, HEAD_BYTES + VERSION_ID_BYTES)
      : "null";
  }

  get storageClass(): string {
    return STORAGE_CLASSES[this.#row[2] ?? 0] ?? "STANDARD";
  }

  get etag(): string {
    const parts = this.#row.readUInt16LE(3);
    const md5 = this.#row.toString("hex", 29, 45);
    return parts === NO_PARTS ? md5 : `${md5}-${parts}`;
  }

  get listedChecksum(): Pick<ObjectChecksum, "algorithm" | "type"> | undefined {
    const algorithm = CHECKSUM_ALGORITHMS[((this.#flags >> CHECKSUM.shift) & CHECKSUM.mask) - 1];
    if (algorithm === undefined) return undefined;
    return { algorithm, type: this.#flags & FLAG.compositeChecksum ? "COMPOSITE" : "FULL_OBJECT" };
  }

  get bytes(): number {
    return this.#row.readDoubleLE(5);
  }

  get lastModifiedMs(): number {
    return this.#row.readDoubleLE(13);
  }

  get sequence(): number {
    return this.#row.readDoubleLE(21);
  }

  get details(): ObjectDetails {
    const at = HEAD_BYTES + (this.#flags & FLAG.versionId ? VERSION_ID_BYTES : 0);
    return (this.#details ??= packr.unpack(this.#row.subarray(at)) as ObjectDetails);
  }

  get #flags(): number {
    return this.#row[1] ?? 0;
  }
}

/** A stored row as a plain value, to be spread and changed. */
export const plainVersion = (row: ObjectVersion): ObjectVersion => ({
  bucket: row.bucket,
  key: row.key,
  versionId: row.versionId,
  sequence: row.sequence,
  isDeleteMarker: row.isDeleteMarker,
  bytes: row.bytes,
  lastModifiedMs: row.lastModifiedMs,
  etag: row.etag,
  storageClass: row.storageClass,
  details: row.details,
});
