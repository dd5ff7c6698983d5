import type { Duplex } from "node:stream";

/**
 * Counts who is under way, from their headers to the last byte of their answer. While it is closed nobody enters, so
 * that the lake under the gateway can be exchanged.
 */
export interface Gate {
  /** @returns what to call when the answer is over, which may be called again; undefined while it is closed. */
  enter(connection: Duplex): (() => void) | undefined;
  /** Resolves once nobody is under way. @returns how many connections had to be cut after `mostWaitMs`. */
  close(mostWaitMs: number): Promise<number>;
  open(): void;
}

export function createGate(): Gate {
  const underWay = new Map<symbol, Duplex>();
  let isOpen = true;
  let onLeft = (): void => undefined;
  return {
    enter(connection) {
      if (!isOpen) return undefined;
      const one = Symbol("under way");
      underWay.set(one, connection);
      return () => {
        if (underWay.delete(one) && underWay.size === 0) onLeft();
      };
    },
    async close(mostWaitMs) {
      isOpen = false;
      if (underWay.size === 0) return 0;
      let cut = 0;
      const late = setTimeout(() => {
        cut = underWay.size;
        for (const connection of underWay.values()) connection.destroy();
      }, mostWaitMs);
      await new Promise<void>((resolve) => {
        onLeft = resolve;
      });
      clearTimeout(late);
      onLeft = () => undefined;
      return cut;
    },
    open() {
      isOpen = true;
    },
  };
}
