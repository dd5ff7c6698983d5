import { GIB, KIB, MIB, TIB } from "../../base/units.ts";

/** Source: Amazon S3 User Guide, "General purpose bucket quotas, limitations, and restrictions". */
export const BUCKETS_PER_ACCOUNT = 10_000;

/** Source: Amazon S3 User Guide, "Naming Amazon S3 objects". */
export const KEY_BYTES = 1_024;

/** Source: Amazon S3 User Guide, "Working with object metadata": 2 KB of names and values in UTF-8. */
export const USER_METADATA_BYTES = 2 * KIB;

/** Source: Amazon S3 User Guide, "Categorizing your storage using tags". */
export const OBJECT_TAGS = { count: 10, keyCharacters: 128, valueCharacters: 256 } as const;
export const BUCKET_TAGS = { count: 50, keyCharacters: 128, valueCharacters: 256 } as const;

/** Source: Amazon S3 User Guide, "Amazon S3 multipart upload limits". */
export const MULTIPART = {
  partNumber: { min: 1, max: 10_000 },
  partBytes: { min: 5 * MIB, max: 5 * GIB },
  objectBytes: 50 * TIB,
  pageParts: 1_000,
  pageUploads: 1_000,
} as const;

/** Source: Amazon S3 API Reference, CopyObject. */
export const COPY_BYTES = 5 * GIB;

/** Source: Amazon S3 API Reference, ListObjectsV2, MaxKeys. */
export const PAGE_KEYS = 1_000;

/** Source: Amazon S3 API Reference, DeleteObjects. */
export const DELETE_KEYS = 1_000;

/** Source: Amazon S3 User Guide, "Bucket policies": 20 KB. */
export const BUCKET_POLICY_BYTES = 20 * KIB;

/** Source: Amazon S3 User Guide, "Elements of a CORS configuration": 100 rules. */
export const CORS_RULES = 100;
