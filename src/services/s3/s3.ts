import { parseArn } from "../../base/arn.ts";
import { CORS_NOT_ENABLED, service } from "../../platform/service.ts";
import { forgetBuckets } from "./buckets/forget.ts";
import * as buckets from "./buckets/buckets.ts";
import * as bucketTagging from "./buckets/tagging.ts";
import * as cors from "./buckets/cors.ts";
import { corsHeaders } from "./buckets/cors-rules.ts";
import * as policy from "./buckets/policy.ts";
import * as versioning from "./buckets/versioning.ts";
import * as listing from "./listing/objects.ts";
import { listVersions } from "./listing/versions.ts";
import { buckets as bucketTable } from "./model.ts";
import { complete } from "./multipart/complete.ts";
import { FORGET_TIMER, forgetParts } from "./multipart/ending.ts";
import * as lists from "./multipart/lists.ts";
import * as parts from "./multipart/parts.ts";
import * as uploads from "./multipart/uploads.ts";
import { attributes } from "./objects/attributes.ts";
import { copy } from "./objects/copy.ts";
import * as deletion from "./objects/delete.ts";
import { objectFiles } from "./objects/files.ts";
import { freeManifest } from "./objects/free-manifest.ts";
import { FREE_TIMER } from "./objects/freeing.ts";
import * as reading from "./objects/get.ts";
import { put } from "./objects/put.ts";
import * as objectTagging from "./tagging/object-tagging.ts";
import { usage } from "./usage.ts";

/** To the letter, its spelling too. */
const CORS_REFUSED =
  "CORSResponse: This CORS request is not allowed. This is usually because the evalution of Origin, request method / Access-Control-Request-Method or Access-Control-Request-Headers are not whitelisted by the resource's CORS spec.";

const bucketIn = (path: string): string => path.split("/")[1] ?? "";

export const s3 = service("s3", {
  operations: {
    CreateBucket: buckets.create,
    DeleteBucket: buckets.remove,
    HeadBucket: buckets.head,
    ListBuckets: buckets.list,
    GetBucketLocation: buckets.location,
    GetBucketVersioning: versioning.get,
    PutBucketVersioning: versioning.put,
    GetBucketPolicy: policy.get,
    PutBucketPolicy: policy.put,
    DeleteBucketPolicy: policy.remove,
    GetBucketCors: cors.get,
    PutBucketCors: cors.put,
    DeleteBucketCors: cors.remove,
    GetBucketTagging: bucketTagging.get,
    PutBucketTagging: bucketTagging.put,
    DeleteBucketTagging: bucketTagging.remove,

    PutObject: put,
    GetObject: reading.get,
    HeadObject: reading.head,
    GetObjectAttributes: attributes,
    CopyObject: copy,
    DeleteObject: deletion.remove,
    DeleteObjects: deletion.removeMany,
    GetObjectTagging: objectTagging.get,
    PutObjectTagging: objectTagging.put,
    DeleteObjectTagging: objectTagging.remove,

    ListObjects: listing.list,
    ListObjectsV2: listing.listV2,
    ListObjectVersions: listVersions,

    CreateMultipartUpload: uploads.create,
    UploadPart: parts.upload,
    UploadPartCopy: parts.copy,
    CompleteMultipartUpload: complete,
    AbortMultipartUpload: uploads.abort,
    ListParts: lists.listParts,
    ListMultipartUploads: lists.listUploads,
  },
  async resourcePolicy(arn, read) {
    const name = parseArn(arn)?.resource.split("/", 1)[0] ?? "";
    const bucket = await read.get(bucketTable, name);
    return bucket?.policy === undefined ? undefined : { document: bucket.policy, account: bucket.account };
  },
  async homeRegion(path, read) {
    return (await read.get(bucketTable, bucketIn(path)))?.region;
  },
  async cors(asked, read) {
    const rules = (await read.get(bucketTable, bucketIn(asked.path)))?.cors;
    if (!rules) return { kind: "refused", reason: CORS_NOT_ENABLED };
    const headers = corsHeaders(rules, asked);
    return headers ? { kind: "allowed", headers } : { kind: "refused", reason: CORS_REFUSED };
  },
  usage,
  timers: { [FREE_TIMER]: freeManifest, [FORGET_TIMER]: forgetParts },
  forget: forgetBuckets,
  offers: (house) => ({ objectFiles: objectFiles(house) }),
});
