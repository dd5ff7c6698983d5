/** Seconds a session may last. Source: AWS STS API Reference, AssumeRole, GetSessionToken, GetFederationToken. */
export const ROLE_SECONDS = { default: 3_600, chained: 3_600 } as const;
export const USER_SECONDS = { default: 43_200, root: 3_600 } as const;

/** Characters of all session policies and tags together. Source: IAM User Guide, "IAM and AWS STS quotas": session policies. */
export const SESSION_POLICY_CHARACTERS = 2_048;

/** Source: IAM User Guide, "IAM and AWS STS quotas": session tags. */
export const SESSION_TAGS = 50;
