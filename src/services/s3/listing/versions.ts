import { operation } from "../../../platform/operation.ts";
import type { Reader } from "../../../store/store.ts";
import { onBucket } from "../authority.ts";
import { invalidArgument } from "../faults.ts";
import { objects, versions, type ObjectVersion } from "../model.ts";
import { listedChecksum } from "../object-codec.ts";
import { quoted } from "../objects/conditions.ts";
import { ownerOf } from "../owner.ts";
import { sequenceOf } from "../versions/version-ids.ts";
import { encoder, pageSize } from "./encoding.ts";
import { walkVersions, type VersionPosition } from "./walk-versions.ts";

export const listVersions = operation("s3:ListObjectVersions", {
  authorize: onBucket(
    "s3:ListBucketVersions",
    ({ Prefix, Delimiter }: { Prefix?: string; Delimiter?: string }) => ({
      ...(Prefix === undefined ? {} : { "s3:prefix": Prefix }),
      ...(Delimiter === undefined ? {} : { "s3:delimiter": Delimiter }),
    }),
  ),
  async handle(input, { store }) {
    const { Bucket: bucket, Prefix: prefix = "", Delimiter: delimiter, KeyMarker: keyMarker } = input;
    const encode = encoder(input.EncodingType);
    const limit = pageSize(input.MaxKeys, "maxKeys");
    const { VersionIdMarker: idMarker } = input;
    if (idMarker !== undefined && keyMarker === undefined)
      throw invalidArgument(
        "A version-id marker cannot be specified without a key marker.",
        "version-id-marker",
        idMarker,
      );
    const found = await store.read(async (read) =>
      walkVersions(read, {
        bucket,
        prefix,
        delimiter,
        limit,
        after: await position(read, bucket, keyMarker, idMarker),
      }),
    );
    const last = found.last;
    return {
      Name: bucket,
      Prefix: encode(prefix),
      KeyMarker: encode(keyMarker ?? ""),
      VersionIdMarker: idMarker ?? "",
      MaxKeys: limit,
      IsTruncated: last !== undefined,
      Versions: found.rows
        .filter((row) => !row.isDeleteMarker)
        .map((row) => ({ ...listed(row, encode), ...facts(row) })),
      DeleteMarkers: found.rows.filter((row) => row.isDeleteMarker).map((row) => listed(row, encode)),
      CommonPrefixes: found.commonPrefixes.map((text) => ({ Prefix: encode(text) })),
      ...(delimiter === undefined ? {} : { Delimiter: encode(delimiter) }),
      ...(input.EncodingType === undefined ? {} : { EncodingType: input.EncodingType }),
      ...(last ? { NextKeyMarker: encode(last.key) } : {}),
      ...(last?.versionId === undefined ? {} : { NextVersionIdMarker: last.versionId }),
    };
  },
});

async function position(
  read: Reader,
  bucket: string,
  key: string | undefined,
  id: string | undefined,
): Promise<VersionPosition | undefined> {
  if (key === undefined || key === "") return undefined;
  if (id === undefined || id === "") return { key };
  return { key, sequence: sequenceOf(id) ?? (await nullSequence(read, bucket, key)) };
}

/** The null version's id does not tell its place. */
async function nullSequence(read: Reader, bucket: string, key: string): Promise<number> {
  const current = await read.get(objects, bucket, key);
  if (current?.versionId === "null") return current.sequence;
  const rows = await read.scan(versions, { within: [bucket, key], limit: 1_000 });
  return rows.find((row) => row.versionId === "null")?.sequence ?? 0;
}

function listed(row: ObjectVersion & { readonly isLatest: boolean }, encode: (text: string) => string) {
  return {
    Key: encode(row.key),
    VersionId: row.versionId,
    IsLatest: row.isLatest,
    LastModified: new Date(row.lastModifiedMs),
    Owner: ownerOf(row.details.account),
  };
}

function facts(row: ObjectVersion) {
  const checksum = listedChecksum(row);
  return {
    ETag: quoted(row.etag),
    Size: row.bytes,
    StorageClass: row.storageClass as "STANDARD",
    ...(checksum ? { ChecksumAlgorithm: [checksum.algorithm], ChecksumType: checksum.type } : {}),
  };
}
