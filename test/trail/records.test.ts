/** Every built operation makes a record that CloudTrail's readers would understand, and that holds no secret. */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { membersOf, shapeOf, toReference } from "../../src/contract/shapes.ts";
import type { Contract } from "../../src/contract/model.ts";
import type { Caller } from "../../src/platform/caller.ts";
import { TrailReader, TrailWriter } from "../../src/platform/trail/bytes.ts";
import { kindOf } from "../../src/platform/trail/classify.ts";
import { readEvent, writeEvent } from "../../src/platform/trail/codec.ts";
import { describe as describeEvent } from "../../src/platform/trail/describe.ts";
import { cloudTrailRecord } from "../../src/platform/trail/record.ts";
import { HIDDEN } from "../../src/platform/trail/show.ts";
import { SERVICES } from "../../src/services/all.ts";
import { casesOf, type Case } from "../contract/cases.ts";

const ROOT = join(import.meta.dirname, "..", "..");
const ACCOUNT = "111122223333";
const NOW = new Date("2026-03-01T12:00:00Z");
const services = new Map(SERVICES.map((service) => [service.api as string, service]));

const cases = casesOf({ members: {}, operations: {} }).filter(
  ({ api, operation, error }) =>
    error === undefined && services.get(api)?.operations[operation.name] !== undefined,
);

const caller: Caller = {
  account: ACCOUNT,
  region: "us-east-1",
  principal: {
    kind: "role",
    account: ACCOUNT,
    arn: `arn:aws:sts::${ACCOUNT}:assumed-role/analyst/kim`,
    roleArn: `arn:aws:iam::${ACCOUNT}:role/team/analyst`,
    id: "AROAANALYST:kim",
  },
  accessKeyId: "ASIAANALYST",
  session: { issuedAt: NOW, expiresAt: NOW, tags: {}, mfa: false },
  source: { ip: "::ffff:192.0.2.1", secure: false, userAgent: "test/1", calledVia: [] },
};

function recordOf({ api, operation, input, output }: Case) {
  const event = describeEvent(
    {
      api,
      operation: operation.name,
      requestId: "R",
      caller,
      input,
      output,
      fault: undefined,
      denied: undefined,
      bytesIn: 0,
      bytesOut: 0,
    },
    { now: NOW, homeAccount: ACCOUNT },
  );
  if (!event) throw new Error(`${api}:${operation.name} makes no event`);
  const writer = new TrailWriter();
  writeEvent(writer, event, NOW.getTime());
  const reader = new TrailReader();
  reader.feed(writer.take());
  return { event, record: cloudTrailRecord(readEvent(reader, NOW.getTime())) };
}

/** The texts of everything that a contract calls sensitive. */
function secretsIn(contract: Contract, shapeName: string | undefined, value: unknown): string[] {
  if (shapeName === undefined || value === undefined || value === null) return [];
  const shape = shapeOf(contract, shapeName);
  if (shape.sensitive) return typeof value === "string" ? [value] : Object.values(value).map(String);
  if (typeof value !== "object") return [];
  switch (shape.type) {
    case "structure":
      return membersOf(shape).flatMap((member) =>
        secretsIn(contract, member.shape, (value as Record<string, unknown>)[member.name]),
      );
    case "list":
      return (value as unknown[]).flatMap((one) => secretsIn(contract, toReference(shape.member).shape, one));
    case "map":
      return Object.values(value).flatMap((one) => secretsIn(contract, toReference(shape.value).shape, one));
    default:
      return [];
  }
}

test("there are operations to look at", () => expect(cases.length).toBeGreaterThan(150));

test.each(cases.map((one) => [one.id, one] as const))("%s", (_id, one) => {
  const { event, record } = recordOf(one);
  expect(record).toMatchObject({
    eventVersion: "1.11",
    userIdentity: {
      type: "AssumedRole",
      accessKeyId: "ASIAANALYST",
      sessionContext: {
        sessionIssuer: { type: "Role", principalId: "AROAANALYST", userName: "analyst" },
        attributes: { creationDate: "2026-03-01T12:00:00Z", mfaAuthenticated: "false" },
      },
    },
    eventTime: "2026-03-01T12:00:00Z",
    eventSource: `${one.api}.amazonaws.com`,
    awsRegion: "us-east-1",
    sourceIPAddress: "192.0.2.1",
    userAgent: "test/1",
    eventType: "AwsApiCall",
    recipientAccountId: ACCOUNT,
    eventCategory: event.management ? "Management" : "Data",
  });
  expect(record["eventID"]).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/);
  if (Object.keys(one.input).length > 0) expect(record["requestParameters"]).not.toBeNull();
  const text = JSON.stringify(record);
  expect(text.length).toBeLessThan(256 * 1_024);
  const secrets = [
    ...secretsIn(one.contract, one.operation.input, one.input),
    ...(record["responseElements"] === null ? [] : secretsIn(one.contract, one.operation.output, one.output)),
  ];
  for (const secret of secrets) expect(text).not.toContain(JSON.stringify(secret).slice(1, -1));
  if (secrets.length > 0) expect(text).toContain(HIDDEN);
});

/** CloudTrail says otherwise than IAM's access levels do. */
const OTHERWISE: Readonly<Record<string, boolean>> = {
  "sts:AssumeRole": true,
  "sts:AssumeRoleWithSAML": true,
  "sts:AssumeRoleWithWebIdentity": true,
  "sts:GetFederationToken": true,
};

test("what only reads is what IAM's action table calls reading or listing", () => {
  const { actions } = JSON.parse(readFileSync(join(ROOT, "contracts/iam-actions.json"), "utf8")) as {
    readonly actions: Readonly<Record<string, { readonly level: string }>>;
  };
  const wrong = cases.flatMap(({ api, operation: { name } }) => {
    const level = actions[`${api}:${name}`]?.level;
    if (level === undefined) return [];
    const expected = OTHERWISE[`${api}:${name}`] ?? /^(?:Read|List)/.test(level);
    return kindOf(api, name).readOnly === expected ? [] : [`${api}:${name} ${level}`];
  });
  expect(wrong).toEqual([]);
});
