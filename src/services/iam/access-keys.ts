import { accessKeyId, secretAccessKey } from "../../base/ids.ts";
import { operation } from "../../platform/operation.ts";
import type { Context } from "../../platform/context.ts";
import type { Caller } from "../../platform/caller.ts";
import type { Reader, Transaction } from "../../store/store.ts";
import { entityCheck, iamArn, load, save } from "./entities.ts";
import { accessKeyNotFound, quotaExceeded } from "./faults.ts";
import { QUOTAS } from "./limits.ts";
import { accessKeys, accounts, keyUses, type AccessKey } from "./model.ts";
import { pageList } from "./paging.ts";
import { sealSecret } from "./secrets.ts";
import { checkUserOrSelf, userNameOf } from "./users.ts";

export const create = operation("iam:CreateAccessKey", {
  authorize: (input, scope) => checkUserOrSelf(scope, "iam:CreateAccessKey", input.UserName),
  async handle(input, { store, caller, clock, sealer }) {
    const secret = secretAccessKey();
    const id = accessKeyId("AKIA");
    const owner = ownerOf(input.UserName, caller);
    const key = await store.update(async (tx) => {
      const { name, keys } = await keysOf(tx, caller.account, owner);
      if (keys.length >= QUOTAS.accessKeysPerUser)
        throw quotaExceeded("AccessKeysPerUser", QUOTAS.accessKeysPerUser);
      const row: AccessKey = {
        accessKeyId: id,
        account: caller.account,
        status: "Active",
        createdAt: clock.now(),
        secret: sealSecret(sealer, id, secret),
        ...(name === undefined ? {} : { user: name }),
      };
      tx.put(accessKeys, row);
      await setKeys(tx, caller.account, owner, [...keys, id]);
      return row;
    });
    return { AccessKey: { ...describe(key), SecretAccessKey: secret } };
  },
});

export const list = operation("iam:ListAccessKeys", {
  authorize: (input, scope) => checkUserOrSelf(scope, "iam:ListAccessKeys", input.UserName),
  async handle(input, context) {
    const { store, caller } = context;
    const rows = await store.read(async (read) => {
      const { keys } = await keysOf(read, caller.account, ownerOf(input.UserName, caller));
      return Promise.all(keys.map((id) => read.get(accessKeys, id)));
    });
    const { items, page } = pageList(context, input, {
      rows: rows.flatMap((row) => (row ? [row] : [])),
      keyOf: (row) => row.accessKeyId,
      bound: [input.UserName ?? ""],
    });
    return { AccessKeyMetadata: items.map(describe), ...page };
  },
});

export const update = operation("iam:UpdateAccessKey", {
  authorize: (input, scope) => checkUserOrSelf(scope, "iam:UpdateAccessKey", input.UserName),
  async handle(input, { store, caller }) {
    const status: AccessKey["status"] = input.Status === "Active" ? "Active" : "Inactive";
    await store.update(async (tx) => {
      const key = await loadKey(tx, caller, input.UserName, input.AccessKeyId);
      tx.put(accessKeys, { ...key, status });
    });
    return {};
  },
});

const remove = operation("iam:DeleteAccessKey", {
  authorize: (input, scope) => checkUserOrSelf(scope, "iam:DeleteAccessKey", input.UserName),
  async handle(input, { store, caller }) {
    const owner = ownerOf(input.UserName, caller);
    await store.update(async (tx) => {
      await loadKey(tx, caller, input.UserName, input.AccessKeyId);
      const { keys } = await keysOf(tx, caller.account, owner);
      const left = keys.filter((id) => id !== input.AccessKeyId);
      await setKeys(tx, caller.account, owner, left);
      tx.delete(accessKeys, input.AccessKeyId);
      tx.delete(keyUses, input.AccessKeyId);
    });
    return {};
  },
});
export { remove as delete };

export const lastUsed = operation("iam:GetAccessKeyLastUsed", {
  authorize: async ({ AccessKeyId }, scope) => {
    const key = await scope.read.get(accessKeys, AccessKeyId);
    const name = key?.account === scope.caller.account ? key.user : undefined;
    if (name !== undefined) return entityCheck(scope, "iam:GetAccessKeyLastUsed", "user", { name });
    return [{ action: "iam:GetAccessKeyLastUsed", resource: iamArn(scope.caller.account, "user/*") }];
  },
  handle: ({ AccessKeyId }, { store, caller }: Context) =>
    store.read(async (read) => {
      const key = await read.get(accessKeys, AccessKeyId);
      if (key?.account !== caller.account) throw accessKeyNotFound(AccessKeyId);
      const use = await read.get(keyUses, AccessKeyId);
      return {
        ...(key.user === undefined ? {} : { UserName: key.user }),
        AccessKeyLastUsed: use
          ? { LastUsedDate: use.usedAt, ServiceName: use.service, Region: use.region }
          : { ServiceName: "N/A", Region: "N/A" },
      };
    }),
});

/** A user by name, or the account's root. */
type Owner = { readonly user: string } | "root";

const ownerOf = (given: string | undefined, caller: Caller): Owner =>
  given === undefined && caller.principal.kind === "root" ? "root" : { user: userNameOf(given, caller) };

async function keysOf(
  read: Reader,
  account: string,
  owner: Owner,
): Promise<{ readonly name: string | undefined; readonly keys: readonly string[] }> {
  if (owner === "root")
    return { name: undefined, keys: (await read.get(accounts, account))?.accessKeys ?? [] };
  const user = await load(read, "user", account, owner.user);
  return { name: user.name, keys: user.accessKeys };
}

async function setKeys(
  tx: Transaction,
  account: string,
  owner: Owner,
  keys: readonly string[],
): Promise<void> {
  if (owner !== "root")
    return save(tx, "user", { ...(await load(tx, "user", account, owner.user)), accessKeys: keys });
  const row = await tx.get(accounts, account);
  if (row) tx.put(accounts, { ...row, accessKeys: keys });
}

/** @throws NoSuchEntity for a key of another user too. */
async function loadKey(
  read: Reader,
  caller: Caller,
  given: string | undefined,
  id: string,
): Promise<AccessKey> {
  const { keys } = await keysOf(read, caller.account, ownerOf(given, caller));
  const key = keys.includes(id) ? await read.get(accessKeys, id) : undefined;
  if (!key) throw accessKeyNotFound(id);
  return key;
}

const describe = ({ accessKeyId, user, status, createdAt }: AccessKey) => ({
  UserName: user ?? "",
  AccessKeyId: accessKeyId,
  Status: status,
  CreateDate: createdAt,
});
