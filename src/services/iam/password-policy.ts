import { operation } from "../../platform/operation.ts";
import { passwordPolicyNotFound } from "./faults.ts";
import { accounts, type PasswordPolicy } from "./model.ts";

/** Source: IAM API Reference, UpdateAccountPasswordPolicy: what is left out becomes its default; nothing is kept. */
export const update = operation("iam:UpdateAccountPasswordPolicy", {
  resource: () => "*",
  async handle(input, { store, caller, clock }) {
    const policy: PasswordPolicy = {
      minimumLength: input.MinimumPasswordLength ?? 6,
      symbols: input.RequireSymbols ?? false,
      numbers: input.RequireNumbers ?? false,
      uppercase: input.RequireUppercaseCharacters ?? false,
      lowercase: input.RequireLowercaseCharacters ?? false,
      usersMayChange: input.AllowUsersToChangePassword ?? false,
      hardExpiry: input.HardExpiry ?? false,
      ...(input.MaxPasswordAge === undefined ? {} : { maxAgeDays: input.MaxPasswordAge }),
      ...(input.PasswordReusePrevention === undefined ? {} : { remembered: input.PasswordReusePrevention }),
    };
    await store.update(async (tx) => {
      const { account } = caller;
      const row = (await tx.get(accounts, account)) ?? { account, createdAt: clock.now(), accessKeys: [] };
      tx.put(accounts, { ...row, passwordPolicy: policy });
    });
    return {};
  },
});

export const get = operation("iam:GetAccountPasswordPolicy", {
  resource: () => "*",
  async handle(_input, { store, caller }) {
    const policy = (await store.read((read) => read.get(accounts, caller.account)))?.passwordPolicy;
    if (!policy) throw passwordPolicyNotFound(caller.account);
    return {
      PasswordPolicy: {
        MinimumPasswordLength: policy.minimumLength,
        RequireSymbols: policy.symbols,
        RequireNumbers: policy.numbers,
        RequireUppercaseCharacters: policy.uppercase,
        RequireLowercaseCharacters: policy.lowercase,
        AllowUsersToChangePassword: policy.usersMayChange,
        ExpirePasswords: policy.maxAgeDays !== undefined,
        HardExpiry: policy.hardExpiry,
        ...(policy.maxAgeDays === undefined ? {} : { MaxPasswordAge: policy.maxAgeDays }),
        ...(policy.remembered === undefined ? {} : { PasswordReusePrevention: policy.remembered }),
      },
    };
  },
});

const remove = operation("iam:DeleteAccountPasswordPolicy", {
  resource: () => "*",
  async handle(_input, { store, caller }) {
    await store.update(async (tx) => {
      const row = await tx.get(accounts, caller.account);
      if (!row?.passwordPolicy) throw passwordPolicyNotFound(caller.account);
      const { passwordPolicy: _gone, ...rest } = row;
      tx.put(accounts, rest);
    });
    return {};
  },
});
export { remove as delete };

/** The characters that count as symbols. Source: IAM API Reference, UpdateAccountPasswordPolicy, RequireSymbols. */
const SYMBOL = /[!@#$%^&*()_+\-=[\]{}|']/;
const KINDS: readonly RegExp[] = [/[A-Z]/, /[a-z]/, /[0-9]/, SYMBOL];

/**
 * Whether a password is good enough. Without a policy of the account: eight characters, of three kinds, and not the account's
 * own name. Source: IAM User Guide, "Set an account password policy for IAM users": "Default password policy".
 */
export function isStrongEnough(
  password: string,
  policy: PasswordPolicy | undefined,
  names: readonly string[],
): boolean {
  if (!policy) {
    const kinds = KINDS.filter((kind) => kind.test(password)).length;
    return password.length >= 8 && kinds >= 3 && !names.includes(password);
  }
  return (
    password.length >= policy.minimumLength &&
    (!policy.uppercase || /[A-Z]/.test(password)) &&
    (!policy.lowercase || /[a-z]/.test(password)) &&
    (!policy.numbers || /[0-9]/.test(password)) &&
    (!policy.symbols || SYMBOL.test(password))
  );
}
