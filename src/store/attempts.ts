import { fault } from "../base/fault.ts";
import { Turns } from "../base/turns.ts";
import { STORE_BOUNDS, type Store, type Transaction } from "./store.ts";

/** What became of one attempt of an update: not committed, where something that it read was written meanwhile. */
export type Attempt<T> = { readonly committed: true; readonly value: T } | { readonly committed: false };

export interface Attempting {
  readonly attempt: <T>(body: (tx: Transaction) => Promise<T>) => Promise<Attempt<T>>;
  /** Waits until another attempt has better luck. @param tries which one it will be: the second, the third, … */
  readonly ready: (tries: number) => Promise<unknown>;
}

/**
 * An update that tries until it commits. Contenders for the same keys queue up, so that each commit lets one of them
 * through and none starves. @throws Fault ServiceUnavailable after too many attempts.
 */
export function inAttempts({ attempt, ready }: Attempting): Store["update"] {
  const lane = new Turns();

  async function contended<T>(body: (tx: Transaction) => Promise<T>): Promise<T> {
    for (let tries = 2; tries <= STORE_BOUNDS.attempts; tries++) {
      await ready(tries);
      const result = await attempt(body);
      if (result.committed) return result.value;
    }
    throw fault("ServiceUnavailable", "Please reduce your request rate.", { status: 503 });
  }

  return async <T>(body: (tx: Transaction) => Promise<T>): Promise<T> => {
    const first = await attempt(body);
    if (first.committed) return first.value;
    return lane.take(() => contended(body));
  };
}
