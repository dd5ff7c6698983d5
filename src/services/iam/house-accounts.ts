import type { House } from "../../platform/context.ts";
import type { Sealer } from "../../platform/sealer.ts";
import { batchesOf, shortReads } from "../../store/batches.ts";
import { SCAN_ROWS, type Reader } from "../../store/store.ts";
import { ADMIN_USER, type KeyPair } from "./bootstrap.ts";
import { find } from "./entities.ts";
import { accessKeys, accounts, keyUses, sessions, type Account } from "./model.ts";
import { openSecret } from "./secrets.ts";

/** Every account, by its id. */
export async function listAccounts(
  read: Reader,
): Promise<readonly { readonly account: string; readonly createdAt: Date }[]> {
  const rows = await read.scan(accounts, { within: [], limit: SCAN_ROWS });
  return rows.map(({ account, createdAt }: Account) => ({ account, createdAt }));
}

/** The active keys of an account's root and its admin user: those that stay when it is emptied. */
export async function keysOfAccount(
  read: Reader,
  account: string,
  sealer: Sealer,
): Promise<{ readonly root: readonly KeyPair[]; readonly admin: readonly KeyPair[] }> {
  const pairs = async (ids: readonly string[]): Promise<readonly KeyPair[]> => {
    const rows = await Promise.all(ids.map((id) => read.get(accessKeys, id)));
    return rows.flatMap((row) =>
      row?.status === "Active"
        ? [{ accessKeyId: row.accessKeyId, secret: openSecret(sealer, row.accessKeyId, row.secret) }]
        : [],
    );
  };
  const admin = await find(read, "user", account, ADMIN_USER);
  return {
    root: await pairs((await read.get(accounts, account))?.accessKeys ?? []),
    admin: await pairs(admin?.accessKeys ?? []),
  };
}

const EVERYONE = { within: [], limit: 1_000 };

/** Keys and sessions lie in tables of all accounts. */
export async function forgetAccount({ store }: House, account: string): Promise<void> {
  await store.update(async (tx) => tx.delete(accounts, account));
  for await (const page of batchesOf(shortReads(store), accessKeys, EVERYONE))
    await store.update(async (tx) => {
      for (const row of page) {
        if (row.account !== account) continue;
        tx.delete(accessKeys, row.accessKeyId);
        tx.delete(keyUses, row.accessKeyId);
      }
    });
  for await (const page of batchesOf(shortReads(store), sessions, EVERYONE))
    await store.update(async (tx) => {
      for (const row of page) if (row.principal.account === account) tx.delete(sessions, row.accessKeyId);
    });
}
