import { isFault } from "../base/fault.ts";
import { invariant } from "../base/invariant.ts";
import { MIB } from "../base/units.ts";
import type { Disk } from "./disk.ts";
import { orRefusal } from "./disk-faults.ts";
import { SegmentReaders } from "./log-readers.ts";
import {
  frameHeader,
  HEADER_BYTES,
  isWhole,
  openSegment,
  readFully,
  segmentNumbers,
  segmentPath,
  type NamedEnd,
  type Segment,
} from "./log-segments.ts";

/**
 * An append-only log in segments of checksummed frames: one `writev` and one `fdatasync` for all that wait in
 * a turn of the event loop.
 */
export interface Log {
  /**
   * Resolves when the bytes are durable. Their segment is kept until `settle`, so that whoever appends has time
   * to write down where they lie.
   * @throws Fault ServiceUnavailable where the disk has no room: nothing was written, and later it may be.
   */
  append(bytes: Uint8Array): Promise<FramePlace>;
  settle(place: FramePlace): void;
  /** Part of one frame's bytes. */
  read(place: FramePlace, from: number, bytes: number): Promise<Buffer>;
  /** A whole frame, held against its checksum. @returns undefined when it is not what was written. */
  readWhole(place: FramePlace): Promise<Buffer | undefined>;
  has(segment: number): boolean;
  /** Segments that are no longer written to. */
  closedSegments(): readonly number[];
  segmentBytes(segment: number): Promise<number>;
  /** Somebody reads in it, or has appended and not settled. */
  isUsed(segment: number): boolean;
  /** @returns false when it is used. */
  removeSegment(segment: number): Promise<boolean>;
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

interface Waiting {
  readonly header: Buffer;
  readonly bytes: Uint8Array;
  readonly resolve: (place: FramePlace) => void;
  readonly reject: (error: unknown) => void;
}

export interface LogOptions {
  readonly segmentBytes?: number | undefined;
  readonly namedEnd?: NamedEnd;
  /** A write or sync failed: nothing is appended any more. */
  readonly onBroken?: ((error: unknown) => void) | undefined;
}

export async function openLog(disk: Disk, folder: string, options: LogOptions = {}): Promise<Log> {
  const { segmentBytes = SEGMENT_BYTES, namedEnd, onBroken } = options;
  await disk.makeFolder(folder);
  const segments = await segmentNumbers(disk, folder);
  const current = await openSegment(disk, folder, segments.at(-1) ?? 1, namedEnd);
  return new SegmentedLog(disk, folder, { segments: new Set(segments), current, segmentBytes, onBroken });
}

interface LogState {
  readonly segments: Set<number>;
  readonly current: Segment;
  readonly segmentBytes: number;
  readonly onBroken: ((error: unknown) => void) | undefined;
}

class SegmentedLog implements Log {
  readonly cutBytes: number;
  readonly #disk: Disk;
  readonly #folder: string;
  readonly #segmentBytes: number;
  readonly #onBroken: LogState["onBroken"];
  readonly #segments: Set<number>;
  readonly #readers: SegmentReaders;
  /** How many frames of a segment have not been settled. */
  readonly #unsettled = new Map<number, number>();
  #current: Segment;
  #waiting: Waiting[] = [];
  #flushing: Promise<void> | undefined;
  #broken: unknown;

  constructor(disk: Disk, folder: string, state: LogState) {
    this.#disk = disk;
    this.#folder = folder;
    this.#readers = new SegmentReaders(disk, (segment) => segmentPath(folder, segment));
    this.#segments = state.segments.add(state.current.number);
    this.#current = state.current;
    this.#segmentBytes = state.segmentBytes;
    this.#onBroken = state.onBroken;
    this.cutBytes = state.current.cutBytes;
  }

  append(bytes: Uint8Array): Promise<FramePlace> {
    if (this.#broken) return Promise.reject(this.#broken);
    return new Promise((resolve, reject) => {
      this.#waiting.push({ header: frameHeader(bytes), bytes, resolve, reject });
      this.#flushing ??= this.#flushAll();
    });
  }

  settle({ segment }: FramePlace): void {
    const left = (this.#unsettled.get(segment) ?? 1) - 1;
    if (left > 0) this.#unsettled.set(segment, left);
    else this.#unsettled.delete(segment);
  }

  read(place: FramePlace, from: number, bytes: number): Promise<Buffer> {
    invariant(from + bytes <= place.bytes, "a read stays inside its frame");
    return this.#readers.use(place.segment, async (file) => {
      const buffer = Buffer.allocUnsafe(bytes);
      const done = await readFully(file, buffer, place.offset + from);
      invariant(done === bytes, `segment ${place.segment} ends inside a frame`);
      return buffer;
    });
  }

  readWhole({ segment, offset, bytes }: FramePlace): Promise<Buffer | undefined> {
    return this.#readers.use(segment, async (file) => {
      const frame = Buffer.allocUnsafe(HEADER_BYTES + bytes);
      const done = await readFully(file, frame, offset - HEADER_BYTES);
      const data = frame.subarray(HEADER_BYTES, done);
      return isWhole(frame.subarray(0, HEADER_BYTES), data) ? data : undefined;
    });
  }

  has(segment: number): boolean {
    return this.#segments.has(segment);
  }

  closedSegments(): readonly number[] {
    return [...this.#segments].filter((number) => number !== this.#current.number);
  }

  segmentBytes(segment: number): Promise<number> {
    return this.#readers.use(segment, (file) => file.size());
  }

  isUsed(segment: number): boolean {
    return this.#unsettled.has(segment) || this.#readers.isUsed(segment);
  }

  async removeSegment(segment: number): Promise<boolean> {
    invariant(segment !== this.#current.number, "the open segment stays");
    if (this.isUsed(segment)) return false;
    this.#segments.delete(segment);
    await this.#readers.close(segment);
    await this.#disk.remove(segmentPath(this.#folder, segment));
    return true;
  }

  async close(): Promise<void> {
    await this.#flushing;
    await this.#current.file.close();
    await this.#readers.closeAll();
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
        batch.forEach((one) => one.reject(error));
        if (!isFault(error)) this.#break(error);
      }
    }
    this.#flushing = undefined;
  }

  /** Not retried: nobody knows what a failed write or sync left behind. */
  #break(error: unknown): void {
    this.#broken = error;
    this.#onBroken?.(error);
    this.#waiting.forEach((one) => one.reject(error));
    this.#waiting = [];
  }

  async #flush(batch: readonly Waiting[]): Promise<FramePlace[]> {
    if (this.#current.end >= this.#segmentBytes) await orRefusal(this.#roll());
    const segment = this.#current;
    const start = segment.end;
    let at = start;
    const places = batch.map(({ bytes }) => {
      const place = { segment: segment.number, offset: at + HEADER_BYTES, bytes: bytes.length };
      at += HEADER_BYTES + bytes.length;
      return place;
    });
    // What a full disk took of it lies behind the end, where the next frame goes.
    await orRefusal(
      segment.file.write(
        batch.flatMap(({ header, bytes }) => [header, bytes]),
        start,
      ),
    );
    await segment.file.sync();
    segment.end = at;
    this.#unsettled.set(segment.number, (this.#unsettled.get(segment.number) ?? 0) + batch.length);
    return places;
  }

  async #roll(): Promise<void> {
    const last = this.#current;
    const next = await openSegment(this.#disk, this.#folder, last.number + 1);
    this.#segments.add(next.number);
    this.#current = next;
    await last.file.close();
  }
}
