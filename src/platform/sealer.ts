import { createCipheriv, createDecipheriv, createHash, hkdfSync, randomBytes } from "node:crypto";

const NONCE_BYTES = 12;
const TAG_BYTES = 16;

/** Encrypts small things under the data folder's key: paging tokens, session tokens, stored secrets. */
export interface Sealer {
  /** Which state of the folder it is: what was restored or reset is another one, and paging tokens do not outlive theirs. */
  readonly generation: string;
  /** `binding` is not in the text, yet the text opens only with the same one. */
  seal(purpose: string, binding: string, plain: Uint8Array): string;
  /** @returns undefined for what this folder did not seal, for another purpose or binding, or what was changed. */
  open(purpose: string, binding: string, text: string): Buffer | undefined;
}

/** @param key 32 bytes. AES-256-GCM under a key derived for each purpose. */
export function sealer(key: Uint8Array, generation = ""): Sealer {
  const keys = new Map<string, Buffer>();
  const keyFor = (purpose: string): Buffer => {
    const known = keys.get(purpose);
    if (known) return known;
    const derived = Buffer.from(hkdfSync("sha256", key, "hosu", purpose, 32));
    keys.set(purpose, derived);
    return derived;
  };

  return {
    generation,
    seal(purpose, binding, plain) {
      const nonce = randomBytes(NONCE_BYTES);
      const cipher = createCipheriv("aes-256-gcm", keyFor(purpose), nonce);
      cipher.setAAD(digest(binding));
      const sealed = Buffer.concat([nonce, cipher.update(plain), cipher.final()]);
      return Buffer.concat([sealed, cipher.getAuthTag()]).toString("base64url");
    },
    open(purpose, binding, text) {
      const bytes = Buffer.from(text, "base64url");
      if (bytes.length < NONCE_BYTES + TAG_BYTES || bytes.toString("base64url") !== text) return undefined;
      const decipher = createDecipheriv("aes-256-gcm", keyFor(purpose), bytes.subarray(0, NONCE_BYTES));
      decipher.setAAD(digest(binding));
      decipher.setAuthTag(bytes.subarray(bytes.length - TAG_BYTES));
      try {
        const plain = decipher.update(bytes.subarray(NONCE_BYTES, bytes.length - TAG_BYTES));
        return Buffer.concat([plain, decipher.final()]);
      } catch {
        // A wrong tag is the caller's doing, not ours: node says it by throwing.
        return undefined;
      }
    },
  };
}

const digest = (text: string): Buffer => createHash("sha256").update(text).digest();
