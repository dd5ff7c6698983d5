import { invariant } from "../../../base/invariant.ts";
import { operation, type Check } from "../../../platform/operation.ts";
import { bucketOf, objectCheck, writeCheck } from "../authority.ts";
import { notBuiltHere } from "../faults.ts";
import { objects, type ObjectChecksum, type ObjectVersion } from "../model.ts";
import { parseTaggingHeader } from "../tagging/tags.ts";
import { addVersion } from "../versions/chain.ts";
import { checksumMembers } from "./checksum-members.ts";
import { checkWrite, quoted } from "./conditions.ts";
import { PUT_HOLDER } from "./content.ts";
import {
  checkAcl,
  checkBuilt,
  checkKey,
  ENCRYPTION,
  storageClassOf,
  systemHeaders,
  userMetadata,
} from "./headers.ts";

export const put = operation("s3:PutObject", {
  async authorize(input, { read, caller }) {
    const bucket = await bucketOf(read, input, caller);
    const checks: Check[] = [writeCheck(bucket, input)];
    if (input.Tagging) checks.push(objectCheck(bucket, input.Key, "s3:PutObjectTagging"));
    checkInput(input);
    return checks;
  },
  async handle(input, { store, blobs, caller, clock, body }) {
    invariant(body, "PutObject comes with a body");
    const { Bucket: name, Key: key } = input;
    if (input.WriteOffsetBytes !== undefined) throw notBuiltHere("appending to an object");
    const tags = input.Tagging ? parseTaggingHeader(input.Tagging) : undefined;
    const { algorithm, value } = body.checksum;
    const checksum: ObjectChecksum = { algorithm, value, type: "FULL_OBJECT" };
    const etag = body.md5;
    const storageClass = storageClassOf(input.StorageClass);
    const headers = systemHeaders(input);
    const metadata = userMetadata(input.Metadata);
    const stored = await store.update(async (tx): Promise<ObjectVersion> => {
      const bucket = await bucketOf(tx, input, caller);
      const current = await tx.get(objects, name, key);
      checkWrite(input, key, current);
      blobs.name(tx, body.draft, PUT_HOLDER);
      const now = clock.now();
      const { account } = bucket;
      const content = { parts: [{ blob: body.draft.id, offset: 0, bytes: body.bytes, holder: PUT_HOLDER }] };
      return addVersion(
        { tx, blobs, now },
        bucket,
        {
          bucket: name,
          key,
          isDeleteMarker: false,
          bytes: body.bytes,
          lastModifiedMs: now.getTime(),
          etag,
          storageClass,
          details: tags
            ? { account, content, headers, metadata, checksum, tags }
            : { account, content, headers, metadata, checksum },
        },
        current,
      );
    });
    return Object.assign(checksumMembers(checksum), {
      ETag: quoted(etag),
      ServerSideEncryption: ENCRYPTION.ServerSideEncryption,
      VersionId: stored.versionId === "null" ? undefined : stored.versionId,
    });
  },
});

function checkInput(input: Parameters<typeof checkBuilt>[0]): void {
  checkKey(input.Key);
  checkAcl(input);
  checkBuilt(input);
}
