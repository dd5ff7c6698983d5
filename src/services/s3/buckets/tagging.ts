import { operation } from "../../../platform/operation.ts";
import { bucketOf, onBucket } from "../authority.ts";
import { noSuchTagSet } from "../faults.ts";
import { BUCKET_TAGS } from "../limits.ts";
import { toTagList, toTagRecord } from "../tagging/tags.ts";
import { changeBucket } from "./settings.ts";

export const get = operation("s3:GetBucketTagging", {
  authorize: onBucket("s3:GetBucketTagging"),
  async handle(input, { store, caller }) {
    const { tags } = await store.read((read) => bucketOf(read, input, caller));
    if (!tags) throw noSuchTagSet(input.Bucket);
    return { TagSet: toTagList(tags) };
  },
});

export const put = operation("s3:PutBucketTagging", {
  authorize: onBucket("s3:PutBucketTagging"),
  async handle({ Bucket, Tagging }, { store }) {
    const tags = toTagRecord(Tagging.TagSet, BUCKET_TAGS.count);
    await store.update((tx) => changeBucket(tx, Bucket, (bucket) => ({ ...bucket, tags })));
    return {};
  },
});

export const remove = operation("s3:DeleteBucketTagging", {
  // Source: Service Authorization Reference, "Actions defined by Amazon S3": there is no action of its own.
  authorize: onBucket("s3:PutBucketTagging"),
  async handle({ Bucket }, { store }) {
    await store.update((tx) => changeBucket(tx, Bucket, ({ tags: _removed, ...bucket }) => bucket));
    return {};
  },
});
