import { duplicateTags, systemTag, tooManyTags } from "./faults.ts";
import { QUOTAS } from "./limits.ts";
import type { Tag } from "./model.ts";

interface TagInput {
  readonly Key: string | undefined;
  readonly Value: string | undefined;
}

/** Tags as they are stored. @throws InvalidInput for a key given twice or reserved. */
export function readTags(input: readonly TagInput[] | undefined): readonly Tag[] {
  const tags = (input ?? []).map(({ Key = "", Value = "" }) => ({ Key, Value }));
  if (new Set(tags.map(({ Key }) => Key.toLowerCase())).size < tags.length) throw duplicateTags();
  if (tags.some(({ Key }) => Key.toLowerCase().startsWith("aws:"))) throw systemTag();
  if (tags.length > QUOTAS.tagsPerEntity) throw tooManyTags();
  return tags;
}

/** Later tags replace earlier ones of the same key, whatever its case. @throws LimitExceeded */
export function mergeTags(present: readonly Tag[], input: readonly TagInput[]): readonly Tag[] {
  const added = readTags(input);
  const replaced = new Set(added.map(({ Key }) => Key.toLowerCase()));
  const merged = [...present.filter(({ Key }) => !replaced.has(Key.toLowerCase())), ...added];
  if (merged.length > QUOTAS.tagsPerEntity) throw tooManyTags();
  return merged;
}

export const withoutTags = (present: readonly Tag[], keys: readonly string[]): readonly Tag[] => {
  const gone = new Set(keys.map((key) => key.toLowerCase()));
  return present.filter(({ Key }) => !gone.has(Key.toLowerCase()));
};
