import { expect, test } from "vitest";
import type { NamedPolicy, Policies } from "./decision.ts";
import { denialMessage } from "./denial.ts";
import { evaluate } from "./evaluate.ts";
import { isOperator } from "./conditions.ts";
import { evaluatePrefix } from "./prefix.ts";
import { explain } from "./explain.ts";
import { carlos, named, service, session } from "./testing.ts";

const request = { principal: carlos, action: "s3:GetObject", resource: "arn:aws:s3:::b/k" };
const all = named("all", {});
const public_ = named("public", { Principal: "*" });
const onlyCarlos = named("carlos", { Principal: { AWS: carlos.arn } });
const denyOthers = named("deny", { Principal: "*" }, { Effect: "Deny", Principal: { AWS: session.arn } });
const s3Only = named("s3", { Action: "s3:*" });
const ec2Only = named("ec2", { Action: "ec2:*" });

const answer = (policies: Partial<Policies>): string => {
  const { effect, explicit, because } = evaluate(request, { identity: [all], ...policies });
  return `${effect} by ${explicit ? "" : "no "}${because.type}`;
};

/** Source: IAM User Guide, "Policy evaluation logic"; Organizations User Guide, "SCP evaluation" and "RCP evaluation"; VPC User Guide, "Control access to VPC endpoints using endpoint policies". */
test.each<readonly [string, Partial<Policies>, string]>([
  ["an endpoint that lets everyone through", { endpoint: public_ }, "allow by identity"],
  ["an endpoint that names the caller", { endpoint: onlyCarlos }, "allow by identity"],
  [
    "an endpoint that names another",
    { endpoint: named("x", { Principal: { AWS: session.arn } }) },
    "deny by no endpoint",
  ],
  ["an endpoint that denies another", { endpoint: denyOthers }, "allow by identity"],
  [
    "an endpoint that denies everyone",
    { endpoint: named("x", { Effect: "Deny", Principal: "*" }) },
    "deny by endpoint",
  ],
  ["every level of service control", { serviceControl: [[all], [s3Only]] }, "allow by identity"],
  ["one level that does not allow", { serviceControl: [[all], [ec2Only]] }, "deny by no service-control"],
  ["two policies of one level add up", { serviceControl: [[ec2Only, s3Only]] }, "allow by identity"],
  ["every level of resource control", { resourceControl: [[public_], [public_]] }, "allow by identity"],
  [
    "one level of resource control",
    { resourceControl: [[public_], [ec2Only]] },
    "deny by no resource-control",
  ],
  [
    "a resource control that denies",
    { resourceControl: [[public_, named("x", { Effect: "Deny", Principal: "*" })]] },
    "deny by resource-control",
  ],
])("%s", (_fact, policies, expected) => {
  expect(answer(policies)).toBe(expected);
});

test("a service's denial names the service", () => {
  const asks = { principal: service, action: "sqs:SendMessage", resource: "arn:aws:sqs:us-east-1:1:q" };
  expect(denialMessage(evaluate(asks, { identity: [] }), asks)).toBe(
    "User: s3.amazonaws.com is not authorized to perform: sqs:SendMessage on resource: arn:aws:sqs:us-east-1:1:q because no resource-based policy allows the sqs:SendMessage action",
  );
});

test("over a prefix, patterns with wildcards in any part of the ARN", () => {
  const over = (Resource: string, resource: string): string =>
    evaluatePrefix({ ...request, resource }, { identity: [named("p", { Resource })] });
  expect(over("arn:*:s3:::lake/*", "arn:aws:s3:::lake/a/")).toBe("allow");
  expect(over("arn:*:s3:::lake/b*", "arn:aws:s3:::lake/a/")).toBe("deny");
  expect(over("arn:*:s3:::lake/a/b*", "arn:aws:s3:::lake/a/")).toBe("depends");
  expect(over("arn:*:glue:::lake/*", "arn:aws:s3:::lake/a/")).toBe("deny");
  expect(over("arn:*:s3:::lake/*", "arn:aws:s3")).toBe("depends");
});

test("several variables each follow their own value", () => {
  const identity: readonly NamedPolicy[] = [named("p", { Resource: "arn:aws:s3:::${a}/${b}" })];
  const allows = (a: string, b: string, resource: string): string =>
    evaluate({ ...request, resource, context: { a, b } }, { identity }).effect;
  expect(allows("x", "y", "arn:aws:s3:::x/y")).toBe("allow");
  expect(allows("x", "z", "arn:aws:s3:::x/y")).toBe("deny");
  expect(allows("x", "z", "arn:aws:s3:::x/z")).toBe("allow");
});

test("operators that IAM knows", () => {
  const known = ["Null", "StringLike", "ForAnyValue:ArnLikeIfExists", "ForAllValues:Null"];
  expect(known.filter(isOperator)).toEqual(known);
  expect(["NullIfExists", "String", "ForSomeValues:StringLike"].filter(isOperator)).toEqual([]);
});

test("an explanation says of every statement what did not match, and which condition", () => {
  const identity = [
    named(
      "p",
      { Sid: "A", Action: "ec2:*" },
      { Sid: "B", Resource: "arn:aws:s3:::other/*" },
      { Sid: "C", Condition: { StringEquals: { "s3:Prefix": "x" } } },
      { Sid: "D", Effect: "Deny", Condition: { StringEquals: { k: "v" } } },
    ),
  ];
  const resource = named("r", { Principal: { AWS: session.arn } });
  const { trace } = explain({ ...request, context: { k: "w" } }, { identity, resource });
  expect(
    trace.map(({ type, sid, outcome, condition }) => [
      type,
      sid,
      outcome,
      condition?.key,
      condition?.requested,
    ]),
  ).toEqual([
    ["resource", undefined, "principal", undefined, undefined],
    ["identity", "A", "action", undefined, undefined],
    ["identity", "B", "resource", undefined, undefined],
    ["identity", "C", "condition", "s3:Prefix", undefined],
    ["identity", "D", "condition", "k", ["w"]],
  ]);
});
