import { describe, expect, test } from "vitest";
import type { Policies } from "./decision.ts";
import { denialMessage } from "./denial.ts";
import { evaluate } from "./evaluate.ts";
import { evaluatePrefix } from "./prefix.ts";
import type { AccessRequest, Principal } from "./request.ts";
import {
  ACCOUNT,
  anonymous,
  carlos,
  federated,
  foreigner,
  named,
  OTHER,
  root,
  service,
  session,
  type StatementSketch,
} from "./testing.ts";

interface Case {
  readonly fact: string;
  readonly principal?: Principal;
  readonly action?: string;
  readonly resource?: string;
  readonly owner?: string;
  readonly context?: AccessRequest["context"];
  readonly tags?: AccessRequest["principalTags"];
  readonly identity?: readonly StatementSketch[];
  readonly bucket?: readonly StatementSketch[];
  readonly boundary?: readonly StatementSketch[];
  readonly session?: readonly StatementSketch[];
  readonly scp?: readonly StatementSketch[];
  readonly kind?: Policies["resourceKind"];
  readonly expected: string;
}

function decided(row: Case): string {
  const policies: Policies = {
    identity: row.identity ? [named("identity", ...row.identity)] : [],
    resource: row.bucket && named("resource", ...row.bucket),
    boundary: row.boundary && named("boundary", ...row.boundary),
    session: row.session && [named("session", ...row.session)],
    serviceControl: row.scp && [[named("scp", ...row.scp)]],
    resourceKind: row.kind,
  };
  const decision = evaluate(
    {
      principal: row.principal ?? carlos,
      action: row.action ?? "s3:GetObject",
      resource: row.resource ?? "arn:aws:s3:::carlossalazar/logs/x",
      resourceAccount: row.owner ?? ACCOUNT,
      context: row.context,
      principalTags: row.tags,
    },
    policies,
  );
  return `${decision.effect} by ${decision.explicit ? "" : "no "}${decision.because.type}`;
}

const ALLOW: StatementSketch = { Effect: "Allow" };
const DENY: StatementSketch = { Effect: "Deny" };
const roleArn = `arn:aws:iam::${ACCOUNT}:role/examplerole`;
const userArn = `arn:aws:iam::${ACCOUNT}:user/exampleuser`;
const to = (arn: unknown, more: StatementSketch = {}): StatementSketch => ({
  Principal: { AWS: arn },
  ...more,
});

/** Each block names the page of the IAM User Guide whose example or table it is. */
const pages: Readonly<Record<string, readonly Case[]>> = {
  "Policy evaluation for requests within a single account: table of resource-based policies and implicit denials":
    [
      {
        fact: "role ARN, role allowed nothing else",
        principal: session,
        bucket: [to(roleArn)],
        expected: "allow by resource",
      },
      {
        fact: "role ARN, boundary silent",
        principal: session,
        bucket: [to(roleArn)],
        boundary: [],
        expected: "deny by no boundary",
      },
      {
        fact: "role ARN, session policy silent",
        principal: session,
        bucket: [to(roleArn)],
        session: [],
        expected: "deny by no session",
      },
      {
        fact: "role session ARN, all silent",
        principal: session,
        bucket: [to(session.arn)],
        boundary: [],
        session: [],
        expected: "allow by resource",
      },
      {
        fact: "user ARN, boundary silent",
        bucket: [to(carlos.arn)],
        boundary: [],
        expected: "allow by resource",
      },
      {
        fact: "federated session of a user whose ARN is named",
        principal: federated,
        bucket: [to(userArn)],
        session: [],
        expected: "deny by no session",
      },
      {
        fact: "federated session ARN",
        principal: federated,
        bucket: [to(federated.arn)],
        session: [],
        boundary: [],
        expected: "allow by resource",
      },
      { fact: "root", principal: root, bucket: [to(ACCOUNT)], expected: "allow by resource" },
      {
        fact: "a service principal",
        principal: service,
        bucket: [{ Principal: { Service: "s3.amazonaws.com" } }],
        expected: "allow by resource",
      },
      {
        fact: "another service",
        principal: service,
        bucket: [{ Principal: { Service: "sns.amazonaws.com" } }],
        expected: "deny by no resource",
      },
    ],
  "Policy evaluation logic: explicit and implicit denial": [
    { fact: "nothing allows", expected: "deny by no identity" },
    { fact: "identity allows", identity: [ALLOW], expected: "allow by identity" },
    { fact: "identity denies too", identity: [ALLOW, DENY], expected: "deny by identity" },
    {
      fact: "bucket denies everyone",
      identity: [ALLOW],
      bucket: [{ ...DENY, Principal: "*" }],
      expected: "deny by resource",
    },
    {
      fact: "bucket denies another",
      identity: [ALLOW],
      bucket: [to(foreigner.arn, DENY)],
      expected: "allow by identity",
    },
    { fact: "root needs no policy", principal: root, expected: "allow by root" },
    {
      fact: "root is held by a bucket's deny",
      principal: root,
      bucket: [{ ...DENY, Principal: "*" }],
      expected: "deny by resource",
    },
    {
      fact: "root may mend a bucket's policy",
      principal: root,
      action: "s3:DeleteBucketPolicy",
      bucket: [{ ...DENY, Principal: "*" }],
      expected: "allow by root",
    },
    {
      fact: "an SCP holds root",
      principal: root,
      scp: [{ Action: "ec2:*" }],
      expected: "deny by no service-control",
    },
    { fact: "an SCP denies", identity: [ALLOW], scp: [ALLOW, DENY], expected: "deny by service-control" },
    {
      fact: "a named account leaves it to identity policies",
      bucket: [to(ACCOUNT)],
      expected: "deny by no identity",
    },
    { fact: "everyone is direct", bucket: [{ Principal: "*" }], boundary: [], expected: "allow by resource" },
  ],
  "Permissions boundaries for IAM entities": [
    {
      fact: "Shirley may not do iam: though allowed",
      action: "iam:CreateUser",
      identity: [{ Action: "iam:CreateUser" }],
      boundary: [{ Action: ["s3:*", "cloudwatch:*", "ec2:*"] }],
      expected: "deny by no boundary",
    },
    { fact: "a boundary grants nothing", boundary: [ALLOW], expected: "deny by no identity" },
    {
      fact: "both",
      identity: [{ Action: "s3:*" }],
      boundary: [{ Action: ["s3:*"] }],
      expected: "allow by identity",
    },
    { fact: "the boundary denies", identity: [ALLOW], boundary: [ALLOW, DENY], expected: "deny by boundary" },
    {
      fact: "NotPrincipal with Deny hits whoever has a boundary",
      identity: [ALLOW],
      boundary: [ALLOW],
      bucket: [{ ...DENY, NotPrincipal: { AWS: [carlos.arn, ACCOUNT] } }],
      expected: "deny by resource",
    },
  ],
  "Session policies": [
    {
      fact: "the session's policy narrows",
      principal: session,
      identity: [ALLOW],
      session: [{ Action: "s3:PutObject" }],
      expected: "deny by no session",
    },
    {
      fact: "both allow",
      principal: session,
      identity: [ALLOW],
      session: [{ Action: "s3:Get*" }],
      expected: "allow by identity",
    },
    {
      fact: "the session's policy denies",
      principal: session,
      identity: [ALLOW],
      session: [ALLOW, DENY],
      expected: "deny by session",
    },
  ],
  "Cross-account policy evaluation logic": [
    {
      fact: "only the bucket",
      principal: foreigner,
      bucket: [to(foreigner.arn)],
      expected: "deny by no identity",
    },
    { fact: "only the identity", principal: foreigner, identity: [ALLOW], expected: "deny by no resource" },
    {
      fact: "both",
      principal: foreigner,
      identity: [ALLOW],
      bucket: [to(foreigner.arn)],
      expected: "allow by resource",
    },
    {
      fact: "the account is named",
      principal: foreigner,
      identity: [ALLOW],
      bucket: [to(OTHER)],
      expected: "allow by resource",
    },
    {
      fact: "the bucket denies",
      principal: foreigner,
      identity: [ALLOW],
      bucket: [to(OTHER), { ...DENY, Principal: "*", Resource: "arn:aws:s3:::carlossalazar/*" }],
      expected: "deny by resource",
    },
    {
      fact: "the boundary is silent",
      principal: foreigner,
      identity: [ALLOW],
      boundary: [],
      bucket: [to(foreigner.arn)],
      expected: "deny by no boundary",
    },
    {
      fact: "another account's root",
      principal: { ...root, account: OTHER, arn: `arn:aws:iam::${OTHER}:root` },
      bucket: [to(OTHER)],
      expected: "allow by resource",
    },
  ],
  "AWS JSON policy elements: Principal and NotPrincipal": [
    {
      fact: "the public may read",
      principal: anonymous,
      bucket: [{ Principal: "*" }],
      expected: "allow by resource",
    },
    {
      fact: "AWS * is the public too",
      principal: anonymous,
      bucket: [to("*")],
      expected: "allow by resource",
    },
    { fact: "nobody said anything", principal: anonymous, expected: "deny by no resource" },
    {
      fact: "an account is not the public",
      principal: anonymous,
      bucket: [to(ACCOUNT)],
      expected: "deny by no resource",
    },
    {
      fact: "account by root ARN",
      principal: foreigner,
      identity: [ALLOW],
      bucket: [to(`arn:aws:iam::${OTHER}:root`)],
      expected: "allow by resource",
    },
    {
      fact: "NotPrincipal spares user with account",
      identity: [ALLOW],
      bucket: [{ ...DENY, NotPrincipal: { AWS: [carlos.arn, `arn:aws:iam::${ACCOUNT}:root`] } }],
      expected: "allow by identity",
    },
    {
      fact: "NotPrincipal without the account denies",
      identity: [ALLOW],
      bucket: [{ ...DENY, NotPrincipal: { AWS: carlos.arn } }],
      expected: "deny by resource",
    },
    { fact: "by unique id", bucket: [to(carlos.id)], expected: "allow by resource" },
    {
      fact: "by a role's unique id",
      principal: session,
      bucket: [to("AROAEXAMPLE0000000000")],
      expected: "allow by resource",
    },
    {
      fact: "aws:PrincipalArn is the role's",
      principal: session,
      bucket: [{ Principal: "*", Condition: { ArnEquals: { "aws:PrincipalArn": roleArn } } }],
      boundary: [],
      expected: "allow by resource",
    },
  ],
  "Role trust policies (sts:AssumeRole) and KMS key policies must themselves allow": [
    {
      fact: "trust silent",
      kind: "trust",
      identity: [ALLOW],
      bucket: [to(OTHER)],
      expected: "deny by no trust",
    },
    { fact: "trust names the user", kind: "trust", bucket: [to(carlos.arn)], expected: "allow by trust" },
    {
      fact: "trust names the account, identity silent",
      kind: "trust",
      bucket: [to(ACCOUNT)],
      expected: "deny by no identity",
    },
    {
      fact: "trust names the account, identity allows",
      kind: "trust",
      identity: [ALLOW],
      bucket: [to(ACCOUNT)],
      expected: "allow by identity",
    },
    {
      fact: "a key's policy is silent",
      kind: "key",
      identity: [ALLOW],
      bucket: [to(OTHER)],
      expected: "deny by no resource",
    },
    {
      fact: "external id missing (The confused deputy problem)",
      kind: "trust",
      principal: foreigner,
      identity: [ALLOW],
      bucket: [to(OTHER, { Condition: { StringEquals: { "sts:ExternalId": "12345" } } })],
      expected: "deny by no trust",
    },
    {
      fact: "external id given (The confused deputy problem)",
      kind: "trust",
      principal: foreigner,
      identity: [ALLOW],
      bucket: [to(OTHER, { Condition: { StringEquals: { "sts:ExternalId": "12345" } } })],
      context: { "sts:ExternalId": "12345" },
      expected: "allow by trust",
    },
  ],
  "AWS JSON policy elements: NotAction, NotResource, Resource": [
    {
      fact: "NotAction leaves out",
      action: "iam:CreateUser",
      identity: [{ NotAction: "iam:*" }],
      expected: "deny by no identity",
    },
    { fact: "NotAction keeps", identity: [{ NotAction: "iam:*" }], expected: "allow by identity" },
    {
      fact: "NotResource with Deny spares",
      identity: [
        ALLOW,
        { ...DENY, NotResource: ["arn:aws:s3:::carlossalazar", "arn:aws:s3:::carlossalazar/*"] },
      ],
      expected: "allow by identity",
    },
    {
      fact: "NotResource with Deny hits",
      resource: "arn:aws:s3:::other/x",
      identity: [
        ALLOW,
        { ...DENY, NotResource: ["arn:aws:s3:::carlossalazar", "arn:aws:s3:::carlossalazar/*"] },
      ],
      expected: "deny by identity",
    },
    {
      fact: "an action in another case",
      identity: [{ Action: "S3:getOBJECT" }],
      expected: "allow by identity",
    },
    {
      fact: "a resource in another case",
      identity: [{ Resource: "arn:aws:s3:::CarlosSalazar/*" }],
      expected: "deny by no identity",
    },
  ],
  "IAM policy elements: Variables and tags": [
    {
      fact: "a home folder of one's own",
      resource: "arn:aws:s3:::amzn-s3-demo-bucket/carlos/x",
      identity: [{ Resource: "arn:aws:s3:::amzn-s3-demo-bucket/${aws:username}/*" }],
      expected: "allow by identity",
    },
    {
      fact: "another's home folder",
      resource: "arn:aws:s3:::amzn-s3-demo-bucket/frida/x",
      identity: [{ Resource: "arn:aws:s3:::amzn-s3-demo-bucket/${aws:username}/*" }],
      expected: "deny by no identity",
    },
    {
      fact: "a role session has no user name",
      principal: session,
      resource: "arn:aws:s3:::amzn-s3-demo-bucket//x",
      identity: [{ Resource: "arn:aws:s3:::amzn-s3-demo-bucket/${aws:username}/*" }],
      expected: "deny by no identity",
    },
    {
      fact: "a tag",
      tags: { Team: "blue" },
      resource: "arn:aws:s3:::b/blue/x",
      identity: [{ Resource: "arn:aws:s3:::b/${aws:PrincipalTag/team}/*" }],
      expected: "allow by identity",
    },
    {
      fact: "a tag that is a star is no wildcard",
      tags: { team: "*" },
      resource: "arn:aws:s3:::b/blue/x",
      identity: [{ Resource: "arn:aws:s3:::b/${aws:PrincipalTag/team}/*" }],
      expected: "deny by no identity",
    },
    {
      fact: "a default",
      resource: "arn:aws:s3:::b/company-wide/x",
      identity: [{ Resource: "arn:aws:s3:::b/${aws:PrincipalTag/team, 'company-wide'}/*" }],
      expected: "allow by identity",
    },
    {
      fact: "NotResource with an unset variable grants nothing",
      identity: [{ NotResource: "arn:aws:s3:::${missing}/*" }],
      expected: "deny by no identity",
    },
  ],
  "AWS global condition context keys": [
    {
      fact: "nobody claims another's name",
      context: { "aws:username": "frida" },
      identity: [{ Condition: { StringEquals: { "aws:username": "frida" } } }],
      expected: "deny by no identity",
    },
    {
      fact: "aws:ResourceAccount",
      identity: [{ Condition: { StringEquals: { "aws:ResourceAccount": ACCOUNT } } }],
      expected: "allow by identity",
    },
    {
      fact: "deny outside the network, service calls aside",
      identity: [
        ALLOW,
        {
          ...DENY,
          Condition: {
            NotIpAddress: { "aws:SourceIp": ["192.0.2.0/24", "203.0.113.0/24"] },
            Bool: { "aws:ViaAWSService": "false" },
          },
        },
      ],
      context: { "aws:SourceIp": "198.51.100.1", "aws:ViaAWSService": false },
      expected: "deny by identity",
    },
    {
      fact: "deny without TLS",
      identity: [ALLOW],
      bucket: [{ ...DENY, Principal: "*", Condition: { Bool: { "aws:SecureTransport": "false" } } }],
      context: { "aws:SecureTransport": false },
      expected: "deny by resource",
    },
    {
      fact: "without MFA (BoolIfExists)",
      identity: [ALLOW, { ...DENY, Condition: { BoolIfExists: { "aws:MultiFactorAuthPresent": "false" } } }],
      expected: "deny by identity",
    },
  ],
};

describe.each(Object.entries(pages))("%s", (_page, cases) => {
  test.each(cases.map((row) => [row.fact, row.expected, row] as const))("%s: %s", (_fact, expected, row) => {
    expect(decided(row)).toBe(expected);
  });
});

const bucketKey = "arn:aws:s3:::b/k";
const messages: readonly (readonly [Policies, Partial<AccessRequest>, string])[] = [
  [
    { identity: [] },
    {},
    `User: ${carlos.arn} is not authorized to perform: s3:GetObject on resource: "${bucketKey}" because no identity-based policy allows the s3:GetObject action`,
  ],
  [
    { identity: [] },
    { action: "s3:ListAllMyBuckets", resource: "*" },
    `User: ${carlos.arn} is not authorized to perform: s3:ListAllMyBuckets because no identity-based policy allows the s3:ListAllMyBuckets action`,
  ],
  [
    { identity: [] },
    { action: "iam:CreateUser", resource: "arn:aws:iam::123456789012:user/bob" },
    `User: ${carlos.arn} is not authorized to perform: iam:CreateUser on resource: arn:aws:iam::123456789012:user/bob because no identity-based policy allows the iam:CreateUser action`,
  ],
  [
    { identity: [named("inline", DENY)] },
    { action: "glue:GetTable", resource: "arn:aws:glue:us-east-1:1:catalog" },
    `User: ${carlos.arn} is not authorized to perform: glue:GetTable on resource: arn:aws:glue:us-east-1:1:catalog with an explicit deny in an identity-based policy`,
  ],
  [
    { identity: [named("arn:aws:iam::123456789012:policy/No", DENY)] },
    {},
    `User: ${carlos.arn} is not authorized to perform: s3:GetObject on resource: "${bucketKey}" with an explicit deny in an identity-based policy: arn:aws:iam::123456789012:policy/No`,
  ],
  [
    { identity: [named("a", ALLOW)], boundary: named("b") },
    {},
    `User: ${carlos.arn} is not authorized to perform: s3:GetObject on resource: "${bucketKey}" because no permissions boundary allows the s3:GetObject action`,
  ],
  [
    { identity: [named("a", ALLOW)], session: [named("s", DENY)] },
    {},
    `User: ${carlos.arn} is not authorized to perform: s3:GetObject on resource: "${bucketKey}" with an explicit deny in a session policy`,
  ],
  [
    { identity: [], resourceKind: "trust" },
    { action: "sts:AssumeRole", resource: roleArn },
    `User: ${carlos.arn} is not authorized to perform: sts:AssumeRole on resource: ${roleArn} because no role trust policy allows the sts:AssumeRole action`,
  ],
  [
    { identity: [], serviceControl: [[named("p", DENY)]] },
    { action: "iam:ListRoles", resource: "*" },
    `User: ${carlos.arn} is not authorized to perform: iam:ListRoles on resource: * with an explicit deny in a service control policy`,
  ],
  [{ identity: [] }, { principal: anonymous }, "Access Denied"],
  [{ identity: [] }, { principal: foreigner, resourceAccount: ACCOUNT }, "Access Denied"],
];

test.each(messages)("a denial is said in AWS's words", (policies, more, expected) => {
  const request: AccessRequest = { principal: carlos, action: "s3:GetObject", resource: bucketKey, ...more };
  expect(denialMessage(evaluate(request, policies), request)).toBe(expected);
});

const prefixes: readonly (readonly [readonly StatementSketch[], string])[] = [
  [[{ Resource: "arn:aws:s3:::lake/*" }], "allow"],
  [[{ Resource: "arn:aws:s3:::lake/sales/*" }], "allow"],
  [[{ Resource: "arn:aws:s3:::lake/sales/2026/*" }], "depends"],
  [[{ Resource: "arn:aws:s3:::other/*" }], "deny"],
  [[ALLOW, { ...DENY, Resource: "arn:aws:s3:::lake/*/secret*" }], "depends"],
  [[ALLOW, { ...DENY, Resource: "arn:aws:s3:::lake/sal*" }], "deny"],
  [[{ Condition: { StringEquals: { "s3:ExistingObjectTag/level": "open" } } }], "depends"],
];

test.each(prefixes)("for all keys under sales/, %j: %s", (identity, expected) => {
  const request = {
    principal: carlos,
    action: "s3:GetObject",
    resource: "arn:aws:s3:::lake/sales/",
    keysPerResource: ["s3:ExistingObjectTag/"],
  };
  expect(evaluatePrefix(request, { identity: [named("p", ...identity)] })).toBe(expected);
});
