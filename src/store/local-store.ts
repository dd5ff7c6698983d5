import { fault, isFault } from "../base/fault.ts";
import { inAttempts, type Attempt } from "./attempts.ts";
import { Conflicts } from "./conflicts.ts";
import { LocalTransaction } from "./local-transaction.ts";
import { Moments } from "./moments.ts";
import type { Pages } from "./pages.ts";
import type { Store, Transaction } from "./store.ts";
import { latin1 } from "./transaction.ts";
import { UnderWay } from "./under-way.ts";

export interface LocalStoreOptions {
  /** Told of every timer that a commit sets, so that the runner need not poll. */
  readonly onTimer?: (atMs: number) => void;
  /** A write or sync failed: nothing may be acknowledged any more. */
  readonly onBroken?: (error: unknown) => void;
}

/** The store of one process over one `Pages`. */
export function localStore(pages: Pages, options: LocalStoreOptions = {}): Store {
  const conflicts = new Conflicts();
  const moments = new Moments(pages);
  let landing: Promise<unknown> = Promise.resolve();
  let broken: unknown;
  const underWay = new UnderWay();

  /** @throws whatever the body throws, once it is sure that the body saw nothing stale. */
  async function attempt<T>(body: (tx: Transaction) => Promise<T>): Promise<Attempt<T>> {
    if (broken) throw unwritable();
    const ticket = conflicts.begin();
    const tx = new LocalTransaction(pages, moments);
    try {
      const outcome = await settled(body(tx));
      if (conflicts.conflicts(ticket, tx.reads)) return { committed: false };
      if ("error" in outcome) throw outcome.error;
      if (tx.writes.size > 0) await commit(tx);
      return { committed: true, value: outcome.value };
    } finally {
      conflicts.end(ticket);
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

  return {
    // Each flush lets one of the contenders through.
    update: inAttempts({ attempt: (body) => underWay.during(() => attempt(body)), ready: () => landing }),
    read: (body) =>
      underWay.during(async () => {
        const moment = moments.take();
        try {
          return await body(moment.reader);
        } finally {
          moments.release(moment);
        }
      }),
    close: async () => {
      await underWay.close();
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
