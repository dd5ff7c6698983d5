import { join } from "node:path";
import { crc32 } from "node:zlib";
import { MIB } from "../base/units.ts";
import type { Disk, DiskFile } from "./disk.ts";

/** A frame is its length, the CRC-32 of its bytes, its bytes. */
export const HEADER_BYTES = 8;

export function frameHeader(bytes: Uint8Array): Buffer {
  const header = Buffer.allocUnsafe(HEADER_BYTES);
  header.writeUInt32LE(bytes.length, 0);
  header.writeUInt32LE(crc32(bytes), 4);
  return header;
}

/** Whether these are the bytes that the header was written for. */
export const isWhole = (header: Buffer, bytes: Uint8Array): boolean =>
  header.readUInt32LE(0) === bytes.length && header.readUInt32LE(4) === crc32(bytes);

const SEGMENT_NAME = /^(\d{10})\.log$/;

export const segmentPath = (folder: string, segment: number): string =>
  join(folder, `${String(segment).padStart(10, "0")}.log`);

export async function segmentNumbers(disk: Disk, folder: string): Promise<number[]> {
  const names = await disk.list(folder);
  const numbers = names.flatMap((name) => SEGMENT_NAME.exec(name)?.[1] ?? []).map(Number);
  return numbers.toSorted((a, b) => a - b);
}

/** The segment that is written to. */
export interface Segment {
  readonly number: number;
  readonly file: DiskFile;
  /** Where the next frame goes. */
  end: number;
  readonly cutBytes: number;
}

/** Up to where of a segment somebody has written down what lies there; asked only where a frame is damaged. */
export type NamedEnd = (segment: number, size: number) => Promise<number>;

/**
 * Opens a segment to write on, cutting off a tail that a crash has torn. A damaged frame before the named end is no
 * torn tail: what lies behind it was acknowledged, and stays.
 */
export async function openSegment(
  disk: Disk,
  folder: string,
  number: number,
  namedEnd?: NamedEnd,
): Promise<Segment> {
  const file = await disk.open(segmentPath(folder, number));
  try {
    const size = await file.size();
    let end = size === 0 ? 0 : await wholeFramesEnd(file, size);
    if (end < size && namedEnd) end = Math.max(end, await namedEnd(number, size));
    if (end < size) {
      await file.truncate(end);
      await file.sync();
    }
    await disk.syncFolder(folder);
    return { number, file, end, cutBytes: Math.max(0, size - end) };
  } catch (error) {
    await file.close();
    throw error;
  }
}

/** Frames are small and a segment is long: it is read in stretches of this size when it is opened. */
const READ_BYTES = 4 * MIB;

/** Where the last whole frame ends. */
async function wholeFramesEnd(file: DiskFile, size: number): Promise<number> {
  let held = Buffer.alloc(0);
  let heldAt = 0;
  /** The bytes from `at` on; fewer only where the file ends. */
  const bytesAt = async (at: number, bytes: number): Promise<Buffer> => {
    if (at + bytes > heldAt + held.length) {
      const next = Buffer.allocUnsafe(Math.min(Math.max(bytes, READ_BYTES), size - at));
      held = next.subarray(0, await readFully(file, next, at));
      heldAt = at;
    }
    return held.subarray(at - heldAt, at - heldAt + bytes);
  };
  let at = 0;
  while (at + HEADER_BYTES <= size) {
    const header = await bytesAt(at, HEADER_BYTES);
    if (header.length < HEADER_BYTES) break;
    const bytes = header.readUInt32LE(0);
    if (at + HEADER_BYTES + bytes > size) break;
    const frame = await bytesAt(at, HEADER_BYTES + bytes);
    if (!isWhole(frame.subarray(0, HEADER_BYTES), frame.subarray(HEADER_BYTES))) break;
    at += HEADER_BYTES + bytes;
  }
  return at;
}

/** @returns how many bytes there were. */
export async function readFully(file: DiskFile, into: Buffer, position: number): Promise<number> {
  let done = 0;
  while (done < into.length) {
    const count = await file.read(into.subarray(done), position + done);
    if (count === 0) break;
    done += count;
  }
  return done;
}
