import type { Connect, Connection } from "./connection.ts";

/** Few connections for many readers. */
export interface Pool {
  take(): Promise<Connection>;
  /** Gives one back; what was lost is replaced by the next `take`. */
  give(connection: Connection): void;
  close(): Promise<void>;
}

/**
 * Who waits for longer than `PATIENCE_MS` gets one beyond the bound, since a body that reads within another's reads
 * must not wait for itself. All who wait share what they get (`snapshots.ts`), so few of these are ever open.
 */
const PATIENCE_MS = 200;

export function createPool(connect: Connect, bound: number): Pool {
  const idle: Connection[] = [];
  const waiting: ((connection: Connection | undefined) => void)[] = [];
  let open = 0;
  let isClosed = false;

  const fresh = async (): Promise<Connection> => {
    open += 1;
    try {
      return await connect();
    } catch (error) {
      open -= 1;
      waiting.shift()?.(undefined);
      throw error;
    }
  };

  const given = (): Promise<Connection | undefined> =>
    new Promise((resolve) => {
      const take = (connection: Connection | undefined): void => {
        clearTimeout(patience);
        resolve(connection);
      };
      const patience = setTimeout(() => {
        waiting.splice(waiting.indexOf(take), 1);
        resolve(undefined);
      }, PATIENCE_MS);
      waiting.push(take);
    });

  return {
    async take() {
      for (let known = idle.pop(); known; known = idle.pop()) {
        if (!known.isLost) return known;
        open -= 1;
      }
      if (open < bound) return fresh();
      return (await given()) ?? fresh();
    },
    give(connection) {
      if (connection.isLost) {
        open -= 1;
        waiting.shift()?.(undefined);
        return;
      }
      const next = waiting.shift();
      if (next) next(connection);
      else if (open > bound || isClosed) {
        open -= 1;
        void connection.end();
      } else idle.push(connection);
    },
    async close() {
      isClosed = true;
      await Promise.all(idle.splice(0).map((connection) => connection.end()));
    },
  };
}
