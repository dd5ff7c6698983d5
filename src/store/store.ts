import type { Key, KeyPart } from "./keys.ts";
import type { Table } from "./table.ts";

/** A stretch of one table, in key order. */
export interface Range {
  /** The leading parts of the key that all rows share, the scope's parts first. */
  readonly within: Key;
  /** The next part, a string, begins so. */
  readonly startsWith?: string;
  /** Begin after this whole key (and everything that starts with it). */
  readonly after?: Key;
  /** Begin behind every key whose next part begins so. */
  readonly behind?: string;
  /** Begin at this key, included. */
  readonly from?: Key;
  readonly reverse?: boolean;
  /** How many rows at most, up to `SCAN_ROWS`. */
  readonly limit: number;
}

/** Reads see one moment of the store. */
export interface Reader {
  get<Row, K extends Key>(of: Table<Row, K>, ...key: K): Promise<Row | undefined>;
  scan<Row, K extends Key>(of: Table<Row, K>, range: Range): Promise<readonly Row[]>;
}

/** Writes are seen by the transaction's own later reads, and by nobody else before it has committed. */
export interface Transaction extends Reader {
  put<Row, K extends Key>(of: Table<Row, K>, row: NoInfer<Row>): void;
  delete<Row, K extends Key>(of: Table<Row, K>, ...key: K): void;
  /** Runs `name`'s handler with `key` once the lake clock has reached `at`, at least once; replaces one of the same name and key. */
  timer(at: Date, name: string, ...key: KeyPart[]): Promise<void>;
  cancelTimer(name: string, ...key: KeyPart[]): Promise<void>;
}

export interface Store {
  /**
   * Runs the body against the store as it is and commits its writes all or nothing, when nothing that it
   * read has changed meanwhile; else runs it again. So the body has no side effects and awaits nothing but
   * the transaction. Resolves when the commit is durable.
   * @throws Fault ServiceUnavailable (503) when others were faster ten times; whatever the body throws.
   */
  update<T>(body: (tx: Transaction) => Promise<T>): Promise<T>;
  /** One moment of the store, held only while the body runs. */
  read<T>(body: (read: Reader) => Promise<T>): Promise<T>;
  close(): Promise<void>;
}

/**
 * The bounds of the stores that Hosu may grow into. Source: FoundationDB, "Known limitations" (keys 10 kB,
 * values 100 kB, transactions 10 MB and 5 s); LMDB's longest key is 1,978 bytes.
 */
export const STORE_BOUNDS = {
  keyBytes: 1_900,
  valueBytes: 64 * 1024,
  updateRows: 10_000,
  updateBytes: 8 * 1024 * 1024,
  attempts: 10,
} as const;

export const SCAN_ROWS = 10_000;
