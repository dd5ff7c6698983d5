import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { DAY_MS, MINUTE_MS } from "../../base/units.ts";
import type { ApiCalls } from "../../platform/calls.ts";
import { timers } from "../../store/timers.ts";
import { ACCOUNT, refusal } from "../iam/testing.ts";
import { cloudtrail } from "./cloudtrail.ts";
import { trails } from "./model.ts";
import { logFiles, policyFor, startTrailHouse, type TrailHouse } from "./testing.ts";

let house: TrailHouse;
let admin: ApiCalls;
beforeEach(async () => {
  house = await startTrailHouse();
  ({ admin } = house);
});
afterEach(() => house.home.close());

/** What has happened is written down, and what is to be delivered is known. */
async function settle(): Promise<void> {
  await house.home.books.door.end();
  await cloudtrail.stop?.(house.home.house);
}

async function later(ms: number): Promise<void> {
  const until = new Date(house.home.clock.now().getTime() + ms);
  await settle();
  await house.home.runTimers(until);
  await settle();
}

const namesIn = async (bucket = "logs"): Promise<unknown[]> =>
  (await logFiles(admin, bucket)).flatMap(({ records }) => records.map(({ eventName }) => eventName));

async function startTrail(more = {}): Promise<void> {
  await admin.cloudtrail.CreateTrail({ Name: "all", S3BucketName: "logs", ...more });
  await admin.cloudtrail.StartLogging({ Name: "all" });
}

const waiting = () =>
  house.home.house.store.read(async (read) =>
    (await read.scan(timers, { within: [], limit: 10 })).filter(({ name }) => name === "cloudtrail.deliver"),
  );

describe("a trail that logs", () => {
  test("delivers what happened from its start to its stop, and says when", async () => {
    await admin.iam.CreateUser({ UserName: "before" });
    await startTrail();
    const startedAt = house.home.clock.now();
    await admin.iam.CreateUser({ UserName: "kim" });
    await later(4 * MINUTE_MS);
    expect(await namesIn()).toEqual([]);
    await later(MINUTE_MS);
    expect(await namesIn()).toEqual(["StartLogging", "CreateUser"]);
    const deliveredAt = house.home.clock.now();
    await admin.cloudtrail.StopLogging({ Name: "all" });
    await admin.iam.DeleteUser({ UserName: "kim" });
    await later(10 * MINUTE_MS);
    expect(await namesIn()).not.toContain("DeleteUser");
    expect(await admin.cloudtrail.GetTrailStatus({ Name: "all" })).toMatchObject({
      IsLogging: false,
      StartLoggingTime: startedAt,
      StopLoggingTime: deliveredAt,
      LatestDeliveryAttemptSucceeded: "2026-03-01T12:05:00Z",
      TimeLoggingStarted: "2026-03-01T12:00:00Z",
    });
  });

  test("names its files as CloudTrail does, gives them to the bucket's owner, and each event once", async () => {
    await admin.s3.PutBucketPolicy({ Bucket: "logs", Policy: policyFor("logs", "p/") });
    await startTrail({ S3KeyPrefix: "p" });
    await later(5 * MINUTE_MS);
    for (const UserName of ["a", "b", "c"]) await admin.iam.CreateUser({ UserName });
    await later(5 * MINUTE_MS);
    const files = await logFiles(admin);
    expect(files).toHaveLength(2);
    for (const { key } of files)
      expect(key).toMatch(
        new RegExp(
          `^p/AWSLogs/${ACCOUNT}/CloudTrail/us-east-1/2026/03/01/${ACCOUNT}_CloudTrail_us-east-1_20260301T12(?:05|10)Z_[A-Za-z0-9]{16}\\.json\\.gz$`,
        ),
      );
    const ids = files.flatMap(({ records }) => records.map(({ eventID }) => eventID));
    expect(new Set(ids).size).toBe(ids.length);
    const { ContentType, ContentEncoding } = await admin.s3.HeadObject({
      Bucket: "logs",
      Key: files[0]?.key ?? "",
    });
    expect([ContentType, ContentEncoding]).toEqual(["application/json", "gzip"]);
  });

  test("with nothing to deliver sets no timer, however far the clock is moved", async () => {
    await startTrail();
    await later(5 * MINUTE_MS);
    expect(await waiting()).toEqual([]);
    await later(30 * DAY_MS);
    expect(await logFiles(admin)).toHaveLength(1);
  });

  test("that is started and stopped again delivers what lies between, not what lies outside", async () => {
    await startTrail();
    await admin.iam.CreateUser({ UserName: "one" });
    await admin.cloudtrail.StopLogging({ Name: "all" });
    await admin.iam.CreateGroup({ GroupName: "outside" });
    await admin.cloudtrail.StartLogging({ Name: "all" });
    await admin.iam.CreateRole({
      RoleName: "two",
      AssumeRolePolicyDocument: JSON.stringify({
        Version: "2012-10-17",
        Statement: { Effect: "Allow", Principal: { AWS: ACCOUNT }, Action: "sts:AssumeRole" },
      }),
    });
    await later(5 * MINUTE_MS);
    expect(await namesIn()).toEqual(expect.arrayContaining(["CreateUser", "CreateRole"]));
    expect(await namesIn()).not.toContain("CreateGroup");
  });

  test("delivers when it is deleted what it has logged by then", async () => {
    await startTrail();
    await admin.iam.CreateUser({ UserName: "kim" });
    await admin.cloudtrail.DeleteTrail({ Name: "all" });
    expect(await namesIn()).toEqual(["StartLogging", "CreateUser"]);
    await later(DAY_MS);
    expect(await logFiles(admin)).toHaveLength(1);
    expect((await admin.cloudtrail.ListTrails({})).Trails).toEqual([]);
  });

  test("of all Regions writes a file for each", async () => {
    await startTrail({ IsMultiRegionTrail: true });
    await house.elsewhere.cloudtrail.DescribeTrails({});
    await admin.cloudtrail.DescribeTrails({});
    await later(5 * MINUTE_MS);
    const files = await logFiles(admin);
    expect(files.map(({ key }) => key.split("/")[3])).toEqual(["eu-west-1", "us-east-1"]);
    for (const { key, records } of files)
      expect(new Set(records.map(({ awsRegion }) => awsRegion))).toEqual(new Set([key.split("/")[3]]));
  });

  test("delivers many files where there is much", async () => {
    await startTrail();
    for (let at = 0; at < 1_100; at++) await refusal(admin.iam.GetUser({ UserName: "nobody" }));
    await later(5 * MINUTE_MS);
    const files = await logFiles(admin);
    expect(files.map(({ records }) => records.length).toSorted((a, b) => a - b)).toEqual([101, 1_000]);
  });
});

describe("a bucket that takes nothing any more", () => {
  const broken = (Bucket: string) => admin.s3.DeleteBucketPolicy({ Bucket });

  test("loses nothing: the error is told, and it is tried again", async () => {
    await startTrail();
    await broken("logs");
    await later(5 * MINUTE_MS);
    const status = await admin.cloudtrail.GetTrailStatus({ Name: "all" });
    expect(status).toMatchObject({
      IsLogging: true,
      LatestDeliveryError: "AccessDenied",
      LatestDeliveryAttemptTime: "2026-03-01T12:05:00Z",
      LatestDeliveryAttemptSucceeded: "",
    });
    await admin.s3.PutBucketPolicy({ Bucket: "logs", Policy: policyFor("logs") });
    await later(5 * MINUTE_MS);
    expect(await namesIn()).toEqual(
      expect.arrayContaining(["StartLogging", "DeleteBucketPolicy", "PutBucketPolicy"]),
    );
    expect(await admin.cloudtrail.GetTrailStatus({ Name: "all" })).not.toHaveProperty("LatestDeliveryError");
  });

  test("is tried less and less often, until another bucket is named", async () => {
    await startTrail();
    await broken("logs");
    await later(DAY_MS);
    const attempts = await house.home.house.store.read(
      async (read) => (await read.get(trails, ACCOUNT, "us-east-1", "all"))?.failure?.attempts ?? 0,
    );
    expect(attempts).toBeGreaterThan(20);
    expect(attempts).toBeLessThan(32);
    await admin.s3.CreateBucket({ Bucket: "other" });
    await admin.s3.PutBucketPolicy({ Bucket: "other", Policy: policyFor("other") });
    await admin.cloudtrail.UpdateTrail({ Name: "all", S3BucketName: "other" });
    await later(5 * MINUTE_MS);
    expect(await namesIn("other")).toEqual(expect.arrayContaining(["StartLogging", "CreateBucket"]));
  });
});

describe("data events", () => {
  const select = (prefix: string) =>
    admin.cloudtrail.PutEventSelectors({
      TrailName: "all",
      EventSelectors: [
        {
          IncludeManagementEvents: false,
          DataResources: [{ Type: "AWS::S3::Object", Values: [prefix] }],
        },
      ],
    });
  const put = (Key: string) => admin.s3.PutObject({ Bucket: "lake", Key }, Buffer.from(Key));

  test("are on the trail and delivered where a trail that logs selects them, from then on", async () => {
    await admin.s3.CreateBucket({ Bucket: "lake" });
    await startTrail();
    await put("raw/unselected");
    await select("arn:aws:s3:::lake/raw/");
    await put("raw/a");
    await put("own/b");
    await admin.s3.GetObject({ Bucket: "lake", Key: "raw/a" });
    await later(5 * MINUTE_MS);
    const records = (await logFiles(admin))
      .flatMap((file) => file.records)
      .filter(({ eventCategory }) => eventCategory === "Data");
    expect(records).toMatchObject([
      {
        eventName: "PutObject",
        eventCategory: "Data",
        requestParameters: { bucketName: "lake", key: "raw/a" },
      },
      { eventName: "GetObject", requestParameters: { key: "raw/a" } },
    ]);
    await admin.cloudtrail.StopLogging({ Name: "all" });
    await put("raw/c");
    const { events } = await house.home.books.trail.read({ filter: { management: false }, limit: 50 });
    expect(events.map(({ name }) => name)).toEqual(["GetObject", "PutObject"]);
  });

  test("take no management event away that the trail had logged before it asked for data alone", async () => {
    await admin.s3.CreateBucket({ Bucket: "lake" });
    await startTrail();
    await admin.iam.CreateUser({ UserName: "kim" });
    await select("arn:aws:s3:::lake/");
    await admin.iam.DeleteUser({ UserName: "kim" });
    await later(5 * MINUTE_MS);
    expect(await namesIn()).toContain("CreateUser");
    expect(await namesIn()).not.toContain("DeleteUser");
  });

  test("of its own deliveries are logged unless that is switched off", async () => {
    await startTrail();
    await select("arn:aws:s3:::logs/");
    await refusal(admin.s3.GetObject({ Bucket: "logs", Key: "first" }));
    for (let round = 0; round < 2; round++) await later(6 * MINUTE_MS);
    expect(await namesIn()).toContain("PutObject");
    await admin.cloudtrail.UpdateTrail({ Name: "all", RecursiveLogging: false });
    await later(5 * MINUTE_MS);
    const before = (await logFiles(admin)).length;
    await later(DAY_MS);
    expect((await logFiles(admin)).length).toBeLessThanOrEqual(before + 1);
  });
});

test("what a run before had logged and not delivered is delivered by the next", async () => {
  await startTrail();
  await later(5 * MINUTE_MS);
  await admin.iam.CreateUser({ UserName: "kim" });
  // As if it had been killed before it could say that something is to be delivered.
  await settle();
  await house.home.house.store.update((tx) =>
    tx.cancelTimer("cloudtrail.deliver", ACCOUNT, "us-east-1", "all"),
  );
  const reborn = { ...house.home.house, store: { ...house.home.house.store } };
  await cloudtrail.start?.(reborn);
  await cloudtrail.stop?.(reborn);
  await later(5 * MINUTE_MS);
  expect(await namesIn()).toContain("CreateUser");
});

test("an account that is forgotten has no trail any more", async () => {
  await startTrail();
  await cloudtrail.forget?.(house.home.house, ACCOUNT);
  expect((await admin.cloudtrail.ListTrails({})).Trails).toEqual([]);
  await later(5 * MINUTE_MS);
  expect(await logFiles(admin)).toEqual([]);
});
