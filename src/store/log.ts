import { join } from "node:path";
import { crc32 } from "node:zlib";
import { invariant } from "../base/invariant.ts";
import { MIB } from "../base/units.ts";
import type { Disk, DiskFile } from "./disk.ts";

/**
 * An append-only log in segments of checksummed frames: one `writev` and one `fdatasync` for all that wait in
 * a turn of the event loop. A frame is its length, the CRC-32 of its bytes, its bytes.
 */
export interface Log {
  /** Resolves when the bytes are durable. */
  append(bytes: Uint8Array): Promise<FramePlace>;
  /** Part of one frame's bytes. */
  read(place: FramePlace, from: number, bytes: number): Promise<Buffer>;
  /** Segments that are no longer written to. */
  closedSegments(): readonly number[];
  removeSegment(segment: number): Promise<void>;
  /** Bytes that a torn write had left at the end of the last segment when the log was opened. */
  readonly cutBytes: number;
  close(): Promise<void>;
}

export interface FramePlace {
  readonly segment: number;
  /** Where the frame's bytes begin in the segment's file. */
  readonly offset: number;
  readonly bytes: number;
}

export const SEGMENT_BYTES = 64 * MIB;
const HEADER_BYTES = 8;
const SEGMENT_NAME = /^(\d{10})\.log$/;

interface Waiting {
  readonly header: Buffer;
  readonly bytes: Uint8Array;
  readonly resolve: (place: FramePlace) => void;
  readonly reject: (error: unknown) => void;
}

export async function openLog(disk: Disk, folder: string, segmentBytes = SEGMENT_BYTES): Promise<Log> {
  await disk.makeFolder(folder);
  const segments = await segmentNumbers(disk, folder);
  const last = segments.at(-1);
  const current = await openSegment(disk, folder, last ?? 1);
  return new SegmentedLog(disk, folder, { segments: new Set(segments), current, segmentBytes });
}

interface Segment {
  readonly number: number;
  readonly file: DiskFile;
  /** Where the next frame goes. */
  end: number;
  readonly cutBytes: number;
}

interface LogState {
  readonly segments: Set<number>;
  readonly current: Segment;
  readonly segmentBytes: number;
}

class SegmentedLog implements Log {
  readonly cutBytes: number;
  readonly #disk: Disk;
  readonly #folder: string;
  readonly #segmentBytes: number;
  readonly #segments: Set<number>;
  readonly #readers = new Map<number, Promise<DiskFile>>();
  #current: Segment;
  #waiting: Waiting[] = [];
  #flushing: Promise<void> | undefined;
  #broken: unknown;

  constructor(disk: Disk, folder: string, state: LogState) {
    this.#disk = disk;
    this.#folder = folder;
    this.#segments = state.segments.add(state.current.number);
    this.#current = state.current;
    this.#segmentBytes = state.segmentBytes;
    this.cutBytes = state.current.cutBytes;
  }

  append(bytes: Uint8Array): Promise<FramePlace> {
    if (this.#broken) return Promise.reject(this.#broken);
    const header = Buffer.allocUnsafe(HEADER_BYTES);
    header.writeUInt32LE(bytes.length, 0);
    header.writeUInt32LE(crc32(bytes), 4);
    return new Promise((resolve, reject) => {
      this.#waiting.push({ header, bytes, resolve, reject });
      this.#flushing ??= this.#flushAll();
    });
  }

  async read(place: FramePlace, from: number, bytes: number): Promise<Buffer> {
    invariant(from + bytes <= place.bytes, "a read stays inside its frame");
    const file = await this.#reader(place.segment);
    const buffer = Buffer.allocUnsafe(bytes);
    let done = 0;
    while (done < bytes) {
      const count = await file.read(buffer.subarray(done), place.offset + from + done);
      invariant(count > 0, `segment ${place.segment} ends inside a frame`);
      done += count;
    }
    return buffer;
  }

  closedSegments(): readonly number[] {
    return [...this.#segments].filter((number) => number !== this.#current.number);
  }

  async removeSegment(segment: number): Promise<void> {
    invariant(segment !== this.#current.number, "the open segment stays");
    this.#segments.delete(segment);
    const reader = this.#readers.get(segment);
    this.#readers.delete(segment);
    if (reader) await (await reader).close();
    await this.#disk.remove(join(this.#folder, segmentName(segment)));
  }

  async close(): Promise<void> {
    await this.#flushing;
    await this.#current.file.close();
    for (const reader of this.#readers.values()) await (await reader).close();
  }

  async #flushAll(): Promise<void> {
    // What else is appended in this turn of the event loop joins the same write.
    await new Promise((resolve) => setImmediate(resolve));
    while (this.#waiting.length > 0) {
      const batch = this.#waiting;
      this.#waiting = [];
      try {
        const places = await this.#flush(batch);
        batch.forEach((one, i) => {
          const place = places[i];
          if (place) one.resolve(place);
        });
      } catch (error) {
        // Not retried: nobody knows what a failed sync left behind.
        this.#broken = error;
        for (const one of [...batch, ...this.#waiting]) one.reject(error);
        this.#waiting = [];
      }
    }
    this.#flushing = undefined;
  }

  async #flush(batch: readonly Waiting[]): Promise<FramePlace[]> {
    if (this.#current.end >= this.#segmentBytes) await this.#roll();
    const segment = this.#current;
    const start = segment.end;
    let at = start;
    const places = batch.map(({ bytes }) => {
      const place = { segment: segment.number, offset: at + HEADER_BYTES, bytes: bytes.length };
      at += HEADER_BYTES + bytes.length;
      return place;
    });
    await segment.file.write(
      batch.flatMap(({ header, bytes }) => [header, bytes]),
      start,
    );
    await segment.file.sync();
    segment.end = at;
    return places;
  }

  async #roll(): Promise<void> {
    const next = await openSegment(this.#disk, this.#folder, this.#current.number + 1);
    await this.#current.file.close();
    this.#segments.add(next.number);
    this.#current = next;
  }

  #reader(segment: number): Promise<DiskFile> {
    const known = this.#readers.get(segment);
    if (known) return known;
    const opened = this.#disk.openToRead(join(this.#folder, segmentName(segment)));
    this.#readers.set(segment, opened);
    return opened;
  }
}

async function segmentNumbers(disk: Disk, folder: string): Promise<number[]> {
  const names = await disk.list(folder);
  const numbers = names.flatMap((name) => SEGMENT_NAME.exec(name)?.[1] ?? []).map(Number);
  return numbers.toSorted((a, b) => a - b);
}

const segmentName = (segment: number): string => `${String(segment).padStart(10, "0")}.log`;

/** Opens a segment to write on, cutting off a tail that a crash has torn. */
async function openSegment(disk: Disk, folder: string, number: number): Promise<Segment> {
  const file = await disk.open(join(folder, segmentName(number)));
  const size = await file.size();
  const end = size === 0 ? 0 : await wholeFramesEnd(file, size);
  if (end < size) {
    await file.truncate(end);
    await file.sync();
  }
  await disk.syncFolder(folder);
  return { number, file, end, cutBytes: size - end };
}

/** Where the last whole frame ends. */
async function wholeFramesEnd(file: DiskFile, size: number): Promise<number> {
  const header = Buffer.alloc(HEADER_BYTES);
  let at = 0;
  while (at + HEADER_BYTES <= size) {
    if ((await file.read(header, at)) < HEADER_BYTES) break;
    const bytes = header.readUInt32LE(0);
    if (at + HEADER_BYTES + bytes > size) break;
    const frame = Buffer.alloc(bytes);
    if (bytes > 0 && (await file.read(frame, at + HEADER_BYTES)) < bytes) break;
    if (crc32(frame) !== header.readUInt32LE(4)) break;
    at += HEADER_BYTES + bytes;
  }
  return at;
}
