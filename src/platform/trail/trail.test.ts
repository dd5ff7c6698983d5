import { mkdtemp, rm, truncate, stat, readdir } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import fc from "fast-check";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { ManualClock } from "../../base/clock.ts";
import { DAY_MS, HOUR_MS } from "../../base/units.ts";
import { realDisk, type Disk } from "../../store/disk.ts";
import { TrailReader, TrailWriter } from "./bytes.ts";
import { readEvent, writeEvent } from "./codec.ts";
import type { TrailEvent, TrailPosition } from "./event.ts";
import { openTrail, type Trail } from "./trail.ts";
import { readJson, writeJson, type Json } from "./values.ts";

const START = new Date("2026-03-01T12:00:00Z");

const event = (more: Partial<TrailEvent>): TrailEvent => ({
  timeMs: START.getTime(),
  eventId: "00112233445546778899aabbccddeeff",
  requestId: "R",
  source: "iam.amazonaws.com",
  name: "CreateUser",
  region: "us-east-1",
  account: "111122223333",
  readOnly: false,
  management: true,
  identity: { type: "Root", principalId: "111122223333" },
  sourceIp: "127.0.0.1",
  userAgent: "test",
  request: null,
  response: null,
  resources: [],
  ...more,
});

const json = (): fc.Arbitrary<Json> => fc.jsonValue({ maxDepth: 4 }).map((value) => value as Json);

test("what JSON can say is read as it was written", () => {
  fc.assert(
    fc.property(fc.array(json(), { maxLength: 5 }), (values) => {
      const writer = new TrailWriter();
      for (const value of values) writeJson(writer, value);
      const reader = new TrailReader();
      reader.feed(writer.take());
      for (const value of values) expect(readJson(reader)).toEqual(value);
      expect(reader.done).toBe(true);
    }),
  );
});

test("an event is read as it was written, whatever it has", () => {
  const text = fc.string({ unit: "binary", maxLength: 300 });
  const some = fc.option(text, { nil: undefined });
  const issuer = fc.record({
    type: fc.constantFrom("Role" as const, "IAMUser" as const),
    principalId: text,
    arn: text,
    account: text,
    userName: text,
  });
  const session = fc.record({
    createdMs: fc.nat(),
    mfa: fc.boolean(),
    sourceIdentity: some,
    issuer: fc.option(issuer, { nil: undefined }),
  });
  const events = fc.record({
    timeMs: fc.integer({ min: START.getTime() - 1_000_000, max: START.getTime() + 1_000_000 }),
    requestId: text,
    name: text,
    readOnly: fc.boolean(),
    management: fc.boolean(),
    userAgent: text,
    identity: fc.record({
      type: fc.constantFrom("IAMUser" as const, "AssumedRole" as const, "AWSService" as const),
      principalId: text,
      arn: some,
      account: some,
      accessKeyId: some,
      userName: some,
      invokedBy: some,
      session: fc.option(session, { nil: undefined }),
    }),
    error: fc.option(fc.record({ code: text, message: text }), { nil: undefined }),
    request: json(),
    response: json(),
    resources: fc.array(fc.record({ type: text, name: text, listed: fc.boolean() }), { maxLength: 3 }),
    tls: fc.option(fc.record({ version: text, cipherSuite: text, host: text }), { nil: undefined }),
  });
  fc.assert(
    fc.property(fc.array(events, { maxLength: 4 }), (made) => {
      // Each twice, as one sender's calls follow one another.
      const all = made.map(event).flatMap((one) => [one, { ...one, requestId: "again" }]);
      const writer = new TrailWriter();
      for (const one of all) writer.measured(() => writeEvent(writer, one, START.getTime()));
      const reader = new TrailReader();
      reader.feed(writer.take());
      for (const one of all) expect(reader.measured(() => readEvent(reader, START.getTime()))).toEqual(one);
    }),
  );
});

const ground = { folder: "", clock: new ManualClock(START), lost: [] as unknown[] };
const open = (): Promise<Trail> =>
  openTrail({
    disk: realDisk,
    folder: join(ground.folder, "trail"),
    clock: ground.clock,
    onLost: (_events, error) => ground.lost.push(error),
  });

beforeEach(async () => {
  ground.folder = await mkdtemp(join(tmpdir(), "hosu-trail-"));
  ground.clock = new ManualClock(START);
  ground.lost = [];
});
afterEach(() => rm(ground.folder, { recursive: true, force: true }));

async function allPages(trail: Trail, limit: number): Promise<string[]> {
  const found: string[] = [];
  let after: TrailPosition | undefined;
  for (;;) {
    const page = await trail.read({ filter: {}, limit, after });
    expect(page.events.length).toBeLessThanOrEqual(limit);
    found.push(...page.events.map(({ requestId }) => requestId));
    if (!page.next) return found;
    after = page.next;
  }
}

const numbers = (from: number, to: number): string[] =>
  Array.from({ length: to - from + 1 }, (_, index) => String(to - index));

test("pages are newest first, across restarts and days, and hold each event once", async () => {
  let trail = await open();
  for (let number = 1; number <= 60; number++) {
    trail.append(event({ requestId: String(number), timeMs: ground.clock.now().getTime() }));
    ground.clock.advance(2 * HOUR_MS);
    if (number % 20 === 0) {
      await trail.close();
      trail = await open();
    }
  }
  expect(await allPages(trail, 7)).toEqual(numbers(1, 60));
  expect(await allPages(trail, 60)).toEqual(numbers(1, 60));
  await trail.close();
  expect(ground.lost).toEqual([]);
});

test("what happens between two pages moves neither", async () => {
  const trail = await open();
  for (let number = 1; number <= 4; number++) trail.append(event({ requestId: String(number) }));
  const first = await trail.read({ filter: {}, limit: 2 });
  trail.append(event({ requestId: "5" }));
  const second = await trail.read({ filter: {}, limit: 2, after: first.next });
  expect([...first.events, ...second.events].map(({ requestId }) => requestId)).toEqual(["4", "3", "2", "1"]);
  await trail.close();
});

test.each([
  [{ attribute: { key: "EventName", value: "DeleteUser" } }, ["2"]],
  [{ attribute: { key: "Username", value: "kim" } }, ["3"]],
  [{ attribute: { key: "Username", value: "root" } }, ["2", "1"]],
  [{ attribute: { key: "AccessKeyId", value: "AKIA1" } }, ["3"]],
  [{ attribute: { key: "ReadOnly", value: "true" } }, ["4"]],
  [{ attribute: { key: "ResourceName", value: "lee" } }, ["1"]],
  [{ attribute: { key: "ResourceType", value: "AWS::IAM::User" } }, ["1"]],
  [{ attribute: { key: "EventSource", value: "sts.amazonaws.com" } }, ["4"]],
  [{ attribute: { key: "EventId", value: "ffffffff-ffff-4fff-8fff-ffffffffffff" } }, ["4"]],
  [{ fromMs: START.getTime() + 2, toMs: START.getTime() + 3 }, ["3", "2"]],
  [{ account: "444455556666" }, ["2"]],
] as const)("%j finds", async (filter, expected) => {
  const trail = await open();
  const at = (ms: number) => START.getTime() + ms;
  trail.append(
    event({
      requestId: "1",
      timeMs: at(1),
      resources: [{ type: "AWS::IAM::User", name: "lee", listed: false }],
    }),
  );
  trail.append(event({ requestId: "2", timeMs: at(2), name: "DeleteUser", account: "444455556666" }));
  trail.append(
    event({
      requestId: "3",
      timeMs: at(3),
      identity: { type: "IAMUser", principalId: "A", userName: "kim", accessKeyId: "AKIA1" },
    }),
  );
  trail.append(
    event({
      requestId: "4",
      timeMs: at(4),
      source: "sts.amazonaws.com",
      readOnly: true,
      eventId: "ffffffffffff4fff8fffffffffffffff",
      identity: { type: "AssumedRole", principalId: "AROA:session" },
    }),
  );
  ground.clock.advance(10);
  const page = await trail.read({ filter, limit: 50 });
  expect(page.events.map(({ requestId }) => requestId)).toEqual(expected);
  await trail.close();
});

test("events of more than ninety lake days ago are neither shown nor kept", async () => {
  const trail = await open();
  trail.append(event({ requestId: "old" }));
  ground.clock.advance(60 * DAY_MS);
  trail.append(event({ requestId: "young", timeMs: ground.clock.now().getTime() }));
  await trail.read({ filter: {}, limit: 1 });
  ground.clock.advance(32 * DAY_MS);
  expect(await allPages(trail, 10)).toEqual(["young"]);
  await trail.forget();
  expect(await readdir(join(ground.folder, "trail"))).toHaveLength(1);
  await trail.close();
});

test("of a torn tail only what was torn is lost", async () => {
  const trail = await open();
  trail.append(event({ requestId: "1" }));
  await trail.read({ filter: {}, limit: 1 });
  trail.append(event({ requestId: "2" }));
  await trail.close();
  const path = join(ground.folder, "trail", "0000000001.log");
  await truncate(path, (await stat(path)).size - 3);
  const again = await open();
  again.append(event({ requestId: "3" }));
  expect(await allPages(again, 10)).toEqual(["3", "1"]);
  await again.close();
});

test("on a full disk events are lost, counted and said once; with room again the rest is kept", async () => {
  const full = { is: false };
  const lost: number[] = [];
  const disk: Disk = {
    ...realDisk,
    open: async (path) => {
      const file = await realDisk.open(path);
      return {
        ...file,
        write: async (buffers, position) => {
          if (full.is) throw Object.assign(new Error("no room"), { code: "ENOSPC" });
          await file.write(buffers, position);
        },
      };
    },
  };
  const folder = join(ground.folder, "trail");
  vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout"] });
  try {
    const trail = await openTrail({
      disk,
      folder,
      clock: ground.clock,
      onLost: (events) => lost.push(events),
    });
    trail.append(event({ requestId: "1" }));
    await trail.read({ filter: {}, limit: 1 });
    full.is = true;
    trail.append(event({ requestId: "2" }));
    await trail.read({ filter: {}, limit: 1 });
    trail.append(event({ requestId: "3" }));
    expect(lost).toEqual([]);
    vi.advanceTimersByTime(1_000);
    expect(lost).toEqual([2]);
    full.is = false;
    trail.append(event({ requestId: "4" }));
    expect(await allPages(trail, 10)).toEqual(["4", "1"]);
    await trail.close();
  } finally {
    vi.useRealTimers();
  }
});

test("a name that comes again takes a byte or two", () => {
  const writer = new TrailWriter();
  const one = event({ userAgent: "aws-cli/2.31 ".repeat(10), request: { userName: "kim" } });
  writer.measured(() => writeEvent(writer, one, START.getTime()));
  const first = writer.take().length;
  writer.measured(() => writeEvent(writer, one, START.getTime()));
  expect(first).toBeGreaterThan(200);
  expect(writer.take().length).toBeLessThan(45);
});

test("a segment tells its senders anew, so that it can be read alone", () => {
  const writer = new TrailWriter();
  const one = event({});
  writer.measured(() => writeEvent(writer, one, START.getTime()));
  writer.take();
  writer.forgetNames();
  writer.measured(() => writeEvent(writer, one, START.getTime()));
  const reader = new TrailReader();
  reader.feed(writer.take());
  expect(reader.measured(() => readEvent(reader, START.getTime()))).toEqual(one);
});

test("who goes on from where it ended sees each event once and in order, across restarts, days and pages", async () => {
  const step = fc.constantFrom("event", "other", "day", "restart", "read");
  await fc.assert(
    fc.asyncProperty(
      fc.array(step, { maxLength: 40 }),
      fc.integer({ min: 1, max: 4 }),
      async (steps, limit) => {
        const folder = await mkdtemp(join(ground.folder, "run-"));
        const openIt = () =>
          openTrail({
            disk: realDisk,
            folder,
            clock: ground.clock,
            onLost: (_, error) => ground.lost.push(error),
          });
        let trail = await openIt();
        let from = await trail.end();
        const happened: string[] = [];
        const seen: string[] = [];
        const catchUp = async (): Promise<void> => {
          const to = await trail.end();
          const wants = ({ name }: TrailEvent): boolean => name === "CreateUser";
          for (;;) {
            const { events, next } = await trail.follow({ from, to, wants, limit });
            expect(events.length).toBeLessThanOrEqual(limit);
            seen.push(...events.map(({ requestId }) => requestId));
            from = next;
            if (next.segment === to.segment && next.index === to.index) return;
          }
        };
        let timeMs = START.getTime();
        for (const [at, what] of steps.entries()) {
          if (what === "event") happened.push(String(at));
          if (what === "event" || what === "other")
            trail.append(
              event({ requestId: String(at), timeMs, name: what === "event" ? "CreateUser" : "GetUser" }),
            );
          if (what === "day") timeMs += DAY_MS + 1;
          if (what === "read") await catchUp();
          if (what === "restart") {
            await trail.close();
            trail = await openIt();
          }
        }
        await catchUp();
        expect(seen).toEqual(happened);
        await trail.close();
      },
    ),
    { numRuns: 40 },
  );
  expect(ground.lost).toEqual([]);
});
