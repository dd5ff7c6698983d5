/** Values → CBOR bytes (RFC 8949), as far as AWS uses it. */
import { ARRAY, BYTES, MAP, NEGATIVE, TAG, TAG_EPOCH, TEXT, UNSIGNED, type CborEpoch } from "./cbor.ts";

/** Records, arrays, text, bytes, numbers, booleans, null and Dates. Members that are undefined are left out. */
export function writeCbor(value: unknown, epoch: CborEpoch): Uint8Array {
  const writer = new Writer(epoch);
  writer.item(value);
  return writer.bytes();
}

const FIRST_BYTES = 1_024;

class Writer {
  readonly #epoch: CborEpoch;
  #buffer = Buffer.allocUnsafe(FIRST_BYTES);
  #at = 0;

  constructor(epoch: CborEpoch) {
    this.#epoch = epoch;
  }

  bytes(): Uint8Array {
    return new Uint8Array(this.#buffer.subarray(0, this.#at));
  }

  item(value: unknown): void {
    if (typeof value === "string") this.#text(value);
    else if (typeof value === "number") this.#number(value);
    else if (typeof value === "bigint") this.#integer(value);
    else if (typeof value === "boolean") this.#put(value ? 0xf5 : 0xf4);
    else if (value === null || value === undefined) this.#put(0xf6);
    else if (value instanceof Uint8Array) this.#raw(BYTES, value);
    else if (value instanceof Date) this.#instant(value);
    else if (Array.isArray(value)) {
      this.#head(ARRAY, value.length);
      for (const each of value) this.item(each);
    } else this.#record(value);
  }

  #record(value: object): void {
    const entries = Object.entries(value).filter(([, each]) => each !== undefined);
    this.#head(MAP, entries.length);
    for (const [name, each] of entries) {
      this.#text(name);
      this.item(each);
    }
  }

  #text(text: string): void {
    this.#raw(TEXT, Buffer.from(text, "utf8"));
  }

  #raw(major: number, bytes: Uint8Array): void {
    this.#head(major, bytes.length);
    this.#room(bytes.length);
    this.#buffer.set(bytes, this.#at);
    this.#at += bytes.length;
  }

  #instant(date: Date): void {
    this.#head(TAG, TAG_EPOCH);
    this.#number(this.#epoch === "seconds" ? date.getTime() / 1_000 : date.getTime());
  }

  #number(value: number): void {
    if (Number.isSafeInteger(value) && !Object.is(value, -0)) return this.#integer(value);
    this.#room(9);
    this.#buffer[this.#at] = 0xfb;
    this.#buffer.writeDoubleBE(value, this.#at + 1);
    this.#at += 9;
  }

  #integer(value: number | bigint): void {
    if (value >= 0) this.#head(UNSIGNED, value);
    else this.#head(NEGATIVE, typeof value === "bigint" ? -1n - value : -1 - value);
  }

  #head(major: number, argument: number | bigint): void {
    this.#room(9);
    const first = major << 5;
    if (argument < 24) this.#buffer[this.#at++] = first | Number(argument);
    else if (argument < 0x1_00) {
      this.#buffer[this.#at++] = first | 24;
      this.#buffer[this.#at++] = Number(argument);
    } else if (argument < 0x1_00_00) {
      this.#buffer[this.#at] = first | 25;
      this.#at = this.#buffer.writeUInt16BE(Number(argument), this.#at + 1);
    } else if (argument < 0x1_00_00_00_00) {
      this.#buffer[this.#at] = first | 26;
      this.#at = this.#buffer.writeUInt32BE(Number(argument), this.#at + 1);
    } else {
      this.#buffer[this.#at] = first | 27;
      this.#at = this.#buffer.writeBigUInt64BE(BigInt(argument), this.#at + 1);
    }
  }

  #put(byte: number): void {
    this.#room(1);
    this.#buffer[this.#at++] = byte;
  }

  #room(bytes: number): void {
    const wanted = this.#at + bytes;
    if (wanted <= this.#buffer.length) return;
    const grown = Buffer.allocUnsafe(Math.max(wanted, this.#buffer.length * 2));
    this.#buffer.copy(grown, 0, 0, this.#at);
    this.#buffer = grown;
  }
}
