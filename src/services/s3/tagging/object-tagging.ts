import { operation } from "../../../platform/operation.ts";
import type { Transaction } from "../../../store/store.ts";
import { onObject } from "../authority.ts";
import { objects, versions, type ObjectVersion } from "../model.ts";
import { plainVersion } from "../object-codec.ts";
import { existing } from "../objects/read.ts";
import { toTagList, toTagRecord, type TagRecord } from "./tags.ts";

const versionOf = ({ versionId }: ObjectVersion) => (versionId === "null" ? {} : { VersionId: versionId });

export const get = operation("s3:GetObjectTagging", {
  authorize: onObject("s3:GetObjectTagging", "s3:GetObjectVersionTagging"),
  async handle(input, { store }) {
    const object = await store.read((read) => existing(read, input, "GET"));
    return { TagSet: toTagList(object.details.tags ?? {}), ...versionOf(object) };
  },
});

export const put = operation("s3:PutObjectTagging", {
  authorize: onObject("s3:PutObjectTagging", "s3:PutObjectVersionTagging"),
  async handle(input, { store }) {
    const tags = toTagRecord(input.Tagging.TagSet);
    return store.update(async (tx) => {
      const object = await existing(tx, input, "PUT");
      await retag(tx, object, tags);
      return versionOf(object);
    });
  },
});

export const remove = operation("s3:DeleteObjectTagging", {
  authorize: onObject("s3:DeleteObjectTagging", "s3:DeleteObjectVersionTagging"),
  async handle(input, { store }) {
    return store.update(async (tx) => {
      const object = await existing(tx, input, "DELETE");
      await retag(tx, object, undefined);
      return versionOf(object);
    });
  },
});

/** Tags are changed in place: neither the version nor its time changes. */
async function retag(tx: Transaction, object: ObjectVersion, tags: TagRecord | undefined): Promise<void> {
  const { tags: _old, ...details } = object.details;
  const next = {
    ...plainVersion(object),
    details: tags && Object.keys(tags).length > 0 ? { ...details, tags } : details,
  };
  const current = await tx.get(objects, object.bucket, object.key);
  if (current?.versionId === object.versionId) tx.put(objects, next);
  else tx.put(versions, next);
}
