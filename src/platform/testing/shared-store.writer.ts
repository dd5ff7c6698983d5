/**
 * A process of its own that writes to a shared store until it is killed, and runs its timers. It says what was
 * acknowledged, a line each, only afterwards. Arguments: where the store is, and its own name.
 */
import { LakeClock, realClock } from "../../base/clock.ts";
import { isFault } from "../../base/fault.ts";
import { leaseOf } from "../../store/lease.ts";
import { openPostgresStore } from "../../store/postgres/postgres-store.ts";
import type { Transaction } from "../../store/store.ts";
import { timerRunner, type TimerRunner } from "../timers.ts";
import { entries, purses, PURSES, rings } from "./shared-store.ts";

const [url = "", name = ""] = process.argv.slice(2);
const WRITERS = 6;
const clock = new LakeClock(realClock);
const late: { timers?: TimerRunner } = {};
const store = await openPostgresStore(url, { onTimer: (atMs) => late.timers?.onTimer(atMs) });
const ring = (id: string) =>
  store.update(async (tx) => {
    const rung = await tx.get(rings, id);
    tx.put(rings, { id, times: (rung?.times ?? 0) + 1 });
  });
late.timers = timerRunner({
  store,
  clock,
  realClock,
  lease: leaseOf({ store, realClock }, "timers"),
  run: ({ key }) => ring(String(key[0])),
  onFailure: () => undefined,
});
late.timers.start();

/** Moves one coin, writes down that it did, and sets a timer: all or nothing. */
async function move(tx: Transaction, id: string): Promise<void> {
  const from = Math.floor(Math.random() * PURSES);
  const to = (from + 1 + Math.floor(Math.random() * (PURSES - 1))) % PURSES;
  const [taken, given] = await Promise.all([tx.get(purses, from), tx.get(purses, to)]);
  tx.put(purses, { number: from, coins: (taken?.coins ?? 0) - 1 });
  tx.put(purses, { number: to, coins: (given?.coins ?? 0) + 1 });
  tx.put(entries, { id });
  await tx.timer(clock.now(), "test.ring", id);
}

async function write(writer: number): Promise<never> {
  for (let count = 0; ; count++) {
    const id = `${name}-${writer}-${count}`;
    try {
      await store.update((tx) => move(tx, id));
      process.stdout.write(`${id}\n`);
    } catch (error) {
      if (!isFault(error) || error.status !== 503) throw error;
    }
  }
}

await Promise.all(Array.from({ length: WRITERS }, (_, writer) => write(writer)));
