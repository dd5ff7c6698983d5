import type { Session } from "../../platform/caller.ts";
import { duplicateTags, tooManyTags, transitiveConflict, transitiveKeyMissing } from "./faults.ts";
import { SESSION_TAGS } from "./limits.ts";

interface Given {
  readonly Tags?:
    | readonly { readonly Key: string | undefined; readonly Value: string | undefined }[]
    | undefined;
  readonly TransitiveTagKeys?: readonly string[] | undefined;
}

export interface SessionTags {
  /** Those given, and those that came along from the calling session. */
  readonly tags: Readonly<Record<string, string>>;
  readonly transitiveKeys: readonly string[];
}

/** Source: IAM User Guide, "Pass session tags in AWS STS": "Chaining roles with session tags". */
export function sessionTags(
  { Tags = [], TransitiveTagKeys = [] }: Given,
  calling: Session | undefined,
): SessionTags {
  const given = Tags.map(({ Key = "", Value = "" }) => [Key, Value] as const);
  const keys = given.map(([key]) => key.toLowerCase());
  if (new Set(keys).size < keys.length) throw duplicateTags();
  const inherited = calling?.transitiveTagKeys ?? [];
  if (inherited.some((key) => keys.includes(key.toLowerCase()))) throw transitiveConflict();
  const missing = TransitiveTagKeys.find((key) => !keys.includes(key.toLowerCase()));
  if (missing !== undefined) throw transitiveKeyMissing(missing);
  const carried = inherited.flatMap((key) => {
    const value = calling?.tags[key];
    return value === undefined ? [] : [[key, value] as const];
  });
  if (given.length + carried.length > SESSION_TAGS) throw tooManyTags();
  return {
    tags: Object.fromEntries([...carried, ...given]),
    transitiveKeys: [...inherited, ...TransitiveTagKeys],
  };
}

/** Condition keys of a request that gives tags. */
export const requestTagKeys = (
  tags: Readonly<Record<string, string>>,
): Readonly<Record<string, string | readonly string[]>> => ({
  ...Object.fromEntries(Object.entries(tags).map(([key, value]) => [`aws:RequestTag/${key}`, value])),
  "aws:TagKeys": Object.keys(tags),
});
