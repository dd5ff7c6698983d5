import { statfs } from "node:fs/promises";
import { setImmediate as nextTurn } from "node:timers/promises";
import { getSystemErrorName } from "node:util";
import { MIB } from "../base/units.ts";
import { refusal } from "./disk-faults.ts";

/** What LMDB says where a page could not be written, before it has synced anything. */
const PAGE_WRITE = "Attempting to write page";
/** A page of which only a part found room is an EIO to LMDB, which asks no further. */
const NO_ROOM_BYTES = MIB;

/**
 * What a failed commit means. LMDB writes new pages beside the old, syncs them, and only then names them in its meta
 * page. So pages that found no room leave the last commit as it was; that is a Fault, and the same commit may succeed
 * later. Any other error, of a sync above all, is handed on by its name.
 */
export async function commitFailure(error: unknown, path: string): Promise<unknown> {
  const cause = await causeOf(error);
  if (!(cause instanceof Error)) return error;
  const name = systemName(cause);
  if (name === undefined) return cause;
  if (name === "EIO" && (await hasNoRoom(path))) return refusal(named("ENOSPC", cause)) ?? cause;
  const failure = named(name, cause);
  return cause.message.includes(PAGE_WRITE) ? (refusal(failure) ?? failure) : failure;
}

const named = (code: string, cause: Error): Error =>
  Object.assign(new Error(`the store's commit failed: ${cause.message}`, { cause }), {
    code,
    syscall: "commit",
  });

/** lmdb rejects with an error that carries a promise of the real one, which is rejected within the same turn. */
async function causeOf(error: unknown): Promise<unknown> {
  if (!(error instanceof Error && "commitError" in error)) return error;
  const real = Promise.resolve(error.commitError).catch((cause: unknown) => cause);
  return Promise.race([real, nextTurn(error)]);
}

/** The operating system's name for it, or LMDB's. */
function systemName(error: Error): string | undefined {
  const code = "code" in error ? Number(error.code) : 0;
  if (Number.isInteger(code) && code > 0) return getSystemErrorName(-code);
  return /^MDB_[A-Z_]+/.exec(error.message)?.[0];
}

async function hasNoRoom(path: string): Promise<boolean> {
  const { bavail, bsize } = await statfs(path);
  return bavail * bsize < NO_ROOM_BYTES;
}
