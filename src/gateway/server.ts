import { createServer, type Server } from "node:http";
import type { AddressInfo, Socket } from "node:net";
import { invariant } from "../base/invariant.ts";
import { MINUTE_MS } from "../base/units.ts";
import { answer, type Answering } from "./answer.ts";
import { connectionsOf, type Connections } from "./closing.ts";
import { HEADERS_TIMEOUT_MS, MOST_HEADER_BYTES, type Exchange } from "./exchange.ts";
import { greet, type Protocol } from "./greeting.ts";
import { Http1Exchange } from "./http1.ts";

export interface GatewayOptions extends Answering {
  readonly host: string;
  readonly port: number;
}

export interface Gateway {
  /** http://host:port */
  readonly endpoint: string;
  /** How many clients are connected. */
  connections(): number;
  /** Takes no new connection, and resolves when what is under way is answered. @returns how many clients had to be cut off. */
  close(): Promise<number>;
}

/** Longer than SDKs keep an idle connection in their pools, so that they close first. */
const KEEP_ALIVE_MS = 10 * MINUTE_MS;

/** One port for HTTP/1.1 and HTTP/2. */
export async function openGateway(options: GatewayOptions): Promise<Gateway> {
  const server = createServer({
    // A slow put of 5 GiB is no reason to cut it off.
    requestTimeout: 0,
    headersTimeout: HEADERS_TIMEOUT_MS,
    keepAliveTimeout: KEEP_ALIVE_MS,
    maxHeaderSize: MOST_HEADER_BYTES,
    noDelay: true,
    insecureHTTPParser: false,
  });
  const http1 = takeConnections(server);
  const connections = connectionsOf(server);
  const bound = { address: "" };
  const onExchange = (exchange: Exchange): void => void answer(options, bound.address, exchange);
  server.on("request", (message, response) => onExchange(new Http1Exchange(message, response, false)));
  server.on("checkContinue", (message, response) => onExchange(new Http1Exchange(message, response, true)));
  const reception: Reception = { connections, options, http1, onExchange };
  server.on("connection", (socket: Socket) => {
    // Whoever serves it hears of its end, too.
    socket.on("error", () => undefined);
    receive(reception, socket);
  });
  await listen(server, options.host, options.port);
  const { port } = server.address() as AddressInfo;
  bound.address = `${options.host.includes(":") ? `[${options.host}]` : options.host}:${port}`;
  return {
    endpoint: `http://${bound.address}`,
    connections: () => connections.count(),
    close: () => connections.close(),
  };
}

type ServeHttp1 = (socket: Socket, begun: Buffer) => void;

/** Takes new connections from a server before it serves them. @returns what serves one by HTTP/1.1, with all of the server's timeouts. */
function takeConnections(server: Server): ServeHttp1 {
  const [serve] = server.listeners("connection") as ((this: Server, socket: Socket) => void)[];
  invariant(serve, "an HTTP server listens to its connections");
  server.removeAllListeners("connection");
  return (socket, begun) => {
    serve.call(server, socket);
    socket.unshift(begun);
  };
}

interface Reception {
  readonly connections: Connections;
  readonly options: GatewayOptions;
  readonly http1: ServeHttp1;
  readonly onExchange: (exchange: Exchange) => void;
}

/** Hands a connection to whoever speaks as it does. */
function receive(reception: Reception, socket: Socket): void {
  const { greeting } = reception.connections;
  greeting.add(socket);
  greet(socket, HEADERS_TIMEOUT_MS, (greeted) => {
    greeting.delete(socket);
    if (!greeted) return;
    const { protocol, begun } = greeted;
    if (protocol === "http1") return reception.http1(socket, begun);
    socket.pause();
    socket.unshift(begun);
    serve(reception, socket, protocol).catch((error: unknown) => {
      reception.options.dispatcher.onOurMistake(error, "");
      socket.destroy();
    });
  });
}

/** What only some clients speak is loaded when the first of them comes. */
async function serve(
  reception: Reception,
  socket: Socket,
  protocol: Exclude<Protocol, "http1">,
): Promise<void> {
  if (protocol === "tls") return void socket.destroy();
  const { serveHttp2 } = await import("./http2.ts");
  if (socket.destroyed) return;
  const { onExchange, connections } = reception;
  connections.session(serveHttp2(socket, { idleMs: KEEP_ALIVE_MS, onExchange }));
}

function listen(server: Server, host: string, port: number): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once("error", reject);
    server.listen({ host, port, backlog: 1_024 }, () => {
      server.off("error", reject);
      resolve();
    });
  });
}
