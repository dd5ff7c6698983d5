import { invariant } from "../../base/invariant.ts";
import type { Sender } from "./event.ts";
import { MOST_NAME_CHARACTERS, MOST_NAMES } from "./limits.ts";

/**
 * The trail's bytes. Numbers are varints; a text is written out, or, where it comes again and again (a name, an
 * ARN), written once a segment and then named by its number.
 */
const FIRST_BYTES = 64 * 1_024;

/** What a text begins with: its length or its number, and in the low bits which of these it is. */
const TEXT = { absent: 0, inline: 1, named: 2, naming: 3 } as const;

/** The values of hexadecimal digits, by their character codes. */
const HEX_VALUES = Uint8Array.from({ length: 128 }, (_, code) => {
  const value = Number.parseInt(String.fromCharCode(code), 16);
  return Number.isNaN(value) ? 0 : value;
});

/** Texts whose length, if they are ASCII, fits into the one byte that begins them. */
const SHORT_CHARACTERS = 32;

export class TrailWriter {
  #buffer = Buffer.allocUnsafe(FIRST_BYTES);
  #end = 0;
  readonly #names = new Map<string, number>();
  /** Of the last event of the segment. */
  sender: Sender | undefined;

  get length(): number {
    return this.#end;
  }

  /** A new segment knows no names, and no sender. */
  forgetNames(): void {
    this.#names.clear();
    this.sender = undefined;
  }

  /** What was written since the last time, as bytes of their own. */
  take(): Buffer {
    const bytes = Buffer.from(this.#buffer.subarray(0, this.#end));
    this.#end = 0;
    return bytes;
  }

  /** Writes `work`'s bytes behind their length, so that a reader can step over them. */
  measured(work: () => void): void {
    this.#room(4);
    const start = this.#end;
    this.#end += 4;
    work();
    this.#buffer.writeUInt32LE(this.#end - start - 4, start);
  }

  byte(value: number): void {
    this.#room(1);
    this.#buffer[this.#end++] = value;
  }

  varint(value: number): void {
    this.#room(10);
    let rest = value;
    while (rest >= 0x80) {
      this.#buffer[this.#end++] = (rest % 0x80) | 0x80;
      rest = Math.floor(rest / 0x80);
    }
    this.#buffer[this.#end++] = rest;
  }

  double(value: number): void {
    this.#room(8);
    this.#end = this.#buffer.writeDoubleLE(value, this.#end);
  }

  /** Hexadecimal digits, as bytes. */
  hex(digits: string): void {
    const bytes = digits.length / 2;
    this.varint(bytes);
    this.#room(bytes);
    for (let at = 0; at < digits.length; at += 2)
      this.#buffer[this.#end++] =
        (HEX_VALUES[digits.charCodeAt(at)] ?? 0) * 16 + (HEX_VALUES[digits.charCodeAt(at + 1)] ?? 0);
  }

  text(value: string | undefined): void {
    if (value === undefined) return this.varint(TEXT.absent);
    this.#text(value, TEXT.inline);
  }

  /** A text that is likely to come again. */
  name(value: string | undefined): void {
    if (value === undefined) return this.varint(TEXT.absent);
    const known = this.#names.get(value);
    if (known !== undefined) return this.varint(known * 4 + TEXT.named);
    if (value.length > MOST_NAME_CHARACTERS || this.#names.size >= MOST_NAMES)
      return this.#text(value, TEXT.inline);
    this.#names.set(value, this.#names.size);
    this.#text(value, TEXT.naming);
  }

  #text(value: string, kind: number): void {
    if (value.length < SHORT_CHARACTERS && this.#short(value, kind)) return;
    const bytes = Buffer.byteLength(value);
    this.varint(bytes * 4 + kind);
    this.#room(bytes);
    this.#end += this.#buffer.write(value, this.#end);
  }

  /** A short text is nearly always ASCII, and a call of `write` costs more than its bytes. @returns false for one that is not. */
  #short(value: string, kind: number): boolean {
    const { length } = value;
    this.#room(1 + length);
    const buffer = this.#buffer;
    const start = this.#end + 1;
    for (let at = 0; at < length; at++) {
      const code = value.charCodeAt(at);
      if (code >= 0x80) return false;
      buffer[start + at] = code;
    }
    buffer[this.#end] = length * 4 + kind;
    this.#end = start + length;
    return true;
  }

  #room(bytes: number): void {
    if (this.#end + bytes <= this.#buffer.length) return;
    const larger = Buffer.allocUnsafe(Math.max(this.#buffer.length * 2, this.#end + bytes));
    this.#buffer.copy(larger, 0, 0, this.#end);
    this.#buffer = larger;
  }
}

/** Reads a segment from its beginning, so that it knows every name. */
export class TrailReader {
  #bytes: Buffer = Buffer.alloc(0);
  #at = 0;
  readonly #names: string[] = [];
  /** Of the last event that was read. */
  sender: Sender | undefined;

  /** The next bytes of the segment. */
  feed(bytes: Buffer): void {
    this.#bytes = bytes;
    this.#at = 0;
  }

  get done(): boolean {
    return this.#at >= this.#bytes.length;
  }

  /** Reads what `measured` wrote; what a later release has put behind it is stepped over. */
  measured<T>(work: () => T): T {
    const length = this.#bytes.readUInt32LE(this.#at);
    const end = this.#at + 4 + length;
    this.#at += 4;
    const value = work();
    this.#at = end;
    return value;
  }

  byte(): number {
    invariant(this.#at < this.#bytes.length, "a trail record is whole");
    return this.#bytes[this.#at++] ?? 0;
  }

  varint(): number {
    let value = 0;
    for (let scale = 1; ; scale *= 0x80) {
      const byte = this.byte();
      value += (byte & 0x7f) * scale;
      if (byte < 0x80) return value;
    }
  }

  double(): number {
    const value = this.#bytes.readDoubleLE(this.#at);
    this.#at += 8;
    return value;
  }

  bytes(): Buffer {
    return this.#slice(this.varint());
  }

  text(): string | undefined {
    const head = this.varint();
    const kind = head % 4;
    const number = Math.floor(head / 4);
    if (kind === TEXT.absent) return undefined;
    if (kind === TEXT.named) return this.#names[number];
    const value = this.#slice(number).toString("utf8");
    if (kind === TEXT.naming) this.#names.push(value);
    return value;
  }

  #slice(length: number): Buffer {
    const end = this.#at + length;
    invariant(end <= this.#bytes.length, "a trail record is whole");
    const slice = this.#bytes.subarray(this.#at, end);
    this.#at = end;
    return slice;
  }
}
