import { perPair } from "../../base/memo.ts";
import { eventSource } from "../../contract/known.ts";

/** How CloudTrail calls an operation, and which kind of event it makes. */
export interface EventKind {
  /** "s3.amazonaws.com" */
  readonly source: string;
  readonly name: string;
  /** Where the events of a service for all Regions are; absent where they are in the Region that was called. */
  readonly region?: string;
  readonly management: boolean;
  readonly readOnly: boolean;
  /** "s3.GetObject": what it is counted as where no trail asks for it. */
  readonly counted: string;
}

/**
 * What works on what a resource holds, rather than on the resource. Everything else is a management event.
 * Sources: CloudTrail User Guide, "Logging data events"; Amazon S3 User Guide, "Amazon S3 CloudTrail events";
 * AWS Glue and Amazon Athena document management events alone.
 */
const DATA: Readonly<Record<string, ReadonlySet<string>>> = {
  s3: new Set([
    "AbortMultipartUpload",
    "CompleteMultipartUpload",
    "CopyObject",
    "CreateMultipartUpload",
    "DeleteObject",
    "DeleteObjectTagging",
    "DeleteObjects",
    "GetObject",
    "GetObjectAcl",
    "GetObjectAttributes",
    "GetObjectLegalHold",
    "GetObjectRetention",
    "GetObjectTagging",
    "GetObjectTorrent",
    "HeadBucket",
    "HeadObject",
    "ListObjectVersions",
    "ListObjects",
    "ListObjectsV2",
    "ListParts",
    "PutObject",
    "PutObjectAcl",
    "PutObjectLegalHold",
    "PutObjectRetention",
    "PutObjectTagging",
    "RestoreObject",
    "SelectObjectContent",
    "UploadPart",
    "UploadPartCopy",
  ]),
};

/** Where the event's name is not the operation's. Source: Amazon S3 User Guide, "Amazon S3 CloudTrail events". */
const NAMES: Readonly<Record<string, string>> = {
  "s3:ListObjectsV2": "ListObjects",
  "s3:GetBucketLifecycleConfiguration": "GetBucketLifecycle",
  "s3:PutBucketLifecycleConfiguration": "PutBucketLifecycle",
  "s3:GetBucketNotificationConfiguration": "GetBucketNotification",
  "s3:PutBucketNotificationConfiguration": "PutBucketNotification",
  "s3:GetBucketReplication": "GetBucketReplicationConfiguration",
  "s3:PutBucketReplication": "PutBucketReplicationConfiguration",
};

/** Source: CloudTrail User Guide, "CloudTrail concepts", global service events: recorded in us-east-1 since November 2021. */
const GLOBAL: ReadonlySet<string> = new Set(["iam", "organizations"]);

const READS = /^(?:Get|List|Describe|Head|BatchGet|Search|Simulate|Select|Lookup|Query|Scan)/;
/** CloudTrail counts a session as read: the lake is as it was. Source: CloudTrail User Guide, "AWS STS events". */
const READS_BY_NAME =
  /^sts:(?:AssumeRole|AssumeRoleWithSAML|AssumeRoleWithWebIdentity|DecodeAuthorizationMessage)$/;
const READS_NOTHING = /^iam:GenerateCredentialReport$/;

/** The same for every call of an operation, so it is worked out once. */
export const kindOf = perPair((api, operation): EventKind => {
  const full = `${api}:${operation}`;
  return {
    source: eventSource(api),
    name: NAMES[full] ?? operation,
    ...(GLOBAL.has(api) ? { region: "us-east-1" } : {}),
    management: DATA[api]?.has(operation) !== true,
    readOnly: (READS.test(operation) && !READS_NOTHING.test(full)) || READS_BY_NAME.test(full),
    counted: `${api}.${operation}`,
  };
});
