import { isFault } from "../../base/fault.ts";
import type { ApiCalls } from "../../platform/calls.ts";
import type { Context, House, TimerContext } from "../../platform/context.ts";
import type { TrailEvent, TrailPosition } from "../../platform/trail/event.ts";
import { ACL } from "./destination.ts";
import { ownTrailOf, selectionFor } from "./find.ts";
import { logFileContent, logFileKey } from "./log-files.ts";
import { DELIVERY_MS, EVENTS_PER_FILE, MOST_RETRY_MS } from "./limits.ts";
import { trailArn, trails, type Place, type Stretch, type Trail } from "./model.ts";
import { scheduled } from "./schedule.ts";
import { takes } from "./selectors.ts";
import { advanced, isSamePosition } from "./stretches.ts";
import { watchOf } from "./watch.ts";

/** Some minutes after the first event that was not delivered yet. */
export async function deliverDue(context: TimerContext): Promise<void> {
  const [account = "", region = "", name = ""] = context.key.map(String);
  const place = { account, region, name };
  watchOf(context).begins(place);
  await deliver(context, context.calls.asService(trailArn(place)), place);
}

/** What a trail has logged so far is delivered before it is changed: it was asked for as the trail is now. */
export async function deliverBefore(context: Context, nameOrArn: string): Promise<void> {
  const trail = await context.store.read((read) => ownTrailOf(read, nameOrArn, context.caller));
  await deliver(context, context.calls.asService(trailArn(trail)), trail);
}

/**
 * Writes log files of everything that a trail has logged so far and not delivered. Each goes to the bucket first; then
 * one update says up to where it is delivered. So a crash in between may deliver a file twice, and loses nothing.
 * @param calls CloudTrail's own, for the trail.
 */
export async function deliver(house: House, calls: ApiCalls, place: Place): Promise<void> {
  if (house.doors.trail.keeps !== "every call") return;
  const end = await house.doors.trail.end();
  for (let isMore = true; isMore;) isMore = await deliverSome(house, calls, { place, end });
}

interface Due {
  readonly place: Place;
  readonly end: TrailPosition;
}

/** @returns whether there is more up to the end. */
async function deliverSome(house: House, calls: ApiCalls, { place, end }: Due): Promise<boolean> {
  const { account, region, name } = place;
  const found = await house.store.read(async (read) => {
    const trail = await read.get(trails, account, region, name);
    return trail && { trail, selection: await selectionFor(read, trail) };
  });
  const [stretch] = found?.trail.stretches ?? [];
  if (!found || !stretch) return false;
  const to = stretch.to ?? end;
  const { events, next } = await house.doors.trail.follow({
    from: stretch.from,
    to,
    wants: takes(found.trail, found.selection),
    limit: EVENTS_PER_FILE,
  });
  const failed = await written(house, calls, { trail: found.trail, events });
  if (failed !== undefined) {
    await noteFailure(house, place, failed);
    return false;
  }
  await noteDelivery(house, place, { stretch, next, isEmpty: events.length === 0 });
  return !isSamePosition(next, to) || stretch.to !== undefined;
}

interface Writing {
  readonly trail: Trail;
  readonly events: readonly TrailEvent[];
}

/** A file for each Region in which something happened. @returns the code that S3 refused one with. */
async function written(
  { clock }: House,
  { s3 }: ApiCalls,
  { trail, events }: Writing,
): Promise<string | undefined> {
  const { account, prefix, bucket } = trail;
  try {
    for (const [region, ofRegion] of byRegion(events)) {
      const Key = logFileKey({ account, prefix, region, at: clock.now() });
      const input = {
        Bucket: bucket,
        Key,
        ACL,
        ContentType: "application/json",
        ContentEncoding: "gzip",
      } as const;
      await s3.PutObject(input, await logFileContent(ofRegion));
    }
    return undefined;
  } catch (error) {
    if (!isFault(error)) throw error;
    return error.code;
  }
}

function byRegion(events: readonly TrailEvent[]): ReadonlyMap<string, readonly TrailEvent[]> {
  const regions = new Map<string, TrailEvent[]>();
  for (const event of events) {
    const known = regions.get(event.region);
    if (known) known.push(event);
    else regions.set(event.region, [event]);
  }
  return regions;
}

interface Delivered {
  readonly stretch: Stretch;
  readonly next: TrailPosition;
  readonly isEmpty: boolean;
}

async function noteDelivery({ store, clock }: House, place: Place, done: Delivered): Promise<void> {
  const { account, region, name } = place;
  await store.update(async (tx) => {
    const stored = await tx.get(trails, account, region, name);
    const trail = stored && advanced(stored, done.stretch, done.next);
    if (!trail) return;
    const { failure: _over, ...rest } = trail;
    const nowMs = clock.now().getTime();
    tx.put(trails, done.isEmpty ? trail : { ...rest, deliveredMs: nowMs, attemptedMs: nowMs });
  });
}

/** It is tried again, after twice the wait. */
async function noteFailure({ store, clock }: House, place: Place, code: string): Promise<void> {
  const { account, region, name } = place;
  await store.update(async (tx) => {
    const trail = await tx.get(trails, account, region, name);
    if (!trail) return;
    const attempts = (trail.failure?.attempts ?? 0) + 1;
    const now = clock.now();
    tx.put(trails, { ...trail, failure: { code, attempts }, attemptedMs: now.getTime() });
    await scheduled(tx, place, now, Math.min(DELIVERY_MS * 2 ** (attempts - 1), MOST_RETRY_MS));
  });
}
