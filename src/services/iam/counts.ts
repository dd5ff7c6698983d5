import type { Reader, Transaction } from "../../store/store.ts";
import { quotaExceeded } from "./faults.ts";
import { QUOTAS } from "./limits.ts";
import { counts, type Counts } from "./model.ts";

type Counted = Exclude<keyof Counts, "account">;

const LIMITS: Readonly<Record<Counted, readonly [name: string, quota: number] | undefined>> = {
  users: ["UsersPerAccount", QUOTAS.usersPerAccount],
  groups: ["GroupsPerAccount", QUOTAS.groupsPerAccount],
  roles: ["RolesPerAccount", QUOTAS.rolesPerAccount],
  policies: ["PoliciesPerAccount", QUOTAS.policiesPerAccount],
  versions: undefined,
  instanceProfiles: ["InstanceProfilesPerAccount", QUOTAS.instanceProfilesPerAccount],
};

/** One more of them. @throws LimitExceeded */
export async function countOne(tx: Transaction, account: string, what: Counted): Promise<void> {
  const now = await countsOf(tx, account);
  const [name, quota] = LIMITS[what] ?? [];
  if (name !== undefined && quota !== undefined && now[what] >= quota) throw quotaExceeded(name, quota);
  tx.put(counts, { ...now, [what]: now[what] + 1 });
}

/** @param by how many fewer. */
export async function uncountOne(tx: Transaction, account: string, what: Counted, by = 1): Promise<void> {
  const now = await countsOf(tx, account);
  tx.put(counts, { ...now, [what]: now[what] - by });
}

export const countsOf = async (read: Reader, account: string): Promise<Counts> =>
  (await read.get(counts, account)) ?? {
    account,
    users: 0,
    groups: 0,
    roles: 0,
    policies: 0,
    versions: 0,
    instanceProfiles: 0,
  };
