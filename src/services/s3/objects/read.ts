import { fault } from "../../../base/fault.ts";
import type { AuthorizeScope } from "../../../platform/context.ts";
import type { Check } from "../../../platform/operation.ts";
import type { Reader } from "../../../store/store.ts";
import { bucketArn, bucketOf, objectCheck } from "../authority.ts";
import { invalidObjectState, methodNotAllowed, noSuchKey, noSuchVersion } from "../faults.ts";
import { objects, type ObjectVersion } from "../model.ts";
import { findVersion, newestMarker } from "../versions/chain.ts";

interface ObjectName {
  readonly Bucket: string;
  readonly Key: string;
  readonly VersionId?: string | undefined;
  readonly ExpectedBucketOwner?: string | undefined;
}

/**
 * Reading needs the action on the key. Who may not list the bucket is not told whether a key exists: a missing
 * one is answered 403. Source: Amazon S3 API Reference, GetObject, "Permissions".
 */
export const readChecks =
  (action: string, versionAction: string) =>
  async (input: ObjectName, { read, caller }: AuthorizeScope): Promise<readonly Check[]> => {
    const bucket = await bucketOf(read, input, caller);
    const { Key: key, VersionId: versionId } = input;
    const check = objectCheck(bucket, key, versionId === undefined ? action : versionAction, versionId);
    if (versionId !== undefined || (await read.get(objects, bucket.name, key))) return [check];
    return [
      check,
      { action: "s3:ListBucket", resource: bucketArn(bucket.name), resourceAccount: bucket.account },
    ];
  };

/** The version that is asked for, whatever it is. @returns undefined for none, and where the newest is a delete marker. */
export const findObject = (
  read: Reader,
  { Bucket, Key, VersionId }: ObjectName,
): Promise<ObjectVersion | undefined> =>
  VersionId === undefined ? read.get(objects, Bucket, Key) : findVersion(read, Bucket, Key, VersionId);

/** The version that is asked for, which has bytes. @throws Fault NoSuchKey, NoSuchVersion, MethodNotAllowed for a delete marker. */
export async function existing(
  read: Reader,
  { Bucket, Key, VersionId }: ObjectName,
  method: string,
): Promise<ObjectVersion> {
  if (VersionId !== undefined) {
    const version = await findVersion(read, Bucket, Key, VersionId);
    if (!version) throw noSuchVersion(Key, VersionId);
    if (version.isDeleteMarker) throw methodNotAllowed(method, "DeleteMarker");
    return version;
  }
  const current = await read.get(objects, Bucket, Key);
  if (current) return current;
  const marker = await newestMarker(read, Bucket, Key);
  if (marker) throw withMarker(Key, marker);
  throw noSuchKey(Key);
}

const withMarker = (key: string, { versionId }: ObjectVersion) =>
  fault("NoSuchKey", "The specified key does not exist.", {
    status: 404,
    fields: { Key: key },
    headers: { "x-amz-delete-marker": "true", "x-amz-version-id": versionId },
  });

const ARCHIVED: ReadonlySet<string> = new Set(["GLACIER", "DEEP_ARCHIVE"]);

/** Archived bytes must be restored first. @throws Fault InvalidObjectState */
export function checkReadable({ storageClass }: ObjectVersion): void {
  if (ARCHIVED.has(storageClass)) throw invalidObjectState(storageClass);
}
