/** IAM's quotas. Source: IAM User Guide, "IAM and AWS STS quotas". Defaults, not raised ones. */
export const QUOTAS = {
  usersPerAccount: 5_000,
  groupsPerAccount: 300,
  rolesPerAccount: 1_000,
  policiesPerAccount: 1_500,
  instanceProfilesPerAccount: 1_000,
  groupsPerUser: 10,
  accessKeysPerUser: 2,
  /** Managed policies attached to one of each. */
  attachedPolicies: { user: 10, group: 10, role: 10 },
  versionsPerPolicy: 5,
  tagsPerEntity: 50,
  /** Characters, white space not counted. */
  managedPolicyCharacters: 6_144,
  trustPolicyCharacters: 2_048,
  inlinePolicyCharacters: { user: 2_048, group: 5_120, role: 10_240 },
} as const;

/** Source: IAM API Reference, MaxItems: "If you do not include this parameter, the number of items defaults to 100." */
export const DEFAULT_PAGE_ITEMS = 100;

/** Source: IAM API Reference, CreateRole, MaxSessionDuration: one hour unless said otherwise. */
export const DEFAULT_SESSION_SECONDS = 3_600;

/** Characters of policy text that one user, group or role keeps as it was written; beyond, white space goes. Ours: a stored row has at most 64 kB. */
export const WRITTEN_CHARACTERS = 24_000;

/** Rows read at once while a filter looks for matches; ours. */
export const SCAN_CHUNK = 1_000;

/** How often a key's last use is written down, in milliseconds; ours. AWS says that it may lag. */
export const LAST_USED_EVERY_MS = 60_000;

/** Secrets kept open in memory; ours. */
export const OPEN_SECRETS = 1_000;

/** Keys whose last writing-down is remembered; ours. */
export const REMEMBERED_USES = 10_000;

/** Source: IAM API Reference, UpdateAccountPasswordPolicy, PasswordReusePrevention: at most 24. */
export const REMEMBERED_PASSWORDS = 24;
