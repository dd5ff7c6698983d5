import { expect, test, vi } from "vitest";
import { LakeClock, ManualClock } from "../base/clock.ts";
import { DAY_MS, SECOND_MS } from "../base/units.ts";
import { localStore } from "../store/local-store.ts";
import type { Store } from "../store/store.ts";
import { crashPages } from "../store/testing/crash-pages.ts";
import { seeded } from "../store/testing/random.ts";
import { clockState } from "./clock-state.ts";
import { isUnderWay, membership, runOf } from "./membership.ts";

const BEGUN = new Date("2026-03-01T12:00:00Z");

/** Processes on one store, all on one machine. */
function processes() {
  const store = localStore(crashPages(seeded(1)));
  const realClock = new ManualClock(BEGUN);
  const one = (readsSinceMs = () => realClock.now().getTime()) => {
    // Each has the store in its own way.
    const own: Store = {
      read: (work) => store.read(work),
      update: (work) => store.update(work),
      close: () => store.close(),
    };
    const clock = new LakeClock(realClock);
    const failures: unknown[] = [];
    const members = membership({
      store: own,
      clock,
      realClock,
      readsSinceMs,
      onFailure: (error) => failures.push(error),
    });
    return { store: own, clock, members, failures };
  };
  return { store, realClock, one };
}

test("what another reads since long holds back who sweeps; what it begins later does not come before", async () => {
  const { realClock, one } = processes();
  const since = { ms: BEGUN.getTime() };
  const [reader, sweeper] = [one(() => since.ms), one()];
  await reader.members.join();
  await sweeper.members.join();
  realClock.advance(5 * SECOND_MS);
  expect(await sweeper.members.othersReadSinceMs()).toBe(BEGUN.getTime());
  expect(await reader.members.othersReadSinceMs()).toBe(BEGUN.getTime());
  await reader.members.leave();
  expect(await sweeper.members.othersReadSinceMs()).toBe(realClock.now().getTime());
  await sweeper.members.leave();
});

test("who was not heard of for half a minute is gone, with what it read and had under way", async () => {
  const { store, realClock, one } = processes();
  const [killed, other] = [one(), one()];
  await killed.members.join();
  await other.members.join();
  const run = runOf(killed);
  realClock.advance(29 * SECOND_MS);
  expect(await store.read((read) => isUnderWay(read, run, realClock))).toBe(true);
  realClock.advance(SECOND_MS);
  expect(await store.read((read) => isUnderWay(read, run, realClock))).toBe(false);
  expect(await other.members.othersReadSinceMs()).toBe(realClock.now().getTime());
  expect(runOf(other)).not.toBe(run);
});

test("a clock that one has moved is followed, and never taken back", async () => {
  vi.useFakeTimers({ toFake: ["setInterval", "clearInterval"] });
  try {
    const { store, realClock, one } = processes();
    const [mover, follower] = [one(), one()];
    await mover.members.join();
    await follower.members.join();
    const time = mover.clock.moved(new Date(BEGUN.getTime() + DAY_MS));
    mover.clock.set(time);
    // Its own beat sees the time of before, and leaves it.
    await mover.members.join();
    expect(mover.clock.now()).toEqual(new Date(BEGUN.getTime() + DAY_MS));
    await store.update(async (tx) => tx.put(clockState, time));
    let isAgreed = false;
    const agreed = mover.members.agreed().then(() => {
      isAgreed = true;
    });
    expect(isAgreed).toBe(false);
    vi.advanceTimersByTime(SECOND_MS);
    await agreed;
    expect(follower.clock.now()).toEqual(new Date(BEGUN.getTime() + DAY_MS));
    realClock.advance(SECOND_MS);
    expect([mover.failures, follower.failures]).toEqual([[], []]);
  } finally {
    vi.useRealTimers();
  }
});
