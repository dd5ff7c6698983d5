import type { Server } from "node:http";
import { SECOND_MS } from "../base/units.ts";

/** A put of 5 GiB is not waited for longer: its client is cut off, and hears nothing that is not so. */
const MOST_WAIT_MS = 25 * SECOND_MS;
const LOOK_EVERY_MS = 20;

/**
 * Takes no new connection, and resolves when what is under way is answered; a connection goes as soon as it is idle.
 * @returns how many connections were cut after `mostWaitMs`.
 */
export async function closeGently(server: Server, mostWaitMs = MOST_WAIT_MS): Promise<number> {
  let cut = 0;
  // Whoever still asks on an open connection is answered, and asked to come back on another.
  server.prependListener("request", (_message, response) => {
    response.shouldKeepAlive = false;
  });
  const closed = new Promise<void>((resolve, reject) => {
    server.close((error) => (error ? reject(error) : resolve()));
  });
  const looking = setInterval(() => server.closeIdleConnections(), LOOK_EVERY_MS);
  const late = setTimeout(() => {
    server.getConnections((_error, count) => {
      cut = count;
      server.closeAllConnections();
    });
  }, mostWaitMs);
  server.closeIdleConnections();
  try {
    await closed;
  } finally {
    clearInterval(looking);
    clearTimeout(late);
  }
  return cut;
}
