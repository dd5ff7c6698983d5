import type { Server } from "node:http";
import type { ServerHttp2Session } from "node:http2";
import type { Socket } from "node:net";
import { SECOND_MS } from "../base/units.ts";

/** A put of 5 GiB is not waited for longer: its client is cut off, and hears nothing that is not so. */
const MOST_WAIT_MS = 25 * SECOND_MS;
const LOOK_EVERY_MS = 20;

/** The connections of a server, and its end. */
export interface Connections {
  count(): number;
  /** Those that have said nothing so far that tells what they speak. */
  readonly greeting: Set<Socket>;
  /** It speaks HTTP/2, where requests end apart from their connection. */
  session(session: ServerHttp2Session): void;
  /**
   * Takes no new connection, and resolves when what is under way is answered; a connection goes as soon as it is idle.
   * @returns how many had to be cut after `mostWaitMs`.
   */
  close(mostWaitMs?: number): Promise<number>;
}

export function connectionsOf(server: Server): Connections {
  const open = new Set<Socket>();
  const greeting = new Set<Socket>();
  const sessions = new Set<ServerHttp2Session>();
  server.on("connection", (socket: Socket) => {
    open.add(socket);
    socket.once("close", () => open.delete(socket));
  });
  const closeIdle = (): void => {
    server.closeIdleConnections();
    for (const socket of greeting) socket.destroy();
    // It begins no other request, and ends with the last one that is under way.
    for (const session of sessions) session.close();
  };
  return {
    count: () => open.size,
    greeting,
    session(session) {
      sessions.add(session);
      session.once("close", () => sessions.delete(session));
    },
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
    for (const socket of open) socket.destroy();
  }, mostWaitMs);
  try {
    await closed;
  } finally {
    clearInterval(looking);
    clearTimeout(late);
  }
  return cut;
}
