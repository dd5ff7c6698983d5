import { asBuffer } from "../../base/bytes.ts";
import { invariant } from "../../base/invariant.ts";
import type { Entry, Stretch } from "../pages.ts";
import { isPassing, unreachable, type Connection } from "./connection.ts";
import type { Pool } from "./pool.ts";
import { BEGIN_READ, entryOf, HEAD, rowOf, rowsOf, type SqlRow } from "./sql.ts";

/**
 * One moment of the store, begun by its first read. All who ask before it has begun share it: it is as new as any of
 * them may expect, and so few connections do for many readers.
 */
export class Snapshot {
  readonly #pool: Pool;
  readonly #onBegin: () => void;
  #connection: Connection | undefined;
  #sequence = 0;
  #readers = 0;
  #failures = 0;
  #asked: Asked[] = [];
  #running: Promise<void> | undefined;

  constructor(pool: Pool, onBegin: () => void) {
    this.#pool = pool;
    this.#onBegin = onBegin;
  }

  /** The commit that it shows as the last; good once something was read. */
  get sequence(): number {
    return this.#sequence;
  }

  join(): this {
    this.#readers += 1;
    return this;
  }

  async get(key: Uint8Array): Promise<Uint8Array | undefined> {
    const [row] = await this.#ask(rowOf(key));
    return row && asBuffer(row[0] as Uint8Array);
  }

  async range(stretch: Stretch): Promise<readonly Entry[]> {
    if (Buffer.compare(stretch.start, stretch.end) >= 0) return [];
    return (await this.#ask(rowsOf(stretch))).map(entryOf);
  }

  /** The last one to leave gives the connection back. */
  leave(): void {
    this.#readers -= 1;
    if (this.#readers > 0) return;
    this.#onBegin();
    void (this.#running ?? Promise.resolve()).then(() => this.#end());
  }

  #ask(statement: string): Promise<readonly SqlRow[]> {
    return new Promise((resolve, reject) => {
      this.#asked.push({ statement, resolve, reject });
      this.#running ??= this.#answerAll().finally(() => {
        this.#running = undefined;
      });
    });
  }

  /** Everything that was asked for meanwhile goes in one trip. */
  async #answerAll(): Promise<void> {
    // What is asked for in this turn of the event loop, too.
    await Promise.resolve();
    while (this.#asked.length > 0) {
      let batch: readonly Asked[] = [];
      try {
        const connection = (this.#connection ??= await this.#pool.take());
        const begins = this.#sequence === 0 ? [BEGIN_READ, HEAD] : [];
        this.#onBegin();
        batch = this.#asked;
        this.#asked = [];
        const results = await connection.run(...begins, ...batch.map(({ statement }) => statement));
        if (begins.length > 0) this.#sequence = sequenceOf(results[1]);
        batch.forEach(({ resolve }, index) => resolve(results[index + begins.length] ?? []));
      } catch (error) {
        if (await this.#canBeginAgain(error)) {
          this.#asked = [...batch, ...this.#asked];
          continue;
        }
        const failed = isPassing(error) ? unreachable() : error;
        for (const { reject } of [...batch, ...this.#asked.splice(0)]) reject(failed);
      }
    }
  }

  /** Before anything was read another session does as well, when this one was cut meanwhile. */
  async #canBeginAgain(error: unknown): Promise<boolean> {
    this.#failures += 1;
    if (this.#sequence !== 0 || this.#failures > MOST_FAILURES || !isPassing(error)) return false;
    const connection = this.#connection;
    this.#connection = undefined;
    if (!connection) return false;
    await connection.end();
    this.#pool.give(connection);
    return true;
  }

  async #end(): Promise<void> {
    const connection = this.#connection;
    this.#connection = undefined;
    if (!connection) return;
    await connection.run("ROLLBACK").catch(() => connection.end());
    this.#pool.give(connection);
  }
}

/** All of a pool's sessions may have been cut at once. */
const MOST_FAILURES = 10;

interface Asked {
  readonly statement: string;
  readonly resolve: (rows: readonly SqlRow[]) => void;
  readonly reject: (error: unknown) => void;
}

export class Snapshots {
  readonly #pool: Pool;
  #next: Snapshot | undefined;

  constructor(pool: Pool) {
    this.#pool = pool;
  }

  take(): Snapshot {
    if (!this.#next) {
      const next: Snapshot = new Snapshot(this.#pool, () => {
        if (this.#next === next) this.#next = undefined;
      });
      this.#next = next;
    }
    return this.#next.join();
  }
}

export function sequenceOf(rows: readonly SqlRow[] | undefined): number {
  const sequence = Number(rows?.[0]?.[0]);
  invariant(Number.isSafeInteger(sequence), "the head of the store is there");
  return sequence;
}
