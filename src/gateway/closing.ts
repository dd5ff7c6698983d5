import type { Server } from "node:http";
import type { Socket } from "node:net";
import { SECOND_MS } from "../base/units.ts";

/** A put of 5 GiB is not waited for longer: its client is cut off, and hears nothing that is not so. */
const MOST_WAIT_MS = 25 * SECOND_MS;
const LOOK_EVERY_MS = 20;

/** The connections of a server, and its end. */
export interface Connections {
  count(): number;
  /**
   * Takes no new connection, and resolves when what is under way is answered; a connection goes as soon as it is idle.
   * @returns how many had to be cut after `mostWaitMs`.
   */
  close(mostWaitMs?: number): Promise<number>;
}

export function connectionsOf(server: Server): Connections {
  const open = new Set<Socket>();
  server.on("connection", (socket: Socket) => {
    open.add(socket);
    socket.once("close", () => open.delete(socket));
  });
  const closeIdle = (): void => {
    server.closeIdleConnections();
    // To node, who has never sent anything is not idle: its first request may be on its way.
    for (const socket of open) if (socket.bytesRead === 0) socket.destroy();
  };
  return {
    count: () => open.size,
    close: (mostWaitMs = MOST_WAIT_MS) => closeGently(server, { open, closeIdle, mostWaitMs }),
  };
}

interface Closing {
  readonly open: ReadonlySet<Socket>;
  readonly closeIdle: () => void;
  readonly mostWaitMs: number;
}

async function closeGently(server: Server, { open, closeIdle, mostWaitMs }: Closing): Promise<number> {
  let cut = 0;
  // Whoever still asks on an open connection is answered, and asked to come back on another.
  server.prependListener("request", (_message, response) => {
    response.shouldKeepAlive = false;
  });
  const closed = new Promise<void>((resolve, reject) => {
    server.close((error) => (error ? reject(error) : resolve()));
  });
  const looking = setInterval(closeIdle, LOOK_EVERY_MS);
  const late = setTimeout(() => {
    cut = open.size;
    server.closeAllConnections();
  }, mostWaitMs);
  try {
    await closed;
  } finally {
    clearInterval(looking);
    clearTimeout(late);
  }
  return cut;
}
