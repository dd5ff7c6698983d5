/**
 * AWS's event stream framing: a prelude of lengths with its own CRC, headers, a payload, a CRC of it all.
 * Source: Smithy, "Amazon Event Stream specification".
 */
import { crc32 } from "node:zlib";
import { asBuffer } from "../base/bytes.ts";
import { MAX_EVENT_BYTES } from "./limits.ts";
import { malformed } from "./malformed.ts";

/** Header values that are no text come as what they are: numbers, bigints, booleans, bytes, instants. */
export type EventHeader = string | number | bigint | boolean | Uint8Array | Date;

export interface EventMessage {
  readonly headers: Readonly<Record<string, EventHeader>>;
  readonly payload: Uint8Array;
}

const PRELUDE_BYTES = 12;
const CRC_BYTES = 4;
const LEAST_BYTES = PRELUDE_BYTES + CRC_BYTES;
/** Source: the specification's limit of a message's headers. */
const MAX_HEADER_BYTES = 128 * 1_024;
const TEXT_TYPE = 7;

/** One message as it goes over the wire; header values are text, as all of AWS's own are. */
export function writeEvent(headers: Readonly<Record<string, string>>, payload: Uint8Array): Uint8Array {
  const head = headerBytes(headers);
  const total = LEAST_BYTES + head.length + payload.length;
  const out = Buffer.allocUnsafe(total);
  out.writeUInt32BE(total, 0);
  out.writeUInt32BE(head.length, 4);
  out.writeUInt32BE(crc32(out.subarray(0, 8)), 8);
  out.set(head, PRELUDE_BYTES);
  out.set(payload, PRELUDE_BYTES + head.length);
  out.writeUInt32BE(crc32(out.subarray(0, total - CRC_BYTES)), total - CRC_BYTES);
  return new Uint8Array(out.buffer, out.byteOffset, total);
}

function headerBytes(headers: Readonly<Record<string, string>>): Uint8Array {
  const parts: Uint8Array[] = [];
  for (const [name, value] of Object.entries(headers)) {
    const nameBytes = Buffer.from(name, "utf8");
    const text = Buffer.from(value, "utf8");
    const part = Buffer.allocUnsafe(nameBytes.length + text.length + 4);
    part[0] = nameBytes.length;
    part.set(nameBytes, 1);
    part[1 + nameBytes.length] = TEXT_TYPE;
    part.writeUInt16BE(text.length, 2 + nameBytes.length);
    part.set(text, 4 + nameBytes.length);
    parts.push(part);
  }
  return Buffer.concat(parts);
}

/** Messages out of bytes that come in whatever pieces. A message is held whole, the next one is not read ahead. */
export class EventDecoder {
  #rest: Buffer = Buffer.alloc(0);

  /** @throws MalformedError */
  *push(bytes: Uint8Array): Iterable<EventMessage> {
    this.#rest = this.#rest.length === 0 ? asBuffer(bytes) : Buffer.concat([this.#rest, bytes]);
    while (this.#rest.length >= PRELUDE_BYTES) {
      const total = this.#messageBytes();
      if (this.#rest.length < total) return;
      const message = this.#rest.subarray(0, total);
      this.#rest = this.#rest.subarray(total);
      yield readEvent(message);
    }
  }

  /** @throws MalformedError where the bytes end within a message. */
  finish(): void {
    if (this.#rest.length > 0) throw malformed("an event stream ends within a message");
  }

  /** The length that a prelude says, once its own checksum has been held against it. */
  #messageBytes(): number {
    if (this.#rest.readUInt32BE(8) !== crc32(this.#rest.subarray(0, 8)))
      throw malformed("an event's prelude does not match its checksum");
    const total = this.#rest.readUInt32BE(0);
    const headerBytes = this.#rest.readUInt32BE(4);
    if (total > MAX_EVENT_BYTES || headerBytes > MAX_HEADER_BYTES || total < LEAST_BYTES + headerBytes)
      throw malformed("an event of impossible length");
    return total;
  }
}

function readEvent(message: Buffer): EventMessage {
  const end = message.length - CRC_BYTES;
  if (message.readUInt32BE(end) !== crc32(message.subarray(0, end)))
    throw malformed("an event does not match its checksum");
  const headersEnd = PRELUDE_BYTES + message.readUInt32BE(4);
  const headers = readHeaders(message.subarray(PRELUDE_BYTES, headersEnd));
  return { headers, payload: new Uint8Array(message.subarray(headersEnd, end)) };
}

function readHeaders(bytes: Buffer): Record<string, EventHeader> {
  const headers: Record<string, EventHeader> = Object.create(null);
  let at = 0;
  const take = (count: number): Buffer => {
    if (at + count > bytes.length) throw malformed("an event's headers end too early");
    at += count;
    return bytes.subarray(at - count, at);
  };
  while (at < bytes.length) {
    const name = take(take(1).readUInt8()).toString("utf8");
    headers[name] = readHeader(take(1).readUInt8(), take);
  }
  return headers;
}

function readHeader(type: number, take: (count: number) => Buffer): EventHeader {
  switch (type) {
    case 0:
    case 1:
      return type === 0;
    case 2:
      return take(1).readInt8();
    case 3:
      return take(2).readInt16BE();
    case 4:
      return take(4).readInt32BE();
    case 5:
      return take(8).readBigInt64BE();
    case 6:
      return new Uint8Array(take(take(2).readUInt16BE()));
    case TEXT_TYPE:
      return take(take(2).readUInt16BE()).toString("utf8");
    case 8:
      return new Date(Number(take(8).readBigInt64BE()));
    case 9:
      return take(16).toString("hex");
    default:
      throw malformed("an event header of unknown type");
  }
}
