import { table, type Table } from "../../store/table.ts";
import type { Principal } from "../../access/request.ts";

/** What IAM stores. Names are unique without regard to case, so keys are in lower case; rows keep what was written. */
export const nameKey = (name: string): string => name.toLowerCase();

export interface Account {
  readonly account: string;
  readonly createdAt: Date;
  readonly alias?: string;
  /** The root user's access keys. */
  readonly accessKeys: readonly string[];
  readonly passwordPolicy?: PasswordPolicy;
}

export interface PasswordPolicy {
  readonly minimumLength: number;
  readonly symbols: boolean;
  readonly numbers: boolean;
  readonly uppercase: boolean;
  readonly lowercase: boolean;
  readonly usersMayChange: boolean;
  readonly hardExpiry: boolean;
  readonly maxAgeDays?: number;
  /** How many former passwords may not come again. */
  readonly remembered?: number;
}

export interface LoginProfile {
  /** Salt and hash of the password. */
  readonly hash: string;
  readonly createdAt: Date;
  readonly changedAt: Date;
  readonly mustReset: boolean;
  /** The latest first. */
  readonly formerHashes: readonly string[];
}

export interface Tag {
  readonly Key: string;
  readonly Value: string;
}

export interface InlinePolicy {
  readonly name: string;
  readonly document: string;
}

/** What users, groups and roles share: policies stand on them. */
export interface Entity {
  readonly account: string;
  readonly name: string;
  /** Begins and ends with a slash. */
  readonly path: string;
  readonly id: string;
  readonly arn: string;
  readonly createdAt: Date;
  /** In the order of their names. */
  readonly inline: readonly InlinePolicy[];
  /** ARNs of managed policies, in the order of attaching. */
  readonly attached: readonly string[];
  /** Always none of a group: IAM tags no groups. */
  readonly tags: readonly Tag[];
}

export interface User extends Entity {
  /** A managed policy's ARN. */
  readonly boundary?: string;
  /** Names of the groups, as they are written. */
  readonly groups: readonly string[];
  readonly accessKeys: readonly string[];
  readonly login?: LoginProfile;
}

export type Group = Entity;

export interface Role extends Entity {
  readonly boundary?: string;
  readonly trust: string;
  readonly lastUsed?: { readonly at: Date; readonly region: string };
  readonly description?: string;
  readonly maxSessionSeconds: number;
}

/** A group's member; the user's row says the same, so that either side is one read. */
export interface Member {
  readonly account: string;
  readonly group: string;
  readonly user: string;
}

export interface ManagedPolicy {
  readonly account: string;
  readonly name: string;
  readonly path: string;
  readonly id: string;
  readonly arn: string;
  readonly description?: string;
  readonly createdAt: Date;
  readonly updatedAt: Date;
  readonly defaultVersion: number;
  /** The next version's number; numbers are never given twice. */
  readonly nextVersion: number;
  readonly tags: readonly Tag[];
}

export interface PolicyVersion {
  readonly account: string;
  readonly policy: string;
  readonly version: number;
  readonly document: string;
  readonly createdAt: Date;
}

export type AttachmentKind = "user" | "group" | "role" | "user-boundary" | "role-boundary";

/** Where a managed policy is used; the entities' rows say the same. */
export interface Attachment {
  readonly account: string;
  readonly policyArn: string;
  readonly kind: AttachmentKind;
  readonly name: string;
  readonly id: string;
  readonly path: string;
}

export interface AccessKey {
  readonly accessKeyId: string;
  readonly account: string;
  /** Absent for the root user's. */
  readonly user?: string;
  readonly status: "Active" | "Inactive";
  readonly createdAt: Date;
  /** Sealed under the data folder's key. */
  readonly secret: string;
}

export interface KeyUse {
  readonly accessKeyId: string;
  readonly usedAt: Date;
  readonly service: string;
  readonly region: string;
}

export interface InstanceProfile {
  readonly account: string;
  readonly name: string;
  readonly path: string;
  readonly id: string;
  readonly arn: string;
  readonly createdAt: Date;
  readonly role?: string;
  readonly tags: readonly Tag[];
}

/** A session of STS: temporary keys, and what they stand for. */
export interface SessionRow {
  readonly accessKeyId: string;
  readonly principal: Principal;
  /** The unique id of the role or user it was made from: once that is gone, so is the session. */
  readonly sourceId: string;
  /** The role's or user's name. */
  readonly sourceName: string;
  /** Sealed under the data folder's key. */
  readonly secret: string;
  readonly sessionToken: string;
  readonly issuedAt: Date;
  readonly expiresAt: Date;
  readonly tags: Readonly<Record<string, string>>;
  readonly transitiveTagKeys: readonly string[];
  readonly sourceIdentity?: string;
  readonly mfa: boolean;
  /** Absent when the session was made without policies; then nothing narrows it. */
  readonly policies?: SessionPolicies;
}

export interface SessionPolicies {
  readonly inline?: string;
  readonly arns: readonly string[];
}

/** How many of each an account has: quotas and the summary ask often, and counting rows would read them all. */
export interface Counts {
  readonly account: string;
  readonly users: number;
  readonly groups: number;
  readonly roles: number;
  readonly policies: number;
  readonly versions: number;
  readonly instanceProfiles: number;
}

export const counts = table("iam.counts", { scope: "global", key: (row: Counts): [string] => [row.account] });
export const accounts = table("iam.accounts", {
  remembered: true,
  scope: "global",
  key: (row: Account): [string] => [row.account],
});
export const aliases = table("iam.aliases", {
  scope: "global",
  key: (row: { readonly alias: string; readonly account: string }): [string] => [row.alias],
});
export const users = table("iam.users", {
  scope: "account",
  remembered: true,
  key: (row: User) => entityKey(row),
});
export const groups = table("iam.groups", {
  scope: "account",
  remembered: true,
  key: (row: Group) => entityKey(row),
});
export const roles = table("iam.roles", {
  scope: "account",
  remembered: true,
  key: (row: Role) => entityKey(row),
});
export const members = table("iam.members", {
  scope: "account",
  key: (row: Member): [string, string, string] => [row.account, nameKey(row.group), nameKey(row.user)],
});
export const managedPolicies = table("iam.policies", {
  remembered: true,
  scope: "account",
  key: (row: ManagedPolicy): [string, string] => [row.account, nameKey(row.name)],
});
export const policyVersions = table("iam.policy-versions", {
  remembered: true,
  scope: "account",
  key: (row: PolicyVersion): [string, string, number] => [row.account, nameKey(row.policy), row.version],
});
export const attachments = table("iam.attachments", {
  scope: "account",
  key: (row: Attachment): [string, string, string, string] => [
    row.account,
    row.policyArn,
    row.kind,
    nameKey(row.name),
  ],
});
export const accessKeys = table("iam.access-keys", {
  remembered: true,
  scope: "global",
  key: (row: AccessKey): [string] => [row.accessKeyId],
});
export const keyUses = table("iam.key-uses", {
  scope: "global",
  key: (row: KeyUse): [string] => [row.accessKeyId],
});
export const instanceProfiles = table("iam.instance-profiles", {
  scope: "account",
  key: (row: InstanceProfile): [string, string] => [row.account, nameKey(row.name)],
});
export const sessions = table("iam.sessions", {
  remembered: true,
  scope: "global",
  key: (row: SessionRow): [string] => [row.accessKeyId],
});

const entityKey = (row: Entity): [string, string] => [row.account, nameKey(row.name)];

export type EntityKind = "user" | "group" | "role";

export interface EntityRows {
  readonly user: User;
  readonly group: Group;
  readonly role: Role;
}

export const ENTITY_TABLES: { readonly [K in EntityKind]: Table<EntityRows[K], [string, string]> } = {
  user: users,
  group: groups,
  role: roles,
};
