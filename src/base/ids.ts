import { randomBytes, randomInt, randomUUID } from "node:crypto";

const UPPER_BASE32 = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";
const ALPHANUMERIC = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789";

const pick = (alphabet: string, length: number): string => {
  let text = "";
  for (let i = 0; i < length; i++) text += alphabet[randomInt(alphabet.length)];
  return text;
};

/** IAM's unique ids: AIDA user, AROA role, AGPA group, ANPA policy, AKIA key, ASIA temporary key; 20–21 characters. Source: IAM User Guide, "IAM identifiers". */
export const uniqueId = (prefix: string): string => prefix + pick(UPPER_BASE32, 17);

/** 20 characters, as AWS makes them. */
export const accessKeyId = (prefix: "AKIA" | "ASIA"): string => prefix + pick(UPPER_BASE32, 16);

/** 40 characters. */
export const secretAccessKey = (): string => pick(ALPHANUMERIC, 40);

export const accountId = (): string => String(randomInt(1, 10)) + pick("0123456789", 11);

export const uuid = (): string => randomUUID();

const REQUEST_ID = "ABCDEFGHJKMNPQRSTVWXYZ0123456789";
/** Random bytes for request ids, drawn many at a time: a draw costs more than the rest of an id. */
const pool = { bytes: Buffer.alloc(0), at: 0 };

/** S3's request ids: 16 upper-case letters and digits. */
export function shortRequestId(): string {
  if (pool.at + 16 > pool.bytes.length) {
    pool.bytes = randomBytes(4_096);
    pool.at = 0;
  }
  let text = "";
  for (const end = pool.at + 16; pool.at < end; pool.at++)
    text += REQUEST_ID[(pool.bytes[pool.at] ?? 0) & 31];
  return text;
}

/** A URL-safe opaque id of `bytes` random bytes. */
export const opaqueId = (bytes: number): string => randomBytes(bytes).toString("base64url");
