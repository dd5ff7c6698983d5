import { describe, expect, test } from "vitest";
import { isFault } from "../base/fault.ts";
import { parsePolicy, policyCache } from "./parse.ts";
import type { PolicyKind } from "./policy.ts";

const said = (document: unknown, kind: PolicyKind): string => {
  try {
    parsePolicy(typeof document === "string" ? document : JSON.stringify(document), kind);
    return "accepted";
  } catch (error) {
    if (!isFault(error)) throw error;
    return `${error.code}: ${error.message}`;
  }
};

const V = { Version: "2012-10-17" };
const good = { Effect: "Allow", Action: "s3:ListBucket", Resource: "arn:aws:s3:::example_bucket" };
const one = (more: object, top: object = V): object => ({ ...top, Statement: { ...good, ...more } });
const SYNTAX = "Syntax errors in policy.";

const identity: readonly (readonly [unknown, string])[] = [
  [one({}), "accepted"],
  [one({ Resource: "*", Action: "*" }), "accepted"],
  [one({ Resource: "arn:aws:iam::123456789012:user/${aws:username}" }), "accepted"],
  [one({ Condition: { DateGreaterThan: { "aws:CurrentTime": "2026-01-01T00:00:00Z" } } }), "accepted"],
  ["not json", SYNTAX],
  [[], SYNTAX],
  [one({}, {}), "Policy document must be version 2012-10-17 or greater."],
  [one({}, { Version: "2008-10-17" }), "Policy document must be version 2012-10-17 or greater."],
  [one({}, { Version: "2013-10-17" }), SYNTAX],
  [V, SYNTAX],
  [{ ...V, Statement: [] }, SYNTAX],
  [one({}, { ...V, Extra: 1 }), SYNTAX],
  [one({ Extra: 1 }), SYNTAX],
  [one({}, { ...V, Id: {} }), SYNTAX],
  [one({ Effect: "invalid" }), SYNTAX],
  [one({ Effect: "allow" }), "The policy failed legacy parsing"],
  [one({ Effect: undefined }), SYNTAX],
  [one({ Action: "invalid" }), "Actions/Conditions must be prefaced by a vendor, e.g., iam, sdb, ec2, etc."],
  [one({ Action: "a:b:c" }), "Actions/Condition can contain only one colon."],
  [one({ Action: "s3*:Get" }), "Vendor s3* is not valid"],
  [one({ Action: undefined }), "Policy statement must contain actions."],
  [one({ Action: [] }), "Policy statement must contain actions."],
  [one({ NotAction: "s3:*" }), SYNTAX],
  [one({ Resource: undefined }), "Policy statement must contain resources."],
  [one({ Resource: "invalid resource" }), 'Resource invalid resource must be in ARN format or "*".'],
  [one({ Resource: "arn:aws" }), "Resource vendor must be fully qualified and cannot contain regexes."],
  [one({ Resource: "arn:aws:s3::example_bucket" }), "The policy failed legacy parsing"],
  [
    one({ Resource: "arn:aws:s3:us-east-1::example_bucket" }),
    "Resource arn:aws:s3:us-east-1::example_bucket can not contain region information.",
  ],
  [
    one({ Resource: "arn:aws:iam:us-east-1::example_bucket" }),
    "IAM resource arn:aws:iam:us-east-1::example_bucket cannot contain region information.",
  ],
  [
    one({ Resource: "arn:aws:iam:::example_bucket" }),
    'IAM resource path must either be "*" or start with user/, federated-user/, role/, group/, instance-profile/, mfa/, server-certificate/, policy/, sms-mfa/, saml-provider/, oidc-provider/, report/, access-report/.',
  ],
  [
    one({ Resource: "arn:error:s3:::example_bucket" }),
    'Partition "error" is not valid for resource "arn:error:s3:::example_bucket".',
  ],
  [one({ Resource: { a: "b" } }), SYNTAX],
  [one({ Condition: "a" }), SYNTAX],
  [one({ Condition: { DateGreaterThan: { a: {} } } }), SYNTAX],
  [one({ Condition: { StringAlike: { a: "b" } } }), SYNTAX],
  [one({ Condition: { DateGreaterThan: { a: "b" } } }), "The policy failed legacy parsing"],
  [one({ Sid: {} }), SYNTAX],
  [
    one({ Sid: "a b" }),
    "Statement IDs (SID) must be alpha-numeric. Check that your input satisfies the regular expression [0-9A-Za-z]*",
  ],
  [
    {
      ...V,
      Statement: [
        { ...good, Sid: "a" },
        { ...good, Sid: "a" },
      ],
    },
    "Statement IDs (SID) in a single policy must be unique.",
  ],
  [one({ Principal: "*" }), "Policy document should not specify a principal."],
];

const trusted = { Effect: "Allow", Principal: { Service: "ec2.amazonaws.com" }, Action: "sts:AssumeRole" };
const trust: readonly (readonly [unknown, string])[] = [
  [{ ...V, Statement: trusted }, "accepted"],
  [{ ...V, Statement: { ...trusted, Principal: { AWS: "123456789012" } } }, "accepted"],
  [
    { ...V, Statement: { ...trusted, Principal: { AWS: "arn:aws:iam::123456789012:user/a!b/bob" } } },
    "accepted",
  ],
  ["{", "This policy contains invalid Json"],
  [{ ...V, Statement: { ...trusted, Principal: undefined } }, "Missing required field Principal"],
  [{ ...V, Statement: { ...trusted, Action: undefined } }, "Missing required field Action"],
  [{ ...V, Statement: { ...trusted, Resource: "*" } }, "Has prohibited field Resource"],
  [
    { ...V, Statement: { ...trusted, Action: "s3:GetObject" } },
    "AssumeRole policy may only specify STS AssumeRole actions.",
  ],
  [
    { ...V, Statement: { ...trusted, Principal: { AWS: "bob" } } },
    'Invalid principal in policy: "AWS":"bob"',
  ],
  [
    { ...V, Statement: { ...trusted, Principal: { Service: "ec2" } } },
    'Invalid principal in policy: "SERVICE":"ec2"',
  ],
  [
    { ...V, Statement: { ...trusted, Principal: { AWS: "arn:aws:iam::123456789012:role/*" } } },
    'Invalid principal in policy: "AWS":"arn:aws:iam::123456789012:role/*"',
  ],
];

const bucket = { ...good, Principal: "*" };
const resource: readonly (readonly [unknown, string])[] = [
  [{ ...V, Statement: bucket }, "accepted"],
  [{ Statement: bucket }, "accepted"],
  ["x", "Policies must be valid JSON and the first byte must be '{'"],
  [{ ...V, Statement: good }, "Missing required field Principal"],
  [{ ...V, Statement: { ...bucket, Action: "list" } }, "Policy has invalid action"],
  [{ ...V, Statement: { ...bucket, Resource: "b" } }, "Policy has invalid resource"],
  [{ ...V, Statement: { ...bucket, Principal: { AWS: "bob" } } }, "Invalid principal in policy"],
  [{ ...V, Statement: { ...bucket, Effect: "Maybe" } }, "Invalid effect: Maybe"],
  [{ ...V, Statement: { ...bucket, Extra: 1 } }, "Unknown field Extra"],
  [{ ...V, Statement: { ...bucket, Condition: { Nope: { a: "b" } } } }, "Invalid Condition type : Nope"],
];

const kinds = [
  ["identity", "MalformedPolicyDocument", identity],
  ["trust", "MalformedPolicyDocument", trust],
  ["resource", "MalformedPolicy", resource],
] as const;

describe.each(kinds)("%s policies", (kind, code, rows) => {
  test.each(rows)("%j: %s", (document, words) => {
    expect(said(document, kind)).toBe(words === "accepted" ? words : `${code}: ${words}`);
  });
});

test("one text is compiled once, and the cache stays within its bound", () => {
  const cache = policyCache();
  const text = JSON.stringify(one({}));
  expect(cache.get(text)).toBe(cache.get(text));
  for (let i = 0; i < 3_000; i++) cache.get(JSON.stringify(one({ Sid: `s${i}` })));
  expect(cache.size).toBe(2_000);
});

test("ten thousand statements are read and compiled in time that grows with their number", () => {
  const started = performance.now();
  policyCache().get(JSON.stringify({ ...V, Statement: Array.from({ length: 10_000 }, () => good) }));
  expect(performance.now() - started).toBeLessThan(2_000);
});
