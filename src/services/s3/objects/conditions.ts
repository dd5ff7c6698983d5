import { noSuchKey, notModified, preconditionFailed } from "../faults.ts";

/** What a request asks of the object that is there. */
export interface Conditions {
  readonly IfMatch?: string | undefined;
  readonly IfNoneMatch?: string | undefined;
  readonly IfModifiedSince?: Date | undefined;
  readonly IfUnmodifiedSince?: Date | undefined;
}

export interface Tested {
  readonly etag: string;
  readonly lastModifiedMs: number;
}

/**
 * For reads. If-Match beats If-Unmodified-Since, If-None-Match beats If-Modified-Since.
 * Source: Amazon S3 API Reference, GetObject; RFC 9110, 13.2.2. @throws Fault PreconditionFailed (412), NotModified (304)
 */
export function checkRead(conditions: Conditions, object: Tested): void {
  const { IfMatch, IfNoneMatch, IfModifiedSince, IfUnmodifiedSince } = conditions;
  if (IfMatch !== undefined) {
    if (!matches(IfMatch, object.etag)) throw preconditionFailed("If-Match");
  } else if (IfUnmodifiedSince !== undefined && inSeconds(object) > IfUnmodifiedSince.getTime()) {
    throw preconditionFailed("If-Unmodified-Since");
  }
  if (IfNoneMatch !== undefined) {
    if (matches(IfNoneMatch, object.etag)) throw notModified();
  } else if (IfModifiedSince !== undefined && inSeconds(object) <= IfModifiedSince.getTime()) {
    throw notModified();
  }
}

/** For the source of a copy, where every failure is 412. Source: Amazon S3 API Reference, CopyObject. */
export function checkCopySource(conditions: Conditions, object: Tested): void {
  const { IfMatch, IfNoneMatch, IfModifiedSince, IfUnmodifiedSince } = conditions;
  if (IfMatch !== undefined) {
    if (!matches(IfMatch, object.etag)) throw preconditionFailed("x-amz-copy-source-If-Match");
  } else if (IfUnmodifiedSince !== undefined && inSeconds(object) > IfUnmodifiedSince.getTime()) {
    throw preconditionFailed("x-amz-copy-source-If-Unmodified-Since");
  }
  if (IfNoneMatch !== undefined) {
    if (matches(IfNoneMatch, object.etag)) throw preconditionFailed("x-amz-copy-source-If-None-Match");
  } else if (IfModifiedSince !== undefined && inSeconds(object) <= IfModifiedSince.getTime()) {
    throw preconditionFailed("x-amz-copy-source-If-Modified-Since");
  }
}

/** For writes. Source: Amazon S3 User Guide, "How to prevent object overwrites with conditional writes". */
export function checkWrite(
  { IfMatch, IfNoneMatch }: Conditions,
  key: string,
  current: Tested | undefined,
): void {
  if (IfNoneMatch !== undefined && current && matches(IfNoneMatch, current.etag))
    throw preconditionFailed("If-None-Match");
  if (IfMatch === undefined) return;
  if (!current) throw noSuchKey(key);
  if (!matches(IfMatch, current.etag)) throw preconditionFailed("If-Match");
}

function matches(header: string, etag: string): boolean {
  if (header.trim() === "*") return true;
  return header.split(",").some((one) => unquoted(one.trim().replace(/^W\//, "")) === etag);
}

export const unquoted = (etag: string): string => etag.replace(/^"(.*)"$/, "$1");

export const quoted = (etag: string): string => `"${etag}"`;

/** HTTP dates have no milliseconds. */
const inSeconds = ({ lastModifiedMs }: Tested): number => Math.floor(lastModifiedMs / 1_000) * 1_000;
