/** A service that writes to a bucket in its own name: by the bucket's policy, and nobody else's. */
import { afterAll, beforeAll, expect, test } from "vitest";
import type { ApiCalls } from "../../platform/calls.ts";
import { cloudTrailRecord } from "../../platform/trail/record.ts";
import { iam } from "../iam/iam.ts";
import { ACCOUNT, refusal, startHouse, type TestHouse } from "../iam/testing.ts";
import { s3 } from "./s3.ts";

const TRAIL = `arn:aws:cloudtrail:eu-west-1:${ACCOUNT}:trail/all`;
const ACL = "bucket-owner-full-control";

let home: TestHouse;
let admin: ApiCalls;
beforeAll(async () => {
  home = await startHouse(iam, s3);
  admin = await home.as(home.keys.admin.accessKeyId);
  await admin.s3.CreateBucket({ Bucket: "logs" });
});
afterAll(() => home.close());

const put = (sourceArn: string, input = {}) =>
  home
    .timerCalls("cloudtrail")
    .asService(sourceArn)
    .s3.PutObject({ Bucket: "logs", Key: "AWSLogs/a", ...input }, Buffer.from("a"));

test("a service has no rights of its own", async () => {
  expect(await refusal(put(TRAIL, { ACL }))).toBe("AccessDenied: Access Denied");
});

test("the bucket's policy may ask which service it is, for which resource, and with which ACL it writes", async () => {
  const statement = {
    Effect: "Allow",
    Principal: { Service: "cloudtrail.amazonaws.com" },
    Action: "s3:PutObject",
    Resource: "arn:aws:s3:::logs/AWSLogs/*",
    Condition: {
      StringEquals: { "s3:x-amz-acl": ACL, "aws:SourceArn": TRAIL, "aws:SourceAccount": ACCOUNT },
      Bool: { "aws:PrincipalIsAWSService": "true" },
    },
  };
  const Policy = JSON.stringify({ Version: "2012-10-17", Statement: [statement] });
  await admin.s3.PutBucketPolicy({ Bucket: "logs", Policy });
  // The bucket is in us-east-1, the trail in eu-west-1: services reach buckets wherever they are.
  expect(await refusal(put(TRAIL, { ACL }))).toBe("allowed");
  expect(await refusal(put(TRAIL))).toMatch(/^AccessDenied/);
  expect(await refusal(put(TRAIL, { ACL, Key: "b" }))).toMatch(/^AccessDenied/);
  expect(await refusal(put(`${TRAIL}-2`, { ACL }))).toMatch(/^AccessDenied/);
  const other = home.timerCalls("firehose").asService(TRAIL);
  const key = { Bucket: "logs", Key: "AWSLogs/a", ACL } as const;
  expect(await refusal(other.s3.PutObject(key, Buffer.from("a")))).toMatch(/^AccessDenied/);
});

test("the trail tells of it as of a service, in the account that it called for", async () => {
  await refusal(home.timerCalls("cloudtrail").asService(TRAIL).s3.DeleteBucket({ Bucket: "logs" }));
  const { events } = await home.books.trail.read({ filter: {}, limit: 1 });
  expect(events.map(cloudTrailRecord)).toMatchObject([
    {
      eventName: "DeleteBucket",
      userIdentity: { type: "AWSService", invokedBy: "cloudtrail.amazonaws.com" },
      sourceIPAddress: "cloudtrail.amazonaws.com",
      userAgent: "cloudtrail.amazonaws.com",
      recipientAccountId: ACCOUNT,
      awsRegion: "eu-west-1",
      errorCode: "AccessDenied",
    },
  ]);
});
