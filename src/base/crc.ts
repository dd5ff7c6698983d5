import { crc32 as zlibCrc32 } from "node:zlib";

/**
 * The cyclic redundancy checks that S3 knows. Source: Amazon S3 User Guide, "Checking object integrity".
 * CRC-32 is node's own; the others are table-driven, eight bytes a step.
 */
export interface Crc {
  /** Bits of the check: 32 or 64. */
  readonly width: 32 | 64;
  start(): CrcState;
  /** The check of two stretches of bytes one after the other, from each one's own and the second's length. */
  combine(first: Uint8Array, second: Uint8Array, secondBytes: number): Buffer;
}

export interface CrcState {
  update(bytes: Uint8Array): void;
  /** Big-endian, as S3 writes it in base64. */
  digest(): Buffer;
}

/** Reflected polynomials. CRC64NVME: NVM Express NVM Command Set, "64b CRC". */
const CRC32_POLYNOMIAL = 0xedb88320n;
const CRC32C_POLYNOMIAL = 0x82f63b78n;
const CRC64NVME_POLYNOMIAL = 0x9a6c9329ac4bc9b5n;

export const crc32: Crc = {
  width: 32,
  start() {
    let value = 0;
    return {
      update(bytes) {
        value = zlibCrc32(bytes, value);
      },
      digest() {
        const bytes = Buffer.allocUnsafe(4);
        bytes.writeUInt32BE(value >>> 0);
        return bytes;
      },
    };
  },
  combine: (first, second, bytes) =>
    combine({ polynomial: CRC32_POLYNOMIAL, width: 32 }, first, second, bytes),
};

export const crc32c: Crc = {
  width: 32,
  start: () => startCrc32c(),
  combine: (first, second, bytes) =>
    combine({ polynomial: CRC32C_POLYNOMIAL, width: 32 }, first, second, bytes),
};

export const crc64nvme: Crc = {
  width: 64,
  start: () => startCrc64(),
  combine: (first, second, bytes) =>
    combine({ polynomial: CRC64NVME_POLYNOMIAL, width: 64 }, first, second, bytes),
};

/** Eight tables of 256 entries; table k advances a byte by k more bytes of zeros. */
function slicingTables(polynomial: bigint): { low: Uint32Array; high: Uint32Array } {
  const low = new Uint32Array(8 * 256);
  const high = new Uint32Array(8 * 256);
  const values: bigint[] = [];
  for (let byte = 0; byte < 256; byte++) {
    let value = BigInt(byte);
    for (let bit = 0; bit < 8; bit++) value = value & 1n ? (value >> 1n) ^ polynomial : value >> 1n;
    values.push(value);
  }
  for (let table = 0, previous = values; table < 8; table++) {
    previous.forEach((value, byte) => {
      low[table * 256 + byte] = Number(value & 0xffffffffn);
      high[table * 256 + byte] = Number(value >> 32n);
    });
    previous = previous.map((value) => (value >> 8n) ^ (values[Number(value & 0xffn)] ?? 0n));
  }
  return { low, high };
}

let crc32cTables: Uint32Array | undefined;

function startCrc32c(): CrcState {
  const tables = (crc32cTables ??= slicingTables(CRC32C_POLYNOMIAL).low);
  let value = 0xffffffff;
  return {
    update(bytes) {
      value = advance32(tables, value, bytes);
    },
    digest: () => bigEndian(BigInt((value ^ 0xffffffff) >>> 0), 32),
  };
}

/* The inner loops index typed arrays that are known to be long enough; `| 0` and `>>> 0` also turn undefined into 0. */

function advance32(t: Uint32Array, start: number, bytes: Uint8Array): number {
  let c = start | 0;
  let i = 0;
  const fast = bytes.length - 7;
  for (; i < fast; i += 8) {
    c ^= at(bytes, i) | (at(bytes, i + 1) << 8) | (at(bytes, i + 2) << 16) | (at(bytes, i + 3) << 24);
    c =
      at(t, 1792 + (c & 0xff)) ^
      at(t, 1536 + ((c >>> 8) & 0xff)) ^
      at(t, 1280 + ((c >>> 16) & 0xff)) ^
      at(t, 1024 + (c >>> 24)) ^
      at(t, 768 + at(bytes, i + 4)) ^
      at(t, 512 + at(bytes, i + 5)) ^
      at(t, 256 + at(bytes, i + 6)) ^
      at(t, at(bytes, i + 7));
  }
  for (; i < bytes.length; i++) c = at(t, (c ^ at(bytes, i)) & 0xff) ^ (c >>> 8);
  return c;
}

const at = (array: Uint8Array | Uint32Array, index: number): number => array[index] as number;

let crc64Tables: { low: Uint32Array; high: Uint32Array } | undefined;

function startCrc64(): CrcState {
  const tables = (crc64Tables ??= slicingTables(CRC64NVME_POLYNOMIAL));
  const value = { low: -1, high: -1 };
  return {
    update: (bytes) => advance64(tables, value, bytes),
    digest: () => {
      const out = Buffer.alloc(8);
      out.writeInt32BE(~value.high, 0);
      out.writeInt32BE(~value.low, 4);
      return out;
    },
  };
}

function advance64(
  { low, high }: { low: Uint32Array; high: Uint32Array },
  value: { low: number; high: number },
  bytes: Uint8Array,
): void {
  let l = value.low;
  let h = value.high;
  let i = 0;
  const fast = bytes.length - 7;
  for (; i < fast; i += 8) {
    l ^= at(bytes, i) | (at(bytes, i + 1) << 8) | (at(bytes, i + 2) << 16) | (at(bytes, i + 3) << 24);
    h ^= at(bytes, i + 4) | (at(bytes, i + 5) << 8) | (at(bytes, i + 6) << 16) | (at(bytes, i + 7) << 24);
    const a = 1792 + (l & 0xff);
    const b = 1536 + ((l >>> 8) & 0xff);
    const c = 1280 + ((l >>> 16) & 0xff);
    const d = 1024 + (l >>> 24);
    const e = 768 + (h & 0xff);
    const f = 512 + ((h >>> 8) & 0xff);
    const g = 256 + ((h >>> 16) & 0xff);
    const k = h >>> 24;
    l = at(low, a) ^ at(low, b) ^ at(low, c) ^ at(low, d) ^ at(low, e) ^ at(low, f) ^ at(low, g) ^ at(low, k);
    h =
      at(high, a) ^
      at(high, b) ^
      at(high, c) ^
      at(high, d) ^
      at(high, e) ^
      at(high, f) ^
      at(high, g) ^
      at(high, k);
  }
  for (; i < bytes.length; i++) {
    const index = (l ^ at(bytes, i)) & 0xff;
    l = ((l >>> 8) | (h << 24)) ^ at(low, index);
    h = (h >>> 8) ^ at(high, index);
  }
  value.low = l;
  value.high = h;
}

interface Polynomial {
  readonly polynomial: bigint;
  readonly width: 32 | 64;
}

/** Appending n zero bytes to a check is a linear map; it is squared along the bits of n. Source: zlib's crc32_combine. */
function combine(
  { polynomial, width }: Polynomial,
  first: Uint8Array,
  second: Uint8Array,
  bytes: number,
): Buffer {
  let value = fromBigEndian(first);
  let map = zeroBit(polynomial, width);
  for (let power = 0; power < 3; power++) map = square(map);
  for (let rest = bytes; rest > 0; rest = Math.floor(rest / 2)) {
    if (rest % 2 === 1) value = times(map, value);
    map = square(map);
  }
  return bigEndian(value ^ fromBigEndian(second), width);
}

/** The map of one zero bit. */
const zeroBit = (polynomial: bigint, width: number): bigint[] => [
  polynomial,
  ...Array.from({ length: width - 1 }, (_, bit) => 1n << BigInt(bit)),
];

function times(map: readonly bigint[], vector: bigint): bigint {
  let sum = 0n;
  for (let bit = 0, rest = vector; rest > 0n; bit++, rest >>= 1n) if (rest & 1n) sum ^= map[bit] ?? 0n;
  return sum;
}

const square = (map: readonly bigint[]): bigint[] => map.map((column) => times(map, column));

const fromBigEndian = (bytes: Uint8Array): bigint => BigInt(`0x${Buffer.from(bytes).toString("hex")}`);

function bigEndian(value: bigint, width: 32 | 64): Buffer {
  return Buffer.from(value.toString(16).padStart(width / 4, "0"), "hex");
}
