import { fault } from "../../../base/fault.ts";
import { parsePolicy } from "../../../access/parse.ts";
import type { Policy } from "../../../access/policy.ts";
import { operation } from "../../../platform/operation.ts";
import { bucketArn, bucketOf, onBucket } from "../authority.ts";
import { noSuchBucketPolicy } from "../faults.ts";
import { BUCKET_POLICY_BYTES } from "../limits.ts";
import { changeBucket } from "./settings.ts";

export const get = operation("s3:GetBucketPolicy", {
  authorize: onBucket("s3:GetBucketPolicy"),
  async handle(input, { store, caller }) {
    const { policy } = await store.read((read) => bucketOf(read, input, caller));
    if (policy === undefined) throw noSuchBucketPolicy(input.Bucket);
    return { Policy: policy };
  },
});

export const put = operation("s3:PutBucketPolicy", {
  authorize: onBucket("s3:PutBucketPolicy"),
  async handle({ Bucket, Policy: document }, { store }) {
    if (Buffer.byteLength(document) > BUCKET_POLICY_BYTES)
      throw malformedPolicy("Policy exceeds the maximum allowed document size.");
    checkResources(parsePolicy(document, "resource", "MalformedPolicy"), bucketArn(Bucket));
    await store.update((tx) => changeBucket(tx, Bucket, (bucket) => ({ ...bucket, policy: document })));
    return {};
  },
});

export const remove = operation("s3:DeleteBucketPolicy", {
  authorize: onBucket("s3:DeleteBucketPolicy"),
  async handle({ Bucket }, { store }) {
    await store.update((tx) => changeBucket(tx, Bucket, ({ policy: _removed, ...bucket }) => bucket));
    return {};
  },
});

/** A bucket's policy speaks of that bucket and its objects alone. */
function checkResources(policy: Policy, bucket: string): void {
  for (const { resources } of policy.statements) {
    for (const pattern of resources?.patterns ?? []) {
      if (
        pattern !== bucket &&
        !pattern.startsWith(`${bucket}/`) &&
        pattern !== "*" &&
        !pattern.startsWith(`${bucket}*`)
      )
        throw malformedPolicy("Policy has invalid resource");
    }
  }
}

const malformedPolicy = (message: string) => fault("MalformedPolicy", message, { status: 400 });
