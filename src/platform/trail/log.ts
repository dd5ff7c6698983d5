import { fault } from "../../base/fault.ts";
import { invariant } from "../../base/invariant.ts";
import type { Disk } from "../../store/disk.ts";
import {
  frameHeader,
  HEADER_BYTES,
  openSegment,
  segmentNumbers,
  segmentPath,
  type Segment,
} from "../../store/log-segments.ts";
import { TrailWriter } from "./bytes.ts";
import { writeEvent } from "./codec.ts";
import type { TrailEvent, TrailPosition } from "./event.ts";
import { firstTime, FRAME_VERSION, readSegment } from "./segment.ts";
import {
  MOST_WAITING_BYTES,
  REST_MS,
  SEGMENT_BYTES,
  SEGMENT_MS,
  SYNC_WITHIN_MS,
  WRITE_AT_BYTES,
  WRITE_WITHIN_MS,
} from "./limits.ts";

/**
 * Events in the order they happened. They go out within hundredths of a second, many in one write, and are synced
 * within a second: nobody waits for it. Each segment can be read alone.
 */
export interface TrailLog {
  append(event: TrailEvent): void;
  /** Resolves when what was appended can be read. */
  flush(): Promise<void>;
  /** Oldest first. */
  segments(): readonly SegmentFacts[];
  /** A segment's events, oldest first, a frame at a time. */
  read(segment: number): AsyncGenerator<readonly TrailEvent[]>;
  /** The place behind everything appended so far, once that is durable. */
  end(): Promise<TrailPosition>;
  /** Where each segment ends once everything appended so far is durable. */
  ends(): Promise<readonly SegmentEnd[]>;
  /** Removes the segments that hold nothing from `timeMs` on. */
  removeBefore(timeMs: number): Promise<void>;
  close(): Promise<void>;
}

export interface SegmentFacts {
  readonly number: number;
  /** No event in it is earlier, and none later than a day after. */
  readonly firstMs: number;
}

export interface SegmentEnd {
  readonly number: number;
  readonly path: string;
  /** Absent where the whole file is meant: nothing is written to it any more. */
  readonly bytes?: number;
}

/** How the disk failed, and how many events that cost. */
export type OnLost = (events: number, error: unknown) => void;

interface Batch {
  readonly bytes: Buffer;
  readonly events: number;
  /** The first time of a segment that begins with it. */
  readonly opensAtMs: number | undefined;
}

export async function openTrailLog(disk: Disk, folder: string, onLost: OnLost): Promise<TrailLog> {
  await disk.makeFolder(folder);
  const segments: SegmentFacts[] = [];
  for (const number of await segmentNumbers(disk, folder)) {
    const firstMs = await firstTime(disk, segmentPath(folder, number));
    if (firstMs === undefined) await disk.remove(segmentPath(folder, number));
    else segments.push({ number, firstMs });
  }
  return new SegmentedTrail({ disk, folder, onLost }, segments);
}

interface TrailGround {
  readonly disk: Disk;
  readonly folder: string;
  readonly onLost: OnLost;
}

class SegmentedTrail implements TrailLog {
  readonly #ground: TrailGround;
  readonly #segments: SegmentFacts[];
  readonly #writer = new TrailWriter();
  /** The time that the events of the batch count from, and how many they are. */
  #batch = { baseMs: 0, events: 0, opensAtMs: undefined as number | undefined };
  #queue: Batch[] = [];
  #waitingBytes = 0;
  /** What the newest segment will hold once everything is written. */
  #planned: { firstMs: number; bytes: number; events: number } | undefined;
  #current: Segment | undefined;
  #draining: Promise<void> | undefined;
  /** Ends the wait for more to write. */
  #hurry: () => void = () => undefined;
  #syncing: NodeJS.Timeout | undefined;
  /** The disk failed a moment ago: nothing is tried until this is said. */
  #failed: { readonly error: unknown; events: number; readonly until: NodeJS.Timeout } | undefined;

  constructor(ground: TrailGround, segments: SegmentFacts[]) {
    this.#ground = ground;
    this.#segments = segments;
  }

  append(event: TrailEvent): void {
    if (this.#failed) return this.#fail(1, this.#failed.error);
    if (this.#waitingBytes > MOST_WAITING_BYTES)
      return this.#fail(1, fault("SlowDown", "the disk is too slow for what happens"));
    if (this.#mustOpen(event.timeMs)) {
      this.#endBatch();
      this.#writer.forgetNames();
      this.#planned = { firstMs: event.timeMs, bytes: 0, events: 0 };
      this.#batch.opensAtMs = event.timeMs;
    }
    const { timeMs } = event;
    if (this.#batch.events === 0) {
      this.#batch.baseMs = timeMs;
      this.#writer.byte(FRAME_VERSION);
      this.#writer.varint(timeMs);
    }
    this.#writer.measured(() => writeEvent(this.#writer, event, this.#batch.baseMs));
    this.#batch.events += 1;
    if (this.#planned) this.#planned.events += 1;
    this.#draining ??= this.#drain();
    if (this.#writer.length > WRITE_AT_BYTES) this.#hurry();
  }

  async flush(): Promise<void> {
    while (this.#draining) {
      this.#hurry();
      await this.#draining;
    }
  }

  segments(): readonly SegmentFacts[] {
    return this.#segments;
  }

  read(number: number): AsyncGenerator<readonly TrailEvent[]> {
    const { disk, folder } = this.#ground;
    const end = this.#current?.number === number ? this.#current.end : undefined;
    return readSegment(disk, segmentPath(folder, number), end);
  }

  async end(): Promise<TrailPosition> {
    await this.flush();
    const last = this.#segments.at(-1)?.number ?? 0;
    // Where nothing is planned, the next event opens a segment.
    const end = this.#planned
      ? { segment: last, index: this.#planned.events }
      : { segment: last + 1, index: 0 };
    await this.#current?.file.sync();
    return end;
  }

  async ends(): Promise<readonly SegmentEnd[]> {
    await this.flush();
    const current = this.#current;
    // Read before the sync: what comes meanwhile is no part of it.
    const bytes = current?.end;
    await current?.file.sync();
    return this.#segments.map(({ number }) => ({
      number,
      path: segmentPath(this.#ground.folder, number),
      ...(number === current?.number && bytes !== undefined ? { bytes } : {}),
    }));
  }

  async removeBefore(timeMs: number): Promise<void> {
    for (;;) {
      const [oldest] = this.#segments;
      if (!oldest || oldest.number === this.#current?.number || oldest.firstMs + SEGMENT_MS >= timeMs) return;
      this.#segments.shift();
      await this.#ground.disk.remove(segmentPath(this.#ground.folder, oldest.number));
    }
  }

  async close(): Promise<void> {
    await this.flush();
    clearTimeout(this.#syncing);
    this.#sayLost();
    const current = this.#current;
    this.#current = undefined;
    if (current) await syncAndClose(current);
  }

  #mustOpen(timeMs: number): boolean {
    const planned = this.#planned;
    if (!planned) return true;
    const { firstMs, bytes } = planned;
    return bytes + this.#writer.length > SEGMENT_BYTES || timeMs < firstMs || timeMs > firstMs + SEGMENT_MS;
  }

  #endBatch(): void {
    const { events, opensAtMs } = this.#batch;
    if (events === 0) return;
    const bytes = this.#writer.take();
    this.#batch = { baseMs: 0, events: 0, opensAtMs: undefined };
    this.#waitingBytes += bytes.length;
    if (this.#planned) this.#planned.bytes += HEADER_BYTES + bytes.length;
    this.#queue.push({ bytes, events, opensAtMs });
  }

  async #drain(): Promise<void> {
    await this.#waitForMore();
    for (;;) {
      this.#endBatch();
      const batch = this.#queue.shift();
      if (!batch) break;
      this.#waitingBytes -= batch.bytes.length;
      try {
        await this.#write(batch);
      } catch (error) {
        this.#lose(batch, error);
      }
    }
    this.#draining = undefined;
  }

  #waitForMore(): Promise<void> {
    return new Promise((resolve) => {
      const waiting = setTimeout(resolve, WRITE_WITHIN_MS);
      this.#hurry = () => {
        clearTimeout(waiting);
        resolve();
      };
    });
  }

  async #write({ bytes, opensAtMs }: Batch): Promise<void> {
    if (opensAtMs !== undefined) await this.#open(opensAtMs);
    const segment = this.#current;
    invariant(segment, "a trail's first batch opens its segment");
    await segment.file.write([frameHeader(bytes), bytes], segment.end);
    segment.end += HEADER_BYTES + bytes.length;
    this.#syncing ??= setTimeout(() => this.#sync(), SYNC_WITHIN_MS).unref();
  }

  async #open(firstMs: number): Promise<void> {
    const { disk, folder } = this.#ground;
    const last = this.#current;
    this.#current = undefined;
    if (last) await syncAndClose(last);
    const number = (this.#segments.at(-1)?.number ?? 0) + 1;
    this.#current = await openSegment(disk, folder, number);
    this.#segments.push({ number, firstMs });
  }

  #sync(): void {
    this.#syncing = undefined;
    this.#current?.file.sync().catch((error: unknown) => this.#ground.onLost(0, error));
  }

  /** What waits may name what was lost: it is lost too, and the next event begins a segment. */
  #lose(batch: Batch, error: unknown): void {
    this.#endBatch();
    const events = this.#queue.reduce((sum, one) => sum + one.events, batch.events);
    this.#queue = [];
    this.#waitingBytes = 0;
    this.#planned = undefined;
    this.#fail(events, error);
  }

  /** Said once in a while, not for each event. */
  #fail(events: number, error: unknown): void {
    if (this.#failed) this.#failed.events += events;
    else {
      const until = setTimeout(() => this.#sayLost(), REST_MS).unref();
      this.#failed = { error, events, until };
    }
  }

  #sayLost(): void {
    if (!this.#failed) return;
    const { events, error, until } = this.#failed;
    clearTimeout(until);
    this.#failed = undefined;
    this.#ground.onLost(events, error);
  }
}

async function syncAndClose({ file }: Segment): Promise<void> {
  try {
    await file.sync();
  } finally {
    await file.close();
  }
}
