import { operation } from "../../platform/operation.ts";
import type { Reader } from "../../store/store.ts";
import { awsManagedPolicy } from "./aws-managed.ts";
import { countOne, uncountOne } from "./counts.ts";
import { versionId, versionNumber } from "./describe.ts";
import { managedDocument } from "./documents.ts";
import { encodeDocument, iamArn } from "./entities.ts";
import { policyNotFound, policyVersionNotFound, tooManyVersions, versionIsDefault } from "./faults.ts";
import { QUOTAS } from "./limits.ts";
import { isAwsManaged, loadManaged, policyNameOf } from "./managed.ts";
import {
  attachments,
  managedPolicies,
  nameKey,
  policyVersions,
  type Attachment,
  type ManagedPolicy,
  type PolicyVersion,
} from "./model.ts";
import { pageList, scanAll } from "./paging.ts";
import { policyCheck } from "./policies.ts";

export const create = operation("iam:CreatePolicyVersion", {
  authorize: (input, scope) => policyCheck(scope, "iam:CreatePolicyVersion", input.PolicyArn),
  async handle({ PolicyArn, PolicyDocument, SetAsDefault = false }, { store, caller, clock }) {
    const { account } = caller;
    const document = managedDocument(PolicyDocument);
    const createdAt = clock.now();
    const version = await store.update(async (tx) => {
      const policy = await loadManaged(tx, account, PolicyArn);
      const present = await versionsOf(tx, policy);
      if (present.length >= QUOTAS.versionsPerPolicy) throw tooManyVersions(QUOTAS.versionsPerPolicy);
      const { nextVersion } = policy;
      tx.put(policyVersions, { account, policy: policy.name, version: nextVersion, document, createdAt });
      tx.put(managedPolicies, {
        ...policy,
        nextVersion: nextVersion + 1,
        ...(SetAsDefault ? { defaultVersion: nextVersion } : {}),
        updatedAt: createdAt,
      });
      await countOne(tx, account, "versions");
      return nextVersion;
    });
    return {
      PolicyVersion: { VersionId: versionId(version), IsDefaultVersion: SetAsDefault, CreateDate: createdAt },
    };
  },
});

export const get = operation("iam:GetPolicyVersion", {
  authorize: (input, scope) => policyCheck(scope, "iam:GetPolicyVersion", input.PolicyArn),
  handle: ({ PolicyArn, VersionId }, { store, caller }) =>
    store.read(async (read) => {
      const found = (await everyVersion(read, caller.account, PolicyArn)).find(
        ({ version }) => version === versionNumber(VersionId),
      );
      if (!found) throw policyVersionNotFound(PolicyArn, VersionId);
      return { PolicyVersion: { Document: encodeDocument(found.document), ...describe(found) } };
    }),
});

export const list = operation("iam:ListPolicyVersions", {
  authorize: (input, scope) => policyCheck(scope, "iam:ListPolicyVersions", input.PolicyArn),
  async handle(input, context) {
    const { PolicyArn } = input;
    const versions = await context.store.read((read) =>
      everyVersion(read, context.caller.account, PolicyArn),
    );
    const { items, page } = pageList(context, input, {
      rows: versions.toReversed(),
      // The newest first, as IAM lists them.
      keyOf: ({ version }) => String(1_000_000 - version),
      bound: [PolicyArn],
    });
    return { Versions: items.map(describe), ...page };
  },
});

const remove = operation("iam:DeletePolicyVersion", {
  authorize: (input, scope) => policyCheck(scope, "iam:DeletePolicyVersion", input.PolicyArn),
  async handle({ PolicyArn, VersionId }, { store, caller }) {
    await store.update(async (tx) => {
      const policy = await loadManaged(tx, caller.account, PolicyArn);
      const found = (await versionsOf(tx, policy)).find(
        ({ version }) => version === versionNumber(VersionId),
      );
      if (!found) throw policyVersionNotFound(PolicyArn, VersionId);
      if (found.version === policy.defaultVersion) throw versionIsDefault();
      tx.delete(policyVersions, caller.account, nameKey(policy.name), found.version);
      await uncountOne(tx, caller.account, "versions");
    });
    return {};
  },
});
export { remove as delete };

export const setDefault = operation("iam:SetDefaultPolicyVersion", {
  authorize: (input, scope) => policyCheck(scope, "iam:SetDefaultPolicyVersion", input.PolicyArn),
  async handle({ PolicyArn, VersionId }, { store, caller, clock }) {
    await store.update(async (tx) => {
      const policy = await loadManaged(tx, caller.account, PolicyArn);
      const defaultVersion = versionNumber(VersionId);
      if (!(await versionsOf(tx, policy)).some(({ version }) => version === defaultVersion)) {
        throw policyVersionNotFound(PolicyArn, VersionId);
      }
      tx.put(managedPolicies, { ...policy, defaultVersion, updatedAt: clock.now() });
    });
    return {};
  },
});

export const listEntities = operation("iam:ListEntitiesForPolicy", {
  authorize: (input, scope) => policyCheck(scope, "iam:ListEntitiesForPolicy", input.PolicyArn),
  async handle(input, context) {
    const { PolicyArn, EntityFilter, PathPrefix = "/", PolicyUsageFilter } = input;
    const { account } = context.caller;
    const rows = await context.store.read(async (read) => {
      if (
        isAwsManaged(PolicyArn)
          ? !awsManagedPolicy(PolicyArn)
          : !(await loadManaged(read, account, PolicyArn))
      ) {
        throw policyNotFound(PolicyArn);
      }
      return scanAll(read, attachments, [account, PolicyArn]);
    });
    const wanted = EntityFilter === undefined ? undefined : ENTITY_FILTER[EntityFilter];
    const { items, page } = pageList(context, input, {
      rows: rows.filter(
        ({ kind, path }) =>
          path.startsWith(PathPrefix) &&
          (wanted === undefined || kind.startsWith(wanted)) &&
          (PolicyUsageFilter !== "PermissionsBoundary" || kind.endsWith("-boundary")) &&
          (PolicyUsageFilter !== "PermissionsPolicy" || !kind.endsWith("-boundary")),
      ),
      keyOf: ({ kind, name }) => `${kind} ${nameKey(name)}`,
      bound: [PolicyArn, EntityFilter ?? "", PathPrefix, PolicyUsageFilter ?? ""],
    });
    const of = (start: string): readonly Attachment[] => items.filter(({ kind }) => kind.startsWith(start));
    return {
      PolicyGroups: of("group").map(({ name, id }) => ({ GroupName: name, GroupId: id })),
      PolicyUsers: of("user").map(({ name, id }) => ({ UserName: name, UserId: id })),
      PolicyRoles: of("role").map(({ name, id }) => ({ RoleName: name, RoleId: id })),
      ...page,
    };
  },
});

const ENTITY_FILTER: Readonly<Record<string, string | undefined>> = {
  User: "user",
  Group: "group",
  Role: "role",
};

interface Described {
  readonly version: number;
  readonly document: string;
  readonly createdAt: Date;
  readonly isDefault: boolean;
}

const describe = ({ version, isDefault, createdAt }: Described) => ({
  VersionId: versionId(version),
  IsDefaultVersion: isDefault,
  CreateDate: createdAt,
});

const versionsOf = (read: Reader, { account, name }: ManagedPolicy): Promise<readonly PolicyVersion[]> =>
  read.scan(policyVersions, { within: [account, nameKey(name)], limit: 10 });

/** Of AWS's own policies the current version alone is known. */
async function everyVersion(read: Reader, account: string, arn: string): Promise<readonly Described[]> {
  const aws = isAwsManaged(arn) ? awsManagedPolicy(arn) : undefined;
  if (aws)
    return [{ version: aws.version, document: aws.document, createdAt: aws.updatedAt, isDefault: true }];
  if (isAwsManaged(arn)) throw policyNotFound(iamArn("aws", `policy/${policyNameOf(arn)}`));
  const policy = await loadManaged(read, account, arn);
  const versions = await versionsOf(read, policy);
  return versions.map((one) => ({ ...one, isDefault: one.version === policy.defaultVersion }));
}
