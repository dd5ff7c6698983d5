import type { InputOf } from "../../../contract/apis.ts";
import { operation } from "../../../platform/operation.ts";
import type { Check } from "../../../platform/operation.ts";
import { onBucket } from "../authority.ts";
import { invalidArgument } from "../faults.ts";
import { objects, type ObjectVersion } from "../model.ts";
import { listedChecksum } from "../object-codec.ts";
import { quoted } from "../objects/conditions.ts";
import { ownerOf } from "../owner.ts";
import { encoder, pageSize } from "./encoding.ts";
import { walk, type Position } from "./walk.ts";

type ListInput = InputOf<"s3:ListObjects"> | InputOf<"s3:ListObjectsV2">;

/** A list is one decision, with what it asks for as condition keys. Source: Service Authorization Reference, Amazon S3, ListBucket. */
const listKeys = ({ Prefix, Delimiter, MaxKeys }: ListInput): Check["context"] => ({
  ...(Prefix === undefined ? {} : { "s3:prefix": Prefix }),
  ...(Delimiter === undefined ? {} : { "s3:delimiter": Delimiter }),
  ...(MaxKeys === undefined ? {} : { "s3:max-keys": String(MaxKeys) }),
});

export const listV2 = operation("s3:ListObjectsV2", {
  authorize: onBucket("s3:ListBucket", listKeys),
  async handle(input, { store, pages }) {
    const { Bucket: bucket, Prefix: prefix = "", Delimiter: delimiter, StartAfter: startAfter } = input;
    const encode = encoder(input.EncodingType);
    const limit = pageSize(input.MaxKeys, "maxKeys");
    const tokens = pages(bucket, prefix, delimiter);
    const resumed = tokens.after(input.ContinuationToken, () =>
      invalidArgument(
        "The continuation token provided is incorrect",
        "continuation-token",
        input.ContinuationToken,
      ),
    );
    const after = resumed ? toPosition(resumed) : startPosition(startAfter);
    const found = await store.read((read) =>
      walk(read, objects, { bucket, prefix, delimiter, after, limit }),
    );
    return {
      Name: bucket,
      Prefix: encode(prefix),
      MaxKeys: limit,
      KeyCount: found.rows.length + found.commonPrefixes.length,
      IsTruncated: found.last !== undefined,
      Contents: found.rows.map((row) => listed(row, encode, input.FetchOwner === true)),
      CommonPrefixes: found.commonPrefixes.map((text) => ({ Prefix: encode(text) })),
      ...(delimiter === undefined ? {} : { Delimiter: encode(delimiter) }),
      ...(input.EncodingType === undefined ? {} : { EncodingType: input.EncodingType }),
      ...(startAfter === undefined ? {} : { StartAfter: encode(startAfter) }),
      ...(input.ContinuationToken === undefined ? {} : { ContinuationToken: input.ContinuationToken }),
      ...(found.last ? { NextContinuationToken: tokens.next([found.last.kind, found.last.text]) } : {}),
    };
  },
});

const toPosition = ([kind, text]: readonly unknown[]): Position => ({
  kind: kind === "prefix" ? "prefix" : "key",
  text: String(text),
});

const startPosition = (text: string | undefined): Position | undefined =>
  text === undefined || text === "" ? undefined : { kind: "key", text };

export const list = operation("s3:ListObjects", {
  authorize: onBucket("s3:ListBucket", listKeys),
  async handle(input, { store }) {
    const { Bucket: bucket, Prefix: prefix = "", Delimiter: delimiter, Marker: marker } = input;
    const encode = encoder(input.EncodingType);
    const limit = pageSize(input.MaxKeys, "maxKeys");
    const after = startPosition(marker);
    const found = await store.read((read) =>
      walk(read, objects, { bucket, prefix, delimiter, after, limit }),
    );
    return {
      Name: bucket,
      Prefix: encode(prefix),
      Marker: encode(marker ?? ""),
      MaxKeys: limit,
      IsTruncated: found.last !== undefined,
      Contents: found.rows.map((row) => listed(row, encode, true)),
      CommonPrefixes: found.commonPrefixes.map((text) => ({ Prefix: encode(text) })),
      ...(delimiter === undefined ? {} : { Delimiter: encode(delimiter) }),
      ...(input.EncodingType === undefined ? {} : { EncodingType: input.EncodingType }),
      // Without a delimiter the last key serves. Source: Amazon S3 API Reference, ListObjects, NextMarker.
      ...(found.last && delimiter ? { NextMarker: encode(found.last.text) } : {}),
    };
  },
});

function listed(row: ObjectVersion, encode: (text: string) => string, withOwner: boolean) {
  const checksum = listedChecksum(row);
  return {
    Key: encode(row.key),
    LastModified: new Date(row.lastModifiedMs),
    ETag: quoted(row.etag),
    Size: row.bytes,
    StorageClass: row.storageClass as "STANDARD",
    ...(checksum ? { ChecksumAlgorithm: [checksum.algorithm], ChecksumType: checksum.type } : {}),
    ...(withOwner ? { Owner: ownerOf(row.details.account) } : {}),
  };
}
