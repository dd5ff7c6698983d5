import { latin1 } from "../transaction.ts";
import type { Entry, Pages, Stretch, Write } from "../pages.ts";
import type { Random } from "./random.ts";

/** Pages in memory whose commits become durable a turn later; when the power goes, some of those under way have, in their order. */
export interface CrashPages extends Pages {
  crash(): CrashPages;
  /** One moment of the rows, as a copy of the store has it. */
  copy(): CrashPages;
}

interface Pending {
  readonly writes: readonly Write[];
  readonly resolve: () => void;
}

export function crashPages(random: Random, durable: ReadonlyMap<string, Entry> = new Map()): CrashPages {
  const rows = new Map(durable);
  let pending: Pending[] = [];
  let crashed = false;

  const land = (): void => {
    if (crashed) return;
    const landed = pending;
    pending = [];
    for (const { writes, resolve } of landed) {
      for (const write of writes) apply(rows, write);
      resolve();
    }
  };
  const reader = {
    get: (key: Buffer) => rows.get(latin1(key))?.value,
    range: (stretch: Stretch) => rangeOf(rows, stretch),
  };

  return {
    ...reader,
    snapshot() {
      const moment = new Map(rows);
      return {
        get: (key) => moment.get(latin1(key))?.value,
        range: (stretch) => rangeOf(moment, stretch),
        done: () => undefined,
      };
    },
    commit: (writes) =>
      new Promise((resolve) => {
        if (pending.length === 0) setImmediate(land);
        pending.push({ writes, resolve });
      }),
    close: async () => undefined,
    copy: () => crashPages(random, rows),
    crash() {
      crashed = true;
      const survivors = pending.slice(0, random.between(0, pending.length));
      for (const { writes } of survivors) for (const write of writes) apply(rows, write);
      return crashPages(random, rows);
    },
  };
}

function apply(rows: Map<string, Entry>, { key, value }: Write): void {
  if (value === undefined) rows.delete(latin1(key));
  else rows.set(latin1(key), { key: Buffer.from(key), value: Buffer.from(value) });
}

function rangeOf(
  rows: ReadonlyMap<string, Entry>,
  { start, end, reverse, limit }: Stretch,
): readonly Entry[] {
  const from = latin1(start);
  const to = latin1(end);
  const inside = [...rows]
    .filter(([key]) => from <= key && key < to)
    .toSorted(([a], [b]) => (a < b ? -1 : 1));
  return (reverse ? inside.toReversed() : inside).slice(0, limit).map(([, entry]) => entry);
}
