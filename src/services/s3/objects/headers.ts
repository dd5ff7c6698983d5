import {
  keyTooLong,
  aclNotSupported,
  invalidStorageClass,
  metadataTooLarge,
  notBuiltHere,
} from "../faults.ts";
import { KEY_BYTES, USER_METADATA_BYTES } from "../limits.ts";
import type { SystemHeaders } from "../model.ts";
import { STORAGE_CLASSES } from "../object-codec.ts";

/** What PutObject, CopyObject and CreateMultipartUpload may say about the object to be. */
export interface ObjectInput {
  readonly Key: string;
  readonly ContentType?: string | undefined;
  readonly CacheControl?: string | undefined;
  readonly ContentDisposition?: string | undefined;
  readonly ContentEncoding?: string | undefined;
  readonly ContentLanguage?: string | undefined;
  readonly Expires?: Date | string | undefined;
  readonly WebsiteRedirectLocation?: string | undefined;
  readonly Metadata?: Readonly<Record<string, string>> | undefined;
  readonly StorageClass?: string | undefined;
  readonly ACL?: string | undefined;
  readonly GrantFullControl?: string | undefined;
  readonly GrantRead?: string | undefined;
  readonly GrantReadACP?: string | undefined;
  readonly GrantWriteACP?: string | undefined;
  readonly ServerSideEncryption?: string | undefined;
  readonly SSECustomerAlgorithm?: string | undefined;
  readonly ObjectLockMode?: string | undefined;
  readonly ObjectLockLegalHoldStatus?: string | undefined;
}

const DEFAULT_CONTENT_TYPE = "binary/octet-stream";

export function systemHeaders(input: ObjectInput): SystemHeaders {
  const { CacheControl, ContentDisposition, ContentLanguage, Expires, WebsiteRedirectLocation } = input;
  const encoding = withoutAwsChunked(input.ContentEncoding);
  const headers: { -readonly [Name in keyof SystemHeaders]: SystemHeaders[Name] } = {
    ContentType: input.ContentType ?? DEFAULT_CONTENT_TYPE,
  };
  if (CacheControl !== undefined) headers.CacheControl = CacheControl;
  if (ContentDisposition !== undefined) headers.ContentDisposition = ContentDisposition;
  if (encoding !== undefined) headers.ContentEncoding = encoding;
  if (ContentLanguage !== undefined) headers.ContentLanguage = ContentLanguage;
  if (Expires !== undefined) headers.Expires = expiresText(Expires);
  if (WebsiteRedirectLocation !== undefined) headers.WebsiteRedirectLocation = WebsiteRedirectLocation;
  return headers;
}

const expiresText = (expires: Date | string): string =>
  typeof expires === "string" ? expires : expires.toUTCString();

/** aws-chunked belongs to the transfer, not to the object. Source: Amazon S3 API Reference, "Transferring Payload in Multiple Chunks". */
function withoutAwsChunked(encoding: string | undefined): string | undefined {
  const rest = encoding
    ?.split(",")
    .map((one) => one.trim())
    .filter((one) => one !== "aws-chunked" && one !== "");
  return rest === undefined || rest.length === 0 ? undefined : rest.join(",");
}

/** Names in lower case. @throws Fault MetadataTooLarge */
export function userMetadata(
  metadata: Readonly<Record<string, string>> | undefined,
): Readonly<Record<string, string>> {
  if (!metadata) return NO_METADATA;
  const entries = Object.entries(metadata).map(([name, value]) => [name.toLowerCase(), value] as const);
  const bytes = entries.reduce(
    (sum, [name, value]) => sum + Buffer.byteLength(name) + Buffer.byteLength(value),
    0,
  );
  if (bytes > USER_METADATA_BYTES) throw metadataTooLarge(bytes, USER_METADATA_BYTES);
  return Object.fromEntries(entries);
}

const NO_METADATA = {};

/** @throws Fault KeyTooLongError */
export function checkKey(key: string): void {
  if (key.length * 3 <= KEY_BYTES) return;
  const bytes = Buffer.byteLength(key);
  if (bytes > KEY_BYTES) throw keyTooLong(bytes, KEY_BYTES);
}

/** @throws Fault InvalidStorageClass */
export function storageClassOf(storageClass: string = "STANDARD"): string {
  if (!STORAGE_CLASSES.some((name) => name === storageClass)) throw invalidStorageClass();
  return storageClass;
}

/** Buckets own their objects (BucketOwnerEnforced): only the ACL that says so is taken. Source: Amazon S3 User Guide, "Controlling ownership of objects and disabling ACLs for your bucket". */
export function checkAcl(input: ObjectInput): void {
  const grants = [input.GrantFullControl, input.GrantRead, input.GrantReadACP, input.GrantWriteACP];
  if (grants.some((grant) => grant !== undefined)) throw aclNotSupported();
  if (input.ACL !== undefined && input.ACL !== "bucket-owner-full-control") throw aclNotSupported();
}

/** What would change who can read the bytes is refused by name rather than dropped. */
export function checkBuilt(input: ObjectInput): void {
  if (input.ServerSideEncryption !== undefined && input.ServerSideEncryption !== "AES256")
    throw notBuiltHere(`server-side encryption ${input.ServerSideEncryption}`);
  if (input.SSECustomerAlgorithm !== undefined)
    throw notBuiltHere("server-side encryption with customer-provided keys");
  if (input.ObjectLockMode !== undefined || input.ObjectLockLegalHoldStatus !== undefined)
    throw notBuiltHere("Object Lock");
}

/** Every new object is encrypted so, asked or not. Source: Amazon S3 User Guide, "Using server-side encryption with Amazon S3 managed keys (SSE-S3)". */
export const ENCRYPTION = { ServerSideEncryption: "AES256" } as const;
