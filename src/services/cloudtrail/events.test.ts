import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { DAY_MS, SECOND_MS } from "../../base/units.ts";
import type { ApiCalls } from "../../platform/calls.ts";
import { iam } from "../iam/iam.ts";
import { ACCOUNT, refusal, startHouse, type TestHouse } from "../iam/testing.ts";
import { s3 } from "../s3/s3.ts";
import { sts } from "../sts/sts.ts";
import { cloudtrail } from "./cloudtrail.ts";

let home: TestHouse;
let admin: ApiCalls;
let trail: ApiCalls["cloudtrail"];
beforeAll(async () => {
  home = await startHouse(iam, s3, sts, cloudtrail);
  admin = await home.as(home.keys.admin.accessKeyId);
  trail = admin.cloudtrail;
  await admin.iam.CreateUser({ UserName: "kim" });
  home.clock.advance(SECOND_MS);
  await admin.s3.CreateBucket({ Bucket: "lake" });
  await admin.s3.PutObject({ Bucket: "lake", Key: "a" }, Buffer.from("a"));
  home.clock.advance(SECOND_MS);
  await refusal(admin.iam.GetUser({ UserName: "nobody" }));
});
afterAll(() => home.close());

type Question = Parameters<ApiCalls["cloudtrail"]["LookupEvents"]>[0];

const namesOf = async (question: Question = {}): Promise<(string | undefined)[]> =>
  ((await trail.LookupEvents(question)).Events ?? [])
    .map(({ EventName }) => EventName)
    .filter((name) => name !== "LookupEvents");

describe("LookupEvents", () => {
  test("tells management events, newest first, and no data events", async () => {
    expect(await namesOf()).toEqual(["GetUser", "CreateBucket", "CreateUser"]);
  });

  test("tells an event as CloudTrail does", async () => {
    const { Events: [event] = [] } = await trail.LookupEvents({
      LookupAttributes: [{ AttributeKey: "EventName", AttributeValue: "CreateBucket" }],
    });
    const { EventId, CloudTrailEvent = "", ...rest } = event ?? {};
    expect(rest).toEqual({
      EventName: "CreateBucket",
      ReadOnly: "false",
      AccessKeyId: home.keys.admin.accessKeyId,
      EventTime: new Date("2026-03-01T12:00:01Z"),
      EventSource: "s3.amazonaws.com",
      Username: "admin",
      Resources: [{ ResourceType: "AWS::S3::Bucket", ResourceName: "lake" }],
    });
    expect(JSON.parse(CloudTrailEvent)).toMatchObject({
      eventID: EventId,
      eventTime: "2026-03-01T12:00:01Z",
      userIdentity: { type: "IAMUser", userName: "admin" },
      requestParameters: { bucketName: "lake" },
      recipientAccountId: ACCOUNT,
    });
  });

  test.each([
    ["EventName", "CreateUser", ["CreateUser"]],
    ["EventSource", "iam.amazonaws.com", ["GetUser", "CreateUser"]],
    ["ReadOnly", "true", ["GetUser"]],
    ["ResourceName", "kim", ["CreateUser"]],
    ["ResourceName", "lake", ["CreateBucket"]],
    ["ResourceType", "AWS::IAM::User", ["GetUser", "CreateUser"]],
    ["Username", "kim", []],
    ["Username", "admin", ["GetUser", "CreateBucket", "CreateUser"]],
    ["EventId", "00000000-0000-0000-0000-000000000000", []],
  ] as const)("finds by %s %s", async (AttributeKey, AttributeValue, names) => {
    expect(await namesOf({ LookupAttributes: [{ AttributeKey, AttributeValue }] })).toEqual(names);
  });

  test("finds by access key and by event id", async () => {
    const key = home.keys.admin.accessKeyId;
    expect(
      await namesOf({ LookupAttributes: [{ AttributeKey: "AccessKeyId", AttributeValue: key }] }),
    ).toHaveLength(3);
    const { Events: [newest] = [] } = await trail.LookupEvents({ EndTime: home.clock.now() });
    const byId = { AttributeKey: "EventId", AttributeValue: newest?.EventId ?? "" } as const;
    const found = await trail.LookupEvents({ LookupAttributes: [byId] });
    expect(found.Events?.map(({ EventId }) => EventId)).toEqual([newest?.EventId]);
  });

  test("times include their whole second, both of them", async () => {
    const at = new Date("2026-03-01T12:00:01Z");
    expect(await namesOf({ StartTime: at, EndTime: at })).toEqual(["CreateBucket"]);
    expect(await namesOf({ StartTime: new Date("2026-03-01T12:00:03Z") })).toEqual([]);
  });

  test("goes by pages, whose tokens are of no use for another question", async () => {
    const EndTime = new Date("2026-03-01T12:00:01Z");
    const first = await trail.LookupEvents({ EndTime, MaxResults: 1 });
    expect(first.Events?.map(({ EventName }) => EventName)).toEqual(["CreateBucket"]);
    const { NextToken = "" } = first;
    const second = await trail.LookupEvents({ EndTime, MaxResults: 1, NextToken });
    expect(second.Events?.map(({ EventName }) => EventName)).toEqual(["CreateUser"]);
    expect(second.NextToken).toBeUndefined();
    expect(await refusal(trail.LookupEvents({ NextToken }))).toMatch(/^InvalidNextTokenException: /);
    expect(await refusal(trail.LookupEvents({ NextToken: "x" }))).toMatch(/^InvalidNextTokenException: /);
  });

  test("no trail has Insights, so there are no Insights events", async () => {
    expect(await trail.LookupEvents({ EventCategory: "insight" })).toEqual({ Events: [] });
  });

  const one = { AttributeKey: "EventName", AttributeValue: "a" } as const;
  test.each([
    ["two attributes", { LookupAttributes: [one, one] }, "InvalidLookupAttributesException: "],
    [
      "a value whose underlines count twice",
      { LookupAttributes: [{ ...one, AttributeValue: "_".repeat(1_001) }] },
      "InvalidLookupAttributesException: ",
    ],
    [
      "an end before the start",
      { StartTime: new Date("2026-03-01T12:00:00Z"), EndTime: new Date("2026-03-01T11:00:00Z") },
      "InvalidTimeRangeException: ",
    ],
    ["a page of none", { MaxResults: 0 }, "InvalidMaxResultsException: "],
    ["a page of 51", { MaxResults: 51 }, "InvalidMaxResultsException: "],
    ["another category", { EventCategory: "data" as "insight" }, "InvalidEventCategoryException: "],
  ])("refuses %s", async (_what, question, refused) => {
    expect(await refusal(trail.LookupEvents(question))).toContain(refused);
  });

  test("tells of no more than ninety days", async () => {
    home.clock.advance(90 * DAY_MS);
    expect(await namesOf()).toEqual(["GetUser"]);
    home.clock.advance(SECOND_MS);
    expect(await namesOf()).toEqual([]);
  });
});
