import { randomBytes } from "node:crypto";
import { realClock } from "../../base/clock.ts";
import type { BlobId } from "./model.ts";

const DIGITS = 12;

/**
 * Names for new blobs, in the order they are made: rows that are put one after the other then lie on the same page,
 * and a commit of many writes few. When the folder was opened, a random part (so that no clock that was set back
 * names a blob twice), and a count; 32 hexadecimal digits.
 */
export function blobIds(): () => BlobId {
  const opened = hex(realClock.now().getTime()) + randomBytes(4).toString("hex");
  let count = 0;
  return () => (opened + hex(count++)) as BlobId;
}

const hex = (value: number): string => value.toString(16).padStart(DIGITS, "0");
