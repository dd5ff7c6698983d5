import { createServer, type Server } from "node:http";
import type { AddressInfo, Socket } from "node:net";
import type { Clock } from "../base/clock.ts";
import { invariant } from "../base/invariant.ts";
import { MINUTE_MS } from "../base/units.ts";
import { answer, type Answering } from "./answer.ts";
import { connectionsOf, type Connections } from "./closing.ts";
import { HEADERS_TIMEOUT_MS, isSecure, MOST_HEADER_BYTES, type Exchange } from "./exchange.ts";
import { greet, type Protocol } from "./greeting.ts";
import { Http1Exchange } from "./http1.ts";
import type { SecureServer } from "./tls/secure-server.ts";

export interface GatewayOptions extends Answering {
  readonly host: string;
  readonly port: number;
  /** Where the local certificate authority lies. */
  readonly tlsFolder: string;
  readonly realClock: Clock;
}

export interface Gateway {
  /** http://host:port; https:// is answered at the same port. */
  readonly endpoint: string;
  /** How many clients are connected. */
  connections(): number;
  /** Takes no new connection, and resolves when what is under way is answered. @returns how many clients had to be cut off. */
  close(): Promise<number>;
}

/** Longer than SDKs keep an idle connection in their pools, so that they close first. */
const KEEP_ALIVE_MS = 10 * MINUTE_MS;

/** One port for HTTP/1.1 and HTTP/2, each plain or by TLS. */
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
  const reception: Reception = { connections, options, http1, onExchange, secureServer: undefined };
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
  secureServer: Promise<SecureServer> | undefined;
}

/** Hands a connection, or what TLS carries, to whoever speaks as it does. */
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
  if (protocol === "tls") {
    // TLS within TLS is nobody's idea of a request.
    if (isSecure(socket)) return void socket.destroy();
    const secure = await (reception.secureServer ??= openSecureServer(reception));
    return secure.serve(socket);
  }
  const { serveHttp2 } = await import("./http2.ts");
  if (socket.destroyed) return;
  const { onExchange, connections } = reception;
  connections.session(serveHttp2(socket, { idleMs: KEEP_ALIVE_MS, onExchange }));
}

async function openSecureServer(reception: Reception): Promise<SecureServer> {
  const { tlsFolder, realClock } = reception.options;
  try {
    const { openSecureServer: open } = await import("./tls/secure-server.ts");
    return open({ folder: tlsFolder, clock: realClock }, (socket) => receive(reception, socket));
  } catch (error) {
    // The disk was full, say: the next client may find room.
    reception.secureServer = undefined;
    throw error;
  }
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
