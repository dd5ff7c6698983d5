import { invariant } from "../../base/invariant.ts";
import type { Sealer } from "../../platform/sealer.ts";

/** Secrets lie sealed in the store, each bound to its access key, so that rows cannot be swapped. */
const PURPOSE = "iam.secret";

export const sealSecret = (sealer: Sealer, accessKeyId: string, secret: string): string =>
  sealer.seal(PURPOSE, accessKeyId, Buffer.from(secret, "utf8"));

export function openSecret(sealer: Sealer, accessKeyId: string, sealed: string): string {
  const plain = sealer.open(PURPOSE, accessKeyId, sealed);
  invariant(plain, "a stored secret opens with the folder's key");
  return plain.toString("utf8");
}
