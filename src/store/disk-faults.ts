import { fault, type Fault } from "../base/fault.ts";

/** What the operating system says when there is no room, and what the client is told. */
const REFUSALS: Readonly<Record<string, string>> = {
  ENOSPC: "The disk that holds the data folder is full; free some space and try again.",
  EDQUOT: "The disk quota of the data folder is used up; free some space and try again.",
  EMFILE: "The server has no file handle left; try again, or raise its limit of open files (ulimit -n).",
  ENFILE: "The machine has no file handle left; try again.",
};

/**
 * The fault for a disk that has no room or no handle: nothing was lost, and the same call may succeed later.
 * @returns undefined for any other error, after which nobody knows what is on the disk.
 */
export function refusal(error: unknown): Fault | undefined {
  const code = error instanceof Error && "code" in error ? String(error.code) : "";
  const message = REFUSALS[code];
  return message === undefined ? undefined : fault("ServiceUnavailable", message, { status: 503 });
}

/** Runs a disk call, and says by name what the disk has no room for. */
export async function orRefusal<T>(work: Promise<T>): Promise<T> {
  try {
    return await work;
  } catch (error) {
    throw refusal(error) ?? error;
  }
}
