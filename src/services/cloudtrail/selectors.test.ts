import { describe, expect, test } from "vitest";
import { isFault } from "../../base/fault.ts";
import type { TrailEvent } from "../../platform/trail/event.ts";
import { selectionOf } from "./check-selectors.ts";
import type { Trail } from "./model.ts";
import { asksForData, DEFAULT_SELECTION, takes } from "./selectors.ts";

const ACCOUNT = "111122223333";
const TRAIL: Trail = {
  account: ACCOUNT,
  region: "us-east-1",
  name: "all",
  bucket: "logs",
  isMultiRegion: false,
  includesGlobalEvents: true,
  isRecursive: true,
  tags: [],
  isLogging: true,
  stretches: [],
};

const event = (more: Partial<TrailEvent> = {}): TrailEvent => ({
  timeMs: 0,
  eventId: "0".repeat(32),
  requestId: "R",
  source: "glue.amazonaws.com",
  name: "CreateTable",
  region: "us-east-1",
  account: ACCOUNT,
  readOnly: false,
  management: true,
  identity: { type: "IAMUser", principalId: "A", arn: `arn:aws:iam::${ACCOUNT}:user/kim` },
  sourceIp: "",
  userAgent: "",
  request: null,
  response: null,
  resources: [],
  ...more,
});

const bucket = { type: "AWS::S3::Bucket", name: "arn:aws:s3:::lake", listed: true };
const data = (key: string | undefined, name: string, readOnly: boolean): TrailEvent =>
  event({
    source: "s3.amazonaws.com",
    name,
    readOnly,
    management: false,
    resources:
      key === undefined
        ? [bucket]
        : [{ type: "AWS::S3::Object", name: `arn:aws:s3:::lake/${key}`, listed: true }, bucket],
  });

/** What a trail is asked about, by name. */
const EVENTS: Readonly<Record<string, TrailEvent>> = {
  write: event(),
  read: event({ name: "GetTable", readOnly: true }),
  kms: event({ source: "kms.amazonaws.com", name: "Decrypt", readOnly: true }),
  put: data("raw/a", "PutObject", false),
  get: data("raw/a", "GetObject", true),
  other: data("own/a", "PutObject", false),
  list: data(undefined, "ListObjects", true),
};

const taken = (asked: Parameters<typeof selectionOf>[0], trail = TRAIL): string[] => {
  const isTaken = takes(trail, selectionOf(asked));
  return Object.keys(EVENTS).filter((name) => isTaken(EVENTS[name] ?? event()));
};

const objects = (...Values: readonly string[]) => ({ Type: "AWS::S3::Object", Values });

describe("basic selectors", () => {
  test.each([
    [{}, ["write", "read", "kms"]],
    [{ ReadWriteType: "WriteOnly" }, ["write"]],
    [{ ReadWriteType: "ReadOnly" }, ["read", "kms"]],
    [{ ExcludeManagementEventSources: ["kms.amazonaws.com"] }, ["write", "read"]],
    [
      { IncludeManagementEvents: false, DataResources: [objects("arn:aws:s3")] },
      ["put", "get", "other", "list"],
    ],
    [
      { IncludeManagementEvents: false, DataResources: [objects("arn:aws:s3:::")] },
      ["put", "get", "other", "list"],
    ],
    [
      { IncludeManagementEvents: false, DataResources: [objects("arn:aws:s3:::lake/")] },
      ["put", "get", "other", "list"],
    ],
    [{ IncludeManagementEvents: false, DataResources: [objects("arn:aws:s3:::lake/raw/")] }, ["put", "get"]],
    [{ IncludeManagementEvents: false, DataResources: [objects("arn:aws:s3:::sea/")] }, []],
    [{ ReadWriteType: "WriteOnly", DataResources: [objects("arn:aws:s3:::lake/raw/")] }, ["write", "put"]],
  ] as const)("%j", (selector, names) => {
    expect(taken({ EventSelectors: [selector] })).toEqual(names);
  });

  test("an event that any of them takes is taken", () => {
    const writes = { ReadWriteType: "WriteOnly" } as const;
    const own = { IncludeManagementEvents: false, DataResources: [objects("arn:aws:s3:::lake/own/")] };
    expect(taken({ EventSelectors: [writes, own] })).toEqual(["write", "other"]);
  });
});

const field = (Field: string, more: object) => ({ Field, ...more });
const DATA = field("eventCategory", { Equals: ["Data"] });
const OBJECTS = field("resources.type", { Equals: ["AWS::S3::Object"] });
const MANAGEMENT = field("eventCategory", { Equals: ["Management"] });

describe("advanced selectors", () => {
  test.each([
    [[MANAGEMENT], ["write", "read", "kms"]],
    [[MANAGEMENT, field("readOnly", { Equals: ["false"] })], ["write"]],
    [
      [MANAGEMENT, field("eventSource", { NotEquals: ["kms.amazonaws.com"] })],
      ["write", "read"],
    ],
    [
      [DATA, OBJECTS],
      ["put", "get", "other", "list"],
    ],
    [
      [DATA, OBJECTS, field("resources.ARN", { StartsWith: ["arn:aws:s3:::lake/raw/"] })],
      ["put", "get"],
    ],
    [
      [DATA, OBJECTS, field("resources.ARN", { NotStartsWith: ["arn:aws:s3:::lake/raw/"] })],
      ["other", "list"],
    ],
    [
      [DATA, OBJECTS, field("eventName", { Equals: ["PutObject"], EndsWith: ["etObject"] })],
      ["put", "get", "other"],
    ],
    [
      [DATA, OBJECTS, field("eventName", { StartsWith: ["Put", "Get"], NotEquals: ["GetObject"] })],
      ["put", "other"],
    ],
    [[DATA, OBJECTS, field("userIdentity.arn", { NotEndsWith: ["user/kim"] })], []],
    [
      [
        DATA,
        OBJECTS,
        field("eventType", { Equals: ["AwsApiCall"] }),
        field("readOnly", { Equals: ["true"] }),
      ],
      ["get", "list"],
    ],
  ])("%j", (FieldSelectors, names) => {
    expect(taken({ AdvancedEventSelectors: [{ FieldSelectors }] })).toEqual(names);
  });
});

describe("whose and where", () => {
  const all = takes(TRAIL, DEFAULT_SELECTION);
  test.each([
    ["another account's event", event({ account: "999988887777" }), TRAIL, false],
    ["another Region's", event({ region: "eu-west-1" }), TRAIL, false],
    [
      "another Region's, for all Regions",
      event({ region: "eu-west-1" }),
      { ...TRAIL, isMultiRegion: true },
      true,
    ],
    ["a global service's at home", event({ source: "iam.amazonaws.com" }), TRAIL, true],
    [
      "a global service's, without global events",
      event({ source: "iam.amazonaws.com" }),
      { ...TRAIL, includesGlobalEvents: false },
      false,
    ],
    [
      "a global service's, in another Region",
      event({ source: "iam.amazonaws.com" }),
      { ...TRAIL, region: "eu-west-1" },
      false,
    ],
  ])("%s", (_what, one, trail, expected) => {
    expect(takes(trail, DEFAULT_SELECTION)(one)).toBe(expected);
  });

  test("what CloudTrail itself delivers may be left out", () => {
    const identity = { type: "AWSService", principalId: "", invokedBy: "cloudtrail.amazonaws.com" } as const;
    expect(all(event({ identity }))).toBe(true);
    expect(takes({ ...TRAIL, isRecursive: false }, DEFAULT_SELECTION)(event({ identity }))).toBe(false);
  });
});

test("only what asks for data events needs them", () => {
  expect(asksForData(DEFAULT_SELECTION)).toBe(false);
  expect(asksForData(selectionOf({ EventSelectors: [{ DataResources: [objects("arn:aws:s3")] }] }))).toBe(
    true,
  );
  expect(asksForData(selectionOf({ AdvancedEventSelectors: [{ FieldSelectors: [DATA, OBJECTS] }] }))).toBe(
    true,
  );
});

const refused = (asked: Parameters<typeof selectionOf>[0]): string => {
  try {
    selectionOf(asked);
  } catch (error) {
    if (isFault(error)) return `${error.code}: ${error.message}`;
    throw error;
  }
  return "allowed";
};

describe("what is refused", () => {
  const dataResource = (Type: string, ...Values: readonly string[]) => ({
    EventSelectors: [{ DataResources: [{ Type, Values }] }],
  });
  test.each([
    [{}, "InvalidEventSelectorsException: Specify either"],
    [{ EventSelectors: [] }, "InvalidEventSelectorsException: Specify a valid number of selectors (1 to 5)"],
    [
      { EventSelectors: Array.from({ length: 6 }, () => ({})) },
      "InvalidEventSelectorsException: Specify a valid number of selectors (1 to 5)",
    ],
    [
      dataResource("AWS::S3::Object", ...Array.from({ length: 251 }, (_, at) => `arn:aws:s3:::lake/${at}`)),
      "InvalidEventSelectorsException: Specify a valid number of DataResources.Values (0 to 250)",
    ],
    ...["arn:aws:s3:::lake", "arn:aws:s3:::*", "arn:aws:s3:::*/*", "lake/", "arn:aws:s3::"].map(
      (value) =>
        [
          dataResource("AWS::S3::Object", value),
          `InvalidEventSelectorsException: Value ${value} for DataResources.Values is invalid.`,
        ] as const,
    ),
    [
      dataResource("AWS::S3::Bucket", "x"),
      "InvalidEventSelectorsException: Value AWS::S3::Bucket for DataResources.Type is invalid. Valid values are: AWS::DynamoDB::Table, AWS::Lambda::Function, AWS::S3::Object",
    ],
    [
      dataResource("AWS::Lambda::Function", "arn:aws:lambda"),
      "UnsupportedOperationException: Hosu does not implement data events of AWS::Lambda::Function yet.",
    ],
    [
      { EventSelectors: [{ ExcludeManagementEventSources: ["s3.amazonaws.com"] }] },
      "InvalidEventSelectorsException: Value s3.amazonaws.com",
    ],
  ] as const)("%j", (asked, text) => {
    expect(refused(asked)).toContain(text);
  });

  test.each([
    ["no category", [OBJECTS], "InvalidEventSelectorsException: "],
    [
      "two categories",
      [field("eventCategory", { Equals: ["Data", "Management"] })],
      "InvalidEventSelectorsException: ",
    ],
    [
      "another category",
      [field("eventCategory", { Equals: ["Insight"] })],
      "InvalidEventSelectorsException: ",
    ],
    [
      "network activity",
      [field("eventCategory", { Equals: ["NetworkActivity"] })],
      "UnsupportedOperationException: ",
    ],
    ["data of no type", [DATA], "InvalidEventSelectorsException: "],
    [
      "data of what is not here",
      [DATA, field("resources.type", { Equals: ["AWS::SNS::Topic"] })],
      "UnsupportedOperationException: ",
    ],
    [
      "an unknown field",
      [DATA, OBJECTS, field("colour", { Equals: ["red"] })],
      "InvalidEventSelectorsException: ",
    ],
    [
      "objects of management events",
      [MANAGEMENT, field("resources.ARN", { Equals: ["a"] })],
      "InvalidEventSelectorsException: ",
    ],
    ["no condition", [DATA, OBJECTS, field("eventName", {})], "InvalidEventSelectorsException: "],
    [
      "readOnly that begins so",
      [MANAGEMENT, field("readOnly", { StartsWith: ["t"] })],
      "InvalidEventSelectorsException: ",
    ],
    [
      "readOnly perhaps",
      [MANAGEMENT, field("readOnly", { Equals: ["perhaps"] })],
      "InvalidEventSelectorsException: ",
    ],
    [
      "another source left out",
      [MANAGEMENT, field("eventSource", { NotEquals: ["s3.amazonaws.com"] })],
      "InvalidEventSelectorsException: ",
    ],
    [
      "too many values",
      [DATA, OBJECTS, field("eventName", { Equals: Array.from({ length: 501 }, String) })],
      "InvalidEventSelectorsException: ",
    ],
  ])("%s", (_what, FieldSelectors, text) => {
    expect(refused({ AdvancedEventSelectors: [{ FieldSelectors }] })).toContain(text);
  });
});
