import { invalidTag, tooManyTags } from "./faults.ts";
import { TAGS } from "./limits.ts";
import type { Tag } from "./model.ts";

/** Tags over others of the same keys. @throws Fault InvalidTagParameterException, TagsLimitExceededException */
export function addTags(tags: readonly Tag[], more: readonly Tag[]): readonly Tag[] {
  const keys = new Set(more.map(({ Key }) => Key));
  if (keys.size < more.length) throw invalidTag("The tag keys must be unique.");
  for (const key of keys)
    if (key.toLowerCase().startsWith("aws:")) throw invalidTag("The tag keys must not begin with aws:.");
  const all = [...tags.filter(({ Key }) => !keys.has(Key)), ...more];
  if (all.length > TAGS) throw tooManyTags(TAGS);
  return all;
}
