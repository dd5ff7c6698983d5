import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { ManualClock } from "../../base/clock.ts";
import { fault } from "../../base/fault.ts";
import { GIB, HOUR_MS } from "../../base/units.ts";
import { openLmdbPages } from "../../store/lmdb-pages.ts";
import { localStore } from "../../store/local-store.ts";
import type { Store } from "../../store/store.ts";
import type { Caller } from "../caller.ts";
import type { Happened } from "../happened.ts";
import { MINIMUM_MEGABYTES, countedBytes } from "./athena.ts";
import { billOf, cost } from "./bill.ts";
import { countersOf } from "./counters.ts";
import { createMeter, type Meter } from "./meter.ts";
import { pricesOf } from "./prices.ts";
import { usageIn } from "./reading.ts";
import { lastSampleMs, months } from "./sample.ts";
import type { ServiceUsage, StoredNow } from "./usage.ts";

const START = new Date("2026-03-01T12:10:00Z");
const ACCOUNT = "111122223333";
const OWNER = "444455556666";

const house = { folder: "", store: {} as Store, clock: new ManualClock(START) };
const there: StoredNow[] = [];

const s3: ServiceUsage = {
  countsBytes: true,
  resource: (input) => (input as { readonly Bucket: string }).Bucket,
  chargedAs: ({ operation }) => (operation.startsWith("Get") ? "Requests-Tier2" : "Requests-Tier1"),
  payer: async (bucket) => (bucket === "theirs" ? { account: OWNER, region: "ap-northeast-2" } : undefined),
  async *stored() {
    yield* there;
  },
};

beforeEach(async () => {
  house.folder = await mkdtemp(join(tmpdir(), "hosu-meter-"));
  house.store = localStore(openLmdbPages(join(house.folder, "store")));
  house.clock = new ManualClock(START);
  there.length = 0;
});
afterEach(async () => {
  await house.store.close();
  await rm(house.folder, { recursive: true, force: true });
});

const meterOf = (): Meter =>
  createMeter({
    store: house.store,
    clock: house.clock,
    counters: countersOf(house),
    isShared: false,
    usageOf: (service) => (service === "s3" ? s3 : undefined),
    services: ["s3"],
    onMistake: (error) => {
      throw error;
    },
  });

const caller: Caller = {
  account: ACCOUNT,
  region: "us-east-1",
  principal: {
    kind: "user",
    account: ACCOUNT,
    arn: `arn:aws:iam::${ACCOUNT}:user/kim`,
    id: "AIDAKIM",
    name: "kim",
  },
  source: { ip: "127.0.0.1", secure: false, userAgent: "", calledVia: [] },
};

const call = (operation: string, more: Partial<Happened> = {}): Happened => ({
  api: "s3",
  operation,
  requestId: "R",
  caller,
  input: { Bucket: "lake", Key: "orders/2026/a.csv" },
  output: {},
  fault: undefined,
  denied: undefined,
  bytesIn: 0,
  bytesOut: 0,
  ...more,
});

const MARCH = { fromMs: Date.UTC(2026, 2), toMs: Date.UTC(2026, 3) };
const used = async (account = ACCOUNT) =>
  (await usageIn(house.store, account, MARCH))
    .map(({ region, type, resource, amount }) => `${region} ${resource} ${type} ${amount}`)
    .toSorted();

test("calls, their bytes and their data events are counted, and counts of one hour add up", async () => {
  const meter = meterOf();
  meter.tell(call("PutObject", { bytesIn: 100 }), house.clock.now());
  await meter.flush();
  meter.tell(call("PutObject", { bytesIn: 50 }), house.clock.now());
  meter.tell(call("GetObject", { bytesOut: 7 }), house.clock.now());
  await meter.flush();
  expect(await used()).toEqual([
    "us-east-1 lake DataTransfer-In-Bytes 150",
    "us-east-1 lake DataTransfer-Out-Bytes 7",
    "us-east-1 lake Requests-Tier1 2",
    "us-east-1 lake Requests-Tier2 1",
    "us-east-1 lake/orders/ s3.GetObject 1",
    "us-east-1 lake/orders/ s3.PutObject 2",
  ]);
});

test("an hour that passes is counted as its own", async () => {
  const meter = meterOf();
  meter.tell(call("GetObject"), house.clock.now());
  house.clock.advance(HOUR_MS);
  meter.tell(call("GetObject"), house.clock.now());
  await meter.flush();
  const hours = (await usageIn(house.store, ACCOUNT, MARCH)).filter(({ type }) => type === "Requests-Tier2");
  expect(hours.map(({ hourMs }) => hourMs)).toEqual([Date.UTC(2026, 2, 1, 12), Date.UTC(2026, 2, 1, 13)]);
});

test("the owner of a bucket pays for what others do with it, where the bucket is", async () => {
  const meter = meterOf();
  meter.tell(call("GetBucketTagging", { input: { Bucket: "theirs" } }), house.clock.now());
  await meter.flush();
  expect(await used(OWNER)).toEqual(["ap-northeast-2 theirs Requests-Tier2 1"]);
  expect(await used()).toEqual([]);
});

test("our own mistakes are free", async () => {
  const meter = meterOf();
  meter.tell(call("GetObject", { fault: fault("InternalFailure", "", { status: 500 }) }), house.clock.now());
  await meter.flush();
  expect(await used()).toEqual([]);
});

test("what lies there is counted by the hour, and cut where a month ends", async () => {
  const meter = meterOf();
  const row = { account: ACCOUNT, region: "us-east-1", resource: "lake", type: "TimedStorage-ByteHrs" };
  there.push({ ...row, part: "current", amount: 1_000 });
  await meter.sample();
  house.clock.advance(40 * 24 * HOUR_MS);
  there.length = 0;
  await meter.sample();
  house.clock.advance(24 * HOUR_MS);
  await meter.sample();
  const toMarchsEnd = (MARCH.toMs - START.getTime()) / HOUR_MS;
  expect(await used()).toEqual([`us-east-1 lake TimedStorage-ByteHrs ${1_000 * toMarchsEnd}`]);
  const april = await usageIn(house.store, ACCOUNT, { fromMs: MARCH.toMs, toMs: Date.UTC(2026, 4) });
  expect(april.reduce((sum, { amount }) => sum + amount, 0)).toBeCloseTo(1_000 * (40 * 24 - toMarchsEnd));
});

test("the hours of a stretch are those of its months", () => {
  const parts = months(Date.UTC(2026, 0, 31, 23, 30), Date.UTC(2026, 2, 1, 1));
  expect(parts.map(({ hours }) => hours)).toEqual([0.5, 28 * 24, 1]);
  expect(months(5, 5)).toEqual([]);
  expect(months(5, 4)).toEqual([]);
});

test("a query counts ten megabytes at least, as the page of prices says", () => {
  expect(pricesOf("athena")).toMatchObject({ minimumMegabytes: MINIMUM_MEGABYTES });
  expect(countedBytes(1)).toBe(10 * 2 ** 20);
  expect(countedBytes(10 * 2 ** 20 + 1)).toBe(11 * 2 ** 20);
});

test("tiers cost what lies in each, and what lies in one that is not known is not known", () => {
  const price = {
    unit: "GB-Mo",
    tiers: [{ to: 10, dollars: 2 }, { to: 20, dollars: 1 }, { dollars: null }],
  } as const;
  expect(cost(price, 5)).toBe(10);
  expect(cost(price, 15)).toBe(25);
  expect(cost(price, 21)).toBeNull();
});

test("a bill sums what is known, and counts what is not apart", () => {
  const row = { account: ACCOUNT, hourMs: MARCH.fromMs, service: "s3", resource: "lake", principal: "" };
  const bill = billOf(
    "2026-03",
    [
      { ...row, region: "us-east-1", type: "TimedStorage-ByteHrs", amount: 100 * GIB * 744 },
      { ...row, region: "us-east-1", type: "Requests-Tier1", amount: 1_000, principal: "kim" },
      { ...row, region: "us-east-1", type: "Requests-Tier1", amount: 3_000, principal: "lee" },
      { ...row, region: "eu-west-1", type: "Requests-Tier1", amount: 1_000 },
      { ...row, region: "us-east-1", type: "DataTransfer-Out-Bytes", amount: 1_000 },
    ],
    pricesOf,
  );
  expect(bill.lines.map(({ region, type, quantity, dollars }) => [region, type, quantity, dollars])).toEqual([
    ["us-east-1", "TimedStorage-ByteHrs", 100, 2.3],
    ["us-east-1", "Requests-Tier1", 4_000, 0.02],
    ["eu-west-1", "Requests-Tier1", 1_000, null],
  ]);
  expect(bill.dollars).toBeCloseTo(2.32);
  expect(bill.unknown).toBe(1);
  expect(bill.lines[1]?.principals.map(({ name, dollars }) => [name, dollars])).toEqual([
    ["lee", 0.015],
    ["kim", 0.005],
  ]);
});

test("a start is no reason to look at everything again within the hour", async () => {
  const row = { account: ACCOUNT, region: "us-east-1", resource: "lake", type: "TimedStorage-ByteHrs" };
  there.push({ ...row, part: "current", amount: 1_000 });
  await meterOf().sample();
  expect(await lastSampleMs(house.store, ["s3"])).toBe(START.getTime());
  expect(await lastSampleMs(house.store, ["glue"])).toBe(-Infinity);
});

test("what cannot be written down is counted the next time", async () => {
  const meter = meterOf();
  meter.tell(call("PutObject"), house.clock.now());
  const { update } = house.store;
  const broken = house.store as { update: Store["update"] };
  broken.update = () => Promise.reject(fault("ServiceUnavailable", "full", { status: 503 }));
  await expect(meter.flush()).rejects.toThrow("full");
  broken.update = update;
  meter.tell(call("PutObject"), house.clock.now());
  await meter.flush();
  expect(await used()).toContain("us-east-1 lake Requests-Tier1 2");
});
