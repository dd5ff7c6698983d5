import { operation } from "../../../platform/operation.ts";
import { bucketOf, onBucket } from "../authority.ts";
import { malformedXml, notBuiltHere } from "../faults.ts";
import { changeBucket } from "./settings.ts";

export const get = operation("s3:GetBucketVersioning", {
  authorize: onBucket("s3:GetBucketVersioning"),
  async handle(input, { store, caller }) {
    const { versioning } = await store.read((read) => bucketOf(read, input, caller));
    return versioning === undefined ? {} : { Status: versioning };
  },
});

export const put = operation("s3:PutBucketVersioning", {
  authorize: onBucket("s3:PutBucketVersioning"),
  async handle({ Bucket, VersioningConfiguration: { Status: status, MFADelete: mfaDelete } }, { store }) {
    if (mfaDelete === "Enabled") throw notBuiltHere("MFA delete");
    if (status !== "Enabled" && status !== "Suspended") throw malformedXml();
    await store.update((tx) => changeBucket(tx, Bucket, (bucket) => ({ ...bucket, versioning: status })));
    return {};
  },
});
