import { readFileSync } from "node:fs";
import { join } from "node:path";
import { ROOT } from "../harness/settings.ts";
import type { Need } from "./row.ts";

/** AWS's own list of actions and the resource types that each is decided on, as the Service Authorization Reference has it. */
interface Facts {
  readonly actions: Readonly<Record<string, { readonly resources?: readonly string[] }>>;
  readonly resources: Readonly<Record<string, { readonly arn: string }>>;
}

const facts = JSON.parse(readFileSync(join(ROOT, "contracts", "iam-actions.json"), "utf8")) as Facts;

/** @returns what the list says against a need; undefined where it agrees. */
export function disagreement({ action, resource }: Need): string | undefined {
  const known = facts.actions[action];
  if (!known) return `${action} is no action of AWS`;
  const [service = ""] = action.split(":");
  const types = (known.resources ?? []).map((type) => type.replace(/\*$/, ""));
  if (types.length === 0) return resource === "*" ? undefined : `${action} is decided on * alone`;
  const patterns = types.map((type) => facts.resources[`${service}:${type}`]?.arn ?? "");
  return patterns.some((pattern) => matches(pattern, resource))
    ? undefined
    : `${action} is decided on ${patterns.join(" or ")}, not on ${resource}`;
}

/** `arn:${Partition}:s3:::${BucketName}` stands for any name in each place. */
function matches(pattern: string, resource: string): boolean {
  const literal = pattern.split(/\$\{[^}]*\}/).map((part) => part.replaceAll(/[.*+?^${}()|[\]\\]/g, "\\$&"));
  return new RegExp(`^${literal.join("[^:]*")}$`).test(resource);
}
