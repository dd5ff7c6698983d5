/** Compiled policies kept at once; ours: an account has at most 1,500 customer managed policies by default (IAM quotas). */
export const COMPILED_POLICIES = 2_000;

/** Characters of policy text kept by the cache; ours. The longest managed policy has 6,144 (IAM quotas), a bucket policy 20 KB. */
export const COMPILED_CHARACTERS = 8_000_000;
