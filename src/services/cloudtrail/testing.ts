import { gunzipSync } from "node:zlib";
import type { Streaming } from "../../contract/types.ts";
import type { ApiCalls } from "../../platform/calls.ts";
import { iam } from "../iam/iam.ts";
import { ACCOUNT, startHouse, type TestHouse } from "../iam/testing.ts";
import { s3 } from "../s3/s3.ts";
import { cloudtrail } from "./cloudtrail.ts";

/** For tests: a house with S3 and CloudTrail, and a bucket "logs" that CloudTrail may write to. */
export interface TrailHouse {
  readonly home: TestHouse;
  readonly admin: ApiCalls;
  /** The admin, signing for another Region. */
  readonly elsewhere: ApiCalls;
}

export async function startTrailHouse(): Promise<TrailHouse> {
  const home = await startHouse(iam, s3, cloudtrail);
  const admin = await home.as(home.keys.admin.accessKeyId);
  const elsewhere = await home.as(home.keys.admin.accessKeyId, {}, "eu-west-1");
  await admin.s3.CreateBucket({ Bucket: "logs" });
  await admin.s3.PutBucketPolicy({ Bucket: "logs", Policy: policyFor("logs") });
  return { home, admin, elsewhere };
}

/** Source: CloudTrail User Guide, "Amazon S3 bucket policy for CloudTrail". */
export function policyFor(bucket: string, prefix = ""): string {
  const principal = { Service: "cloudtrail.amazonaws.com" };
  return JSON.stringify({
    Version: "2012-10-17",
    Statement: [
      {
        Effect: "Allow",
        Principal: principal,
        Action: "s3:GetBucketAcl",
        Resource: `arn:aws:s3:::${bucket}`,
      },
      {
        Effect: "Allow",
        Principal: principal,
        Action: "s3:PutObject",
        Resource: `arn:aws:s3:::${bucket}/${prefix}AWSLogs/${ACCOUNT}/*`,
        Condition: { StringEquals: { "s3:x-amz-acl": "bucket-owner-full-control" } },
      },
    ],
  });
}

export interface LogFile {
  readonly key: string;
  readonly records: readonly Readonly<Record<string, unknown>>[];
}

/** Every log file in a bucket, by key. */
export async function logFiles({ s3: objects }: ApiCalls, Bucket = "logs"): Promise<readonly LogFile[]> {
  const { Contents = [] } = await objects.ListObjectsV2({ Bucket });
  return Promise.all(
    Contents.map(async ({ Key = "" }) => {
      const { Body } = await objects.GetObject({ Bucket, Key });
      const text = gunzipSync(await whole(Body ?? [])).toString("utf8");
      return { key: Key, records: (JSON.parse(text) as { Records: LogFile["records"] }).Records };
    }),
  );
}

async function whole(body: Streaming | readonly Uint8Array[]): Promise<Uint8Array> {
  if (body instanceof Uint8Array) return body;
  const chunks: Uint8Array[] = [];
  for await (const chunk of body) chunks.push(chunk);
  return Buffer.concat(chunks);
}
