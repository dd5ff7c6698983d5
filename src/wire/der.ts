/** DER, written: what certificates are made of, and nothing else. Source: ITU-T X.690. */
const CONSTRUCTED = 0x20;
const CONTEXT = 0x80;

export type Der = Buffer;

function tagged(tag: number, ...parts: readonly Uint8Array[]): Der {
  const content = Buffer.concat(parts);
  return Buffer.concat([Buffer.from([tag, ...lengthOf(content.length)]), content]);
}

/** Short lengths are one byte; longer ones say first how many bytes they are. */
function lengthOf(bytes: number): number[] {
  if (bytes < 0x80) return [bytes];
  const digits: number[] = [];
  for (let rest = bytes; rest > 0; rest >>>= 8) digits.unshift(rest & 0xff);
  return [0x80 | digits.length, ...digits];
}

export const sequence = (...items: readonly Der[]): Der => tagged(0x30, ...items);
/** Of one item: the order of several would be told by their bytes. */
export const setOf = (item: Der): Der => tagged(0x31, item);
export const boolean = (value: boolean): Der => tagged(0x01, Buffer.from([value ? 0xff : 0]));
export const octetString = (bytes: Uint8Array): Der => tagged(0x04, bytes);
export const utf8String = (text: string): Der => tagged(0x0c, Buffer.from(text));

/** @param bytes a number that is not negative, its most significant byte first. */
export function unsignedInteger(bytes: Uint8Array): Der {
  const first = bytes.findIndex((byte) => byte !== 0);
  const digits = first < 0 ? Buffer.from([0]) : bytes.subarray(first);
  // A first bit of one would say that it is negative.
  return (digits[0] ?? 0) < 0x80 ? tagged(0x02, digits) : tagged(0x02, Buffer.from([0]), digits);
}

/** @param unusedBits how many of the last byte's bits say nothing. */
export const bitString = (bytes: Uint8Array, unusedBits = 0): Der =>
  tagged(0x03, Buffer.from([unusedBits]), bytes);

/** @param dotted `1.2.840.10045.4.3.2`. */
export function objectIdentifier(dotted: string): Der {
  const [first = 0, second = 0, ...rest] = dotted.split(".").map(Number);
  return tagged(0x06, Buffer.from([first * 40 + second, ...rest.flatMap(base128)]));
}

function base128(value: number): number[] {
  const digits = [value & 0x7f];
  for (let rest = value >>> 7; rest > 0; rest >>>= 7) digits.unshift(0x80 | (rest & 0x7f));
  return digits;
}

/** To the second, as certificates have it: with two digits of the year until 2049. Source: RFC 5280, section 4.1.2.5. */
export function time(date: Date): Der {
  const text = `${date.toISOString().replaceAll(/[-:T]|\.\d{3}Z/g, "")}Z`;
  return date.getUTCFullYear() < 2_050
    ? tagged(0x17, Buffer.from(text.slice(2)))
    : tagged(0x18, Buffer.from(text));
}

/** A value whose type is told by its place, in a tag of its own around its own. */
export const explicit = (place: number, value: Der): Der => tagged(CONTEXT | CONSTRUCTED | place, value);
/** The same, with the content alone. */
export const implicit = (place: number, content: Uint8Array): Der => tagged(CONTEXT | place, content);
