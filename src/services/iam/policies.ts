import { uniqueId } from "../../base/ids.ts";
import { operation, type Check } from "../../platform/operation.ts";
import type { AuthorizeScope, Context } from "../../platform/context.ts";
import { awsManagedPolicies, awsManagedPolicy } from "./aws-managed.ts";
import { countOne, uncountOne } from "./counts.ts";
import { describeAwsManaged, describeManaged } from "./describe.ts";
import { managedDocument } from "./documents.ts";
import { DEFAULT_PATH, iamArn, requestTagKeys, resourceTagKeys, type Keys } from "./entities.ts";
import { policyExists, policyHasVersions, policyIsAttached, policyNotFound } from "./faults.ts";
import { countUses, findManaged, isAwsManaged, loadManaged, type Uses } from "./managed.ts";
import { attachments, managedPolicies, nameKey, policyVersions, type ManagedPolicy } from "./model.ts";
import { pageList, scanAll } from "./paging.ts";
import { readTags } from "./tagging.ts";

export const create = operation("iam:CreatePolicy", {
  authorize: (input, { caller }) => [
    {
      action: "iam:CreatePolicy",
      resource: iamArn(caller.account, `policy${input.Path ?? DEFAULT_PATH}${input.PolicyName}`),
      resourceName: `policy ${input.PolicyName}`,
      context: requestTagKeys(readTags(input.Tags)),
    },
  ],
  async handle(input, { store, caller, clock }) {
    const { account } = caller;
    const document = managedDocument(input.PolicyDocument);
    const path = input.Path ?? DEFAULT_PATH;
    const createdAt = clock.now();
    const policy: ManagedPolicy = {
      account,
      name: input.PolicyName,
      path,
      id: uniqueId("ANPA"),
      arn: iamArn(account, `policy${path}${input.PolicyName}`),
      createdAt,
      updatedAt: createdAt,
      defaultVersion: 1,
      nextVersion: 2,
      tags: readTags(input.Tags),
      ...(input.Description === undefined ? {} : { description: input.Description }),
    };
    await store.update(async (tx) => {
      if (await tx.get(managedPolicies, account, nameKey(policy.name))) throw policyExists(policy.name);
      await countOne(tx, account, "policies");
      await countOne(tx, account, "versions");
      tx.put(managedPolicies, policy);
      tx.put(policyVersions, { account, policy: policy.name, version: 1, document, createdAt });
    });
    return { Policy: { ...describeManaged(policy, NO_USES), ...tagsOf(policy) } };
  },
});

export const get = operation("iam:GetPolicy", {
  authorize: (input, scope) => policyCheck(scope, "iam:GetPolicy", input.PolicyArn),
  handle: ({ PolicyArn }, { store, caller }) =>
    store.read(async (read) => {
      const uses = await countUses(read, caller.account, PolicyArn);
      if (isAwsManaged(PolicyArn)) {
        const policy = awsManagedPolicy(PolicyArn);
        if (!policy) throw policyNotFound(PolicyArn);
        return { Policy: describeAwsManaged(policy, uses) };
      }
      const policy = await loadManaged(read, caller.account, PolicyArn);
      const description = policy.description === undefined ? {} : { Description: policy.description };
      return { Policy: { ...describeManaged(policy, uses), ...description, ...tagsOf(policy) } };
    }),
});

export const list = operation("iam:ListPolicies", {
  resource: (_input, { account }) => iamArn(account, "policy/"),
  async handle(input, context) {
    const { Scope = "All", OnlyAttached = false, PathPrefix = "/", PolicyUsageFilter } = input;
    const { account } = context.caller;
    const own =
      Scope === "AWS" ? [] : await context.store.read((read) => scanAll(read, managedPolicies, [account]));
    const aws = Scope === "Local" ? [] : [...awsManagedPolicies().values()];
    const uses = await usesOf(context);
    const described = [
      ...own.map((policy) => describeManaged(policy, uses(policy.arn))),
      ...aws.map((policy) => describeAwsManaged(policy, uses(policy.arn))),
    ];
    const { items, page } = pageList(context, input, {
      rows: described.filter(
        (policy) =>
          policy.Path.startsWith(PathPrefix) &&
          (!OnlyAttached || policy.AttachmentCount > 0) &&
          (PolicyUsageFilter !== "PermissionsPolicy" || policy.AttachmentCount > 0) &&
          (PolicyUsageFilter !== "PermissionsBoundary" || policy.PermissionsBoundaryUsageCount > 0),
      ),
      keyOf: ({ Arn }) => Arn,
      bound: [Scope, OnlyAttached, PathPrefix, PolicyUsageFilter ?? ""],
    });
    return { Policies: items, ...page };
  },
});

const remove = operation("iam:DeletePolicy", {
  authorize: (input, scope) => policyCheck(scope, "iam:DeletePolicy", input.PolicyArn),
  async handle({ PolicyArn }, { store, caller }) {
    const { account } = caller;
    await store.update(async (tx) => {
      const policy = await loadManaged(tx, account, PolicyArn);
      const uses = await countUses(tx, account, PolicyArn);
      if (uses.attachments + uses.boundaries > 0) throw policyIsAttached();
      const versions = await tx.scan(policyVersions, { within: [account, nameKey(policy.name)], limit: 10 });
      if (versions.length > 1) throw policyHasVersions();
      for (const { version } of versions) tx.delete(policyVersions, account, nameKey(policy.name), version);
      tx.delete(managedPolicies, account, nameKey(policy.name));
      await uncountOne(tx, account, "policies");
      await uncountOne(tx, account, "versions");
    });
    return {};
  },
});
export { remove as delete };

const READING = /^iam:(Get|List)/;

/** AWS's own policies anyone may read who may read policies; they belong to another account, so nobody may change them. */
export async function policyCheck(
  scope: AuthorizeScope,
  action: string,
  arn: string,
  context: Keys = {},
): Promise<readonly Check[]> {
  const { account } = scope.caller;
  if (isAwsManaged(arn)) {
    return [
      {
        action,
        resource: arn,
        resourceName: `policy ${arn}`,
        resourceAccount: READING.test(action) ? account : "aws",
        context,
      },
    ];
  }
  const policy = await findManaged(scope.read, account, arn);
  return [
    {
      action,
      resource: arn,
      resourceName: `policy ${arn}`,
      context: { ...resourceTagKeys(policy?.tags ?? []), ...context },
    },
  ];
}

const NO_USES: Uses = { attachments: 0, boundaries: 0 };

const tagsOf = ({ tags }: ManagedPolicy) => (tags.length > 0 ? { Tags: [...tags] } : {});

/** How often each policy is used, counted in one pass. */
export async function usesOf({ store, caller }: Context): Promise<(arn: string) => Uses> {
  const rows = await store.read((read) => scanAll(read, attachments, [caller.account]));
  const counted = new Map<string, Uses>();
  for (const { policyArn, kind } of rows) {
    const { attachments: permissions, boundaries } = counted.get(policyArn) ?? NO_USES;
    const isBoundary = kind.endsWith("-boundary");
    counted.set(policyArn, {
      attachments: permissions + (isBoundary ? 0 : 1),
      boundaries: boundaries + (isBoundary ? 1 : 0),
    });
  }
  return (arn) => counted.get(arn) ?? NO_USES;
}
