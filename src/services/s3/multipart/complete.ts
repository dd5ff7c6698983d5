import { createHash } from "node:crypto";
import { crc32, crc32c, crc64nvme, type Crc } from "../../../base/crc.ts";
import { invariant } from "../../../base/invariant.ts";
import type { InputOf } from "../../../contract/apis.ts";
import { startChecksum, type ChecksumAlgorithm } from "../../../platform/checksums.ts";
import type { Context } from "../../../platform/context.ts";
import { operation } from "../../../platform/operation.ts";
import type { Reader } from "../../../store/store.ts";
import { bucketOf, onObject } from "../authority.ts";
import {
  entityTooLarge,
  entityTooSmall,
  invalidPart,
  invalidPartOrder,
  invalidRequest,
  malformedXml,
} from "../faults.ts";
import { MULTIPART } from "../limits.ts";
import {
  objects,
  uploadedParts,
  type ObjectChecksum,
  type ObjectVersion,
  type Upload,
  type UploadedPart,
} from "../model.ts";
import { checksumMembers, statedValue } from "../objects/checksum-members.ts";
import { checksumOf } from "../objects/checksum-of.ts";
import { checkWrite, quoted, unquoted } from "../objects/conditions.ts";
import { withContent, type PreparedContent } from "../objects/content.ts";
import { ENCRYPTION } from "../objects/headers.ts";
import { addVersion } from "../versions/chain.ts";
import { endUpload } from "./ending.ts";
import { uploadOf } from "./uploads.ts";

type CompleteInput = InputOf<"s3:CompleteMultipartUpload">;
type StatedPart = NonNullable<NonNullable<CompleteInput["MultipartUpload"]>["Parts"]>[number];

/** The parts become one object by naming them: no byte moves. */
export const complete = operation("s3:CompleteMultipartUpload", {
  authorize: (input, scope) => onObject("s3:PutObject")({ ...input, VersionId: undefined }, scope),
  async handle(input, context) {
    const { store } = context;
    const stated = input.MultipartUpload?.Parts ?? [];
    if (stated.length === 0) throw malformedXml();
    const upload = await store.read((read) => uploadOf(read, input));
    const { parts, release } = await pinnedParts(context, (read) => statedParts(read, upload, stated));
    try {
      return await completeWith(input, context, upload, parts);
    } finally {
      release();
    }
  },
});

interface PinnedParts {
  readonly parts: readonly UploadedPart[];
  readonly release: () => void;
}

/** A part may be put again while a checksum of its bytes is computed; they stay until the object is named. */
const pinnedParts = (
  { store, blobs }: Context,
  find: (read: Reader) => Promise<readonly UploadedPart[]>,
): Promise<PinnedParts> =>
  store.read(async (read) => {
    const parts = await find(read);
    return { parts, release: blobs.pin(parts.flatMap((part) => part.parts.map(({ blob }) => blob))) };
  });

async function completeWith(
  input: CompleteInput,
  context: Context,
  upload: Upload,
  parts: readonly UploadedPart[],
) {
  const { blobs, endpoint } = context;
  const bytes = parts.reduce((sum, part) => sum + part.bytes, 0);
  if (bytes > MULTIPART.objectBytes) throw entityTooLarge(bytes, MULTIPART.objectBytes);
  if (input.MpuObjectSize !== undefined && input.MpuObjectSize !== bytes)
    throw invalidRequest(
      `The provided 'x-amz-mp-object-size' header value ${input.MpuObjectSize} does not match what was computed: ${bytes}`,
    );
  const checksum = await objectChecksum(context, upload, parts);
  checkStatedChecksum(input, checksum);
  const manifest = {
    parts: parts.flatMap((part) => part.parts),
    partBytes: parts.map((part) => part.bytes),
  };
  const stored = await withContent(blobs, manifest, (prepared) =>
    nameObject(context, input, { upload, parts, bytes, checksum, prepared }),
  );
  return {
    Location: `${endpoint}/${input.Bucket}/${input.Key}`,
    Bucket: input.Bucket,
    Key: input.Key,
    ETag: quoted(stored.etag),
    ...checksumMembers(checksum),
    ...ENCRYPTION,
    ...(stored.versionId === "null" ? {} : { VersionId: stored.versionId }),
  };
}

/** @throws Fault InvalidPartOrder, InvalidPart, EntityTooSmall */
async function statedParts(
  read: Reader,
  upload: Upload,
  stated: readonly StatedPart[],
): Promise<UploadedPart[]> {
  const { uploadId } = upload;
  const rows = await read.scan(uploadedParts, { within: [uploadId], limit: MULTIPART.partNumber.max });
  const byNumber = new Map(rows.map((row) => [row.number, row]));
  const parts: UploadedPart[] = [];
  let previous = 0;
  for (const one of stated) {
    const number = one.PartNumber ?? 0;
    if (number <= previous) throw invalidPartOrder(uploadId);
    previous = number;
    const row = byNumber.get(number);
    const etag = unquoted(one.ETag ?? "");
    if (!row || row.etag !== etag) throw invalidPart(uploadId, number, etag);
    const sum = statedValue(one, row.checksum.algorithm);
    if (sum !== undefined && sum !== row.checksum.value) throw invalidPart(uploadId, number, etag);
    parts.push(row);
  }
  const small = parts.slice(0, -1).find((part) => part.bytes < MULTIPART.partBytes.min);
  if (small) throw entityTooSmall(small.bytes, small.number, small.etag, MULTIPART.partBytes.min);
  return parts;
}

const CRCS: Partial<Record<ChecksumAlgorithm, Crc>> = { CRC32: crc32, CRC32C: crc32c, CRC64NVME: crc64nvme };

/** Of the parts' checksums, or of the whole object: those of CRCs combine without reading a byte. */
async function objectChecksum(
  { blobs }: Context,
  upload: Upload,
  parts: readonly UploadedPart[],
): Promise<ObjectChecksum> {
  const { algorithm, type } = upload.checksum ?? ({ algorithm: "CRC64NVME", type: "FULL_OBJECT" } as const);
  const sums: Buffer[] = [];
  for (const part of parts) {
    const known = part.checksum.algorithm === algorithm;
    const value = known ? part.checksum.value : await checksumOf(blobs, part.parts, part.bytes, algorithm);
    sums.push(Buffer.from(value, "base64"));
  }
  if (type === "COMPOSITE") {
    const composite = startChecksum(algorithm);
    for (const sum of sums) composite.update(sum);
    return { algorithm, type, value: `${composite.digest().toString("base64")}-${parts.length}` };
  }
  const crc = CRCS[algorithm];
  invariant(crc, `${algorithm} has no checksum of the whole object`);
  const [first, ...rest] = sums;
  invariant(first, "an upload has a part");
  const whole = rest.reduce(
    (sum, next, index) => crc.combine(sum, next, parts[index + 1]?.bytes ?? 0),
    first,
  );
  return { algorithm, type, value: whole.toString("base64") };
}

function checkStatedChecksum(input: CompleteInput, checksum: ObjectChecksum): void {
  const stated = statedValue(input, checksum.algorithm);
  if (stated !== undefined && stated !== checksum.value && stated !== checksum.value.split("-")[0])
    throw invalidRequest(
      `The upload was created using the ${checksum.type} checksum mode. The checksum that was specified does not match the one that was computed.`,
    );
}

interface Completed {
  readonly upload: Upload;
  readonly parts: readonly UploadedPart[];
  readonly bytes: number;
  readonly checksum: ObjectChecksum;
  readonly prepared: PreparedContent;
}

function nameObject(
  { store, blobs, caller, clock }: Context,
  input: CompleteInput,
  { upload, parts, bytes, checksum, prepared }: Completed,
): Promise<ObjectVersion> {
  return store.update(async (tx) => {
    const bucket = await bucketOf(tx, input, caller);
    // A part put again, or an abort, since the parts were looked at, makes this update run into it here.
    await uploadOf(tx, input);
    await checkUnchanged(tx, parts);
    const current = await tx.get(objects, bucket.name, upload.key);
    checkWrite(input, upload.key, current);
    prepared.name(tx);
    const now = clock.now();
    await endUpload(
      tx,
      upload,
      parts.map((part) => part.number),
      now,
    );
    const version = {
      bucket: bucket.name,
      key: upload.key,
      isDeleteMarker: false,
      bytes,
      lastModifiedMs: now.getTime(),
      etag: multipartEtag(parts),
      storageClass: upload.storageClass,
      details: {
        account: bucket.account,
        content: prepared.content,
        headers: upload.headers,
        metadata: upload.metadata,
        checksum,
        ...(upload.tags ? { tags: upload.tags } : {}),
      },
    };
    return addVersion({ tx, blobs, now }, bucket, version, current);
  });
}

async function checkUnchanged(read: Reader, parts: readonly UploadedPart[]): Promise<void> {
  const [first] = parts;
  invariant(first, "an upload has a part");
  const rows = await read.scan(uploadedParts, { within: [first.uploadId], limit: MULTIPART.partNumber.max });
  const now = new Map(rows.map((row) => [row.number, row.parts[0]?.blob]));
  for (const part of parts)
    if (now.get(part.number) !== part.parts[0]?.blob)
      throw invalidPart(part.uploadId, part.number, part.etag);
}

/** The MD5 of the parts' MD5s, and how many they are. */
function multipartEtag(parts: readonly UploadedPart[]): string {
  const md5 = createHash("md5");
  for (const part of parts) md5.update(Buffer.from(part.etag, "hex"));
  return `${md5.digest("hex")}-${parts.length}`;
}
