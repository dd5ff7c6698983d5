import type { Check } from "../../platform/operation.ts";

/** Making something with tags is also tagging it. Source: Service Authorization Reference, "AWS Glue", glue:TagResource. */
export function tagChecks(
  resource: string | undefined,
  tags: Readonly<Record<string, string>> | undefined,
): readonly Check[] {
  const entries = Object.entries(tags ?? {});
  if (entries.length === 0 || resource === undefined) return [];
  return [{ action: "glue:TagResource", resource, context: tagContext(entries) }];
}

/** Source: IAM User Guide, aws:RequestTag and aws:TagKeys. */
export const tagContext = (
  entries: readonly (readonly [string, string])[],
): Readonly<Record<string, string | readonly string[]>> => ({
  "aws:TagKeys": entries.map(([key]) => key),
  ...Object.fromEntries(entries.map(([key, value]) => [`aws:RequestTag/${key}`, value])),
});
