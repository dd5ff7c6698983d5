import type { ChecksumAlgorithm } from "../../platform/checksums.ts";
import type { BlobId } from "../../store/blobs/model.ts";
import type { BlobPart } from "../../store/blobs/blobs.ts";
import { table } from "../../store/table.ts";
import { objectRows } from "./object-codec.ts";

export interface Bucket {
  readonly name: string;
  readonly account: string;
  readonly region: string;
  readonly createdMs: number;
  /** Absent until versioning was first enabled. */
  readonly versioning?: "Enabled" | "Suspended";
  readonly tags?: Readonly<Record<string, string>>;
  readonly policy?: string;
  readonly cors?: readonly CorsRule[];
}

export interface CorsRule {
  readonly ID?: string | undefined;
  readonly AllowedHeaders?: readonly string[] | undefined;
  readonly AllowedMethods: readonly string[];
  readonly AllowedOrigins: readonly string[];
  readonly ExposeHeaders?: readonly string[] | undefined;
  readonly MaxAgeSeconds?: number | undefined;
}

/** Bucket names are one for all accounts. */
export const buckets = table("s3.buckets", {
  scope: "global",
  remembered: true,
  key: (bucket: Bucket) => [bucket.name] as const,
});

export interface OwnedBucket {
  readonly account: string;
  readonly name: string;
}

export const bucketsByAccount = table("s3.buckets.by-account", {
  scope: "account",
  key: (owned: OwnedBucket) => [owned.account, owned.name] as const,
});

/** The version id of what was put while versioning was not enabled. */
export const NULL_VERSION = "null";

/** One version of an object, or a delete marker. What lists show is in the row's compact head; see `object-codec.ts`. */
export interface ObjectVersion {
  readonly bucket: string;
  readonly key: string;
  readonly versionId: string;
  /** Orders the versions of a key: the greatest is the current one. */
  readonly sequence: number;
  readonly isDeleteMarker: boolean;
  readonly bytes: number;
  readonly lastModifiedMs: number;
  /** Hexadecimal MD5, and `-parts` after a multipart upload; without quotes. */
  readonly etag: string;
  readonly storageClass: string;
  readonly details: ObjectDetails;
}

/** What lists do not show, decoded when it is asked for. */
export interface ObjectDetails {
  readonly account: string;
  readonly content: Content;
  readonly headers: SystemHeaders;
  readonly metadata: Readonly<Record<string, string>>;
  readonly tags?: Readonly<Record<string, string>>;
  readonly checksum?: ObjectChecksum;
}

/** Stored with the object and returned as they came. Source: Amazon S3 User Guide, "System-defined object metadata". */
export interface SystemHeaders {
  readonly ContentType?: string;
  readonly CacheControl?: string;
  readonly ContentDisposition?: string;
  readonly ContentEncoding?: string;
  readonly ContentLanguage?: string;
  readonly Expires?: string;
  readonly WebsiteRedirectLocation?: string;
}

export interface ObjectChecksum {
  readonly algorithm: ChecksumAlgorithm;
  readonly value: string;
  readonly type: "FULL_OBJECT" | "COMPOSITE";
}

/** A stretch of a blob, and the name under which this object owns it. */
export interface StoredPart extends BlobPart {
  readonly holder: string;
}

/** Where the bytes are: stretches of blobs, listed here when few, else in a blob of their own. */
export interface Content {
  readonly parts: readonly StoredPart[];
  /** A blob that lists the parts and their sizes instead, where they are too many for a row. */
  readonly manifest?: BlobId;
  /** After a multipart upload: the size of each part, so that one can be asked for by number. */
  readonly partBytes?: readonly number[];
}

/** The version that a GET without a version id answers; a key whose newest version is a delete marker has none. */
export const objects = table("s3.objects", {
  scope: "global",
  key: (object: ObjectVersion) => [object.bucket, object.key] as const,
  codec: objectRows,
});

/** Every version that is not in `objects`, newest first. */
export const versions = table("s3.versions", {
  scope: "global",
  key: (version: ObjectVersion) => [version.bucket, version.key, -version.sequence] as const,
  codec: objectRows,
});

export interface Upload {
  readonly bucket: string;
  readonly key: string;
  readonly uploadId: string;
  readonly account: string;
  readonly initiator: string;
  readonly initiatedMs: number;
  readonly storageClass: string;
  readonly headers: SystemHeaders;
  readonly metadata: Readonly<Record<string, string>>;
  readonly tags?: Readonly<Record<string, string>>;
  readonly checksum?: { readonly algorithm: ChecksumAlgorithm; readonly type: "FULL_OBJECT" | "COMPOSITE" };
}

export const uploads = table("s3.uploads", {
  scope: "global",
  key: (upload: Upload) => [upload.bucket, upload.key, upload.uploadId] as const,
});

export interface UploadedPart {
  readonly uploadId: string;
  readonly number: number;
  readonly parts: readonly StoredPart[];
  readonly bytes: number;
  /** Hexadecimal MD5. */
  readonly etag: string;
  readonly lastModifiedMs: number;
  readonly checksum: { readonly algorithm: ChecksumAlgorithm; readonly value: string };
}

export const uploadedParts = table("s3.uploaded-parts", {
  scope: "global",
  key: (part: UploadedPart) => [part.uploadId, part.number] as const,
});

/** An upload that is over: its part rows still wait to be cleared away, and those that no object took hold blobs. */
export interface EndedUpload {
  readonly uploadId: string;
  /** Numbers of the parts that the object is made of. */
  readonly used: readonly number[];
}

export const endedUploads = table("s3.ended-uploads", {
  scope: "global",
  key: (ended: EndedUpload) => [ended.uploadId] as const,
});
