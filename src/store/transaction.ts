import { asBuffer } from "../base/bytes.ts";
import { fault } from "../base/fault.ts";
import { invariant } from "../base/invariant.ts";
import type { ReadSet } from "./recent-commits.ts";
import { afterPrefix, encodeKey, encodePrefix, type Key, type KeyPart } from "./keys.ts";
import type { Entry, Stretch, Write } from "./pages.ts";
import { SCAN_ROWS, STORE_BOUNDS, type Range, type Transaction } from "./store.ts";
import { storedKey, storedParts, type Table } from "./table.ts";
import { timerKey, timers, timersByName, type Timer } from "./timers.ts";

export const latin1 = (key: Uint8Array): string => asBuffer(key).toString("latin1");

/** Which bytes a range of a table covers. */
export function stretchOf<Row, K extends Key>(of: Table<Row, K>, range: Range): Stretch {
  invariant(range.limit > 0 && range.limit <= SCAN_ROWS, "a scan reads between one and SCAN_ROWS rows");
  const within = storedParts(of, range.within);
  const prefix = range.startsWith === undefined ? encodeKey(within) : encodePrefix(within, range.startsWith);
  let start = prefix;
  let end = afterPrefix(prefix) ?? Buffer.from([0xff]);
  const { after, from, reverse = false } = range;
  if (from) {
    const edge = storedKey(of, from);
    if (reverse) end = smaller(end, afterPrefix(edge) ?? end);
    else start = larger(start, edge);
  }
  if (range.behind !== undefined) {
    const edge = encodePrefix(within, range.behind);
    if (reverse) end = smaller(end, edge);
    else start = larger(start, afterPrefix(edge) ?? start);
  }
  if (after) {
    const edge = storedKey(of, after);
    if (reverse) end = smaller(end, edge);
    else start = larger(start, afterPrefix(edge) ?? start);
  }
  start = withinBound(start);
  end = withinBound(end);
  return { start, end: Buffer.compare(start, end) > 0 ? start : end, reverse, limit: range.limit };
}

/** Nothing is stored under a longer key: what comes behind it comes behind its beginning too. */
const withinBound = (key: Buffer): Buffer =>
  key.length > STORE_BOUNDS.keyBytes
    ? Buffer.concat([key.subarray(0, STORE_BOUNDS.keyBytes), Buffer.of(0)])
    : key;

const larger = (a: Buffer, b: Buffer): Buffer => (Buffer.compare(a, b) >= 0 ? a : b);
const smaller = (a: Buffer, b: Buffer): Buffer => (Buffer.compare(a, b) <= 0 ? a : b);

/** One attempt of an update: remembers what it reads, keeps what it writes until the commit. */
export abstract class WritingTransaction implements Transaction {
  readonly reads: ReadSet = { keys: new Set(), stretches: [] };
  readonly writes = new Map<string, Write>();
  earliestTimerMs = Infinity;
  #bytes = 0;

  abstract get<Row, K extends Key>(of: Table<Row, K>, ...key: K): Promise<Row | undefined>;
  abstract scan<Row, K extends Key>(of: Table<Row, K>, range: Range): Promise<readonly Row[]>;

  /** How much is to be written. */
  get bytes(): number {
    return this.#bytes;
  }

  put<Row, K extends Key>(of: Table<Row, K>, row: NoInfer<Row>): void {
    const key = storedKey(of, of.keyOf(row));
    const value = of.codec.encode(row);
    invariant(key.length <= STORE_BOUNDS.keyBytes, `a key of ${of.name} has ${key.length} bytes`);
    invariant(value.length <= STORE_BOUNDS.valueBytes, `a row of ${of.name} has ${value.length} bytes`);
    this.#write({ key, value });
  }

  delete<Row, K extends Key>(of: Table<Row, K>, ...key: K): void {
    this.#write({ key: storedKey(of, key), value: undefined });
  }

  async timer(at: Date, name: string, ...key: KeyPart[]): Promise<void> {
    await this.cancelTimer(name, ...key);
    const timer: Timer = { atMs: at.getTime(), name, key, failures: 0 };
    this.put(timers, timer);
    this.put(timersByName, timer);
    this.earliestTimerMs = Math.min(this.earliestTimerMs, timer.atMs);
  }

  async cancelTimer(name: string, ...key: KeyPart[]): Promise<void> {
    const old = await this.get(timersByName, ...timerKey(name, key));
    if (!old) return;
    this.delete(timers, ...timers.keyOf(old));
    this.delete(timersByName, ...timersByName.keyOf(old));
  }

  #write(write: Write): void {
    this.#bytes += write.key.length + (write.value?.length ?? 0);
    this.writes.set(latin1(write.key), write);
    if (this.writes.size > STORE_BOUNDS.updateRows || this.#bytes > STORE_BOUNDS.updateBytes)
      throw fault("ServiceUnavailable", "The request changes more than one update may hold.", {
        status: 503,
      });
  }

  /** Its own writes in a stretch. */
  protected writtenIn(stretch: Stretch): readonly (readonly [string, Write])[] {
    const start = latin1(stretch.start);
    const end = latin1(stretch.end);
    return [...this.writes].filter(([key]) => start <= key && key < end);
  }
}

/** The stored entries of a stretch, as many more as there are own writes, with those laid over them. */
export function laidOver(
  stored: readonly Entry[],
  own: readonly (readonly [string, Write])[],
  stretch: Stretch,
): readonly Entry[] {
  if (own.length === 0) return stored;
  const entries = new Map(stored.map((entry) => [latin1(entry.key), entry]));
  for (const [key, { key: bytes, value }] of own) {
    if (value) entries.set(key, { key: bytes, value });
    else entries.delete(key);
  }
  const sorted = [...entries].toSorted(([a], [b]) => (a < b ? -1 : 1)).map(([, entry]) => entry);
  return (stretch.reverse ? sorted.toReversed() : sorted).slice(0, stretch.limit);
}
