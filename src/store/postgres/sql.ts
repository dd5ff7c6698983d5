import { asBuffer } from "../../base/bytes.ts";
import type { Entry, Stretch, Write } from "../pages.ts";

/** Values of a row in the order of the columns: bytes, numbers as text, text. */
export type SqlRow = readonly unknown[];

/** Written out rather than bound, so that several statements make one trip. Hexadecimal digits need no escaping. */
export const bytesOf = (bytes: Uint8Array): string => `'\\x${asBuffer(bytes).toString("hex")}'::bytea`;

export const SCHEMA = `
  CREATE TABLE IF NOT EXISTS hosu_rows (key bytea PRIMARY KEY, value bytea NOT NULL);
  CREATE TABLE IF NOT EXISTS hosu_head (name text PRIMARY KEY, sequence bigint NOT NULL);
  CREATE TABLE IF NOT EXISTS hosu_commits (sequence bigint PRIMARY KEY, id bytea NOT NULL, keys bytea[] NOT NULL);
  INSERT INTO hosu_head VALUES ('head', 1) ON CONFLICT DO NOTHING`;

/** One moment of the store, and which. */
export const BEGIN_READ = "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY";
export const HEAD = "SELECT sequence FROM hosu_head WHERE name = 'head'";

/** Whoever holds the head commits alone; what waits for it sees afterwards what was committed. */
export const BEGIN_COMMIT = `BEGIN ISOLATION LEVEL READ COMMITTED; ${HEAD} FOR UPDATE`;

export const commitsAfter = (sequence: number): string =>
  `SELECT sequence, id, keys FROM hosu_commits WHERE sequence > ${sequence} ORDER BY sequence`;

export const rowOf = (key: Uint8Array): string => `SELECT value FROM hosu_rows WHERE key = ${bytesOf(key)}`;

export const rowsOf = ({ start, end, reverse, limit }: Stretch): string =>
  `SELECT key, value FROM hosu_rows WHERE key >= ${bytesOf(start)} AND key < ${bytesOf(end)} ` +
  `ORDER BY key ${reverse ? "DESC" : "ASC"} LIMIT ${limit}`;

export const entryOf = (row: SqlRow): Entry => ({ key: row[0] as Uint8Array, value: row[1] as Uint8Array });

export interface Commit {
  readonly sequence: number;
  /** Its own, so that its outcome can be looked up. */
  readonly id: Buffer;
  readonly writes: readonly Write[];
}

/** How many commits are kept, for processes that have not heard of them yet. */
const KEPT_COMMITS = 10_000;
/** Forgotten so many at a time. */
const FORGET_EVERY = 500;

/** Everything that a commit does, in one trip; the transaction has been begun. */
export function commitText({ sequence, id, writes }: Commit): string {
  const puts = writes.flatMap(({ key, value }) => (value ? [`(${bytesOf(key)}, ${bytesOf(value)})`] : []));
  const deletes = writes.flatMap(({ key, value }) => (value ? [] : [bytesOf(key)]));
  const keys = writes.map(({ key }) => bytesOf(key));
  const upsert = "ON CONFLICT (key) DO UPDATE SET value = excluded.value";
  return [
    ...(puts.length > 0 ? [`INSERT INTO hosu_rows (key, value) VALUES ${puts.join(", ")} ${upsert}`] : []),
    ...(deletes.length > 0 ? [`DELETE FROM hosu_rows WHERE key IN (${deletes.join(", ")})`] : []),
    `INSERT INTO hosu_commits VALUES (${sequence}, ${bytesOf(id)}, ARRAY[${keys.join(", ")}])`,
    `UPDATE hosu_head SET sequence = ${sequence} WHERE name = 'head'`,
    ...(sequence % FORGET_EVERY === 0
      ? [`DELETE FROM hosu_commits WHERE sequence <= ${sequence - KEPT_COMMITS}`]
      : []),
    "COMMIT",
  ].join("; ");
}
