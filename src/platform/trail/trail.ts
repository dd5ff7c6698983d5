import type { Clock } from "../../base/clock.ts";
import type { Disk } from "../../store/disk.ts";
import type { TrailEvent, TrailPosition } from "./event.ts";
import { RETENTION_MS, SEGMENT_MS } from "./limits.ts";
import { openTrailLog, type OnLost, type SegmentEnd, type TrailLog } from "./log.ts";
import { matches, type TrailFilter } from "./filter.ts";

/** Who did what in the last 90 days of the lake: what CloudTrail answers from and delivers. */
export interface Trail {
  /** Readable at once, out of the process within hundredths of a second, durable within a second. */
  append(event: TrailEvent): void;
  /** A page of events, newest first. Holds no more in memory than the page. */
  read(asked: TrailQuestion): Promise<TrailPage>;
  /** A stretch of events, oldest first. Holds no more in memory than it answers. */
  follow(asked: TrailFollowing): Promise<TrailStretch>;
  /** The place behind everything that has happened so far, which a power cut does not take any more. */
  end(): Promise<TrailPosition>;
  /** Where its segments end, for whoever copies them. */
  ends(): Promise<readonly SegmentEnd[]>;
  /** Lets go of what is too old by the lake clock. */
  forget(): Promise<void>;
  close(): Promise<void>;
}

export interface TrailQuestion {
  readonly filter: TrailFilter;
  readonly limit: number;
  /** Where the last page ended. */
  readonly after?: TrailPosition | undefined;
}

export interface TrailPage {
  readonly events: readonly TrailEvent[];
  /** Present when there is more. */
  readonly next?: TrailPosition;
}

/** Asks for what happened between two places, oldest first. */
export interface TrailFollowing {
  readonly from: TrailPosition;
  /** Not included. */
  readonly to: TrailPosition;
  readonly wants: (event: TrailEvent) => boolean;
  readonly limit: number;
}

export interface TrailStretch {
  readonly events: readonly TrailEvent[];
  /** From where to go on: `to` once all were looked at. */
  readonly next: TrailPosition;
}

export interface TrailGround {
  readonly disk: Disk;
  readonly folder: string;
  /** The lake's. */
  readonly clock: Clock;
  readonly onLost: OnLost;
}

export async function openTrail({ disk, folder, clock, onLost }: TrailGround): Promise<Trail> {
  const log = await openTrailLog(disk, folder, onLost);
  const oldestMs = (): number => clock.now().getTime() - RETENTION_MS;
  const forget = (): Promise<void> => log.removeBefore(oldestMs());
  await forget();
  return {
    append: (event) => log.append(event),
    async read(asked) {
      await log.flush();
      const fromMs = Math.max(asked.filter.fromMs ?? 0, oldestMs());
      return readNewest(log, { ...asked, filter: { ...asked.filter, fromMs } });
    },
    follow: (asked) => readOldest(log, asked),
    end: () => log.end(),
    ends: () => log.ends(),
    forget,
    close: () => log.close(),
  };
}

async function readNewest(log: TrailLog, { filter, limit, after }: TrailQuestion): Promise<TrailPage> {
  const found: Found[] = [];
  // One more than asked, so that it is known whether there is more.
  const wanted = limit + 1;
  for (const { number, firstMs } of log.segments().toReversed()) {
    if (found.length >= wanted) break;
    if (after && number > after.segment) continue;
    if (filter.fromMs !== undefined && firstMs + SEGMENT_MS < filter.fromMs) continue;
    if (filter.toMs !== undefined && firstMs > filter.toMs) continue;
    const end = after?.segment === number ? after.index : Infinity;
    found.push(...(await lastOf(log, number, { filter, end, count: wanted - found.length })));
  }
  const events = found.slice(0, limit).map(({ event }) => event);
  const last = found.at(limit - 1);
  if (found.length <= limit || !last) return { events };
  return { events, next: { segment: last.segment, index: last.index } };
}

interface Found extends TrailPosition {
  readonly event: TrailEvent;
}

interface Stretch {
  readonly filter: TrailFilter;
  /** Events from this one on are not looked at. */
  readonly end: number;
  readonly count: number;
}

/** The last events of a segment that fit, newest first. */
async function lastOf(log: TrailLog, segment: number, { filter, end, count }: Stretch): Promise<Found[]> {
  let kept: Found[] = [];
  let index = 0;
  for await (const events of log.read(segment)) {
    for (const event of events) {
      if (index >= end) return kept.slice(-count).toReversed();
      if (matches(filter, event)) kept.push({ segment, index, event });
      index += 1;
    }
    // Only the last ones are of use.
    if (kept.length > 2 * count) kept = kept.slice(-count);
  }
  return kept.slice(-count).toReversed();
}

async function readOldest(log: TrailLog, { from, to, wants, limit }: TrailFollowing): Promise<TrailStretch> {
  const events: TrailEvent[] = [];
  const between = log.segments().filter(({ number }) => number >= from.segment && number <= to.segment);
  for (const { number } of between) {
    const begin = number === from.segment ? from.index : 0;
    const end = number === to.segment ? to.index : Infinity;
    let index = 0;
    for await (const frame of log.read(number)) {
      for (const event of frame) {
        const here = index++;
        if (here >= end) return { events, next: to };
        if (here < begin || !wants(event)) continue;
        if (events.length === limit) return { events, next: { segment: number, index: here } };
        events.push(event);
      }
    }
  }
  return { events, next: to };
}
