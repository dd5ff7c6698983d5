import { accessKeyId, secretAccessKey } from "../../base/ids.ts";
import type { Sealer } from "../../platform/sealer.ts";
import type { Transaction } from "../../store/store.ts";
import { attachPolicy } from "./attachments.ts";
import { ADMINISTRATOR_ACCESS } from "./aws-managed.ts";
import { find, save } from "./entities.ts";
import { accessKeys, accounts, type AccessKey, type Account } from "./model.ts";
import { sealSecret } from "./secrets.ts";
import { addUser, newUser } from "./users.ts";

export interface KeyPair {
  readonly accessKeyId: string;
  readonly secret: string;
}

export interface NewAccount {
  readonly account: string;
  readonly now: Date;
  readonly sealer: Sealer;
  /** The root user's keys, where someone chose them. */
  readonly rootKey?: KeyPair | undefined;
  /** The keys that it had before it was emptied. */
  readonly keys?: { readonly root: readonly KeyPair[]; readonly admin: readonly KeyPair[] } | undefined;
}

export interface FirstKeys {
  readonly root: KeyPair;
  readonly admin: KeyPair & { readonly user: string };
}

/** The user that is advised over root. */
export const ADMIN_USER = "admin";

/**
 * Makes an account: its root user's keys, and a user who may do everything.
 * @returns the keys, the only time that they can be read; undefined when the account is there already.
 */
export async function createAccount(tx: Transaction, options: NewAccount): Promise<FirstKeys | undefined> {
  const { account, now, sealer } = options;
  if (await tx.get(accounts, account)) return undefined;
  const [root = options.rootKey ?? newKeyPair(), ...otherRoots] = options.keys?.root ?? [];
  const roots = [root, ...otherRoots];
  tx.put(accounts, { account, createdAt: now, accessKeys: idsOf(roots) } satisfies Account);
  for (const key of roots) putKey(tx, { account, now, sealer, key });

  const [admin = newKeyPair(), ...others] = options.keys?.admin ?? [];
  const admins = [admin, ...others];
  await addUser(tx, newUser({ account, name: ADMIN_USER, path: "/", createdAt: now, tags: [] }));
  const user = await find(tx, "user", account, ADMIN_USER);
  if (user) {
    const withKeys = { ...user, accessKeys: idsOf(admins) };
    save(tx, "user", withKeys);
    await attachPolicy(tx, "user", withKeys, ADMINISTRATOR_ACCESS.arn);
  }
  for (const key of admins) putKey(tx, { account, now, sealer, key, user: ADMIN_USER });
  return { root, admin: { ...admin, user: ADMIN_USER } };
}

/** Gives the root user the keys that someone chose, in place of those it had. @returns false when there is no such account. */
export async function setRootKey(
  tx: Transaction,
  options: NewAccount & { readonly rootKey: KeyPair },
): Promise<boolean> {
  const { account, now, sealer, rootKey } = options;
  const row = await tx.get(accounts, account);
  if (!row) return false;
  for (const id of row.accessKeys) if (id !== rootKey.accessKeyId) tx.delete(accessKeys, id);
  tx.put(accounts, { ...row, accessKeys: [rootKey.accessKeyId] });
  putKey(tx, { account, now, sealer, key: rootKey });
  return true;
}

const idsOf = (keys: readonly KeyPair[]): readonly string[] => keys.map((key) => key.accessKeyId);

const newKeyPair = (): KeyPair => ({ accessKeyId: accessKeyId("AKIA"), secret: secretAccessKey() });

function putKey(
  tx: Transaction,
  given: {
    readonly account: string;
    readonly now: Date;
    readonly sealer: Sealer;
    readonly key: KeyPair;
    readonly user?: string;
  },
): void {
  const { account, now, sealer, key, user } = given;
  const row: AccessKey = {
    accessKeyId: key.accessKeyId,
    account,
    status: "Active",
    createdAt: now,
    secret: sealSecret(sealer, key.accessKeyId, key.secret),
    ...(user === undefined ? {} : { user }),
  };
  tx.put(accessKeys, row);
}
