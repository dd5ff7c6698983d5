import { isFault, type Fault } from "../../../base/fault.ts";
import type { InputOf } from "../../../contract/apis.ts";
import { operation } from "../../../platform/operation.ts";
import type { Context } from "../../../platform/context.ts";
import { bucketOf, objectCheck } from "../authority.ts";
import { malformedXml, notBuiltHere, preconditionFailed } from "../faults.ts";
import { DELETE_KEYS } from "../limits.ts";
import { objects, type Bucket } from "../model.ts";
import { addVersion, findVersion, removeVersion } from "../versions/chain.ts";
import { unquoted } from "./conditions.ts";
import { freeContent } from "./content.ts";
import { checkKey } from "./headers.ts";

export const remove = operation("s3:DeleteObject", {
  async authorize(input, { read, caller }) {
    const bucket = await bucketOf(read, input, caller);
    return [deleteCheck(bucket, input.Key, input.VersionId)];
  },
  async handle(input, context) {
    checkKey(input.Key);
    const deleted = await deleteOne(context, { ...input, bucket: input.Bucket });
    return {
      ...(deleted.isDeleteMarker ? { DeleteMarker: true } : {}),
      ...(deleted.versionId === undefined ? {} : { VersionId: deleted.versionId }),
    };
  },
});

const deleteCheck = (bucket: Bucket, key: string, versionId: string | undefined) =>
  objectCheck(bucket, key, versionId === undefined ? "s3:DeleteObject" : "s3:DeleteObjectVersion", versionId);

export const removeMany = operation("s3:DeleteObjects", {
  // Each key is decided by itself, and answered by itself.
  async authorize(input, { read, caller }) {
    await bucketOf(read, input, caller);
    return [];
  },
  async handle(input, context) {
    const { Objects: keys, Quiet: quiet } = input.Delete;
    if (keys.length === 0 || keys.length > DELETE_KEYS) throw malformedXml();
    // At once: their commits share a flush.
    const outcomes = await Promise.all(keys.map((key) => deleteListed(context, input, key)));
    return {
      ...(quiet ? {} : { Deleted: outcomes.flatMap(({ deleted }) => deleted ?? []) }),
      Errors: outcomes.flatMap(({ error }) => error ?? []),
    };
  },
});

type Listed = NonNullable<InputOf<"s3:DeleteObjects">["Delete"]["Objects"]>[number];

async function deleteListed(context: Context, input: InputOf<"s3:DeleteObjects">, listed: Listed) {
  const { Key, VersionId, ETag, LastModifiedTime, Size } = listed;
  const named = { Key, ...(VersionId === undefined ? {} : { VersionId }) };
  try {
    if (LastModifiedTime !== undefined || Size !== undefined)
      throw notBuiltHere("deleting by size or time of last modification");
    checkKey(Key);
    const one = await deleteIfAllowed(context, input, {
      bucket: input.Bucket,
      Key,
      VersionId,
      IfMatch: ETag,
    });
    const marker = one.isDeleteMarker ? { DeleteMarker: true, DeleteMarkerVersionId: one.versionId } : {};
    return { deleted: { ...named, ...marker } };
  } catch (error) {
    if (!isFault(error)) throw error;
    return { error: { ...named, ...errorMembers(error) } };
  }
}

const errorMembers = ({ code, message }: Fault) => ({ Code: code, Message: message });

async function deleteIfAllowed(
  context: Context,
  input: { readonly Bucket: string; readonly ExpectedBucketOwner?: string | undefined },
  one: Deletion,
): Promise<Deleted> {
  const { store, access, caller } = context;
  await store.read(async (read) => {
    const bucket = await bucketOf(read, input, caller);
    await access.authorize(caller, [deleteCheck(bucket, one.Key, one.VersionId)], read);
  });
  return deleteOne(context, one);
}

interface Deletion {
  readonly bucket: string;
  readonly Key: string;
  readonly VersionId?: string | undefined;
  readonly IfMatch?: string | undefined;
}

interface Deleted {
  readonly isDeleteMarker: boolean;
  /** Of the version that is gone, or of the marker that was put. */
  readonly versionId: string | undefined;
}

/** Without a version id a versioned bucket gets a delete marker, any other loses the object; deleting nothing succeeds. */
function deleteOne({ store, blobs, caller, clock }: Context, one: Deletion): Promise<Deleted> {
  const { bucket: name, Key: key, VersionId: versionId, IfMatch: ifMatch } = one;
  return store.update(async (tx): Promise<Deleted> => {
    const bucket = await bucketOf(tx, { Bucket: name }, caller);
    const now = clock.now();
    const ground = { tx, blobs, now };
    if (versionId !== undefined) {
      const version = await findVersion(tx, name, key, versionId);
      if (!version) return { isDeleteMarker: false, versionId };
      if (ifMatch !== undefined) checkMatch(ifMatch, version.etag);
      await removeVersion(ground, version);
      return { isDeleteMarker: version.isDeleteMarker, versionId };
    }
    const current = await tx.get(objects, name, key);
    if (ifMatch !== undefined && current) checkMatch(ifMatch, current.etag);
    if (bucket.versioning === undefined) {
      if (current) {
        tx.delete(objects, name, key);
        await freeContent(tx, blobs, current.details.content, now);
      }
      return { isDeleteMarker: false, versionId: undefined };
    }
    const marker = await addVersion(ground, bucket, deleteMarker(bucket, key, now), current);
    return { isDeleteMarker: true, versionId: marker.versionId };
  });
}

function checkMatch(ifMatch: string, etag: string): void {
  if (ifMatch !== "*" && unquoted(ifMatch) !== etag) throw preconditionFailed("If-Match");
}

const deleteMarker = (bucket: Bucket, key: string, now: Date) => ({
  bucket: bucket.name,
  key,
  isDeleteMarker: true,
  bytes: 0,
  lastModifiedMs: now.getTime(),
  etag: "",
  storageClass: "STANDARD",
  details: { account: bucket.account, content: { parts: [] }, headers: {}, metadata: {} },
});
