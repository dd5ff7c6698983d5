import { fault, isFault } from "../base/fault.ts";
import { Conflicts } from "./conflicts.ts";
import { LocalTransaction } from "./local-transaction.ts";
import { Moments } from "./moments.ts";
import type { Pages } from "./pages.ts";
import { STORE_BOUNDS, type Reader, type Store, type Transaction } from "./store.ts";
import { latin1 } from "./transaction.ts";

export interface LocalStoreOptions {
  /** Told of every timer that a commit sets, so that the runner need not poll. */
  readonly onTimer?: (atMs: number) => void;
  /** A write or sync failed: nothing may be acknowledged any more. */
  readonly onBroken?: (error: unknown) => void;
}

type Attempt<T> = { readonly committed: true; readonly value: T } | { readonly committed: false };

/** The store of one process over one `Pages`. */
export function localStore(pages: Pages, options: LocalStoreOptions = {}): Store {
  const conflicts = new Conflicts();
  const moments = new Moments(pages);
  let landing: Promise<unknown> = Promise.resolve();
  let lane: Promise<unknown> = Promise.resolve();
  let broken: unknown;
  let isClosed = false;
  /** How many bodies run: their pages must stay open. */
  let bodies = 0;
  let onLastBody = (): void => undefined;
  const bodyEnds = (): void => {
    bodies -= 1;
    if (bodies === 0) onLastBody();
  };

  /** @throws whatever the body throws, once it is sure that the body saw nothing stale. */
  async function attempt<T>(body: (tx: Transaction) => Promise<T>): Promise<Attempt<T>> {
    if (broken) throw unwritable();
    if (isClosed) throw closed();
    const ticket = conflicts.begin();
    bodies += 1;
    const tx = new LocalTransaction(pages, moments);
    try {
      const outcome = await settled(body(tx));
      if (conflicts.conflicts(ticket, tx.reads)) return { committed: false };
      if ("error" in outcome) throw outcome.error;
      if (tx.writes.size > 0) await commit(tx);
      return { committed: true, value: outcome.value };
    } finally {
      conflicts.end(ticket);
      bodyEnds();
    }
  }

  async function commit(tx: LocalTransaction): Promise<void> {
    const writes = [...tx.writes.values()];
    const sequence = conflicts.accept(writes.map(({ key }) => latin1(key)));
    const durable = pages.commit(writes);
    landing = durable.catch(() => undefined);
    try {
      await durable;
    } catch (error) {
      // The pages had no room and are as they were: whoever comes next, or after the others, may find some.
      if (isFault(error)) {
        conflicts.landed(sequence);
        throw error;
      }
      // Never retried: after a failed sync nobody knows what is on the disk. Recovery is a restart.
      broken ??= error;
      options.onBroken?.(error);
      throw unwritable();
    }
    conflicts.landed(sequence);
    moments.pass();
    if (tx.earliestTimerMs !== Infinity) options.onTimer?.(tx.earliestTimerMs);
  }

  /** Contenders for the same keys queue up here, so that each flush lets one through and none starves. */
  async function contended<T>(body: (tx: Transaction) => Promise<T>): Promise<T> {
    for (let tries = 2; tries <= STORE_BOUNDS.attempts; tries++) {
      await landing;
      const result = await attempt(body);
      if (result.committed) return result.value;
    }
    throw fault("ServiceUnavailable", "Please reduce your request rate.", { status: 503 });
  }

  return {
    async update<T>(body: (tx: Transaction) => Promise<T>): Promise<T> {
      const first = await attempt(body);
      if (first.committed) return first.value;
      const turn = lane.then(() => contended(body));
      lane = turn.catch(() => undefined);
      return turn;
    },
    async read<T>(body: (read: Reader) => Promise<T>): Promise<T> {
      if (isClosed) throw closed();
      const moment = moments.take();
      bodies += 1;
      try {
        return await body(moment.reader);
      } finally {
        moments.release(moment);
        bodyEnds();
      }
    },
    close: async () => {
      isClosed = true;
      if (bodies > 0)
        await new Promise<void>((resolve) => {
          onLastBody = resolve;
        });
      await landing;
      moments.pass();
      await pages.close();
    },
  };
}

const settled = <T>(work: Promise<T>): Promise<{ readonly value: T } | { readonly error: unknown }> =>
  work.then(
    (value) => ({ value }),
    (error: unknown) => ({ error }),
  );

const unwritable = () =>
  fault("InternalFailure", "The data folder can no longer be written; restart once it can.", { status: 500 });

/** For what went on in the background of a lake that was exchanged for another. */
const closed = () => fault("ServiceUnavailable", "The lake was closed meanwhile.", { status: 503 });
