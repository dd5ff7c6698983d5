import { setTimeout as rest } from "node:timers/promises";
import { fault } from "../../base/fault.ts";
import { inAttempts, type Attempt } from "../attempts.ts";
import type { Key } from "../keys.ts";
import type { Range, Reader, Store, Transaction } from "../store.ts";
import { storedKey, type Table } from "../table.ts";
import { latin1, laidOver, stretchOf, WritingTransaction } from "../transaction.ts";
import { UnderWay } from "../under-way.ts";
import { Changes } from "./changes.ts";
import { Committer, restMs } from "./committer.ts";
import { postgres, type Connect } from "./connection.ts";
import { createPool } from "./pool.ts";
import { sequenceOf, Snapshots, type Snapshot } from "./snapshots.ts";
import { HEAD, SCHEMA } from "./sql.ts";

export interface PostgresStoreOptions {
  /** Told of every timer that a commit of this process sets. */
  readonly onTimer?: (atMs: number) => void;
}

/** How many moments may be read at once. */
const CONNECTIONS = 8;

/** The store of any number of processes, in a database that speaks Postgres' protocol. @throws Fault for one that would lose what it acknowledged. */
export async function openPostgresStore(url: string, options: PostgresStoreOptions = {}): Promise<Store> {
  const connect = await postgres(url);
  const pool = createPool(connect, CONNECTIONS);
  const changes = new Changes(await prepare(connect));
  const committer = new Committer(connect, changes);
  const snapshots = new Snapshots(pool);
  const underWay = new UnderWay();

  const withSnapshot = async <T>(body: (snapshot: Snapshot) => Promise<T>): Promise<T> => {
    const snapshot = snapshots.take();
    try {
      return await body(snapshot);
    } finally {
      snapshot.leave();
    }
  };

  /** What only read, or threw, saw one moment, in which nothing can be stale. */
  async function attempt<T>(body: (tx: Transaction) => Promise<T>): Promise<Attempt<T>> {
    const { tx, value, since } = await withSnapshot(async (snapshot) => {
      const draft = new RemoteTransaction(snapshot);
      return { tx: draft, value: await body(draft), since: snapshot.sequence };
    });
    if (tx.writes.size === 0) return { committed: true, value };
    const committed = await committer.commit({ since, reads: tx.reads, writes: tx.writes, bytes: tx.bytes });
    if (committed && tx.earliestTimerMs !== Infinity) options.onTimer?.(tx.earliestTimerMs);
    return committed ? { committed, value } : { committed };
  }

  /** Only one contender of each process contends; those of several keep out of each other's way. */
  const ready = async (tries: number): Promise<void> => {
    if (tries > 3) await rest(restMs(0));
    await committer.landed();
  };

  return {
    update: inAttempts({ attempt: (body) => underWay.during(() => attempt(body)), ready }),
    read: (body) => underWay.during(() => withSnapshot((snapshot) => body(readerOf(snapshot)))),
    async close() {
      await underWay.close();
      await committer.close();
      await pool.close();
    },
  };
}

const readerOf = (snapshot: Snapshot): Reader => ({
  async get(of, ...key) {
    const stored = storedKey(of, key);
    const value = await snapshot.get(stored);
    return value && of.codec.decode(value, stored);
  },
  scan: async (of, range) =>
    (await snapshot.range(stretchOf(of, range))).map(({ key, value }) => of.codec.decode(value, key)),
});

/** One attempt of an update over a moment that lies elsewhere. */
class RemoteTransaction extends WritingTransaction {
  readonly #snapshot: Snapshot;

  constructor(snapshot: Snapshot) {
    super();
    this.#snapshot = snapshot;
  }

  async get<Row, K extends Key>(of: Table<Row, K>, ...key: K): Promise<Row | undefined> {
    const stored = storedKey(of, key);
    const text = latin1(stored);
    const written = this.writes.get(text);
    if (!written) this.reads.keys.add(text);
    const value = written ? written.value : await this.#snapshot.get(stored);
    return value && of.codec.decode(value, stored);
  }

  async scan<Row, K extends Key>(of: Table<Row, K>, range: Range): Promise<readonly Row[]> {
    const stretch = stretchOf(of, range);
    this.reads.stretches.push({ start: latin1(stretch.start), end: latin1(stretch.end) });
    const own = this.writtenIn(stretch);
    const stored = await this.#snapshot.range({ ...stretch, limit: stretch.limit + own.length });
    return laidOver(stored, own, stretch).map(({ key, value }) => of.codec.decode(value, key));
  }
}

/** Makes the tables and looks whether what is committed stays. @returns the last commit's number. */
async function prepare(connect: Connect): Promise<number> {
  const connection = await connect().catch((error: unknown) => {
    const why = error instanceof Error ? error.message : String(error);
    throw fault("StoreUnreachable", `The database of --store does not answer: ${why}`);
  });
  try {
    const [[[synced] = []] = []] = await connection.run("SELECT current_setting('fsync', true)");
    if (synced === "off")
      throw fault("UnsafeStore", "The database runs with fsync = off: it would lose what was acknowledged.");
    // Two processes that start at once would make the same tables.
    await connection.run("BEGIN", "SELECT pg_advisory_xact_lock(4566)", SCHEMA, "COMMIT");
    return sequenceOf((await connection.run(HEAD))[0]);
  } finally {
    await connection.end();
  }
}
