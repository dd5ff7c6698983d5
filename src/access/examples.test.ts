import { describe, expect, test } from "vitest";
import { evaluate } from "./evaluate.ts";
import type { AccessRequest } from "./request.ts";
import {
  ACCOUNT,
  anonymous,
  carlos,
  foreigner,
  named,
  OTHER,
  session,
  type StatementSketch,
} from "./testing.ts";

/**
 * What AWS's own example policies let through and what they stop. Each block is named by its page of the IAM User
 * Guide, "Example IAM identity-based policies", or of the service that is named.
 */
interface Example {
  readonly identity?: readonly StatementSketch[];
  readonly resource?: readonly StatementSketch[];
  readonly asks: readonly (readonly [
    action: string,
    resource: string,
    more: Partial<AccessRequest>,
    allowed: boolean,
  ])[];
}

const bucket = (name: string): string => `arn:aws:s3:::${name}`;
const ec2 = (resource: string): string => `arn:aws:ec2:us-east-1:${ACCOUNT}:${resource}`;
const with_ = (context: AccessRequest["context"]): Partial<AccessRequest> => ({ context });

const examples: Readonly<Record<string, Example>> = {
  "AWS: Allows access based on date and time": {
    identity: [
      {
        Action: "service:Act",
        Condition: {
          DateGreaterThan: { "aws:CurrentTime": "2020-04-01T00:00:00Z" },
          DateLessThan: { "aws:CurrentTime": "2020-06-30T23:59:59Z" },
        },
      },
    ],
    asks: [
      ["service:Act", "*", with_({ "aws:CurrentTime": "2020-05-01T00:00:00Z" }), true],
      ["service:Act", "*", with_({ "aws:CurrentTime": "2020-04-01T00:00:00Z" }), false],
      ["service:Act", "*", with_({ "aws:CurrentTime": "2020-07-01T00:00:00Z" }), false],
      ["service:Other", "*", with_({ "aws:CurrentTime": "2020-05-01T00:00:00Z" }), false],
    ],
  },
  "AWS: Denies access to AWS based on the requested Region": {
    identity: [
      {},
      {
        Effect: "Deny",
        NotAction: ["cloudfront:*", "iam:*", "route53:*", "support:*"],
        Condition: { StringNotEquals: { "aws:RequestedRegion": ["eu-central-1", "eu-west-1"] } },
      },
    ],
    asks: [
      ["s3:GetObject", bucket("b/k"), with_({ "aws:RequestedRegion": "eu-west-1" }), true],
      ["s3:GetObject", bucket("b/k"), with_({ "aws:RequestedRegion": "us-east-1" }), false],
      ["iam:CreateUser", "*", with_({ "aws:RequestedRegion": "us-east-1" }), true],
    ],
  },
  "AWS: Denies access to AWS based on the source IP": {
    identity: [
      {},
      {
        Effect: "Deny",
        Condition: {
          NotIpAddress: { "aws:SourceIp": ["192.0.2.0/24", "203.0.113.0/24"] },
          Bool: { "aws:ViaAWSService": "false" },
        },
      },
    ],
    asks: [
      [
        "s3:GetObject",
        bucket("b/k"),
        with_({ "aws:SourceIp": "203.0.113.9", "aws:ViaAWSService": "false" }),
        true,
      ],
      [
        "s3:GetObject",
        bucket("b/k"),
        with_({ "aws:SourceIp": "198.51.100.9", "aws:ViaAWSService": "false" }),
        false,
      ],
      [
        "s3:GetObject",
        bucket("b/k"),
        with_({ "aws:SourceIp": "198.51.100.9", "aws:ViaAWSService": "true" }),
        true,
      ],
    ],
  },
  "AWS: Allows MFA-authenticated users to manage their own credentials": {
    identity: [
      { Action: ["iam:GetUser", "iam:CreateAccessKey"], Resource: "arn:aws:iam::*:user/${aws:username}" },
      {
        Effect: "Deny",
        NotAction: ["iam:GetUser", "iam:EnableMFADevice", "sts:GetSessionToken"],
        Condition: { BoolIfExists: { "aws:MultiFactorAuthPresent": "false" } },
      },
    ],
    asks: [
      ["iam:GetUser", `arn:aws:iam::${ACCOUNT}:user/carlos`, {}, true],
      ["iam:GetUser", `arn:aws:iam::${ACCOUNT}:user/frida`, {}, false],
      ["iam:CreateAccessKey", `arn:aws:iam::${ACCOUNT}:user/carlos`, {}, false],
      [
        "iam:CreateAccessKey",
        `arn:aws:iam::${ACCOUNT}:user/carlos`,
        with_({ "aws:MultiFactorAuthPresent": "true" }),
        true,
      ],
    ],
  },
  "Amazon EC2: Allows starting or stopping EC2 instances a user has tagged": {
    identity: [
      {
        Action: ["ec2:StartInstances", "ec2:StopInstances"],
        Resource: "arn:aws:ec2:*:*:instance/*",
        Condition: { StringEquals: { "aws:ResourceTag/Owner": "${aws:username}" } },
      },
    ],
    asks: [
      ["ec2:StartInstances", ec2("instance/i-1"), with_({ "aws:ResourceTag/Owner": "carlos" }), true],
      ["ec2:StartInstances", ec2("instance/i-1"), with_({ "aws:ResourceTag/Owner": "frida" }), false],
      ["ec2:StartInstances", ec2("instance/i-1"), {}, false],
      ["ec2:StartInstances", ec2("volume/v-1"), with_({ "aws:ResourceTag/Owner": "carlos" }), false],
    ],
  },
  "Amazon EC2: Start or stop instances based on matching principal and resource tags": {
    identity: [
      {
        Action: "ec2:stopInstances",
        Condition: { StringEquals: { "aws:ResourceTag/CostCenter": "${aws:PrincipalTag/CostCenter}" } },
      },
    ],
    asks: [
      [
        "ec2:StopInstances",
        ec2("instance/i-1"),
        { context: { "aws:ResourceTag/CostCenter": "7" }, principalTags: { CostCenter: "7" } },
        true,
      ],
      [
        "ec2:StopInstances",
        ec2("instance/i-1"),
        { context: { "aws:ResourceTag/CostCenter": "8" }, principalTags: { CostCenter: "7" } },
        false,
      ],
      ["ec2:StopInstances", ec2("instance/i-1"), { context: { "aws:ResourceTag/CostCenter": "8" } }, false],
    ],
  },
  "Amazon S3: Allows IAM users access to their S3 home directory, programmatically": {
    identity: [
      {
        Action: ["s3:ListBucket"],
        Resource: bucket("home"),
        Condition: { StringLike: { "s3:prefix": ["", "home/", "home/${aws:username}/*"] } },
      },
      {
        Action: "s3:*",
        Resource: [bucket("home/home/${aws:username}"), bucket("home/home/${aws:username}/*")],
      },
    ],
    asks: [
      ["s3:ListBucket", bucket("home"), with_({ "s3:prefix": "" }), true],
      ["s3:ListBucket", bucket("home"), with_({ "s3:prefix": "home/carlos/a" }), true],
      ["s3:ListBucket", bucket("home"), with_({ "s3:prefix": "home/frida/" }), false],
      ["s3:ListBucket", bucket("home"), {}, false],
      ["s3:PutObject", bucket("home/home/carlos/x/y"), {}, true],
      ["s3:PutObject", bucket("home/home/carlos2/x"), {}, false],
    ],
  },
  "Amazon S3: Allows read and write access to objects in an S3 bucket": {
    identity: [
      { Action: ["s3:ListBucket"], Resource: [bucket("b")] },
      { Action: "s3:*Object", Resource: [bucket("b/*")] },
    ],
    asks: [
      ["s3:GetObject", bucket("b/k"), {}, true],
      ["s3:DeleteObject", bucket("b/a/b"), {}, true],
      ["s3:GetObjectAcl", bucket("b/k"), {}, false],
      ["s3:ListBucket", bucket("b"), {}, true],
      ["s3:ListBucket", bucket("bb"), {}, false],
    ],
  },
  "IAM: Allows IAM roles to be passed to a specific AWS service": {
    identity: [
      {
        Action: "iam:PassRole",
        Resource: `arn:aws:iam::${ACCOUNT}:role/glue-*`,
        Condition: { StringEquals: { "iam:PassedToService": "glue.amazonaws.com" } },
      },
    ],
    asks: [
      [
        "iam:PassRole",
        `arn:aws:iam::${ACCOUNT}:role/glue-etl`,
        with_({ "iam:PassedToService": "glue.amazonaws.com" }),
        true,
      ],
      [
        "iam:PassRole",
        `arn:aws:iam::${ACCOUNT}:role/glue-etl`,
        with_({ "iam:PassedToService": "ec2.amazonaws.com" }),
        false,
      ],
      [
        "iam:PassRole",
        `arn:aws:iam::${ACCOUNT}:role/admin`,
        with_({ "iam:PassedToService": "glue.amazonaws.com" }),
        false,
      ],
    ],
  },
  "Controlling access during AWS requests: tag keys (ForAllValues with Null)": {
    identity: [
      {
        Action: "ec2:CreateTags",
        Condition: {
          "ForAllValues:StringEquals": { "aws:TagKeys": ["environment", "cost-center"] },
          Null: { "aws:TagKeys": "false" },
        },
      },
    ],
    asks: [
      ["ec2:CreateTags", ec2("instance/i-1"), with_({ "aws:TagKeys": ["environment"] }), true],
      ["ec2:CreateTags", ec2("instance/i-1"), with_({ "aws:TagKeys": ["environment", "owner"] }), false],
      ["ec2:CreateTags", ec2("instance/i-1"), {}, false],
    ],
  },
  "DynamoDB: Allows access to specific attributes (dynamodb:LeadingKeys, ForAllValues)": {
    identity: [
      {
        Action: "dynamodb:GetItem",
        Condition: { "ForAllValues:StringEquals": { "dynamodb:LeadingKeys": ["${aws:userid}"] } },
      },
    ],
    asks: [
      [
        "dynamodb:GetItem",
        "arn:aws:dynamodb:us-east-1:1:table/t",
        with_({ "dynamodb:LeadingKeys": [carlos.id] }),
        true,
      ],
      [
        "dynamodb:GetItem",
        "arn:aws:dynamodb:us-east-1:1:table/t",
        with_({ "dynamodb:LeadingKeys": [carlos.id, "x"] }),
        false,
      ],
    ],
  },
  "AWS Glue: identity-based policy examples (catalog, database and table must each be allowed)": {
    identity: [
      {
        Action: ["glue:GetTable", "glue:GetTables"],
        Resource: ["catalog", "database/sales", "table/sales/*"].map(
          (name) => `arn:aws:glue:us-east-1:${ACCOUNT}:${name}`,
        ),
      },
    ],
    asks: [
      ["glue:GetTable", `arn:aws:glue:us-east-1:${ACCOUNT}:catalog`, {}, true],
      ["glue:GetTable", `arn:aws:glue:us-east-1:${ACCOUNT}:table/sales/orders`, {}, true],
      ["glue:GetTable", `arn:aws:glue:us-east-1:${ACCOUNT}:table/hr/pay`, {}, false],
      ["glue:DeleteTable", `arn:aws:glue:us-east-1:${ACCOUNT}:table/sales/orders`, {}, false],
    ],
  },
  "Amazon S3: Bucket policy examples: granting public read": {
    resource: [{ Principal: "*", Action: ["s3:GetObject"], Resource: bucket("site/*") }],
    asks: [
      ["s3:GetObject", bucket("site/index.html"), { principal: anonymous, resourceAccount: ACCOUNT }, true],
      ["s3:PutObject", bucket("site/index.html"), { principal: anonymous, resourceAccount: ACCOUNT }, false],
      ["s3:ListBucket", bucket("site"), { principal: anonymous, resourceAccount: ACCOUNT }, false],
    ],
  },
  "Amazon S3: Bucket policy examples: restricting access to a specific HTTP referer and requiring HTTPS": {
    resource: [
      {
        Principal: "*",
        Action: "s3:GetObject",
        Resource: bucket("site/*"),
        Condition: { StringLike: { "aws:Referer": ["http://www.example.com/*"] } },
      },
      {
        Effect: "Deny",
        Principal: "*",
        Action: "s3:*",
        Resource: [bucket("site"), bucket("site/*")],
        Condition: { Bool: { "aws:SecureTransport": "false" } },
      },
    ],
    asks: [
      [
        "s3:GetObject",
        bucket("site/a"),
        {
          principal: anonymous,
          context: { "aws:Referer": "http://www.example.com/x", "aws:SecureTransport": "true" },
        },
        true,
      ],
      [
        "s3:GetObject",
        bucket("site/a"),
        { principal: anonymous, context: { "aws:SecureTransport": "true" } },
        false,
      ],
      [
        "s3:GetObject",
        bucket("site/a"),
        {
          principal: anonymous,
          context: { "aws:Referer": "http://www.example.com/x", "aws:SecureTransport": "false" },
        },
        false,
      ],
    ],
  },
  "Amazon S3: Bucket policy examples: cross-account upload that gives the owner full control": {
    identity: [{ Action: "s3:PutObject" }],
    resource: [
      {
        Principal: { AWS: OTHER },
        Action: "s3:PutObject",
        Resource: bucket("in/*"),
        Condition: { StringEquals: { "s3:x-amz-acl": "bucket-owner-full-control" } },
      },
    ],
    asks: [
      [
        "s3:PutObject",
        bucket("in/k"),
        {
          principal: foreigner,
          resourceAccount: ACCOUNT,
          context: { "s3:x-amz-acl": "bucket-owner-full-control" },
        },
        true,
      ],
      ["s3:PutObject", bucket("in/k"), { principal: foreigner, resourceAccount: ACCOUNT }, false],
      [
        "s3:PutObject",
        bucket("out/k"),
        {
          principal: foreigner,
          resourceAccount: ACCOUNT,
          context: { "s3:x-amz-acl": "bucket-owner-full-control" },
        },
        false,
      ],
    ],
  },
  "Amazon S3: Bucket policy examples: a service writes on behalf of a source (confused deputy)": {
    resource: [
      {
        Principal: { Service: "logging.s3.amazonaws.com" },
        Action: "s3:PutObject",
        Resource: bucket("logs/*"),
        Condition: {
          ArnLike: { "aws:SourceArn": bucket("source-*") },
          StringEquals: { "aws:SourceAccount": ACCOUNT },
        },
      },
    ],
    asks: [
      [
        "s3:PutObject",
        bucket("logs/x"),
        {
          principal: logging(),
          context: { "aws:SourceArn": bucket("source-1"), "aws:SourceAccount": ACCOUNT },
        },
        true,
      ],
      [
        "s3:PutObject",
        bucket("logs/x"),
        {
          principal: logging(),
          context: { "aws:SourceArn": bucket("source-1"), "aws:SourceAccount": OTHER },
        },
        false,
      ],
      ["s3:PutObject", bucket("logs/x"), { principal: logging() }, false],
      [
        "s3:PutObject",
        bucket("logs/x"),
        { principal: carlos, context: { "aws:SourceArn": bucket("source-1"), "aws:SourceAccount": ACCOUNT } },
        false,
      ],
    ],
  },
  "IAM JSON policy elements: Condition: aws:userid of a role session": {
    resource: [
      {
        Effect: "Deny",
        Principal: "*",
        Action: "s3:*",
        Resource: bucket("secret/*"),
        Condition: { StringNotLike: { "aws:userid": ["AROAEXAMPLE0000000000:*", ACCOUNT] } },
      },
    ],
    identity: [{}],
    asks: [
      ["s3:GetObject", bucket("secret/k"), { principal: session }, true],
      ["s3:GetObject", bucket("secret/k"), { principal: carlos }, false],
    ],
  },
};

function logging() {
  return {
    kind: "service",
    account: "",
    arn: "logging.s3.amazonaws.com",
    id: "logging.s3.amazonaws.com",
  } as const;
}

describe.each(Object.entries(examples))("%s", (_page, { identity = [], resource, asks }) => {
  test.each(asks)("%s on %s with %j: %s", (action, arn, more, allowed) => {
    const request: AccessRequest = { principal: carlos, action, resource: arn, ...more };
    const policies = {
      identity: [named("identity", ...identity)],
      resource: resource && named("resource", ...resource),
    };
    expect(evaluate(request, policies).effect).toBe(allowed ? "allow" : "deny");
  });
});
