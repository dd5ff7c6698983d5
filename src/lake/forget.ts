import { afterPrefix, encodeKey } from "../store/keys.ts";
import { openLmdbPages } from "../store/lmdb-pages.ts";
import type { AccountKeys, LakeGround } from "./ground.ts";
import type { Lake } from "./lake.ts";

/** The keys that an account keeps when it is emptied. */
export const keysOf = ({ accounts }: LakeGround, { house }: Lake, account: string): Promise<AccountKeys> =>
  house.store.read((read) => accounts.keys(read, account, house.sealer));

/** What services have of an account in tables of all accounts. */
export async function forgetElsewhere(
  { services }: LakeGround,
  { house }: Lake,
  account: string,
): Promise<void> {
  for (const service of services.values()) await service.forget?.(house, account);
}

const ROUND = 5_000;

/** An account's own rows lie together. @param storePath of a store that nobody has open. */
export async function removeRows(storePath: string, account: string): Promise<void> {
  const pages = openLmdbPages(storePath);
  const start = encodeKey([account]);
  const end = afterPrefix(start) ?? Buffer.from([0xff]);
  try {
    for (;;) {
      const entries = pages.range({ start, end, reverse: false, limit: ROUND });
      if (entries.length === 0) return;
      await pages.commit(entries.map(({ key }) => ({ key: Buffer.from(key), value: undefined })));
    }
  } finally {
    await pages.close();
  }
}
