import type { Clock, LakeClock } from "../base/clock.ts";
import { Turns } from "../base/turns.ts";
import { HOUR_MS, SECOND_MS } from "../base/units.ts";
import type { Lease } from "../store/lease.ts";
import type { Store } from "../store/store.ts";
import { table } from "../store/table.ts";
import { timerKey, timers, timersByName, type Timer } from "../store/timers.ts";
import { clockState } from "./clock-state.ts";

/** Runs what is due, by the lake clock, at least once, and in order. */
export interface TimerRunner {
  /** A timer was set; it may be the next one. */
  onTimer(atMs: number): void;
  start(): void;
  /**
   * Moves the lake clock to `target`: to the next due time, runs that timer to its commit, and so on, timers
   * born on the way included. @returns how many ran, and those that failed three times.
   */
  advance(target: Date): Promise<Advanced>;
  /** Resolves when what runs is over. */
  stop(): Promise<void>;
}

export interface Advanced {
  readonly ran: number;
  readonly parked: readonly string[];
}

export interface TimerGround {
  readonly store: Store;
  readonly clock: LakeClock;
  readonly realClock: Clock;
  readonly run: (timer: Timer) => Promise<void>;
  readonly onFailure: (timer: Timer, error: unknown) => void;
  /** Where several processes share the store: whoever holds it runs the timers of all. */
  readonly lease?: Lease | undefined;
  /** Resolves once all of them go by the lake's time as it is here. */
  readonly agreed?: (() => Promise<void>) | undefined;
}

/** A timer that failed this often is set aside, and named. */
const MOST_FAILURES = 3;
/** Timeouts in JavaScript overflow past 24.8 days; the runner looks again at least this often. */
const MOST_WAIT_MS = HOUR_MS;
/** Where others set timers too, and may be gone with the lease. */
const SHARED_WAIT_MS = 1 * SECOND_MS;

export const parkedTimers = table("timers.parked", {
  scope: "global",
  key: (timer: Timer) => [timer.name, ...timer.key] as const,
});

export function timerRunner(ground: TimerGround): TimerRunner {
  const { store, clock, lease } = ground;
  const mostWaitMs = lease ? SHARED_WAIT_MS : MOST_WAIT_MS;
  let wake: NodeJS.Timeout | undefined;
  /** One at a time, whoever asks. */
  const turns = new Turns();
  let stopped = true;
  let isElsewhere = false;

  const first = async (): Promise<Timer | undefined> =>
    (await store.read((read) => read.scan(timers, { within: [], limit: 1 })))[0];

  /** Whether what is due is ours to run; else another process does. */
  const mayRun = async (): Promise<boolean> => {
    isElsewhere = lease !== undefined && !(await lease.hold());
    return !isElsewhere;
  };

  const runDue = async (until: () => number, before: (timer: Timer) => Promise<void>): Promise<Advanced> => {
    const parked: string[] = [];
    let ran = 0;
    for (let timer = await first(); timer && timer.atMs <= until() && !stopped; timer = await first()) {
      if (!(await mayRun())) break;
      await before(timer);
      if (await runOne(ground, timer)) ran += 1;
      else if (timer.failures + 1 >= MOST_FAILURES) parked.push([timer.name, ...timer.key].join(" "));
    }
    return { ran, parked };
  };

  const sleepUntilNext = async (): Promise<void> => {
    clearTimeout(wake);
    if (stopped) return;
    const next = await first();
    const due = next ? next.atMs - clock.now().getTime() : mostWaitMs;
    const wait = isElsewhere ? mostWaitMs : due;
    wake = setTimeout(work, Math.min(Math.max(wait, 0), mostWaitMs));
    wake.unref();
  };

  /** A store that is shared may be out of reach for a while. */
  const inTurn = (job: () => Promise<void>): void => {
    void turns.take(async () => {
      try {
        await job();
      } catch (error) {
        if (!lease) throw error;
        clearTimeout(wake);
        if (!stopped) wake = setTimeout(work, mostWaitMs).unref();
      }
    });
  };

  const work = (): void =>
    inTurn(async () => {
      await runDue(
        () => clock.now().getTime(),
        async () => undefined,
      );
      await sleepUntilNext();
    });

  return {
    onTimer: () => inTurn(sleepUntilNext),
    start() {
      stopped = false;
      work();
    },
    advance: (target) =>
      turns.take(async () => {
        await lease?.claim();
        const moveTo = async (ms: number): Promise<void> => {
          const to = new Date(Math.max(ms, clock.now().getTime()));
          const time = clock.moved(to);
          await store.update(async (tx) => tx.put(clockState, time));
          clock.set(time);
        };
        const advanced = await runDue(
          () => target.getTime(),
          (timer) => moveTo(timer.atMs),
        );
        await moveTo(target.getTime());
        await ground.agreed?.();
        await sleepUntilNext();
        return advanced;
      }),
    async stop() {
      stopped = true;
      clearTimeout(wake);
      await turns.over();
      // Where the store is out of reach, it runs out by itself.
      await lease?.release().catch(() => undefined);
    },
  };
}

/** @returns whether it succeeded; if not it is tried again, or parked. */
async function runOne(ground: TimerGround, timer: Timer): Promise<boolean> {
  try {
    await ground.run(timer);
  } catch (error) {
    ground.onFailure(timer, error);
    await ground.store.update(async (tx) => {
      if (!(await tx.get(timers, ...timers.keyOf(timer)))) return;
      const failed: Timer = { ...timer, failures: timer.failures + 1 };
      if (failed.failures < MOST_FAILURES) return tx.put(timers, failed);
      await tx.cancelTimer(timer.name, ...timer.key);
      tx.put(parkedTimers, failed);
    });
    return false;
  }
  await ground.store.update(async (tx) => {
    // The handler may have set itself anew; that one stays.
    const current = await tx.get(timersByName, ...timerKey(timer.name, timer.key));
    if (current?.atMs === timer.atMs) await tx.cancelTimer(timer.name, ...timer.key);
  });
  return true;
}
