import type { Context } from "../../platform/context.ts";
import { operation } from "../../platform/operation.ts";
import { entityCheck, load, save } from "./entities.ts";
import {
  loginProfileExists,
  loginProfileNotFound,
  notAUser,
  oldPasswordWrong,
  weakPassword,
} from "./faults.ts";
import { REMEMBERED_PASSWORDS } from "./limits.ts";
import { accounts, type LoginProfile, type User } from "./model.ts";
import { isStrongEnough } from "./password-policy.ts";
import { hashPassword, isPassword } from "./passwords.ts";
import { checkUserOrSelf, userNameOf } from "./users.ts";

/** Passwords of users, for signing in to the console. */
export const create = operation("iam:CreateLoginProfile", {
  authorize: (input, scope) => checkUserOrSelf(scope, "iam:CreateLoginProfile", input.UserName),
  async handle(input, context) {
    const { store, caller, clock } = context;
    const name = userNameOf(input.UserName, caller);
    const user = await store.read((read) => load(read, "user", caller.account, name));
    const { Password = "" } = input;
    const hash = await acceptedHash(context, user, Password);
    const createdAt = clock.now();
    const login: LoginProfile = {
      hash,
      createdAt,
      changedAt: createdAt,
      mustReset: input.PasswordResetRequired ?? false,
      formerHashes: [],
    };
    await store.update(async (tx) => {
      const row = await load(tx, "user", caller.account, name);
      if (row.login) throw loginProfileExists(row.name);
      save(tx, "user", { ...row, login });
    });
    return { LoginProfile: describe(user.name, login) };
  },
});

export const get = operation("iam:GetLoginProfile", {
  authorize: (input, scope) => checkUserOrSelf(scope, "iam:GetLoginProfile", input.UserName),
  async handle(input, { store, caller }) {
    const name = userNameOf(input.UserName, caller);
    const { login, name: written } = await store.read((read) => load(read, "user", caller.account, name));
    if (!login) throw loginProfileNotFound(name);
    return { LoginProfile: describe(written, login) };
  },
});

export const update = operation("iam:UpdateLoginProfile", {
  authorize: (input, scope) => entityCheck(scope, "iam:UpdateLoginProfile", "user", { name: input.UserName }),
  async handle(input, context) {
    const { store, caller } = context;
    const user = await store.read((read) => load(read, "user", caller.account, input.UserName));
    if (!user.login) throw loginProfileNotFound(input.UserName);
    if (input.Password !== undefined)
      await setPassword(context, user, input.Password, input.PasswordResetRequired);
    else {
      await store.update(async (tx) => {
        const row = await load(tx, "user", caller.account, input.UserName);
        if (!row.login) throw loginProfileNotFound(input.UserName);
        const mustReset = input.PasswordResetRequired ?? row.login.mustReset;
        save(tx, "user", { ...row, login: { ...row.login, mustReset } });
      });
    }
    return {};
  },
});

const remove = operation("iam:DeleteLoginProfile", {
  authorize: (input, scope) => checkUserOrSelf(scope, "iam:DeleteLoginProfile", input.UserName),
  async handle(input, { store, caller }) {
    const name = userNameOf(input.UserName, caller);
    await store.update(async (tx) => {
      const { login, ...user } = await load(tx, "user", caller.account, name);
      if (!login) throw loginProfileNotFound(name);
      save(tx, "user", user);
    });
    return {};
  },
});
export { remove as delete };

export const changePassword = operation("iam:ChangePassword", {
  authorize: async (_input, scope) => checkUserOrSelf(scope, "iam:ChangePassword", undefined),
  async handle({ OldPassword, NewPassword }, context) {
    const { store, caller } = context;
    if (caller.principal.kind !== "user") throw notAUser();
    const { name } = caller.principal;
    const user = await store.read((read) => load(read, "user", caller.account, name));
    if (!user.login) throw loginProfileNotFound(name);
    if (!(await isPassword(OldPassword, user.login.hash))) throw oldPasswordWrong();
    await setPassword(context, user, NewPassword, false);
    return {};
  },
});

/** Hashing takes long, so it is done before the update, which then makes sure that nobody else changed it meanwhile. */
async function setPassword(
  context: Context,
  user: User,
  password: string,
  mustReset: boolean | undefined,
): Promise<void> {
  const { store, clock } = context;
  const hash = await acceptedHash(context, user, password);
  await store.update(async (tx) => {
    const row = await load(tx, "user", user.account, user.name);
    if (row.login?.hash !== user.login?.hash || !row.login) throw oldPasswordWrong();
    const formerHashes = [row.login.hash, ...row.login.formerHashes].slice(0, REMEMBERED_PASSWORDS);
    const login = {
      ...row.login,
      hash,
      formerHashes,
      changedAt: clock.now(),
      mustReset: mustReset ?? row.login.mustReset,
    };
    save(tx, "user", { ...row, login });
  });
}

/** @throws PasswordPolicyViolation for a password that is too weak, or was used before where the account forbids that. */
async function acceptedHash({ store }: Context, user: User, password: string): Promise<string> {
  const account = await store.read((read) => read.get(accounts, user.account));
  const policy = account?.passwordPolicy;
  if (!isStrongEnough(password, policy, [user.account, account?.alias ?? user.account])) throw weakPassword();
  const former = user.login ? [user.login.hash, ...user.login.formerHashes] : [];
  for (const hash of former.slice(0, policy?.remembered ?? 0)) {
    if (await isPassword(password, hash)) throw weakPassword();
  }
  return hashPassword(password);
}

const describe = (name: string, { createdAt, mustReset }: LoginProfile) => ({
  UserName: name,
  CreateDate: createdAt,
  PasswordResetRequired: mustReset,
});
