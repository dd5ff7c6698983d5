import { operation } from "../../platform/operation.ts";
import type { Caller } from "../../platform/caller.ts";
import type { Reader } from "../../store/store.ts";
import { requestTags, trailCheck } from "./authority.ts";
import { addTags } from "./check-tags.ts";
import { resourceNotFound, tooManyArns } from "./faults.ts";
import { placeOfArn } from "./names.ts";
import { LISTED_ARNS } from "./limits.ts";
import { trails, type Trail } from "./model.ts";

export const add = operation("cloudtrail:AddTags", {
  async authorize({ ResourceId, TagsList }, scope) {
    const check = await trailCheck("cloudtrail:AddTags", ResourceId, scope);
    return [{ ...check, context: { ...check.context, ...requestTags(TagsList) } }];
  },
  async handle({ ResourceId, TagsList }, { store, caller }) {
    await store.update(async (tx) => {
      const trail = await taggedOf(tx, ResourceId, caller);
      tx.put(trails, { ...trail, tags: addTags(trail.tags, TagsList) });
    });
    return {};
  },
});

export const remove = operation("cloudtrail:RemoveTags", {
  async authorize({ ResourceId, TagsList }, scope) {
    const check = await trailCheck("cloudtrail:RemoveTags", ResourceId, scope);
    return [{ ...check, context: { ...check.context, "aws:TagKeys": TagsList.map(({ Key }) => Key) } }];
  },
  async handle({ ResourceId, TagsList }, { store, caller }) {
    await store.update(async (tx) => {
      const trail = await taggedOf(tx, ResourceId, caller);
      const keys = new Set(TagsList.map(({ Key }) => Key));
      tx.put(trails, { ...trail, tags: trail.tags.filter(({ Key }) => !keys.has(Key)) });
    });
    return {};
  },
});

export const list = operation("cloudtrail:ListTags", {
  authorize: ({ ResourceIdList }, scope) =>
    Promise.all(
      ResourceIdList.slice(0, LISTED_ARNS).map((arn) => trailCheck("cloudtrail:ListTags", arn, scope)),
    ),
  async handle({ ResourceIdList }, { store, caller }) {
    if (ResourceIdList.length > LISTED_ARNS) throw tooManyArns(LISTED_ARNS);
    return store.read(async (read) => ({
      ResourceTagList: await Promise.all(
        ResourceIdList.map(async (arn) => ({
          ResourceId: arn,
          TagsList: (await taggedOf(read, arn, caller)).tags,
        })),
      ),
    }));
  },
});

/** A trail is tagged in its home Region alone. @throws Fault CloudTrailARNInvalidException, ResourceNotFoundException */
async function taggedOf(read: Reader, arn: string, caller: Caller): Promise<Trail> {
  const { account, region, name } = placeOfArn(arn);
  const trail = await read.get(trails, account, region, name);
  if (!trail || region !== caller.region) throw resourceNotFound(arn);
  return trail;
}
