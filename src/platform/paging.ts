import { decodeKey, encodeKey, type Key, type KeyPart } from "../store/keys.ts";
import type { Sealer } from "./sealer.ts";

/**
 * Paging tokens hold no state here: the last key seen, sealed and bound to the operation, its parameters and
 * the caller. They survive a restart, and deleting the last key seen skips nothing.
 */
export interface PageTokens {
  next(after: Key): string;
  /** @returns the key to go on after; undefined for no token. @throws what `refuse` makes of a foreign one. */
  after(token: string | undefined, refuse: () => Error): KeyPart[] | undefined;
}

/** @param binding the operation, the parameters that must not change between pages, the account. */
export function pageTokens(sealer: Sealer, binding: readonly unknown[]): PageTokens {
  const bound = JSON.stringify([sealer.generation, ...binding]);
  return {
    next: (after) => sealer.seal("page", bound, encodeKey(after)),
    after(token, refuse) {
      if (token === undefined) return undefined;
      const key = sealer.open("page", bound, token);
      if (!key) throw refuse();
      return decodeKey(key);
    },
  };
}

/** One page out of rows read with one more than asked: the page, and the token for the next. */
export function page<Row>(rows: readonly Row[], limit: number): { items: readonly Row[]; last?: Row } {
  if (rows.length <= limit) return { items: rows };
  const items = rows.slice(0, limit);
  const last = items.at(-1);
  return last === undefined ? { items } : { items, last };
}
