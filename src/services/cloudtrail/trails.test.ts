import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { closedBooks } from "../../platform/books.ts";
import type { EventTrail } from "../../platform/doors/trail.ts";
import { ACCOUNT, refusal } from "../iam/testing.ts";
import { policyFor, startTrailHouse, type TrailHouse } from "./testing.ts";

let house: TrailHouse;
beforeAll(async () => {
  house = await startTrailHouse();
});
afterAll(() => house.home.close());

const trail = () => house.admin.cloudtrail;
const ARN = `arn:aws:cloudtrail:us-east-1:${ACCOUNT}:trail/all`;

/** No trails but those of the test. */
beforeEach(async () => {
  const { home, admin, elsewhere } = house;
  for (const { Name = "", HomeRegion } of (await trail().ListTrails({})).Trails ?? [])
    await (HomeRegion === "us-east-1" ? admin : elsewhere).cloudtrail.DeleteTrail({ Name });
  await home.runTimers();
});

const create = (more = {}) => trail().CreateTrail({ Name: "all", S3BucketName: "logs", ...more });

describe("CreateTrail", () => {
  test("makes one that does not log yet", async () => {
    const made = {
      Name: "all",
      S3BucketName: "logs",
      IncludeGlobalServiceEvents: true,
      IsMultiRegionTrail: false,
      TrailARN: ARN,
      LogFileValidationEnabled: false,
      IsOrganizationTrail: false,
      RecursiveLogging: true,
    };
    expect(await create()).toEqual(made);
    expect((await trail().GetTrail({ Name: "all" })).Trail).toEqual({
      ...made,
      HomeRegion: "us-east-1",
      HasCustomEventSelectors: false,
      HasInsightSelectors: false,
    });
    expect(await trail().GetTrailStatus({ Name: ARN })).toEqual({
      IsLogging: false,
      LatestDeliveryAttemptTime: "",
      LatestNotificationAttemptTime: "",
      LatestNotificationAttemptSucceeded: "",
      LatestDeliveryAttemptSucceeded: "",
      TimeLoggingStarted: "",
      TimeLoggingStopped: "",
    });
  });

  test.each([
    ["a", "Trail name too short. Minimum allowed length: 3 characters. Specified name length: 1 characters."],
    [
      "a".repeat(129),
      "Trail name too long. Maximum allowed length: 128 characters. Specified name length: 129 characters.",
    ],
    ["trail!", "Trail name must ends with a letter or number."],
    ["-trail", "Trail name must starts with a letter or number."],
    [
      "my#trail",
      "Trail name or ARN can only contain uppercase letters, lowercase letters, numbers, periods (.), hyphens (-), and underscores (_).",
    ],
    ["my-_trail", "Trail name must not have adjacent periods, hyphens, or underscores."],
    ["192.168.5.4", "Trail name must not be in IP address format."],
  ])("refuses the name %s", async (Name, message) => {
    expect(await refusal(create({ Name }))).toBe(`InvalidTrailNameException: ${message}`);
  });

  test.each([
    [
      { IsMultiRegionTrail: true, IncludeGlobalServiceEvents: false },
      "InvalidParameterCombinationException: Multi-Region trail must include global service events.",
    ],
    [{ S3BucketName: "sea" }, "S3BucketDoesNotExistException: S3 bucket sea does not exist!"],
    [{ S3BucketName: "A" }, "InvalidS3BucketNameException: The S3 bucket name is not valid: A"],
    [
      { S3KeyPrefix: "p".repeat(201) },
      "InvalidS3PrefixException: The S3 prefix is longer than 200 characters.",
    ],
    [
      { S3KeyPrefix: "other" },
      "InsufficientS3BucketPolicyException: Incorrect S3 bucket policy is detected for bucket: logs",
    ],
    [{ SnsTopicName: "t" }, "notifications of log files by SNS"],
    [{ EnableLogFileValidation: true }, "log file validation"],
    [{ CloudWatchLogsLogGroupArn: "a" }, "delivery to CloudWatch Logs"],
    [{ KmsKeyId: "alias/a" }, "log files encrypted with KMS keys"],
    [{ IsOrganizationTrail: true }, "organization trails"],
    [{ TagsList: [{ Key: "a" }, { Key: "a" }] }, "InvalidTagParameterException: "],
    [
      { TagsList: Array.from({ length: 51 }, (_, at) => ({ Key: `k${at}` })) },
      "TagsLimitExceededException: ",
    ],
  ])("refuses %j", async (more, refused) => {
    const told = await refusal(create(more));
    expect(told).toContain(refused);
    if (!/Exception/.test(refused))
      expect(told).toBe(`UnsupportedOperationException: Hosu does not implement ${refused} yet.`);
    expect((await trail().ListTrails({})).Trails).toEqual([]);
  });

  test("a bucket whose policy lets CloudTrail write but not look at the ACL is refused", async () => {
    await house.admin.s3.CreateBucket({ Bucket: "half" });
    const policy = JSON.parse(policyFor("half")) as { Statement: unknown[] };
    policy.Statement.shift();
    await house.admin.s3.PutBucketPolicy({ Bucket: "half", Policy: JSON.stringify(policy) });
    expect(await refusal(create({ S3BucketName: "half" }))).toMatch(/^InsufficientS3BucketPolicyException/);
  });

  test("a name is taken once in a Region, that of a multi-Region trail in all", async () => {
    await create();
    expect(await refusal(create())).toBe(
      `TrailAlreadyExistsException: Trail all already exists for customer: ${ACCOUNT}`,
    );
    const there = (more = {}) =>
      house.elsewhere.cloudtrail.CreateTrail({ Name: "all", S3BucketName: "logs", ...more });
    expect(await refusal(there({ IsMultiRegionTrail: true }))).toMatch(/^TrailAlreadyExistsException/);
    await there();
    expect(await refusal(trail().UpdateTrail({ Name: "all", IsMultiRegionTrail: true }))).toMatch(
      /^TrailAlreadyExistsException/,
    );
  });

  test("a Region has five trails, those of others that log it counted", async () => {
    for (const Name of ["one", "two", "three", "four"]) await create({ Name });
    await house.elsewhere.cloudtrail.CreateTrail({
      Name: "five",
      S3BucketName: "logs",
      IsMultiRegionTrail: true,
    });
    expect(await refusal(create({ Name: "six" }))).toBe(
      `MaximumNumberOfTrailsExceededException: User: ${ACCOUNT} already has 5 trails in us-east-1.`,
    );
    expect(
      await refusal(
        house.elsewhere.cloudtrail.CreateTrail({
          Name: "six",
          S3BucketName: "logs",
          IsMultiRegionTrail: true,
        }),
      ),
    ).toMatch(/^MaximumNumberOfTrailsExceededException: .* in us-east-1\.$/);
  });
});

describe("a trail of all Regions", () => {
  beforeEach(() => create({ IsMultiRegionTrail: true }));

  test("is seen from each, as a shadow where it is not at home", async () => {
    const there = house.elsewhere.cloudtrail;
    const names = async (input = {}) =>
      ((await there.DescribeTrails(input)).trailList ?? []).map(({ Name, HomeRegion }) => [Name, HomeRegion]);
    expect(await names()).toEqual([["all", "us-east-1"]]);
    expect(await names({ includeShadowTrails: false })).toEqual([]);
    expect(await names({ trailNameList: ["all"] })).toEqual([]);
    expect(await names({ trailNameList: [ARN] })).toEqual([["all", "us-east-1"]]);
    expect((await there.GetTrailStatus({ Name: ARN })).IsLogging).toBe(false);
    expect(await refusal(there.GetTrailStatus({ Name: "all" }))).toBe(
      `TrailNotFoundException: Unknown trail: arn:aws:cloudtrail:eu-west-1:${ACCOUNT}:trail/all for the user: ${ACCOUNT}`,
    );
  });

  test("is changed at home alone", async () => {
    const there = house.elsewhere.cloudtrail;
    for (const Name of ["all", ARN]) {
      const changes = [
        there.StartLogging({ Name }),
        there.StopLogging({ Name }),
        there.DeleteTrail({ Name }),
        there.UpdateTrail({ Name }),
        there.PutEventSelectors({ TrailName: Name, EventSelectors: [{}] }),
      ];
      for (const told of await Promise.all(changes.map(refusal)))
        expect(told).toMatch(/^InvalidHomeRegionException: .*us-east-1/);
    }
  });
});

test("what is not there is unknown, each in its words", async () => {
  const unknown = (name: string) => `TrailNotFoundException: Unknown trail: ${name} for the user: ${ACCOUNT}`;
  expect(await refusal(trail().GetTrail({ Name: "gone" }))).toBe(unknown("gone"));
  const arn = `arn:aws:cloudtrail:us-east-1:${ACCOUNT}:trail/gone`;
  const asked = [
    trail().GetTrailStatus({ Name: "gone" }),
    trail().StartLogging({ Name: "gone" }),
    trail().StopLogging({ Name: "gone" }),
    trail().DeleteTrail({ Name: arn }),
    trail().GetEventSelectors({ TrailName: "gone" }),
  ];
  expect(await Promise.all(asked.map(refusal))).toEqual(asked.map(() => unknown(arn)));
  expect(await refusal(trail().GetTrail({ Name: `arn:aws:cloudtrail:us-east-1:${ACCOUNT}:x/gone` }))).toMatch(
    /^CloudTrailARNInvalidException/,
  );
  expect((await trail().DescribeTrails({ trailNameList: ["gone"] })).trailList).toEqual([]);
});

test("UpdateTrail changes what is said and leaves the rest", async () => {
  await create();
  await house.admin.s3.CreateBucket({ Bucket: "other" });
  expect(await refusal(trail().UpdateTrail({ Name: "all", S3BucketName: "other" }))).toMatch(
    /^InsufficientS3BucketPolicyException/,
  );
  await house.admin.s3.PutBucketPolicy({ Bucket: "other", Policy: policyFor("other", "a/") });
  const changed = await trail().UpdateTrail({
    Name: ARN,
    S3BucketName: "other",
    S3KeyPrefix: "a",
    IsMultiRegionTrail: true,
    SnsTopicName: "",
  });
  expect(changed).toMatchObject({ S3BucketName: "other", S3KeyPrefix: "a", IsMultiRegionTrail: true });
  expect(await refusal(trail().UpdateTrail({ Name: "all", IncludeGlobalServiceEvents: false }))).toMatch(
    /^InvalidParameterCombinationException/,
  );
  await house.admin.s3.PutBucketPolicy({ Bucket: "other", Policy: policyFor("other") });
  expect(await trail().UpdateTrail({ Name: "all", S3KeyPrefix: "" })).not.toHaveProperty("S3KeyPrefix");
});

test("tags are added, told and taken away, at home", async () => {
  await create({ TagsList: [{ Key: "a", Value: "1" }] });
  await trail().AddTags({ ResourceId: ARN, TagsList: [{ Key: "a", Value: "2" }, { Key: "b" }] });
  const told = async () => (await trail().ListTags({ ResourceIdList: [ARN] })).ResourceTagList;
  expect(await told()).toEqual([{ ResourceId: ARN, TagsList: [{ Key: "a", Value: "2" }, { Key: "b" }] }]);
  await trail().RemoveTags({ ResourceId: ARN, TagsList: [{ Key: "b" }] });
  expect(await told()).toEqual([{ ResourceId: ARN, TagsList: [{ Key: "a", Value: "2" }] }]);
  const elsewhere = house.elsewhere.cloudtrail.AddTags({ ResourceId: ARN, TagsList: [{ Key: "c" }] });
  expect(await refusal(elsewhere)).toMatch(/^ResourceNotFoundException/);
  expect(await refusal(trail().ListTags({ ResourceIdList: ["all"] }))).toMatch(
    /^CloudTrailARNInvalidException/,
  );
});

/** What is answered while the trail is kept as `trail` says. */
async function whileKept(door: EventTrail, work: () => Promise<void>): Promise<void> {
  const { doors } = house.home.house;
  const before = doors.trail;
  Object.assign(doors, { trail: door });
  try {
    await work();
  } finally {
    Object.assign(doors, { trail: before });
  }
}

test("where nothing is written down, nothing is told and no trail is made", async () => {
  await create();
  await whileKept(closedBooks().door, async () => {
    const said = "UnsupportedOperationException: HOSU_TRAIL is off: nothing that happens is written down.";
    const asked = [
      trail().LookupEvents({}),
      create({ Name: "other" }),
      trail().StartLogging({ Name: "all" }),
    ];
    expect(await Promise.all(asked.map(refusal))).toEqual(asked.map(() => said));
  });
});

test("where each of several processes keeps its own calls, there is no trail of all", async () => {
  await whileKept({ ...house.home.books.door, keeps: "own calls" }, async () => {
    expect(await refusal(create())).toMatch(/^UnsupportedOperationException: Where several processes/);
    expect(await refusal(trail().LookupEvents({}))).toBe("allowed");
  });
});
