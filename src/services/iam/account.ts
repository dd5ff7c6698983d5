import { operation } from "../../platform/operation.ts";
import { countsOf } from "./counts.ts";
import { awsManagedPolicies, type AwsManagedPolicy } from "./aws-managed.ts";
import {
  boundaryOf,
  describeAwsManaged,
  describeInstanceProfile,
  describeManaged,
  describeRole,
  versionId,
} from "./describe.ts";
import { encodeDocument } from "./entities.ts";
import { aliasNotFound, aliasTaken } from "./faults.ts";
import { QUOTAS } from "./limits.ts";
import { policyNameOf, type Uses } from "./managed.ts";
import {
  accounts,
  aliases,
  attachments,
  groups,
  instanceProfiles,
  managedPolicies,
  nameKey,
  policyVersions,
  roles,
  users,
  type Entity,
  type Group,
  type InstanceProfile,
  type ManagedPolicy,
  type PolicyVersion,
  type Role,
  type User,
} from "./model.ts";
import { pageList, scanAll } from "./paging.ts";
import { usesOf } from "./policies.ts";

export const createAlias = operation("iam:CreateAccountAlias", {
  resource: () => "*",
  async handle({ AccountAlias }, { store, caller, clock }) {
    await store.update(async (tx) => {
      const { account } = caller;
      const holder = await tx.get(aliases, AccountAlias);
      if (holder && holder.account !== account) throw aliasTaken(AccountAlias);
      const row = (await tx.get(accounts, account)) ?? { account, createdAt: clock.now(), accessKeys: [] };
      if (row.alias !== undefined) tx.delete(aliases, row.alias);
      tx.put(aliases, { alias: AccountAlias, account });
      tx.put(accounts, { ...row, alias: AccountAlias });
    });
    return {};
  },
});

export const deleteAlias = operation("iam:DeleteAccountAlias", {
  resource: () => "*",
  async handle({ AccountAlias }, { store, caller }) {
    await store.update(async (tx) => {
      const row = await tx.get(accounts, caller.account);
      if (row?.alias !== AccountAlias) throw aliasNotFound(AccountAlias);
      const { alias: _gone, ...rest } = row;
      tx.delete(aliases, AccountAlias);
      tx.put(accounts, rest);
    });
    return {};
  },
});

export const listAliases = operation("iam:ListAccountAliases", {
  resource: () => "*",
  async handle(_input, { store, caller }) {
    const row = await store.read((read) => read.get(accounts, caller.account));
    return { AccountAliases: row?.alias === undefined ? [] : [row.alias], IsTruncated: false };
  },
});

export const summary = operation("iam:GetAccountSummary", {
  resource: () => "*",
  handle: (_input, { store, caller }) =>
    store.read(async (read) => {
      const now = await countsOf(read, caller.account);
      const row = await read.get(accounts, caller.account);
      const inUse = await scanAll(read, attachments, [caller.account]);
      return {
        SummaryMap: {
          Users: now.users,
          UsersQuota: QUOTAS.usersPerAccount,
          Groups: now.groups,
          GroupsQuota: QUOTAS.groupsPerAccount,
          GroupsPerUserQuota: QUOTAS.groupsPerUser,
          Roles: now.roles,
          RolesQuota: QUOTAS.rolesPerAccount,
          AssumeRolePolicySizeQuota: QUOTAS.trustPolicyCharacters,
          InstanceProfiles: now.instanceProfiles,
          InstanceProfilesQuota: QUOTAS.instanceProfilesPerAccount,
          Policies: now.policies,
          PoliciesQuota: QUOTAS.policiesPerAccount,
          PolicySizeQuota: QUOTAS.managedPolicyCharacters,
          PolicyVersionsInUse: new Set(inUse.map(({ policyArn }) => policyArn)).size,
          PolicyVersionsInUseQuota: 10_000,
          VersionsPerPolicyQuota: QUOTAS.versionsPerPolicy,
          UserPolicySizeQuota: QUOTAS.inlinePolicyCharacters.user,
          GroupPolicySizeQuota: QUOTAS.inlinePolicyCharacters.group,
          AttachedPoliciesPerUserQuota: QUOTAS.attachedPolicies.user,
          AttachedPoliciesPerGroupQuota: QUOTAS.attachedPolicies.group,
          AttachedPoliciesPerRoleQuota: QUOTAS.attachedPolicies.role,
          AccessKeysPerUserQuota: QUOTAS.accessKeysPerUser,
          AccountAccessKeysPresent: row?.accessKeys.length ? 1 : 0,
          AccountMFAEnabled: 0,
          AccountPasswordPresent: 0,
          AccountSigningCertificatesPresent: 0,
          MFADevices: 0,
          MFADevicesInUse: 0,
          Providers: 0,
          ServerCertificates: 0,
          ServerCertificatesQuota: 20,
          SigningCertificatesPerUserQuota: 2,
          GlobalEndpointTokenVersion: 1,
        },
      };
    }),
});

/** One row of the account's details, whatever it is; pages cut across the kinds. */
type Detail =
  | { readonly kind: "User"; readonly row: User }
  | { readonly kind: "Group"; readonly row: Group }
  | { readonly kind: "Role"; readonly row: Role }
  | { readonly kind: "LocalManagedPolicy"; readonly row: ManagedPolicy }
  | { readonly kind: "AWSManagedPolicy"; readonly row: AwsManagedPolicy };

export const authorizationDetails = operation("iam:GetAccountAuthorizationDetails", {
  resource: () => "*",
  async handle(input, context) {
    const { store, caller } = context;
    const within = [caller.account];
    const { all, versions, profiles } = await store.read(async (read) => {
      const details: readonly Detail[] = [
        ...(await scanAll(read, users, within)).map((row) => ({ kind: "User" as const, row })),
        ...(await scanAll(read, groups, within)).map((row) => ({ kind: "Group" as const, row })),
        ...(await scanAll(read, roles, within)).map((row) => ({ kind: "Role" as const, row })),
        ...(await scanAll(read, managedPolicies, within)).map((row) => ({
          kind: "LocalManagedPolicy" as const,
          row,
        })),
      ];
      return {
        all: details,
        versions: await scanAll(read, policyVersions, within),
        profiles: await scanAll(read, instanceProfiles, within),
      };
    });
    const uses = await usesOf(context);
    const wanted = new Set<string>(input.Filter ?? EVERY_KIND);
    const { items, page } = pageList(context, input, {
      rows: [...all, ...usedAwsPolicies(uses)].filter(({ kind }) => wanted.has(kind)),
      keyOf: ({ kind, row }) => `${kind} ${nameKey(row.name)}`,
      bound: [[...wanted]],
    });
    return {
      UserDetailList: items.flatMap((item) => (item.kind === "User" ? [userDetail(item.row)] : [])),
      GroupDetailList: items.flatMap((item) => (item.kind === "Group" ? [groupDetail(item.row)] : [])),
      RoleDetailList: items.flatMap((item) => (item.kind === "Role" ? [roleDetail(item.row, profiles)] : [])),
      Policies: items.flatMap((item) =>
        item.kind === "LocalManagedPolicy"
          ? [policyDetail(item.row, uses(item.row.arn), versions)]
          : item.kind === "AWSManagedPolicy"
            ? [awsPolicyDetail(item.row, uses(item.row.arn))]
            : [],
      ),
      ...page,
    };
  },
});

const EVERY_KIND: readonly Detail["kind"][] = [
  "User",
  "Group",
  "Role",
  "LocalManagedPolicy",
  "AWSManagedPolicy",
];

/** Of AWS's own, those that the account uses. */
const usedAwsPolicies = (uses: (arn: string) => Uses): readonly Detail[] =>
  [...awsManagedPolicies().values()]
    .filter(({ arn }) => uses(arn).attachments + uses(arn).boundaries > 0)
    .map((row) => ({ kind: "AWSManagedPolicy", row }));

const awsPolicyDetail = (policy: AwsManagedPolicy, uses: Uses) => ({
  ...describeAwsManaged(policy, uses),
  PolicyVersionList: [
    {
      Document: encodeDocument(policy.document),
      VersionId: versionId(policy.version),
      IsDefaultVersion: true,
      CreateDate: policy.updatedAt,
    },
  ],
});

const inlineOf = ({ inline }: Entity) =>
  inline.map(({ name, document }) => ({ PolicyName: name, PolicyDocument: encodeDocument(document) }));

const attachedOf = ({ attached }: Entity) =>
  attached.map((arn) => ({ PolicyName: policyNameOf(arn), PolicyArn: arn }));

const userDetail = (user: User) => ({
  Path: user.path,
  UserName: user.name,
  UserId: user.id,
  Arn: user.arn,
  CreateDate: user.createdAt,
  UserPolicyList: inlineOf(user),
  GroupList: [...user.groups],
  AttachedManagedPolicies: attachedOf(user),
  Tags: [...user.tags],
  ...boundaryOf(user),
});

const groupDetail = (group: Group) => ({
  Path: group.path,
  GroupName: group.name,
  GroupId: group.id,
  Arn: group.arn,
  CreateDate: group.createdAt,
  GroupPolicyList: inlineOf(group),
  AttachedManagedPolicies: attachedOf(group),
});

function roleDetail(role: Role, profiles: readonly InstanceProfile[]) {
  const { Description: _none, MaxSessionDuration: _neither, ...described } = describeRole(role);
  return {
    ...described,
    InstanceProfileList: profiles
      .filter((profile) => profile.role !== undefined && nameKey(profile.role) === nameKey(role.name))
      .map((profile) => describeInstanceProfile(profile, role)),
    RolePolicyList: inlineOf(role),
    AttachedManagedPolicies: attachedOf(role),
    Tags: [...role.tags],
  };
}

const policyDetail = (policy: ManagedPolicy, uses: Uses, versions: readonly PolicyVersion[]) => ({
  ...describeManaged(policy, uses),
  ...(policy.description === undefined ? {} : { Description: policy.description }),
  PolicyVersionList: versions
    .filter((version) => nameKey(version.policy) === nameKey(policy.name))
    .map(({ version, document, createdAt }) => ({
      Document: encodeDocument(document),
      VersionId: versionId(version),
      IsDefaultVersion: version === policy.defaultVersion,
      CreateDate: createdAt,
    }))
    .toReversed(),
});
