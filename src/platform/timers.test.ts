import { expect, test } from "vitest";
import { LakeClock, ManualClock } from "../base/clock.ts";
import { HOUR_MS } from "../base/units.ts";
import { localStore } from "../store/local-store.ts";
import { crashPages } from "../store/testing/crash-pages.ts";
import { seeded } from "../store/testing/random.ts";
import { timers as timerTable, type Timer } from "../store/timers.ts";
import { clockState } from "./clock-state.ts";
import { timerRunner } from "./timers.ts";

const START = new Date("2026-01-01T00:00:00Z");
const after = (hours: number): Date => new Date(START.getTime() + hours * HOUR_MS);

function world(run: (timer: Timer, at: Date) => Promise<void>) {
  const store = localStore(crashPages(seeded(1)));
  const realClock = new ManualClock(START);
  const clock = new LakeClock(realClock);
  const runner = timerRunner({
    store,
    clock,
    realClock,
    run: (timer) => run(timer, clock.now()),
    onFailure: () => undefined,
  });
  runner.start();
  return { store, clock, runner };
}

test("advancing runs what is due, in order and each at its own time", async () => {
  const ran: string[] = [];
  const { store, clock, runner } = world(async ({ key }, at) => {
    ran.push(`${key.join()} at ${at.toISOString()}`);
  });
  await store.update(async (tx) => {
    await tx.timer(after(30), "test.ring", "late");
    await tx.timer(after(10), "test.ring", "early");
    await tx.timer(after(60), "test.ring", "not yet");
  });
  expect(await runner.advance(after(48))).toEqual({ ran: 2, parked: [] });
  expect(ran).toEqual(["early at 2026-01-01T10:00:00.000Z", "late at 2026-01-02T06:00:00.000Z"]);
  expect(clock.now()).toEqual(after(48));
  expect(await store.read((read) => read.get(clockState, "lake"))).toEqual(clock.time);
  await runner.stop();
});

test("a timer that is born on the way runs too, when it is due", async () => {
  const ran: string[] = [];
  const { store, runner } = world(async ({ key }) => {
    ran.push(key.join());
    if (key[0] === "parent") await store.update((tx) => tx.timer(after(20), "test.ring", "child"));
  });
  await store.update((tx) => tx.timer(after(10), "test.ring", "parent"));
  expect(await runner.advance(after(19))).toMatchObject({ ran: 1 });
  expect(await runner.advance(after(20))).toMatchObject({ ran: 1 });
  expect(ran).toEqual(["parent", "child"]);
  await runner.stop();
});

test("one that sets itself anew keeps what it has set", async () => {
  const { store, runner } = world(async () => {
    await store.update((tx) => tx.timer(after(100), "test.ring", "again"));
  });
  await store.update((tx) => tx.timer(after(10), "test.ring", "again"));
  await runner.advance(after(48));
  const left = await store.read((read) => read.scan(timerTable, { within: [], limit: 10 }));
  expect(left.map(({ atMs }) => new Date(atMs))).toEqual([after(100)]);
  await runner.stop();
});

test("one that fails three times is set aside and named, and the others run", async () => {
  let attempts = 0;
  const { store, runner } = world(async ({ key }) => {
    if (key[0] !== "broken") return;
    attempts += 1;
    throw new RangeError("no");
  });
  await store.update(async (tx) => {
    await tx.timer(after(1), "test.ring", "broken");
    await tx.timer(after(2), "test.ring", "sound");
  });
  expect(await runner.advance(after(3))).toEqual({ ran: 1, parked: ["test.ring broken"] });
  expect(attempts).toBe(3);
  expect(await runner.advance(after(4))).toEqual({ ran: 0, parked: [] });
  await runner.stop();
});
