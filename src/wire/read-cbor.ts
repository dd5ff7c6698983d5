/** CBOR bytes → values (RFC 8949), as far as AWS uses it, within bounds. */
import { setEntry } from "../base/records.ts";
import { MAX_CBOR_ITEMS, MAX_DEPTH } from "./limits.ts";
import { decodeUtf8 } from "./json.ts";
import { malformed } from "./malformed.ts";
import { ARRAY, BYTES, MAP, NEGATIVE, TAG, TAG_EPOCH, TEXT, UNSIGNED, type CborEpoch } from "./cbor.ts";

const TAG_BIG = 2;
const TAG_NEGATIVE_BIG = 3;
const INDEFINITE = 31;
const BREAK = 0xff;

/** The longest big integer that is read: 1,024 bits. Ours. */
const MAX_BIG_BYTES = 128;

/**
 * Maps are records, byte strings `Uint8Array`, tag 1 a `Date`, integers beyond 2^53 `bigint`; other tags are
 * passed over. An empty body is undefined.
 * @throws MalformedError
 */
export function parseCbor(body: Uint8Array, epoch: CborEpoch): unknown {
  if (body.length === 0) return undefined;
  const reader = new Reader(body, epoch);
  const value = reader.item(0);
  if (!reader.atEnd) throw malformed("bytes after the value");
  return value;
}

class Reader {
  readonly #bytes: Uint8Array;
  readonly #view: DataView;
  readonly #epoch: CborEpoch;
  #at = 0;
  #items = 0;

  constructor(bytes: Uint8Array, epoch: CborEpoch) {
    this.#bytes = bytes;
    this.#view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    this.#epoch = epoch;
  }

  get atEnd(): boolean {
    return this.#at === this.#bytes.length;
  }

  item(depth: number): unknown {
    if (depth > MAX_DEPTH) throw malformed(`nested deeper than ${MAX_DEPTH}`);
    if (++this.#items > MAX_CBOR_ITEMS) throw malformed(`more than ${MAX_CBOR_ITEMS} items`);
    const first = this.#byte();
    const major = first >> 5;
    const info = first & 31;
    switch (major) {
      case UNSIGNED:
        return plain(this.#argument(info));
      case NEGATIVE:
        return plain(-1n - BigInt(this.#argument(info)));
      case BYTES:
        return this.#string(info, BYTES);
      case TEXT:
        return decodeUtf8(this.#string(info, TEXT));
      case ARRAY:
        return this.#array(info, depth);
      case MAP:
        return this.#map(info, depth);
      case TAG:
        return this.#tagged(plain(this.#argument(info)), this.item(depth + 1));
      default:
        return this.#simple(info);
    }
  }

  #byte(): number {
    const byte = this.#bytes[this.#at];
    if (byte === undefined) throw malformed("ends too early");
    this.#at += 1;
    return byte;
  }

  /** Moves on by so many bytes. @returns where they begin. */
  #take(bytes: number): number {
    const from = this.#at;
    if (bytes > this.#bytes.length - from) throw malformed("ends too early");
    this.#at = from + bytes;
    return from;
  }

  #argument(info: number): number | bigint {
    if (info < 24) return info;
    switch (info) {
      case 24:
        return this.#view.getUint8(this.#take(1));
      case 25:
        return this.#view.getUint16(this.#take(2));
      case 26:
        return this.#view.getUint32(this.#take(4));
      case 27:
        return this.#view.getBigUint64(this.#take(8));
      default:
        throw malformed("an argument of unknown width");
    }
  }

  /** A length that the rest of the body can hold, an item being a byte at least. */
  #length(info: number, bytesEach: number): number {
    const length = Number(this.#argument(info));
    if (length * bytesEach > this.#bytes.length - this.#at) throw malformed("ends too early");
    return length;
  }

  #string(info: number, major: number): Uint8Array {
    if (info !== INDEFINITE) {
      const length = this.#length(info, 1);
      const from = this.#take(length);
      return new Uint8Array(this.#bytes.subarray(from, from + length));
    }
    const parts: Uint8Array[] = [];
    while (!this.#breaks()) {
      const first = this.#byte();
      if (first >> 5 !== major || (first & 31) === INDEFINITE) throw malformed("a part of another kind");
      if (++this.#items > MAX_CBOR_ITEMS) throw malformed(`more than ${MAX_CBOR_ITEMS} items`);
      parts.push(this.#string(first & 31, major));
    }
    return new Uint8Array(Buffer.concat(parts));
  }

  #breaks(): boolean {
    if (this.#bytes[this.#at] !== BREAK) return false;
    this.#at += 1;
    return true;
  }

  #array(info: number, depth: number): unknown[] {
    const out: unknown[] = [];
    if (info === INDEFINITE) while (!this.#breaks()) out.push(this.item(depth + 1));
    else for (let left = this.#length(info, 1); left > 0; left--) out.push(this.item(depth + 1));
    return out;
  }

  #map(info: number, depth: number): Record<string, unknown> {
    const out: Record<string, unknown> = {};
    if (info === INDEFINITE) while (!this.#breaks()) this.#entry(out, depth);
    else for (let left = this.#length(info, 2); left > 0; left--) this.#entry(out, depth);
    return out;
  }

  #entry(out: Record<string, unknown>, depth: number): void {
    const key = this.item(depth + 1);
    if (typeof key !== "string") throw malformed("a key that is no text");
    const value = this.item(depth + 1);
    setEntry(out, key, value);
  }

  #tagged(tag: number | bigint, value: unknown): unknown {
    switch (tag) {
      case TAG_EPOCH:
        return this.#instant(value);
      case TAG_BIG:
        return plain(bigOf(value));
      case TAG_NEGATIVE_BIG:
        return plain(-1n - bigOf(value));
      default:
        return value;
    }
  }

  #instant(value: unknown): Date {
    const count = typeof value === "bigint" ? Number(value) : value;
    if (typeof count !== "number") throw malformed("an instant that is no number");
    const date = new Date(this.#epoch === "seconds" ? Math.round(count * 1_000) : count);
    if (Number.isNaN(date.getTime())) throw malformed("an instant out of range");
    return date;
  }

  #simple(info: number): unknown {
    switch (info) {
      case 20:
        return false;
      case 21:
        return true;
      case 22:
      case 23:
        return null;
      case 25:
        return halfFloat(this.#view.getUint16(this.#take(2)));
      case 26:
        return this.#view.getFloat32(this.#take(4));
      case 27:
        return this.#view.getFloat64(this.#take(8));
      default:
        throw malformed("a simple value without meaning");
    }
  }
}

const plain = (value: number | bigint): number | bigint =>
  typeof value === "bigint" && value <= Number.MAX_SAFE_INTEGER && value >= Number.MIN_SAFE_INTEGER
    ? Number(value)
    : value;

function bigOf(value: unknown): bigint {
  if (!(value instanceof Uint8Array) || value.length > MAX_BIG_BYTES)
    throw malformed("a big integer that is none");
  return value.length === 0 ? 0n : BigInt(`0x${Buffer.from(value).toString("hex")}`);
}

/** Source: RFC 8949, appendix D. */
function halfFloat(bits: number): number {
  const exponent = (bits >> 10) & 31;
  const fraction = bits & 1_023;
  const sign = bits >> 15 ? -1 : 1;
  if (exponent === 0) return sign * 2 ** -24 * fraction;
  if (exponent === 31) return fraction ? Number.NaN : sign * Infinity;
  return sign * 2 ** (exponent - 25) * (1_024 + fraction);
}
