import { expect, test } from "vitest";
import { compilePolicy } from "./compile.ts";
import { evaluate } from "./evaluate.ts";
import { factsOf } from "./facts.ts";
import { parsePolicy } from "./parse.ts";
import { evaluatePrefix } from "./prefix.ts";
import type { Principal } from "./request.ts";
import { ACCOUNT, anonymous, carlos, federated, named, OTHER, root, service, session } from "./testing.ts";

const KEYS = [
  "aws:principalarn",
  "aws:principalaccount",
  "aws:principaltype",
  "aws:principalisawsservice",
  "aws:principalservicename",
  "aws:userid",
  "aws:username",
  "aws:resourceaccount",
];

const webIdentity: Principal = { kind: "web-identity", account: "", arn: "", id: "accounts.example.com" };

/** Source: IAM User Guide, "AWS global condition context keys"; "IAM policy elements: Variables and tags", principal key values. */
test.each<readonly [Principal, readonly (string | undefined)[]]>([
  [root, [root.arn, ACCOUNT, "Account", "false", undefined, ACCOUNT, undefined, ACCOUNT]],
  [carlos, [carlos.arn, ACCOUNT, "User", "false", undefined, carlos.id, "carlos", ACCOUNT]],
  [
    session,
    [
      `arn:aws:iam::${ACCOUNT}:role/examplerole`,
      ACCOUNT,
      "AssumedRole",
      "false",
      undefined,
      session.id,
      undefined,
      ACCOUNT,
    ],
  ],
  [
    federated,
    [federated.arn, ACCOUNT, "FederatedUser", "false", undefined, federated.id, undefined, ACCOUNT],
  ],
  [service, [undefined, undefined, undefined, "true", "s3.amazonaws.com", undefined, undefined, undefined]],
  [anonymous, [undefined, undefined, "Anonymous", "false", undefined, "anonymous", undefined, undefined]],
  [webIdentity, [undefined, undefined, undefined, "false", undefined, undefined, undefined, undefined]],
])("what follows from %j", (principal, expected) => {
  const facts = factsOf({ principal, action: "a:b", resource: "*" });
  expect(KEYS.map((key) => facts.single(key))).toEqual(expected);
});

test("root is known by its account, whatever its id", () => {
  expect(
    factsOf({ principal: { ...root, id: "x" }, action: "a:b", resource: "*" }).single("aws:userid"),
  ).toBe(ACCOUNT);
});

test("a key is found in any case, with its values as text; several are no variable's value", () => {
  const at = new Date("2026-01-01T00:00:00Z");
  const context = {
    "A:Date": at,
    "a:number": 5,
    "a:flag": true,
    "a:list": ["x", "y"],
    "a:none": [],
    "a:gone": undefined,
  };
  const facts = factsOf({ principal: carlos, action: "a:b", resource: "*", context });
  expect(
    ["a:date", "a:number", "a:flag", "a:list", "a:none", "a:gone"].map((key) => facts.values(key)),
  ).toEqual([[at.toISOString()], ["5"], ["true"], ["x", "y"], undefined, undefined]);
  expect(facts.single("a:list")).toBeUndefined();
});

test("a trust policy needs no resource", () => {
  const trusts = { Effect: "Allow", Principal: { AWS: carlos.arn }, Action: "sts:AssumeRole" };
  const policy = compilePolicy(
    parsePolicy(JSON.stringify({ Version: "2012-10-17", Statement: trusts }), "trust"),
  );
  const request = { principal: carlos, action: "sts:AssumeRole", resource: `arn:aws:iam::${ACCOUNT}:role/r` };
  const resource = { id: "", policy };
  expect(evaluate(request, { identity: [], resource, resourceKind: "trust" }).effect).toBe("allow");
});

test("a role named by its unique id stays within its boundary", () => {
  const resource = named("r", { Principal: { AWS: session.id.split(":")[0] } });
  const request = { principal: session, action: "a:b", resource: "*" };
  expect(evaluate(request, { identity: [], resource }).effect).toBe("allow");
  expect(evaluate(request, { identity: [], resource, boundary: named("b") }).effect).toBe("deny");
});

test("an account that is named leaves even its roles to identity policies", () => {
  const resource = named("r", { Principal: { AWS: ACCOUNT } });
  const request = { principal: session, action: "a:b", resource: "*" };
  expect(evaluate(request, { identity: [], resource }).because.type).toBe("identity");
});

test("Allow with NotPrincipal leaves out whoever is listed by any name", () => {
  const resource = named("r", { NotPrincipal: { AWS: carlos.arn } });
  const allows = (principal: Principal): string =>
    evaluate(
      { principal, action: "a:b", resource: "*", resourceAccount: ACCOUNT },
      { identity: [], resource },
    ).effect;
  expect(allows(carlos)).toBe("deny");
  expect(allows({ ...carlos, arn: `arn:aws:iam::${ACCOUNT}:user/other`, id: "AIDAOTHER0000000000000" })).toBe(
    "allow",
  );
});

test("Deny with NotPrincipal hits the anonymous, unless everyone is spared", () => {
  const answers = ["*", { AWS: OTHER }].map((NotPrincipal) => {
    const resource = named("r", { Principal: "*" }, { Effect: "Deny", NotPrincipal });
    return evaluate({ principal: anonymous, action: "a:b", resource: "*" }, { identity: [], resource })
      .effect;
  });
  expect(answers).toEqual(["allow", "deny"]);
});

test("any of the keys that differ by resource makes a condition doubtful", () => {
  const condition = { StringEquals: { "s3:ExistingObjectTag/a": "b" } };
  const request = {
    principal: carlos,
    action: "s3:GetObject",
    resource: "arn:aws:s3:::b/",
    keysPerResource: ["s3:VersionId", "s3:ExistingObjectTag/"],
  };
  expect(evaluatePrefix(request, { identity: [named("p", { Condition: condition })] })).toBe("depends");
});

test("an empty pattern matches the empty text alone", () => {
  const policy = named("p", { Condition: { StringLike: { k: "" } } });
  const effects = ["", "x"].map(
    (k) =>
      evaluate({ principal: carlos, action: "a:b", resource: "*", context: { k } }, { identity: [policy] })
        .effect,
  );
  expect(effects).toEqual(["allow", "deny"]);
});
