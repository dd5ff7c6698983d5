import { operation } from "../../../platform/operation.ts";
import { page } from "../../../platform/paging.ts";
import type { Reader } from "../../../store/store.ts";
import { bucketArn, bucketOf, onBucket } from "../authority.ts";
import {
  aclNotSupported,
  bucketAlreadyExists,
  bucketAlreadyOwnedByYou,
  bucketNotEmpty,
  illegalLocationConstraint,
  invalidArgument,
  invalidLocationConstraint,
  noSuchBucket,
  notBuiltHere,
  tooManyBuckets,
} from "../faults.ts";
import { BUCKETS_PER_ACCOUNT, PAGE_KEYS } from "../limits.ts";
import { buckets, bucketsByAccount, objects, uploads, versions, type Bucket } from "../model.ts";
import { abortAll } from "../multipart/uploads.ts";
import { ownerOf } from "../owner.ts";
import { checkBucketName } from "./names.ts";
import { toTagRecord } from "../tagging/tags.ts";
import { isRegion } from "./regions.ts";

/** The region that bears no location constraint. Source: Amazon S3 API Reference, GetBucketLocation. */
const FIRST_REGION = "us-east-1";

export const create = operation("s3:CreateBucket", {
  resource: ({ Bucket }) => bucketArn(Bucket),
  async handle(input, { store, caller, clock }) {
    const { Bucket: name, CreateBucketConfiguration: configuration } = input;
    checkBucketName(name);
    const ownership = input.ObjectOwnership ?? "BucketOwnerEnforced";
    if (ownership !== "BucketOwnerEnforced") throw notBuiltHere(`object ownership ${ownership}`);
    if (input.ACL !== undefined && input.ACL !== "private") throw aclNotSupported();
    if (input.ObjectLockEnabledForBucket) throw notBuiltHere("Object Lock");
    const region = homeRegion(configuration?.LocationConstraint, caller.region);
    const tags = configuration?.Tags ? toTagRecord(configuration.Tags) : undefined;
    await store.update(async (tx) => {
      const existing = await tx.get(buckets, name);
      if (existing) return alreadyThere(existing, caller.account, region);
      const owned = await tx.scan(bucketsByAccount, { within: [caller.account], limit: BUCKETS_PER_ACCOUNT });
      if (owned.length >= BUCKETS_PER_ACCOUNT) throw tooManyBuckets();
      tx.put(bucketsByAccount, { account: caller.account, name });
      tx.put(buckets, {
        name,
        account: caller.account,
        region,
        createdMs: clock.now().getTime(),
        ...(tags ? { tags } : {}),
      });
    });
    return {
      Location: region === FIRST_REGION ? `/${name}` : `http://${name}.s3.amazonaws.com/`,
      BucketArn: bucketArn(name),
    };
  },
});

function homeRegion(constraint: string | undefined, signed: string): string {
  if (constraint === undefined) {
    if (signed === FIRST_REGION) return signed;
    throw illegalLocationConstraint(
      "The unspecified location constraint is incompatible for the region specific endpoint this request was sent to.",
    );
  }
  const region = constraint === "EU" ? "eu-west-1" : constraint;
  if (!isRegion(region) || region === FIRST_REGION) throw invalidLocationConstraint(constraint);
  if (signed !== FIRST_REGION && signed !== region)
    throw illegalLocationConstraint(
      `The ${constraint} location constraint is incompatible for the region specific endpoint this request was sent to.`,
    );
  return region;
}

/** In us-east-1 making one's own bucket again succeeds. Source: Amazon S3 API Reference, CreateBucket, BucketAlreadyOwnedByYou. */
function alreadyThere(bucket: Bucket, account: string, region: string): void {
  if (bucket.account !== account) throw bucketAlreadyExists(bucket.name);
  if (region !== FIRST_REGION || bucket.region !== FIRST_REGION) throw bucketAlreadyOwnedByYou(bucket.name);
}

export const head = operation("s3:HeadBucket", {
  authorize: onBucket("s3:ListBucket"),
  async handle(input, { store, caller }) {
    const bucket = await store.read((read) => bucketOf(read, input, caller));
    return { BucketRegion: bucket.region, BucketArn: bucketArn(bucket.name), AccessPointAlias: false };
  },
});

export const location = operation("s3:GetBucketLocation", {
  authorize: onBucket("s3:GetBucketLocation"),
  async handle(input, { store, caller }) {
    const { region } = await store.read((read) => bucketOf(read, input, caller));
    // The first region's name is the empty one, which the SDK's type does not know.
    return { LocationConstraint: region === FIRST_REGION ? undefined : (region as "eu-west-1") };
  },
});

export const list = operation("s3:ListBuckets", {
  resource: () => "*",
  authorize: () => [{ action: "s3:ListAllMyBuckets", resource: "*" }],
  async handle({ MaxBuckets: most, Prefix, BucketRegion, ContinuationToken }, { store, caller, pages }) {
    const tokens = pages(Prefix, BucketRegion);
    const after = tokens.after(ContinuationToken, () =>
      invalidArgument(
        "The continuation token provided is incorrect",
        "continuation-token",
        ContinuationToken,
      ),
    );
    const limit = most ?? PAGE_KEYS * 10 - 1;
    const rows = await store.read(async (read) => {
      const owned = await ownedBuckets(read, caller.account, {
        ...(Prefix ? { startsWith: Prefix } : {}),
        ...(after ? { after } : {}),
      });
      return BucketRegion === undefined ? owned : owned.filter((bucket) => bucket.region === BucketRegion);
    });
    const { items, last } = page(rows, limit);
    return {
      Buckets: items.map(({ name, createdMs, region }) => ({
        Name: name,
        CreationDate: new Date(createdMs),
        // Shown only to who pages. Source: Amazon S3 API Reference, ListBuckets.
        ...(most === undefined ? {} : { BucketRegion: region }),
        BucketArn: bucketArn(name),
      })),
      Owner: ownerOf(caller.account),
      ...(Prefix === undefined ? {} : { Prefix }),
      ...(last ? { ContinuationToken: tokens.next([caller.account, last.name]) } : {}),
    };
  },
});

async function ownedBuckets(
  read: Reader,
  account: string,
  range: { readonly startsWith?: string; readonly after?: readonly (string | number)[] },
): Promise<readonly Bucket[]> {
  const owned = await read.scan(bucketsByAccount, {
    within: [account],
    ...range,
    limit: BUCKETS_PER_ACCOUNT,
  });
  const rows: Bucket[] = [];
  for (const { name } of owned) {
    const bucket = await read.get(buckets, name);
    if (bucket) rows.push(bucket);
  }
  return rows;
}

export const remove = operation("s3:DeleteBucket", {
  authorize: onBucket("s3:DeleteBucket"),
  async handle({ Bucket: name }, { store, clock }) {
    await store.read((read) => checkEmpty(read, name));
    await abortAll(store, name, clock.now());
    await store.update(async (tx) => {
      const bucket = await checkEmpty(tx, name);
      if ((await tx.scan(uploads, { within: [name], limit: 1 })).length > 0)
        throw bucketNotEmpty(name, false);
      tx.delete(buckets, name);
      tx.delete(bucketsByAccount, bucket.account, name);
    });
    return {};
  },
});

/** Uploads that were not completed do not keep a bucket. @throws Fault NoSuchBucket, BucketNotEmpty */
async function checkEmpty(read: Reader, name: string): Promise<Bucket> {
  const bucket = await read.get(buckets, name);
  if (!bucket) throw noSuchBucket(name);
  const range = { within: [name], limit: 1 };
  const held = [...(await read.scan(objects, range)), ...(await read.scan(versions, range))];
  if (held.length > 0) throw bucketNotEmpty(name, bucket.versioning !== undefined);
  return bucket;
}
