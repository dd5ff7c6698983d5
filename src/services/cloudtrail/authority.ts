import type { AuthorizeScope } from "../../platform/context.ts";
import type { Check } from "../../platform/operation.ts";
import { parseArn } from "../../base/arn.ts";
import { askedArn } from "./names.ts";
import { trails, type Tag } from "./model.ts";

/** The check of an action on a trail, whose tags policies may ask for. Source: Service Authorization Reference, "AWS CloudTrail". */
export async function trailCheck(
  action: string,
  nameOrArn: string,
  { read, caller }: AuthorizeScope,
): Promise<Check> {
  const resource = askedArn(nameOrArn, caller);
  const { account, region, resource: path } = parseArn(resource) ?? { account: "", region: "", resource: "" };
  const trail = await read.get(trails, account, region, path.slice("trail/".length));
  const tags = (trail?.tags ?? []).map(({ Key, Value = "" }) => [`aws:ResourceTag/${Key}`, Value] as const);
  return { action, resource, ...(tags.length > 0 ? { context: Object.fromEntries(tags) } : {}) };
}

/** The simple case: one action on the trail that the input names. */
export const onTrail =
  (action: string) =>
  async ({ Name }: { readonly Name: string }, scope: AuthorizeScope): Promise<readonly Check[]> => [
    await trailCheck(action, Name, scope),
  ];

/** Source: IAM User Guide, aws:RequestTag and aws:TagKeys. */
export const requestTags = (tags: readonly Tag[]): NonNullable<Check["context"]> => ({
  "aws:TagKeys": tags.map(({ Key }) => Key),
  ...Object.fromEntries(tags.map(({ Key, Value = "" }) => [`aws:RequestTag/${Key}`, Value] as const)),
});
