import { randomBytes } from "node:crypto";
import { invalidArgument } from "../faults.ts";
import { NULL_VERSION } from "../model.ts";

const ID_BYTES = 24;

/** 32 characters that nobody can guess, with the version's place inside, so that it is found without a search. */
export function versionId(sequence: number): string {
  const bytes = randomBytes(ID_BYTES);
  bytes.writeDoubleBE(sequence, 0);
  return bytes.toString("base64url");
}

/** The place of a version. @returns undefined for the null version. @throws Fault InvalidArgument for what is no version id. */
export function sequenceOf(id: string): number | undefined {
  if (id === NULL_VERSION) return undefined;
  const bytes = Buffer.from(id, "base64url");
  if (bytes.length !== ID_BYTES || bytes.toString("base64url") !== id)
    throw invalidArgument("Invalid version id specified", "versionId", id);
  return bytes.readDoubleBE(0);
}
