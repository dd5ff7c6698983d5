import { MIB, SECOND_MS } from "../../base/units.ts";
import type { Blobs } from "./blobs.ts";
import type { Work } from "./pace.ts";

/** Gives back the room of what is dead, in the background, a little at a time. */
export interface Janitor {
  /** @param afterMs when it first looks; not while the program starts. */
  start(afterMs?: number): void;
  /** Resolves when what it was doing is over; what is left waits for the next run. */
  stop(): Promise<void>;
}

export interface JanitorGround {
  /** One pass; see `Blobs.sweep`. */
  readonly sweep: Blobs["sweep"];
  readonly onFailure: (error: unknown) => void;
}

/** Not while the program starts. */
const FIRST_AFTER_MS = 10 * SECOND_MS;
const BETWEEN_MS = 20 * SECOND_MS;
/** After failures (a full disk, a broken file) it tries less and less often. */
const MOST_BETWEEN_MS = 640 * SECOND_MS;

/** What a second may hold of one kind of work: a few percent of what a small disk does, and of one core. */
const PER_SECOND = { rows: 20_000, files: 500, bytes: 32 * MIB } as const;
/** It rests when it owes at least this. */
const LEAST_REST_MS = 5;

export function janitor({ sweep, onFailure }: JanitorGround): Janitor {
  let isStopped = false;
  let owedMs = 0;
  let betweenMs = BETWEEN_MS;
  let timer: NodeJS.Timeout | undefined;
  let wake = (): void => undefined;
  let pass: Promise<void> = Promise.resolve();

  const rest = (ms: number): Promise<void> =>
    new Promise((resolve) => {
      const resting = setTimeout(resolve, ms).unref();
      wake = () => {
        clearTimeout(resting);
        resolve();
      };
    });

  const pace = async (work: Work): Promise<boolean> => {
    owedMs += costMs(work);
    if (owedMs >= LEAST_REST_MS && !isStopped) {
      const ms = owedMs;
      owedMs = 0;
      await rest(ms);
    }
    return !isStopped;
  };

  const work = async (): Promise<void> => {
    try {
      await sweep(pace);
      betweenMs = BETWEEN_MS;
    } catch (error) {
      betweenMs = Math.min(betweenMs * 2, MOST_BETWEEN_MS);
      onFailure(error);
    }
    schedule(betweenMs);
  };

  const schedule = (ms: number): void => {
    if (isStopped) return;
    timer = setTimeout(() => {
      pass = work();
    }, ms).unref();
  };

  return {
    start: (afterMs = FIRST_AFTER_MS) => schedule(afterMs),
    async stop() {
      isStopped = true;
      clearTimeout(timer);
      wake();
      await pass;
    },
  };
}

/** How long a piece of work takes at the speed that is allowed. */
export const costMs = ({ rows = 0, files = 0, bytes = 0 }: Work): number =>
  SECOND_MS * (rows / PER_SECOND.rows + files / PER_SECOND.files + bytes / PER_SECOND.bytes);
