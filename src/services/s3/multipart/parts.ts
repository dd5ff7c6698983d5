import { createHash } from "node:crypto";
import { invariant } from "../../../base/invariant.ts";
import { startChecksum, type Checksum, type ChecksumAlgorithm } from "../../../platform/checksums.ts";
import type { InputOf } from "../../../contract/apis.ts";
import type { Context } from "../../../platform/context.ts";
import { operation } from "../../../platform/operation.ts";
import type { Blobs } from "../../../store/blobs/blobs.ts";
import type { Transaction } from "../../../store/store.ts";
import { bucketOf, objectCheck, onObject } from "../authority.ts";
import { entityTooLarge, invalidArgument, invalidRequest } from "../faults.ts";
import { MULTIPART } from "../limits.ts";
import { uploadedParts, type StoredPart, type Upload, type UploadedPart } from "../model.ts";
import { checksumValue } from "../objects/checksum-members.ts";
import { checkCopySource, quoted } from "../objects/conditions.ts";
import { copyHolder, INLINE_PARTS, partsOf, PUT_HOLDER, readContent } from "../objects/content.ts";
import { parseCopySource, sourceChecks, sourceConditions } from "../objects/copy-source.ts";
import { ENCRYPTION } from "../objects/headers.ts";
import { withPinned, type PinnedObject } from "../objects/pinning.ts";
import type { ByteRange } from "../objects/ranges.ts";
import { checkReadable, existing } from "../objects/read.ts";
import { uploadOf } from "./uploads.ts";

/** @throws Fault InvalidArgument */
function checkPartNumber(number: number): void {
  const { min, max } = MULTIPART.partNumber;
  if (number < min || number > max)
    throw invalidArgument(
      `Part number must be an integer between ${min} and ${max}, inclusive`,
      "partNumber",
      number,
    );
}

export const upload = operation("s3:UploadPart", {
  authorize: (input, scope) => {
    checkPartNumber(input.PartNumber);
    return onObject("s3:PutObject")({ ...input, VersionId: undefined }, scope);
  },
  async handle(input, { store, blobs, clock, body }) {
    invariant(body, "UploadPart comes with a body");
    const { PartNumber: number, UploadId: uploadId } = input;
    const etag = body.md5;
    const begun = await store.read((read) => uploadOf(read, input));
    const expected = begun.checksum?.algorithm;
    if (body.checksumStated && expected !== undefined && body.checksum.algorithm !== expected)
      throw invalidRequest(
        `Checksum Type mismatch occurred, expected checksum Type: ${expected.toLowerCase()}, actual checksum Type: ${body.checksum.algorithm.toLowerCase()}`,
      );
    const parts = [{ blob: body.draft.id, offset: 0, bytes: body.bytes, holder: PUT_HOLDER }];
    const { bytes, checksum } = body;
    const part = await store.update(async (tx): Promise<UploadedPart> => {
      await uploadOf(tx, input);
      blobs.name(tx, body.draft, PUT_HOLDER);
      const lastModifiedMs = clock.now().getTime();
      return putPart(tx, blobs, { uploadId, number, parts, bytes, etag, checksum, lastModifiedMs });
    });
    return {
      ETag: quoted(etag),
      ...ENCRYPTION,
      ...(body.checksumStated ? checksumValue(part.checksum) : {}),
    };
  },
});

/** A part that is put again replaces the one of its number. */
async function putPart(tx: Transaction, blobs: Blobs, part: UploadedPart): Promise<UploadedPart> {
  const old = await tx.get(uploadedParts, part.uploadId, part.number);
  for (const { blob, holder } of old?.parts ?? []) await blobs.free(tx, blob, holder);
  tx.put(uploadedParts, part);
  return part;
}

export const copy = operation("s3:UploadPartCopy", {
  async authorize(input, scope) {
    checkPartNumber(input.PartNumber);
    const bucket = await bucketOf(scope.read, input, scope.caller);
    const source = await sourceChecks(
      parseCopySource(input.CopySource),
      input.ExpectedSourceBucketOwner,
      scope,
    );
    return [...source, objectCheck(bucket, input.Key, "s3:PutObject")];
  },
  async handle(input, context) {
    const begun = await context.store.read((read) => uploadOf(read, input));
    const source = parseCopySource(input.CopySource);
    return withPinned(
      context,
      (read) => existing(read, source, "GET"),
      (pinned) => copyPinned(input, context, begun, pinned),
    );
  },
});

/** The source stays until the part owns its blobs too. */
async function copyPinned(
  input: InputOf<"s3:UploadPartCopy">,
  { store, blobs, clock }: Context,
  begun: Upload,
  { object: from, manifest }: PinnedObject,
) {
  const { PartNumber: number, UploadId: uploadId } = input;
  checkCopySource(sourceConditions(input), from);
  checkReadable(from);
  const range = copyRange(input.CopySourceRange, from.bytes);
  if (range.bytes > MULTIPART.partBytes.max) throw entityTooLarge(range.bytes, MULTIPART.partBytes.max);
  const holder = copyHolder();
  const owned = partsOf(manifest.parts, range).map((part) => ({ ...part, holder }));
  if (owned.length > INLINE_PARTS)
    throw invalidRequest(
      `The copied range lies in more than ${INLINE_PARTS} parts of the source; copy it in smaller ranges.`,
    );
  const body = await readContent(blobs, manifest.parts, range);
  const sums = await hashAll(body, begun.checksum?.algorithm ?? "CRC64NVME");
  const lastModifiedMs = clock.now().getTime();
  const part = { uploadId, number, parts: owned, bytes: range.bytes, lastModifiedMs, ...sums };
  await store.update(async (tx) => {
    await uploadOf(tx, input);
    await shareAll(tx, blobs, owned);
    await putPart(tx, blobs, part);
  });
  const stated = begun.checksum ? checksumValue(part.checksum) : {};
  return {
    CopyPartResult: { ETag: quoted(part.etag), LastModified: new Date(lastModifiedMs), ...stated },
    ...ENCRYPTION,
    ...(from.versionId === "null" ? {} : { CopySourceVersionId: from.versionId }),
  };
}

async function shareAll(tx: Transaction, blobs: Blobs, parts: readonly StoredPart[]): Promise<void> {
  for (const { blob, holder } of parts) await blobs.share(tx, blob, holder);
}

const COPY_RANGE = /^bytes=(\d+)-(\d+)$/;

/** @throws Fault InvalidArgument; a range must be whole and lie inside the source. */
function copyRange(header: string | undefined, bytes: number): ByteRange {
  if (header === undefined) return { from: 0, bytes };
  const [, first, last] = COPY_RANGE.exec(header) ?? [];
  if (first === undefined || last === undefined || Number(last) < Number(first))
    throw invalidArgument(
      "The x-amz-copy-source-range value must be of the form bytes=first-last where first and last are the zero-based offsets of the first and last bytes to copy",
      "x-amz-copy-source-range",
      header,
    );
  if (Number(last) >= bytes)
    throw invalidArgument(
      `Range specified is not valid for source object of size: ${bytes}`,
      "x-amz-copy-source-range",
      header,
    );
  return { from: Number(first), bytes: Number(last) - Number(first) + 1 };
}

async function hashAll(
  body: Uint8Array | AsyncIterable<Uint8Array>,
  algorithm: ChecksumAlgorithm,
): Promise<{ readonly etag: string; readonly checksum: Checksum }> {
  const md5 = createHash("md5");
  const sum = startChecksum(algorithm);
  for await (const chunk of body instanceof Uint8Array ? [body] : body) {
    md5.update(chunk);
    sum.update(chunk);
  }
  return { etag: md5.digest("hex"), checksum: { algorithm, value: sum.digest().toString("base64") } };
}
