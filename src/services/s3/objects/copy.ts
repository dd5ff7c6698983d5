import type { InputOf } from "../../../contract/apis.ts";
import { knownAlgorithm } from "../../../platform/checksums.ts";
import { operation, type Check } from "../../../platform/operation.ts";
import type { Context } from "../../../platform/context.ts";
import type { Blobs } from "../../../store/blobs/blobs.ts";
import { bucketOf, objectCheck, writeCheck } from "../authority.ts";
import { entityTooLarge, invalidRequest, notBuiltHere } from "../faults.ts";
import { COPY_BYTES } from "../limits.ts";
import {
  objects,
  type ObjectChecksum,
  type ObjectDetails,
  type ObjectVersion,
  type StoredPart,
} from "../model.ts";
import { parseTaggingHeader } from "../tagging/tags.ts";
import { addVersion } from "../versions/chain.ts";
import { checksumMembers } from "./checksum-members.ts";
import { checksumOf } from "./checksum-of.ts";
import { checkCopySource, checkWrite, quoted } from "./conditions.ts";
import { copyHolder, withContent, type PreparedContent } from "./content.ts";
import { parseCopySource, sourceChecks, sourceConditions, type CopySource } from "./copy-source.ts";
import {
  checkAcl,
  checkBuilt,
  checkKey,
  ENCRYPTION,
  storageClassOf,
  systemHeaders,
  userMetadata,
} from "./headers.ts";
import { withPinned, type PinnedObject } from "./pinning.ts";
import { checkReadable, existing, findObject } from "./read.ts";

type CopyInput = InputOf<"s3:CopyObject">;

/** Copies names, not bytes: the copy owns the same blobs. */
export const copy = operation("s3:CopyObject", {
  async authorize(input, scope) {
    const { read, caller } = scope;
    checkKey(input.Key);
    checkAcl(input);
    checkBuilt(input);
    const source = parseCopySource(input.CopySource);
    const bucket = await bucketOf(read, input, caller);
    const checks: Check[] = await sourceChecks(source, input.ExpectedSourceBucketOwner, scope);
    checks.push(writeCheck(bucket, input));
    const from = await findObject(read, source);
    const copiesTags = input.TaggingDirective !== "REPLACE" && from?.details.tags !== undefined;
    if (copiesTags) {
      const action = source.VersionId === undefined ? "s3:GetObjectTagging" : "s3:GetObjectVersionTagging";
      const [first] = checks;
      if (first) checks.push({ ...first, action });
    }
    if (copiesTags || input.Tagging) checks.push(objectCheck(bucket, input.Key, "s3:PutObjectTagging"));
    return checks;
  },
  async handle(input, context) {
    const source = parseCopySource(input.CopySource);
    return withPinned(
      context,
      (read) => existing(read, source, "GET"),
      (pinned) => copyPinned(input, context, source, pinned),
    );
  },
});

/** The source stays until the copy owns its blobs too. */
async function copyPinned(
  input: CopyInput,
  context: Context,
  source: CopySource,
  { object: from, manifest }: PinnedObject,
) {
  const { blobs } = context;
  const { parts, partBytes } = manifest;
  checkCopySource(sourceConditions(input), from);
  checkReadable(from);
  checkChanges(input, source);
  if (from.bytes > COPY_BYTES) throw entityTooLarge(from.bytes, COPY_BYTES);

  const holder = copyHolder();
  const owned = parts.map((part) => ({ ...part, holder }));
  const checksum = await copiedChecksum(input, from, { blobs, parts });
  const stored = await withContent(blobs, { parts: owned, partBytes }, (prepared) =>
    nameCopy(context, input, { from, owned, checksum, prepared }),
  );
  return {
    CopyObjectResult: {
      ETag: quoted(stored.etag),
      LastModified: new Date(stored.lastModifiedMs),
      ...checksumMembers(checksum),
    },
    ...ENCRYPTION,
    ...(from.versionId === "null" ? {} : { CopySourceVersionId: from.versionId }),
    ...(stored.versionId === "null" ? {} : { VersionId: stored.versionId }),
  };
}

/** Onto itself only with a change. Source: Amazon S3 API Reference, CopyObject, InvalidRequest. */
function checkChanges(input: CopyInput, source: CopySource): void {
  const same = source.Bucket === input.Bucket && source.Key === input.Key && source.VersionId === undefined;
  const changes =
    input.MetadataDirective === "REPLACE" ||
    input.TaggingDirective === "REPLACE" ||
    input.StorageClass !== undefined ||
    input.WebsiteRedirectLocation !== undefined ||
    input.ServerSideEncryption !== undefined ||
    input.ChecksumAlgorithm !== undefined;
  if (same && !changes)
    throw invalidRequest(
      "This copy request is illegal because it is trying to copy an object to itself without changing the object's metadata, storage class, website redirect location or encryption attributes.",
    );
}

/** Another algorithm than the source's is computed anew, and so is that of a source whose checksum is one of parts. */
async function copiedChecksum(
  { ChecksumAlgorithm: asked }: CopyInput,
  from: ObjectVersion,
  { blobs, parts }: { readonly blobs: Blobs; readonly parts: readonly StoredPart[] },
): Promise<ObjectChecksum> {
  const { checksum } = from.details;
  const algorithm = asked === undefined ? (checksum?.algorithm ?? "CRC64NVME") : knownAlgorithm(asked);
  if (!algorithm) throw notBuiltHere(`the checksum algorithm ${asked}`);
  if (checksum && checksum.type === "FULL_OBJECT" && checksum.algorithm === algorithm) return checksum;
  return { algorithm, value: await checksumOf(blobs, parts, from.bytes, algorithm), type: "FULL_OBJECT" };
}

interface Copied {
  readonly from: ObjectVersion;
  readonly owned: readonly StoredPart[];
  readonly checksum: ObjectChecksum;
  readonly prepared: PreparedContent;
}

function nameCopy(context: Context, input: CopyInput, copied: Copied): Promise<ObjectVersion> {
  const { store, blobs, caller, clock } = context;
  const { from, owned, checksum, prepared } = copied;
  const described = describeCopy(input, from.details);
  const storageClass = storageClassOf(input.StorageClass);
  return store.update(async (tx) => {
    const bucket = await bucketOf(tx, input, caller);
    const current = await tx.get(objects, bucket.name, input.Key);
    checkWrite(input, input.Key, current);
    prepared.name(tx);
    for (const { blob, holder } of owned) await blobs.share(tx, blob, holder);
    const now = clock.now();
    const version = {
      bucket: bucket.name,
      key: input.Key,
      isDeleteMarker: false,
      bytes: from.bytes,
      lastModifiedMs: now.getTime(),
      etag: from.etag,
      storageClass,
      details: { account: bucket.account, content: prepared.content, checksum, ...described },
    };
    return addVersion({ tx, blobs, now }, bucket, version, current);
  });
}

function describeCopy(input: CopyInput, source: ObjectDetails) {
  const replaces = input.MetadataDirective === "REPLACE";
  const tags = input.TaggingDirective === "REPLACE" ? tagsOf(input.Tagging) : source.tags;
  return {
    headers: replaces ? systemHeaders(input) : source.headers,
    metadata: replaces ? userMetadata(input.Metadata) : source.metadata,
    ...(tags ? { tags } : {}),
  };
}

const tagsOf = (header: string | undefined) => (header ? parseTaggingHeader(header) : undefined);
