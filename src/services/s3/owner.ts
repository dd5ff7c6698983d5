import { createHash } from "node:crypto";

/** An account's canonical user id: 64 hexadecimal characters, always the same for an account. */
export const canonicalId = (account: string): string =>
  createHash("sha256").update(`canonical-user:${account}`).digest("hex");

export const ownerOf = (account: string) => ({ ID: canonicalId(account) });
