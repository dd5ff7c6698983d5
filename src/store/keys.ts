import { asBuffer } from "../base/bytes.ts";

/**
 * Keys are tuples of strings and numbers, laid out as bytes whose order is the order of the tuples:
 * strings by their UTF-8 bytes (as S3 lists keys), numbers by value, numbers before strings.
 */
export type KeyPart = string | number;
export type Key = readonly KeyPart[];

const NUMBER = 0x01;
const STRING = 0x02;
const END = 0x00;
const ESCAPED_ZERO = 0xff;

/** Keys are encoded here first, then copied out: most are short, and one allocation is cheaper than several. */
const scratch = Buffer.allocUnsafeSlow(16 * 1024);

/** One order-keeping byte string for a tuple. */
export function encodeKey(parts: Key): Buffer {
  let at = 0;
  for (const part of parts) {
    const room = typeof part === "number" ? 9 : part.length * 3 + 2;
    if (at + room > scratch.length) return encodeLong(parts);
    if (typeof part === "number") {
      encodeNumber(part).copy(scratch, at);
      at += 9;
    } else if (part.includes("\0")) return encodeLong(parts);
    else {
      scratch[at] = STRING;
      at += 1 + scratch.write(part, at + 1, "utf8");
      scratch[at++] = END;
    }
  }
  const key = Buffer.allocUnsafe(at);
  scratch.copy(key, 0, 0, at);
  return key;
}

/** Any length, and strings that hold zeros. */
const encodeLong = (parts: Key): Buffer => Buffer.concat(parts.map(encodePart));

/** The bytes of a tuple whose last string is only the beginning of one: what such keys start with. */
export function encodePrefix(parts: Key, startsWith: string): Buffer {
  return Buffer.concat([
    encodeKey(parts),
    Buffer.from([STRING]),
    escapeZeros(Buffer.from(startsWith, "utf8")),
  ]);
}

/** The smallest byte string that is greater than every string starting with `prefix`; undefined for none. */
export function afterPrefix(prefix: Uint8Array): Buffer | undefined {
  let end = prefix.length;
  while (end > 0 && prefix[end - 1] === 0xff) end--;
  if (end === 0) return undefined;
  const next = Buffer.from(prefix.subarray(0, end));
  next[end - 1] = (next[end - 1] ?? 0) + 1;
  return next;
}

export function decodeKey(bytes: Uint8Array): KeyPart[] {
  const parts: KeyPart[] = [];
  let at = 0;
  while (at < bytes.length) {
    if (bytes[at] === NUMBER) {
      parts.push(decodeNumber(bytes, at + 1));
      at += 9;
    } else {
      const { text, next } = decodeString(bytes, at + 1);
      parts.push(text);
      at = next;
    }
  }
  return parts;
}

function encodePart(part: KeyPart): Buffer {
  if (typeof part === "number") return encodeNumber(part);
  const bytes = escapeZeros(Buffer.from(part, "utf8"));
  const encoded = Buffer.allocUnsafe(bytes.length + 2);
  encoded[0] = STRING;
  bytes.copy(encoded, 1);
  encoded[bytes.length + 1] = END;
  return encoded;
}

/** A zero byte inside a string becomes 00 FF, so that the bare 00 that ends a string sorts before it. */
function escapeZeros(bytes: Buffer): Buffer {
  if (!bytes.includes(0)) return bytes;
  const out: number[] = [];
  for (const byte of bytes) {
    out.push(byte);
    if (byte === 0) out.push(ESCAPED_ZERO);
  }
  return Buffer.from(out);
}

/** IEEE 754 doubles sort as unsigned integers once the sign is flipped (or, below zero, every bit is). */
function encodeNumber(value: number): Buffer {
  const bytes = Buffer.allocUnsafe(9);
  bytes[0] = NUMBER;
  bytes.writeDoubleBE(value === 0 ? 0 : value, 1);
  const negative = ((bytes[1] ?? 0) & 0x80) !== 0;
  for (let i = 1; i < 9; i++) bytes[i] = (bytes[i] ?? 0) ^ (negative ? 0xff : i === 1 ? 0x80 : 0);
  return bytes;
}

function decodeNumber(bytes: Uint8Array, at: number): number {
  const copy = Buffer.from(bytes.subarray(at, at + 8));
  const negative = ((copy[0] ?? 0) & 0x80) === 0;
  for (let i = 0; i < 8; i++) copy[i] = (copy[i] ?? 0) ^ (negative ? 0xff : i === 0 ? 0x80 : 0);
  return copy.readDoubleBE(0);
}

function decodeString(bytes: Uint8Array, start: number): { text: string; next: number } {
  const zero = bytes.indexOf(END, start);
  const end = bytes[zero + 1] === ESCAPED_ZERO ? stringEnd(bytes, start) : zero;
  const buffer = asBuffer(bytes);
  const text =
    end === zero ? buffer.toString("utf8", start, end) : unescapeZeros(buffer.subarray(start, end));
  return { text, next: end + 1 };
}

/** Where the bare zero is that ends a string. */
function stringEnd(bytes: Uint8Array, start: number): number {
  let end = bytes.indexOf(END, start);
  while (end >= 0 && bytes[end + 1] === ESCAPED_ZERO) end = bytes.indexOf(END, end + 2);
  return end < 0 ? bytes.length : end;
}

/** One part of a key, the others passed over: for rows that are decoded by the thousand. */
export function decodePart(bytes: Uint8Array, index: number): KeyPart {
  let at = 0;
  for (let passed = 0; passed < index; passed++)
    at = bytes[at] === NUMBER ? at + 9 : stringEnd(bytes, at + 1) + 1;
  return bytes[at] === NUMBER ? decodeNumber(bytes, at + 1) : decodeString(bytes, at + 1).text;
}

function unescapeZeros(raw: Buffer): string {
  const out: number[] = [];
  for (let i = 0; i < raw.length; i++) {
    out.push(raw[i] ?? 0);
    if (raw[i] === 0) i++;
  }
  return Buffer.from(out).toString("utf8");
}
