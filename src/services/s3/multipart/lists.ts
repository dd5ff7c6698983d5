import { operation } from "../../../platform/operation.ts";
import { page } from "../../../platform/paging.ts";
import { onBucket, onObject } from "../authority.ts";
import { MULTIPART } from "../limits.ts";
import { uploadedParts, uploads, type Upload } from "../model.ts";
import { encoder, pageSize } from "../listing/encoding.ts";
import { commonPrefix } from "../listing/walk.ts";
import { checksumValue } from "../objects/checksum-members.ts";
import { quoted } from "../objects/conditions.ts";
import { ownerOf } from "../owner.ts";
import { uploadOf } from "./uploads.ts";

export const listParts = operation("s3:ListParts", {
  authorize: (input, scope) =>
    onObject("s3:ListMultipartUploadParts")({ ...input, VersionId: undefined }, scope),
  async handle(input, { store }) {
    const limit = pageSize(input.MaxParts, "max-parts", MULTIPART.pageParts);
    const marker = Number(input.PartNumberMarker ?? 0);
    const upload = await store.read((read) => uploadOf(read, input));
    const rows = await store.read((read) =>
      read.scan(uploadedParts, {
        within: [upload.uploadId],
        after: [upload.uploadId, marker],
        limit: limit + 1,
      }),
    );
    const { items, last } = page(rows, limit);
    return {
      Bucket: upload.bucket,
      Key: upload.key,
      UploadId: upload.uploadId,
      PartNumberMarker: String(marker),
      NextPartNumberMarker: String(items.at(-1)?.number ?? 0),
      MaxParts: limit,
      IsTruncated: last !== undefined,
      Parts: items.map((part) => ({
        PartNumber: part.number,
        LastModified: new Date(part.lastModifiedMs),
        ETag: quoted(part.etag),
        Size: part.bytes,
        ...(upload.checksum ? checksumValue(part.checksum) : {}),
      })),
      Initiator: initiatorOf(upload),
      Owner: ownerOf(upload.account),
      StorageClass: upload.storageClass as "STANDARD",
      ...checksumFacts(upload),
    };
  },
});

const checksumFacts = ({ checksum }: Upload) =>
  checksum ? { ChecksumAlgorithm: checksum.algorithm, ChecksumType: checksum.type } : {};

const initiatorOf = (upload: Upload) => ({
  ID: upload.initiator,
  DisplayName: upload.initiator.split("/").at(-1) ?? upload.initiator,
});

export const listUploads = operation("s3:ListMultipartUploads", {
  authorize: onBucket("s3:ListBucketMultipartUploads"),
  async handle(input, { store }) {
    const { Bucket: bucket, Prefix: prefix = "", Delimiter: delimiter } = input;
    const encode = encoder(input.EncodingType);
    const limit = pageSize(input.MaxUploads, "max-uploads", MULTIPART.pageUploads);
    const after = marker(bucket, input.KeyMarker, input.UploadIdMarker);
    const range = {
      within: [bucket],
      ...(prefix === "" ? {} : { startsWith: prefix }),
      ...(after ? { after } : {}),
    };
    const rows = await store.read((read) => read.scan(uploads, { ...range, limit: limit + 1 }));
    const { items, last } = page(rows, limit);
    const { shown, commonPrefixes } = grouped(items, prefix, delimiter);
    return {
      Bucket: bucket,
      Prefix: encode(prefix),
      KeyMarker: encode(input.KeyMarker ?? ""),
      UploadIdMarker: input.UploadIdMarker ?? "",
      MaxUploads: limit,
      IsTruncated: last !== undefined,
      ...(last ? { NextKeyMarker: encode(last.key), NextUploadIdMarker: last.uploadId } : {}),
      ...(delimiter === undefined ? {} : { Delimiter: encode(delimiter) }),
      ...(input.EncodingType === undefined ? {} : { EncodingType: input.EncodingType }),
      CommonPrefixes: commonPrefixes.map((text) => ({ Prefix: encode(text) })),
      Uploads: shown.map((upload) => ({
        Key: encode(upload.key),
        UploadId: upload.uploadId,
        Initiated: new Date(upload.initiatedMs),
        StorageClass: upload.storageClass as "STANDARD",
        Owner: ownerOf(upload.account),
        Initiator: initiatorOf(upload),
        ...checksumFacts(upload),
      })),
    };
  },
});

/** Without an upload id behind the whole key. Source: Amazon S3 API Reference, ListMultipartUploads. */
function marker(bucket: string, key: string | undefined, uploadId: string | undefined) {
  if (key === undefined || key === "") return undefined;
  return uploadId === undefined || uploadId === "" ? [bucket, key] : [bucket, key, uploadId];
}

function grouped(rows: readonly Upload[], prefix: string, delimiter: string | undefined) {
  const shown: Upload[] = [];
  const commonPrefixes = new Set<string>();
  for (const row of rows) {
    const shared = commonPrefix({ prefix, delimiter }, row.key);
    if (shared === undefined) shown.push(row);
    else commonPrefixes.add(shared);
  }
  return { shown, commonPrefixes: [...commonPrefixes] };
}
