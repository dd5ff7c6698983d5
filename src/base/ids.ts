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

/** Letters and digits, for names that must only be unique. */
export const alphanumericId = (length: number): string => pick(ALPHANUMERIC, length);

export const accountId = (): string => String(randomInt(1, 10)) + pick("0123456789", 11);

export const uuid = (): string => randomUUID();

const POOL_BYTES = 4_096;
const pool = { bytes: Buffer.alloc(0), at: 0 };

/** Random bytes for an id that every request needs, drawn many at a time: a draw costs more than the rest of an id. */
function draw(count: number): Buffer {
  if (pool.at + count > pool.bytes.length) {
    pool.bytes = randomBytes(POOL_BYTES);
    pool.at = 0;
  }
  return pool.bytes.subarray(pool.at, (pool.at += count));
}

/** What all of this run's have in common: 74 random bits, and a UUID's version and variant. */
const RUN_DIGITS = randomUUID().replaceAll("-", "").slice(0, 20);
const COUNT_DIGITS = 12;
let counted = 0;

/** A UUID's 32 digits, for what happens with every request: a count behind random digits, and no secret. */
export const countedUuidDigits = (): string =>
  RUN_DIGITS + (counted++).toString(16).padStart(COUNT_DIGITS, "0");

const REQUEST_ID = "ABCDEFGHJKMNPQRSTVWXYZ0123456789";

/** S3's request ids: 16 upper-case letters and digits. */
export function shortRequestId(): string {
  let text = "";
  for (const byte of draw(16)) text += REQUEST_ID[byte & 31];
  return text;
}

/** A URL-safe opaque id of `bytes` random bytes. */
export const opaqueId = (bytes: number): string => randomBytes(bytes).toString("base64url");
