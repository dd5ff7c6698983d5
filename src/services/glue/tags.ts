import { parseArn } from "../../base/arn.ts";
import type { Caller } from "../../platform/caller.ts";
import { operation } from "../../platform/operation.ts";
import type { Reader } from "../../store/store.ts";
import { invalidInput, resourceNotFound, tooMany } from "./faults.ts";
import { QUOTAS } from "./limits.ts";
import { databases, nameKey, type Database } from "./model.ts";
import { tagContext } from "./tag-checks.ts";

/** Of what is here only databases bear tags; tables bear none on AWS either. Source: AWS Glue Developer Guide, "AWS tags in AWS Glue". */
export const tag = operation("glue:TagResource", {
  authorize: ({ ResourceArn: resource, TagsToAdd }) => [
    { action: "glue:TagResource", resource, context: tagContext(Object.entries(TagsToAdd)) },
  ],
  async handle({ ResourceArn: arn, TagsToAdd }, { store, caller }) {
    await store.update(async (tx) => {
      const database = await taggedOf(tx, arn, caller);
      const tags = { ...database.tags, ...TagsToAdd };
      if (Object.keys(tags).length > QUOTAS.tagsPerResource) throw tooMany("TAG", QUOTAS.tagsPerResource);
      tx.put(databases, { ...database, tags });
    });
    return {};
  },
});

export const untag = operation("glue:UntagResource", {
  authorize: ({ ResourceArn: resource, TagsToRemove }) => [
    { action: "glue:UntagResource", resource, context: { "aws:TagKeys": TagsToRemove } },
  ],
  async handle({ ResourceArn: arn, TagsToRemove }, { store, caller }) {
    await store.update(async (tx) => {
      const database = await taggedOf(tx, arn, caller);
      const left = Object.entries(database.tags).filter(([key]) => !TagsToRemove.includes(key));
      tx.put(databases, { ...database, tags: Object.fromEntries(left) });
    });
    return {};
  },
});

export const list = operation("glue:GetTags", {
  resource: ({ ResourceArn }) => ResourceArn,
  handle: ({ ResourceArn: arn }, { store, caller }) =>
    store.read(async (read) => ({ Tags: (await taggedOf(read, arn, caller)).tags })),
});

/** @throws Fault InvalidInputException, EntityNotFoundException */
async function taggedOf(read: Reader, text: string, caller: Caller): Promise<Database> {
  const arn = parseArn(text);
  if (arn?.service !== "glue") throw invalidInput(`Invalid ARN: ${text}`);
  const [kind, name, ...rest] = arn.resource.split("/");
  const own = arn.account === caller.account && arn.region === caller.region;
  if (!own || kind !== "database" || name === undefined || rest.length > 0) throw resourceNotFound(text);
  const database = await read.get(databases, arn.account, arn.region, nameKey(name));
  if (!database) throw resourceNotFound(text);
  return database;
}
