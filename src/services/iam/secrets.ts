import { invariant } from "../../base/invariant.ts";
import type { Sealer } from "../../platform/sealer.ts";
import { OPEN_SECRETS } from "./limits.ts";

/** Secrets lie sealed in the store, each bound to its access key, so that rows cannot be swapped. */
const PURPOSE = "iam.secret";

export const sealSecret = (sealer: Sealer, accessKeyId: string, secret: string): string =>
  sealer.seal(PURPOSE, accessKeyId, Buffer.from(secret, "utf8"));

/** Secrets of the keys in use, by their sealed text, so that a request need not open its own again. */
export class OpenSecrets {
  readonly #opened = new Map<string, string>();

  open(sealer: Sealer, accessKeyId: string, sealed: string): string {
    const known = this.#opened.get(sealed);
    if (known !== undefined) return known;
    const secret = openSecret(sealer, accessKeyId, sealed);
    if (this.#opened.size >= OPEN_SECRETS) this.#opened.clear();
    this.#opened.set(sealed, secret);
    return secret;
  }
}

export function openSecret(sealer: Sealer, accessKeyId: string, sealed: string): string {
  const plain = sealer.open(PURPOSE, accessKeyId, sealed);
  invariant(plain, "a stored secret opens with the folder's key");
  return plain.toString("utf8");
}
