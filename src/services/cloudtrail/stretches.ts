/** What a trail has logged and not delivered yet, as stretches of what has happened: pure. */
import type { TrailPosition } from "../../platform/trail/event.ts";
import { startedTooOften } from "./faults.ts";
import { STRETCHES } from "./limits.ts";
import type { Stretch, Trail } from "./model.ts";

/** It logs from `end` on; one that logs already goes on. @throws Fault ThrottlingException */
export function started(trail: Trail, end: TrailPosition, now: Date): Trail {
  if (trail.isLogging) return trail;
  if (trail.stretches.length >= STRETCHES) throw startedTooOften();
  const stretches = [...trail.stretches, { from: end }];
  return { ...trail, isLogging: true, startedMs: now.getTime(), stretches };
}

/** It logs nothing from `end` on; what it has logged is still to be delivered. */
export function stopped(trail: Trail, end: TrailPosition, now: Date): Trail {
  if (!trail.isLogging) return trail;
  const stretches = trail.stretches
    .map((one) => (one.to ? one : { ...one, to: end }))
    .filter((one) => !isOver(one));
  return { ...trail, isLogging: false, stoppedMs: now.getTime(), stretches };
}

/** The first stretch was delivered up to `next`. @returns undefined where somebody else has delivered from there meanwhile. */
export function advanced(trail: Trail, delivered: Stretch, next: TrailPosition): Trail | undefined {
  const [first, ...rest] = trail.stretches;
  if (!first || !isSamePosition(first.from, delivered.from)) return undefined;
  const left = { ...first, from: next };
  return { ...trail, stretches: isOver(left) ? rest : [left, ...rest] };
}

export const isSamePosition = (a: TrailPosition, b: TrailPosition): boolean =>
  a.segment === b.segment && a.index === b.index;

const isOver = ({ from, to }: Stretch): boolean => to !== undefined && isSamePosition(from, to);
