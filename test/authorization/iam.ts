import {
  AddRoleToInstanceProfileCommand,
  AddUserToGroupCommand,
  AttachUserPolicyCommand,
  CreateAccountAliasCommand,
  CreatePolicyVersionCommand,
  UpdateAccountPasswordPolicyCommand,
} from "@aws-sdk/client-iam";
import { DOCUMENT, iamArn, PASSWORD, TRUST, type Fixtures } from "./fixtures.ts";
import { need, SOURCES, type Prepared, type Row } from "./row.ts";

/** IAM's operations are each an action of the same name on the entity that they are about. */
const row = (name: string, prepare: Row["prepare"]): Row => ({
  operation: `iam:${name}`,
  source: SOURCES.iam,
  prepare,
});

type More = Readonly<Record<string, unknown>>;
type Kind = "user" | "group" | "role" | "profile" | "policy";

const KINDS: Record<Kind, { readonly member: string; readonly arn: (name: string) => string }> = {
  user: { member: "UserName", arn: (name) => iamArn(`user/${name}`) },
  group: { member: "GroupName", arn: (name) => iamArn(`group/${name}`) },
  role: { member: "RoleName", arn: (name) => iamArn(`role/${name}`) },
  profile: { member: "InstanceProfileName", arn: (name) => iamArn(`instance-profile/${name}`) },
  policy: { member: "PolicyArn", arn: (name) => name },
};

/** The action on a new entity of this kind; `more` is the rest of the input. */
const on = (
  kind: Kind,
  name: string,
  more: More | ((fixtures: Fixtures, entity: string) => Promise<More>) = {},
): Row =>
  row(name, async (fixtures): Promise<Prepared> => {
    const entity = await fixtures[kind]();
    const { member, arn } = KINDS[kind];
    const rest = typeof more === "function" ? await more(fixtures, entity) : more;
    return { input: { [member]: entity, ...rest }, needs: need(`iam:${name}`, arn(entity)) };
  });

/** The action on everything: it has no resource types. */
const onAll = (name: string, input: More = {}): Row =>
  row(name, () => ({ input, needs: need(`iam:${name}`, "*") }));

/** The action on an entity that the call makes. */
const makes = (kind: Kind, name: string, more: More = {}): Row =>
  row(name, (fixtures) => {
    const entity = fixtures.name("made");
    const { member, arn } = KINDS[kind];
    const input = kind === "policy" ? { PolicyName: entity, ...more } : { [member]: entity, ...more };
    return {
      input,
      needs: need(`iam:${name}`, kind === "policy" ? iamArn(`policy/${entity}`) : arn(entity)),
    };
  });

const Tags = [{ Key: "k", Value: "v" }];
const TagKeys = ["k"];
const inline = { PolicyName: "inline", PolicyDocument: DOCUMENT };
const hasInline =
  (kind: "user" | "group" | "role") =>
  async (fixtures: Fixtures, name: string): Promise<More> => {
    await fixtures.withPolicies(kind, name);
    return { PolicyName: "inline" };
  };
const hasAttached =
  (kind: "user" | "group" | "role") =>
  async (fixtures: Fixtures, name: string): Promise<More> => ({
    PolicyArn: (await fixtures.withPolicies(kind, name)).attached,
  });
const attach = async (fixtures: Fixtures): Promise<More> => ({ PolicyArn: await fixtures.policy() });
const bound = async (fixtures: Fixtures): Promise<More> => ({ PermissionsBoundary: await fixtures.policy() });

const USERS: readonly Row[] = [
  makes("user", "CreateUser"),
  on("user", "GetUser"),
  on("user", "UpdateUser", { NewPath: "/moved/" }),
  on("user", "DeleteUser"),
  onAll("ListUsers"),
  on("user", "ListGroupsForUser"),
  on("user", "TagUser", { Tags }),
  on("user", "UntagUser", { TagKeys }),
  on("user", "ListUserTags"),
  on("user", "CreateAccessKey"),
  on("user", "ListAccessKeys"),
  on("user", "UpdateAccessKey", async (fixtures, UserName) => ({
    AccessKeyId: await fixtures.accessKey(UserName),
    Status: "Inactive",
  })),
  on("user", "DeleteAccessKey", async (fixtures, UserName) => ({
    AccessKeyId: await fixtures.accessKey(UserName),
  })),
  row("GetAccessKeyLastUsed", async (fixtures) => {
    const user = await fixtures.user();
    return {
      input: { AccessKeyId: await fixtures.accessKey(user) },
      needs: need("iam:GetAccessKeyLastUsed", iamArn(`user/${user}`)),
    };
  }),
  on("user", "CreateLoginProfile", { Password: PASSWORD }),
  on("user", "GetLoginProfile", async (fixtures, user) => fixtures.login(user).then(() => ({}))),
  on("user", "UpdateLoginProfile", async (fixtures, user) =>
    fixtures.login(user).then(() => ({ Password: `${PASSWORD}2` })),
  ),
  on("user", "DeleteLoginProfile", async (fixtures, user) => fixtures.login(user).then(() => ({}))),
  row("ChangePassword", async (fixtures) => {
    await fixtures.login(fixtures.tester);
    return {
      input: { OldPassword: PASSWORD, NewPassword: `${PASSWORD}2` },
      needs: need("iam:ChangePassword", iamArn(`user/${fixtures.tester}`)),
    };
  }),
  on("user", "PutUserPolicy", inline),
  on("user", "GetUserPolicy", hasInline("user")),
  on("user", "ListUserPolicies"),
  on("user", "DeleteUserPolicy", hasInline("user")),
  on("user", "AttachUserPolicy", attach),
  on("user", "ListAttachedUserPolicies"),
  on("user", "DetachUserPolicy", hasAttached("user")),
  on("user", "PutUserPermissionsBoundary", bound),
  on("user", "DeleteUserPermissionsBoundary"),
];

const GROUPS: readonly Row[] = [
  makes("group", "CreateGroup"),
  on("group", "GetGroup"),
  on("group", "UpdateGroup", { NewPath: "/moved/" }),
  on("group", "DeleteGroup"),
  onAll("ListGroups"),
  on("group", "AddUserToGroup", async (fixtures) => ({ UserName: await fixtures.user() })),
  on("group", "RemoveUserFromGroup", async (fixtures, GroupName) => {
    const UserName = await fixtures.user();
    await fixtures.iam.send(new AddUserToGroupCommand({ GroupName, UserName }));
    return { UserName };
  }),
  on("group", "PutGroupPolicy", inline),
  on("group", "GetGroupPolicy", hasInline("group")),
  on("group", "ListGroupPolicies"),
  on("group", "DeleteGroupPolicy", hasInline("group")),
  on("group", "AttachGroupPolicy", attach),
  on("group", "ListAttachedGroupPolicies"),
  on("group", "DetachGroupPolicy", hasAttached("group")),
];

const ROLES: readonly Row[] = [
  makes("role", "CreateRole", { AssumeRolePolicyDocument: TRUST }),
  on("role", "GetRole"),
  on("role", "UpdateRole", { Description: "d" }),
  on("role", "UpdateRoleDescription", { Description: "d" }),
  on("role", "UpdateAssumeRolePolicy", { PolicyDocument: TRUST }),
  on("role", "DeleteRole"),
  onAll("ListRoles"),
  on("role", "TagRole", { Tags }),
  on("role", "UntagRole", { TagKeys }),
  on("role", "ListRoleTags"),
  on("role", "PutRolePolicy", inline),
  on("role", "GetRolePolicy", hasInline("role")),
  on("role", "ListRolePolicies"),
  on("role", "DeleteRolePolicy", hasInline("role")),
  on("role", "AttachRolePolicy", attach),
  on("role", "ListAttachedRolePolicies"),
  on("role", "DetachRolePolicy", hasAttached("role")),
  on("role", "PutRolePermissionsBoundary", bound),
  on("role", "DeleteRolePermissionsBoundary"),
  on("role", "ListInstanceProfilesForRole"),
];

const PROFILES: readonly Row[] = [
  makes("profile", "CreateInstanceProfile"),
  on("profile", "GetInstanceProfile"),
  on("profile", "DeleteInstanceProfile"),
  onAll("ListInstanceProfiles"),
  on("profile", "TagInstanceProfile", { Tags }),
  on("profile", "UntagInstanceProfile", { TagKeys }),
  on("profile", "ListInstanceProfileTags"),
  // What an instance may do is passed to it: its page asks for iam:PassRole too.
  row("AddRoleToInstanceProfile", async (fixtures) => {
    const [InstanceProfileName, RoleName] = [await fixtures.profile(), await fixtures.role()];
    return {
      input: { InstanceProfileName, RoleName },
      needs: [
        ...need("iam:AddRoleToInstanceProfile", iamArn(`instance-profile/${InstanceProfileName}`)),
        ...need("iam:PassRole", iamArn(`role/${RoleName}`)),
      ],
    };
  }),
  on("profile", "RemoveRoleFromInstanceProfile", async (fixtures, InstanceProfileName) => {
    const RoleName = await fixtures.role();
    await fixtures.iam.send(new AddRoleToInstanceProfileCommand({ InstanceProfileName, RoleName }));
    return { RoleName };
  }),
];

const secondVersion = async (fixtures: Fixtures, PolicyArn: string): Promise<More> => {
  await fixtures.iam.send(new CreatePolicyVersionCommand({ PolicyArn, PolicyDocument: DOCUMENT }));
  return { VersionId: "v2" };
};

const POLICIES: readonly Row[] = [
  makes("policy", "CreatePolicy", { PolicyDocument: DOCUMENT }),
  on("policy", "GetPolicy"),
  on("policy", "DeletePolicy"),
  onAll("ListPolicies"),
  on("policy", "ListEntitiesForPolicy", async (fixtures, PolicyArn) => {
    await fixtures.iam.send(new AttachUserPolicyCommand({ UserName: await fixtures.user(), PolicyArn }));
    return {};
  }),
  on("policy", "CreatePolicyVersion", { PolicyDocument: DOCUMENT }),
  on("policy", "GetPolicyVersion", { VersionId: "v1" }),
  on("policy", "ListPolicyVersions"),
  on("policy", "SetDefaultPolicyVersion", secondVersion),
  on("policy", "DeletePolicyVersion", secondVersion),
  on("policy", "TagPolicy", { Tags }),
  on("policy", "UntagPolicy", { TagKeys }),
  on("policy", "ListPolicyTags"),
];

const ofUser = (name: string, more: More = {}): Row =>
  row(name, async (fixtures) => {
    const PolicySourceArn = iamArn(`user/${await fixtures.user()}`);
    return { input: { PolicySourceArn, ...more }, needs: need(`iam:${name}`, PolicySourceArn) };
  });

const ACCOUNT_WIDE: readonly Row[] = [
  onAll("GetAccountSummary"),
  onAll("GetAccountAuthorizationDetails"),
  onAll("UpdateAccountPasswordPolicy", { MinimumPasswordLength: 8 }),
  row("GetAccountPasswordPolicy", async (fixtures) => {
    await fixtures.iam.send(new UpdateAccountPasswordPolicyCommand({ MinimumPasswordLength: 8 }));
    return { input: {}, needs: need("iam:GetAccountPasswordPolicy", "*") };
  }),
  row("DeleteAccountPasswordPolicy", async (fixtures) => {
    await fixtures.iam.send(new UpdateAccountPasswordPolicyCommand({ MinimumPasswordLength: 8 }));
    return { input: {}, needs: need("iam:DeleteAccountPasswordPolicy", "*") };
  }),
  onAll("CreateAccountAlias", { AccountAlias: "hosu-test-alias" }),
  onAll("ListAccountAliases"),
  row("DeleteAccountAlias", async (fixtures) => {
    await fixtures.iam.send(new CreateAccountAliasCommand({ AccountAlias: "hosu-test-gone" }));
    return { input: { AccountAlias: "hosu-test-gone" }, needs: need("iam:DeleteAccountAlias", "*") };
  }),
  onAll("GetContextKeysForCustomPolicy", { PolicyInputList: [DOCUMENT] }),
  ofUser("GetContextKeysForPrincipalPolicy"),
  onAll("SimulateCustomPolicy", { PolicyInputList: [DOCUMENT], ActionNames: ["s3:GetObject"] }),
  ofUser("SimulatePrincipalPolicy", { ActionNames: ["s3:GetObject"] }),
];

export const IAM_ROWS: readonly Row[] = [
  ...USERS,
  ...GROUPS,
  ...ROLES,
  ...PROFILES,
  ...POLICIES,
  ...ACCOUNT_WIDE,
];
