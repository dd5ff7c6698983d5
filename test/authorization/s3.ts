import { PutBucketCorsCommand, PutBucketPolicyCommand, PutBucketTaggingCommand } from "@aws-sdk/client-s3";
import { bucketArn, type Fixtures } from "./fixtures.ts";
import { need, s3Page, SOURCES, type Row } from "./row.ts";

/** S3's pages name the permissions of each operation; they are often not its name. */
const row = (name: string, prepare: Row["prepare"]): Row => ({
  operation: `s3:${name}`,
  source: s3Page(name),
  prepare,
});

type More = Readonly<Record<string, unknown>>;

const onBucket = (
  name: string,
  action: string,
  more: (fixtures: Fixtures, bucket: string) => Promise<More> | More = () => ({}),
): Row =>
  row(name, async (fixtures) => {
    const Bucket = await fixtures.bucket();
    return {
      input: { Bucket, ...(await more(fixtures, Bucket)) },
      needs: need(`s3:${action}`, bucketArn(Bucket)),
    };
  });

const onObject = (name: string, actions: readonly string[], more: More = {}): Row =>
  row(name, async (fixtures) => {
    const { Bucket, Key } = await fixtures.object(await fixtures.bucket());
    return {
      input: { Bucket, Key, ...more },
      needs: actions.flatMap((action) => need(`s3:${action}`, `${bucketArn(Bucket)}/${Key}`)),
    };
  });

/** With a version id another action is asked for. */
const onVersion = (name: string, actions: readonly string[], more: More = {}): Row =>
  row(name, async (fixtures) => {
    const { Bucket, Key, VersionId } = await fixtures.object(await fixtures.versionedBucket());
    return {
      input: { Bucket, Key, VersionId, ...more },
      needs: actions.flatMap((action) => need(`s3:${action}`, `${bucketArn(Bucket)}/${Key}`)),
    };
  });

const onUpload = (
  name: string,
  action: string,
  more: (upload: { readonly ETag: string | undefined }) => More = () => ({}),
): Row =>
  row(name, async (fixtures) => {
    const { ETag, ...upload } = await fixtures.upload(await fixtures.bucket());
    return {
      input: { ...upload, ...more({ ETag }) },
      needs: need(`s3:${action}`, `${bucketArn(upload.Bucket)}/${upload.Key}`),
    };
  });

const TagSet = [{ Key: "k", Value: "v" }];
const CORSConfiguration = { CORSRules: [{ AllowedMethods: ["GET"], AllowedOrigins: ["*"] }] };
const policyOf = (bucket: string): string =>
  JSON.stringify({
    Version: "2012-10-17",
    Statement: [
      { Effect: "Deny", Principal: "*", Action: "s3:GetBucketLogging", Resource: bucketArn(bucket) },
    ],
  });

const BUCKETS: readonly Row[] = [
  row("CreateBucket", (fixtures) => {
    const Bucket = fixtures.name("made");
    return { input: { Bucket }, needs: need("s3:CreateBucket", bucketArn(Bucket)) };
  }),
  onBucket("DeleteBucket", "DeleteBucket"),
  onBucket("HeadBucket", "ListBucket"),
  row("ListBuckets", () => ({ input: {}, needs: need("s3:ListAllMyBuckets", "*") })),
  onBucket("GetBucketLocation", "GetBucketLocation"),
  onBucket("GetBucketVersioning", "GetBucketVersioning"),
  onBucket("PutBucketVersioning", "PutBucketVersioning", () => ({
    VersioningConfiguration: { Status: "Enabled" },
  })),
  onBucket("GetBucketPolicy", "GetBucketPolicy", async ({ s3 }, Bucket) => {
    await s3.send(new PutBucketPolicyCommand({ Bucket, Policy: policyOf(Bucket) }));
    return {};
  }),
  onBucket("PutBucketPolicy", "PutBucketPolicy", (_fixtures, bucket) => ({ Policy: policyOf(bucket) })),
  onBucket("DeleteBucketPolicy", "DeleteBucketPolicy"),
  onBucket("GetBucketCors", "GetBucketCORS", async ({ s3 }, Bucket) => {
    await s3.send(new PutBucketCorsCommand({ Bucket, CORSConfiguration }));
    return {};
  }),
  onBucket("PutBucketCors", "PutBucketCORS", () => ({ CORSConfiguration })),
  onBucket("DeleteBucketCors", "PutBucketCORS"),
  onBucket("GetBucketTagging", "GetBucketTagging", async ({ s3 }, Bucket) => {
    await s3.send(new PutBucketTaggingCommand({ Bucket, Tagging: { TagSet } }));
    return {};
  }),
  onBucket("PutBucketTagging", "PutBucketTagging", () => ({ Tagging: { TagSet } })),
  onBucket("DeleteBucketTagging", "PutBucketTagging"),
  onBucket("ListObjects", "ListBucket"),
  onBucket("ListObjectsV2", "ListBucket"),
  onBucket("ListObjectVersions", "ListBucketVersions"),
  onBucket("ListMultipartUploads", "ListBucketMultipartUploads"),
];

const OBJECTS: readonly Row[] = [
  onObject("PutObject", ["PutObject"], { Body: "new" }),
  onObject("PutObject", ["PutObject", "PutObjectTagging"], { Body: "new", Tagging: "k=v" }),
  onObject("GetObject", ["GetObject"]),
  onVersion("GetObject", ["GetObjectVersion"]),
  onObject("HeadObject", ["GetObject"]),
  onVersion("HeadObject", ["GetObjectVersion"]),
  onObject("GetObjectAttributes", ["GetObject", "GetObjectAttributes"], { ObjectAttributes: ["ETag"] }),
  onVersion("GetObjectAttributes", ["GetObjectVersion", "GetObjectVersionAttributes"], {
    ObjectAttributes: ["ETag"],
  }),
  onObject("DeleteObject", ["DeleteObject"]),
  onVersion("DeleteObject", ["DeleteObjectVersion"]),
  onObject("GetObjectTagging", ["GetObjectTagging"]),
  onVersion("GetObjectTagging", ["GetObjectVersionTagging"]),
  onObject("PutObjectTagging", ["PutObjectTagging"], { Tagging: { TagSet } }),
  onVersion("PutObjectTagging", ["PutObjectVersionTagging"], { Tagging: { TagSet } }),
  onObject("DeleteObjectTagging", ["DeleteObjectTagging"]),
  onVersion("DeleteObjectTagging", ["DeleteObjectVersionTagging"]),
  {
    operation: "s3:DeleteObjects",
    source: SOURCES.s3Policies,
    async prepare(fixtures) {
      const Bucket = await fixtures.bucket();
      const objects = [await fixtures.object(Bucket), await fixtures.object(Bucket)];
      const Objects = objects.map(({ Key }) => ({ Key }));
      return {
        input: { Bucket, Delete: { Objects } },
        needs: Objects.flatMap(({ Key }) => need("s3:DeleteObject", `${bucketArn(Bucket)}/${Key}`)),
      };
    },
  },
  row("CopyObject", async (fixtures) => {
    const source = await fixtures.object(await fixtures.bucket());
    const [Bucket, Key] = [await fixtures.bucket(), "copied"];
    return {
      input: { Bucket, Key, CopySource: `${source.Bucket}/${source.Key}` },
      needs: [
        ...need("s3:GetObject", `${bucketArn(source.Bucket)}/${source.Key}`),
        ...need("s3:PutObject", `${bucketArn(Bucket)}/${Key}`),
      ],
    };
  }),
  row("CopyObject", async (fixtures) => {
    const source = await fixtures.object(await fixtures.versionedBucket());
    const [Bucket, Key] = [await fixtures.bucket(), "copied"];
    return {
      input: {
        Bucket,
        Key,
        CopySource: `${source.Bucket}/${source.Key}?versionId=${source.VersionId}`,
        TaggingDirective: "REPLACE",
        Tagging: "k=v",
      },
      needs: [
        ...need("s3:GetObjectVersion", `${bucketArn(source.Bucket)}/${source.Key}`),
        ...need("s3:PutObject", `${bucketArn(Bucket)}/${Key}`),
        ...need("s3:PutObjectTagging", `${bucketArn(Bucket)}/${Key}`),
      ],
    };
  }),
];

const UPLOADS: readonly Row[] = [
  onObject("CreateMultipartUpload", ["PutObject"]),
  onUpload("UploadPart", "PutObject", () => ({ PartNumber: 2, Body: "two" })),
  onUpload("CompleteMultipartUpload", "PutObject", ({ ETag }) => ({
    MultipartUpload: { Parts: [{ PartNumber: 1, ETag }] },
  })),
  onUpload("AbortMultipartUpload", "AbortMultipartUpload"),
  onUpload("ListParts", "ListMultipartUploadParts"),
  row("UploadPartCopy", async (fixtures) => {
    const source = await fixtures.object(await fixtures.bucket());
    const { ETag: _etag, ...upload } = await fixtures.upload(await fixtures.bucket());
    return {
      input: { ...upload, PartNumber: 2, CopySource: `${source.Bucket}/${source.Key}` },
      needs: [
        ...need("s3:GetObject", `${bucketArn(source.Bucket)}/${source.Key}`),
        ...need("s3:PutObject", `${bucketArn(upload.Bucket)}/${upload.Key}`),
      ],
    };
  }),
];

export const S3_ROWS: readonly Row[] = [...BUCKETS, ...OBJECTS, ...UPLOADS];
