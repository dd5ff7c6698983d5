import { arn } from "../../base/arn.ts";
import { callingService, type Caller } from "../../platform/caller.ts";
import type { AuthorizeScope } from "../../platform/context.ts";
import type { Check } from "../../platform/operation.ts";
import type { Reader } from "../../store/store.ts";
import { accessDenied, noSuchBucket, wrongRegion } from "./faults.ts";
import { buckets, type Bucket } from "./model.ts";

export const bucketArn = (bucket: string): string => arn("s3", "", "", bucket);
export const objectArn = (bucket: string, key: string): string => arn("s3", "", "", `${bucket}/${key}`);

interface BucketInput {
  readonly Bucket: string;
  readonly ExpectedBucketOwner?: string | undefined;
}

/** The bucket a request names. @throws Fault NoSuchBucket; AccessDenied for another owner than was expected; AuthorizationHeaderMalformed, from which clients learn its region. */
export async function bucketOf(
  read: Reader,
  { Bucket: name, ExpectedBucketOwner: owner }: BucketInput,
  caller: Caller,
): Promise<Bucket> {
  const bucket = await read.get(buckets, name);
  if (!bucket) throw noSuchBucket(name);
  if (owner !== undefined && owner !== bucket.account) throw accessDenied();
  if (
    bucket.region !== caller.region &&
    caller.principal.kind !== "anonymous" &&
    callingService(caller) === undefined
  )
    throw wrongRegion(caller.region, bucket.region);
  return bucket;
}

/** The check of an action on a bucket that exists. */
export const onBucket =
  (action: string, context?: (input: never) => Check["context"]) =>
  async (input: BucketInput, { read, caller }: AuthorizeScope): Promise<readonly Check[]> => {
    const bucket = await bucketOf(read, input, caller);
    const keys = context?.(input as never);
    return [
      {
        action,
        resource: bucketArn(bucket.name),
        resourceAccount: bucket.account,
        ...(keys ? { context: keys } : {}),
      },
    ];
  };

interface ObjectInput extends BucketInput {
  readonly Key: string;
  readonly VersionId?: string | undefined;
}

/** The check of an action on a key; with a version id it is another action. */
export const onObject =
  (action: string, versionAction: string = action) =>
  async (input: ObjectInput, { read, caller }: AuthorizeScope): Promise<readonly Check[]> => {
    const bucket = await bucketOf(read, input, caller);
    return [
      objectCheck(bucket, input.Key, input.VersionId === undefined ? action : versionAction, input.VersionId),
    ];
  };

export const objectCheck = (bucket: Bucket, key: string, action: string, versionId?: string): Check => ({
  action,
  resource: objectArn(bucket.name, key),
  resourceAccount: bucket.account,
  ...(versionId === undefined ? {} : { context: { "s3:VersionId": versionId } }),
});

interface WriteInput {
  readonly Key: string;
  readonly ACL?: string | undefined;
}

/** The check of writing an object: policies may ask for the ACL that it is to have. */
export const writeCheck = (bucket: Bucket, { Key, ACL }: WriteInput): Check => ({
  ...objectCheck(bucket, Key, "s3:PutObject"),
  ...(ACL === undefined ? {} : { context: { "s3:x-amz-acl": ACL } }),
});
