import { forgetAccount } from "./house-accounts.ts";
import type { TimerContext } from "../../platform/context.ts";
import { service } from "../../platform/service.ts";
import { DAY_MS, MINUTE_MS } from "../../base/units.ts";
import * as accessKeys from "./access-keys.ts";
import * as account from "./account.ts";
import * as attachments from "./attachments.ts";
import * as boundaries from "./boundaries.ts";
import * as groups from "./groups.ts";
import { identities, SESSION_TIMER } from "./identities.ts";
import * as inline from "./inline-policies.ts";
import * as profiles from "./instance-profiles.ts";
import * as logins from "./login-profiles.ts";
import { sessions } from "./model.ts";
import * as passwordPolicy from "./password-policy.ts";
import * as policies from "./policies.ts";
import * as versions from "./policy-versions.ts";
import * as roles from "./roles.ts";
import { closedToPlainSessions } from "./session-limits.ts";
import * as simulate from "./simulate.ts";
import * as tags from "./tags.ts";
import * as users from "./users.ts";

/** AWS Identity and Access Management. */
export const iam = service("iam", {
  operations: closedToPlainSessions({
    CreateUser: users.create,
    GetUser: users.get,
    ListUsers: users.list,
    UpdateUser: users.update,
    DeleteUser: users.delete,
    TagUser: tags.tagUser,
    UntagUser: tags.untagUser,
    ListUserTags: tags.listOfUser,
    PutUserPolicy: inline.putForUser,
    GetUserPolicy: inline.getOfUser,
    DeleteUserPolicy: inline.deleteOfUser,
    ListUserPolicies: inline.listOfUser,
    AttachUserPolicy: attachments.attachToUser,
    DetachUserPolicy: attachments.detachFromUser,
    ListAttachedUserPolicies: attachments.listOfUser,
    PutUserPermissionsBoundary: boundaries.putForUser,
    DeleteUserPermissionsBoundary: boundaries.deleteForUser,

    CreateAccessKey: accessKeys.create,
    ListAccessKeys: accessKeys.list,
    UpdateAccessKey: accessKeys.update,
    DeleteAccessKey: accessKeys.delete,
    GetAccessKeyLastUsed: accessKeys.lastUsed,

    CreateLoginProfile: logins.create,
    GetLoginProfile: logins.get,
    UpdateLoginProfile: logins.update,
    DeleteLoginProfile: logins.delete,
    ChangePassword: logins.changePassword,
    UpdateAccountPasswordPolicy: passwordPolicy.update,
    GetAccountPasswordPolicy: passwordPolicy.get,
    DeleteAccountPasswordPolicy: passwordPolicy.delete,

    CreateGroup: groups.create,
    GetGroup: groups.get,
    ListGroups: groups.list,
    ListGroupsForUser: groups.listForUser,
    UpdateGroup: groups.update,
    DeleteGroup: groups.delete,
    AddUserToGroup: groups.addUser,
    RemoveUserFromGroup: groups.removeUser,
    PutGroupPolicy: inline.putForGroup,
    GetGroupPolicy: inline.getOfGroup,
    DeleteGroupPolicy: inline.deleteOfGroup,
    ListGroupPolicies: inline.listOfGroup,
    AttachGroupPolicy: attachments.attachToGroup,
    DetachGroupPolicy: attachments.detachFromGroup,
    ListAttachedGroupPolicies: attachments.listOfGroup,

    CreateRole: roles.create,
    GetRole: roles.get,
    ListRoles: roles.list,
    UpdateRole: roles.update,
    UpdateRoleDescription: roles.updateDescription,
    UpdateAssumeRolePolicy: roles.updateTrust,
    DeleteRole: roles.delete,
    TagRole: tags.tagRole,
    UntagRole: tags.untagRole,
    ListRoleTags: tags.listOfRole,
    PutRolePolicy: inline.putForRole,
    GetRolePolicy: inline.getOfRole,
    DeleteRolePolicy: inline.deleteOfRole,
    ListRolePolicies: inline.listOfRole,
    AttachRolePolicy: attachments.attachToRole,
    DetachRolePolicy: attachments.detachFromRole,
    ListAttachedRolePolicies: attachments.listOfRole,
    PutRolePermissionsBoundary: boundaries.putForRole,
    DeleteRolePermissionsBoundary: boundaries.deleteForRole,

    CreatePolicy: policies.create,
    GetPolicy: policies.get,
    ListPolicies: policies.list,
    DeletePolicy: policies.delete,
    TagPolicy: tags.tagPolicy,
    UntagPolicy: tags.untagPolicy,
    ListPolicyTags: tags.listOfPolicy,
    CreatePolicyVersion: versions.create,
    GetPolicyVersion: versions.get,
    ListPolicyVersions: versions.list,
    DeletePolicyVersion: versions.delete,
    SetDefaultPolicyVersion: versions.setDefault,
    ListEntitiesForPolicy: versions.listEntities,

    CreateInstanceProfile: profiles.create,
    GetInstanceProfile: profiles.get,
    ListInstanceProfiles: profiles.list,
    ListInstanceProfilesForRole: profiles.listForRole,
    AddRoleToInstanceProfile: profiles.addRole,
    RemoveRoleFromInstanceProfile: profiles.removeRole,
    DeleteInstanceProfile: profiles.delete,
    TagInstanceProfile: tags.tagInstanceProfile,
    UntagInstanceProfile: tags.untagInstanceProfile,
    ListInstanceProfileTags: tags.listOfInstanceProfile,

    CreateAccountAlias: account.createAlias,
    DeleteAccountAlias: account.deleteAlias,
    ListAccountAliases: account.listAliases,
    GetAccountSummary: account.summary,
    GetAccountAuthorizationDetails: account.authorizationDetails,

    SimulateCustomPolicy: simulate.custom,
    SimulatePrincipalPolicy: simulate.principal,
    GetContextKeysForCustomPolicy: simulate.contextKeysOfCustom,
    GetContextKeysForPrincipalPolicy: simulate.contextKeysOfPrincipal,
  }),
  timers: { [SESSION_TIMER]: forgetSession },
  forget: forgetAccount,
  offers: (house) => ({ identities: identities(house) }),
});

/**
 * A day after a session's end nobody asks for it any more; until then its keys are answered as expired rather than unknown.
 * Sessions end by the real clock, and timers run by the lake's: one that comes early waits on.
 */
async function forgetSession({ store, clock, realClock, key }: TimerContext): Promise<void> {
  const [id] = key;
  if (typeof id !== "string") return;
  await store.update(async (tx) => {
    const session = await tx.get(sessions, id);
    if (!session) return;
    const leftMs = session.expiresAt.getTime() + DAY_MS - realClock.now().getTime();
    if (leftMs <= 0) tx.delete(sessions, id);
    else await tx.timer(new Date(clock.now().getTime() + leftMs + MINUTE_MS), SESSION_TIMER, id);
  });
}
