import { arn } from "../../base/arn.ts";
import { isFault } from "../../base/fault.ts";
import type { ApiCalls } from "../../platform/calls.ts";
import { AccessDenied } from "../../platform/denied.ts";
import { bucketDoesNotExist, insufficientBucketPolicy, invalidBucketName, invalidPrefix } from "./faults.ts";
import { logFolder } from "./log-files.ts";
import { PREFIX_CHARACTERS } from "./limits.ts";

/** Log files are the bucket owner's. Source: CloudTrail User Guide, "Amazon S3 bucket policy for CloudTrail". */
export const ACL = "bucket-owner-full-control";

export interface Destination {
  readonly account: string;
  readonly bucket: string;
  readonly prefix?: string | undefined;
}

/** Source: Amazon S3 User Guide, "General purpose bucket naming rules". @throws Fault InvalidS3BucketNameException, InvalidS3PrefixException */
export function checkDestination({ bucket, prefix = "" }: Omit<Destination, "account">): void {
  if (!/^[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]$/.test(bucket)) throw invalidBucketName(bucket);
  if (prefix.length > PREFIX_CHARACTERS) throw invalidPrefix(PREFIX_CHARACTERS);
}

/**
 * Whether CloudTrail may look at the bucket's ACL and write where its log files will lie.
 * Source: CloudTrail User Guide, "Amazon S3 bucket policy for CloudTrail".
 * @param calls CloudTrail's own, for the trail.
 * @throws Fault S3BucketDoesNotExistException, InsufficientS3BucketPolicyException
 */
export async function checkBucketPolicy(calls: ApiCalls, to: Destination): Promise<void> {
  const bucket = arn("s3", "", "", to.bucket);
  try {
    await calls.authorize([
      { action: "s3:GetBucketAcl", resource: bucket },
      {
        action: "s3:PutObject",
        resource: `${bucket}/${logFolder(to)}CloudTrail`,
        context: { "s3:x-amz-acl": ACL },
      },
    ]);
  } catch (error) {
    if (!(error instanceof AccessDenied)) throw error;
    throw (await isThere(calls, to.bucket))
      ? insufficientBucketPolicy(to.bucket)
      : bucketDoesNotExist(to.bucket);
  }
}

/** S3 tells everyone which buckets there are. */
async function isThere(calls: ApiCalls, bucket: string): Promise<boolean> {
  try {
    await calls.s3.HeadBucket({ Bucket: bucket });
    return true;
  } catch (error) {
    if (!isFault(error)) throw error;
    return error.code !== "NoSuchBucket" && error.code !== "NotFound";
  }
}
