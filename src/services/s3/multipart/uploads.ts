import { opaqueId } from "../../../base/ids.ts";
import { knownAlgorithm, type ChecksumAlgorithm } from "../../../platform/checksums.ts";
import type { InputOf } from "../../../contract/apis.ts";
import { operation, type Check } from "../../../platform/operation.ts";
import type { Reader, Store } from "../../../store/store.ts";
import { bucketOf, objectCheck, writeCheck, onObject } from "../authority.ts";
import { invalidRequest, noSuchUpload, notBuiltHere } from "../faults.ts";
import { uploads, type Upload } from "../model.ts";
import {
  checkAcl,
  checkBuilt,
  checkKey,
  ENCRYPTION,
  storageClassOf,
  systemHeaders,
  userMetadata,
} from "../objects/headers.ts";
import { parseTaggingHeader } from "../tagging/tags.ts";
import { endUpload } from "./ending.ts";

const UPLOAD_ID_BYTES = 48;

export const create = operation("s3:CreateMultipartUpload", {
  async authorize(input, { read, caller }) {
    const bucket = await bucketOf(read, input, caller);
    checkKey(input.Key);
    checkAcl(input);
    checkBuilt(input);
    const checks: Check[] = [writeCheck(bucket, input)];
    if (input.Tagging) checks.push(objectCheck(bucket, input.Key, "s3:PutObjectTagging"));
    return checks;
  },
  async handle(input, { store, caller, clock }) {
    const { Bucket: bucket, Key: key } = input;
    const checksum = uploadChecksum(input);
    const upload: Upload = {
      bucket,
      key,
      uploadId: opaqueId(UPLOAD_ID_BYTES),
      account: caller.account,
      initiator: caller.principal.arn,
      initiatedMs: clock.now().getTime(),
      storageClass: storageClassOf(input.StorageClass),
      headers: systemHeaders(input),
      metadata: userMetadata(input.Metadata),
      ...(input.Tagging ? { tags: parseTaggingHeader(input.Tagging) } : {}),
      ...(checksum ? { checksum } : {}),
    };
    await store.update(async (tx) => {
      await bucketOf(tx, input, caller);
      tx.put(uploads, upload);
    });
    return {
      Bucket: bucket,
      Key: key,
      UploadId: upload.uploadId,
      ...ENCRYPTION,
      ...(checksum ? { ChecksumAlgorithm: checksum.algorithm, ChecksumType: checksum.type } : {}),
    };
  },
});

/** Source: Amazon S3 User Guide, "Checking object integrity", the table of algorithms and checksum types. */
const TYPES: Record<ChecksumAlgorithm, readonly ("FULL_OBJECT" | "COMPOSITE")[]> = {
  CRC64NVME: ["FULL_OBJECT"],
  CRC32: ["COMPOSITE", "FULL_OBJECT"],
  CRC32C: ["COMPOSITE", "FULL_OBJECT"],
  SHA1: ["COMPOSITE"],
  SHA256: ["COMPOSITE"],
};

function uploadChecksum({
  ChecksumAlgorithm: name,
  ChecksumType: type,
}: InputOf<"s3:CreateMultipartUpload">): Upload["checksum"] {
  if (name === undefined) {
    if (type !== undefined)
      throw invalidRequest(
        "The x-amz-checksum-type header can only be used with the x-amz-checksum-algorithm header.",
      );
    return undefined;
  }
  const algorithm = knownAlgorithm(name);
  if (!algorithm) throw notBuiltHere(`the checksum algorithm ${name}`);
  const chosen = type ?? TYPES[algorithm][0] ?? "FULL_OBJECT";
  if (!TYPES[algorithm].includes(chosen))
    throw invalidRequest(
      `The ${chosen} checksum type cannot be used with the ${algorithm.toLowerCase()} checksum algorithm.`,
    );
  return { algorithm, type: chosen };
}

interface UploadName {
  readonly Bucket: string;
  readonly Key: string;
  readonly UploadId: string;
}

/** @throws Fault NoSuchUpload, also for an upload of another key. */
export async function uploadOf(read: Reader, { Bucket, Key, UploadId }: UploadName): Promise<Upload> {
  const upload = await read.get(uploads, Bucket, Key, UploadId);
  if (!upload) throw noSuchUpload(UploadId);
  return upload;
}

export const abort = operation("s3:AbortMultipartUpload", {
  authorize: onObject("s3:AbortMultipartUpload"),
  async handle(input, { store, clock }) {
    await store.update(async (tx) => {
      const upload = await uploadOf(tx, input);
      await endUpload(tx, upload, [], clock.now());
    });
    return {};
  },
});

/** Ends every upload of a bucket that is going away, as AWS does. */
export async function abortAll(store: Store, bucket: string, now: Date): Promise<void> {
  for (let ended = BATCH; ended === BATCH;) {
    ended = await store.update(async (tx) => {
      const rows = await tx.scan(uploads, { within: [bucket], limit: BATCH });
      for (const upload of rows) await endUpload(tx, upload, [], now);
      return rows.length;
    });
  }
}

/** How many uploads one update ends. */
const BATCH = 500;
