import { expect, test } from "vitest";
import { adviceFor } from "./advice.ts";
import { explain } from "./explain.ts";
import { policyCache } from "./parse.ts";
import type { AccessRequest } from "./request.ts";

const cache = policyCache();
const policy = (id: string, ...Statement: readonly object[]) => ({
  id,
  policy: cache.get(JSON.stringify({ Version: "2012-10-17", Statement })),
});

const request: AccessRequest = {
  principal: {
    kind: "user",
    account: "111122223333",
    arn: "arn:aws:iam::111122223333:user/kim",
    id: "AIDAKIM",
    name: "kim",
  },
  action: "s3:GetObject",
  resource: "arn:aws:s3:::lake/a.csv",
  resourceAccount: "111122223333",
  context: { "aws:SourceIp": "10.0.0.1" },
};

const allowAll = { Effect: "Allow", Action: "s3:*", Resource: "*" };

test.each([
  ["nothing attached", [], { kind: "add-statement", to: "identity" }],
  [
    "another resource",
    [policy("p", { ...allowAll, Resource: "arn:aws:s3:::other/*" })],
    { kind: "add-resource", resource: "arn:aws:s3:::lake/a.csv", statement: { policyId: "p", index: 0 } },
  ],
  [
    "a condition that does not hold",
    [policy("p", { ...allowAll, Condition: { IpAddress: { "aws:SourceIp": "192.0.2.0/24" } } })],
    { kind: "meet-condition", condition: { key: "aws:SourceIp", requested: ["10.0.0.1"] } },
  ],
  [
    "a statement that denies, whatever allows",
    [
      policy("p", allowAll),
      policy("q", allowAll, { Sid: "No", Effect: "Deny", Action: "s3:GetObject", Resource: "*" }),
    ],
    { kind: "narrow-deny", statement: { type: "identity", policyId: "q", index: 1, sid: "No" } },
  ],
] as const)("%s", (_fact, identity, expected) => {
  expect(adviceFor(request, explain(request, { identity }))).toMatchObject(expected);
});

test("what is missing in a boundary is advised for the boundary", () => {
  const policies = {
    identity: [policy("p", allowAll)],
    boundary: policy("b", { ...allowAll, Action: "glue:*" }),
  };
  expect(adviceFor(request, explain(request, policies))).toEqual({
    kind: "add-statement",
    to: "boundary",
    statement: { Effect: "Allow", Action: "s3:GetObject", Resource: "arn:aws:s3:::lake/a.csv" },
  });
});

test("what is allowed needs no change", () => {
  expect(adviceFor(request, explain(request, { identity: [policy("p", allowAll)] }))).toBeUndefined();
});
