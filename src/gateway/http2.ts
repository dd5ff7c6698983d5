import {
  constants,
  performServerHandshake,
  type IncomingHttpHeaders,
  type ServerHttp2Session,
  type ServerHttp2Stream,
} from "node:http2";
import type { Socket } from "node:net";
import { monotonicMs } from "../base/clock.ts";
import { malformed, type MalformedError } from "../wire/malformed.ts";
import type { WireRequest } from "../wire/http.ts";
import { HEADERS_TIMEOUT_MS, MOST_HEADER_BYTES, type Exchange } from "./exchange.ts";
import { wireRequest } from "./head.ts";
import { endWhenDead, type Traffic } from "./http2-liveness.ts";

/**
 * What one client may do to us by HTTP/2. Floods of pings, settings and continuations end a session by nghttp2's own
 * bounds, and what all of its headers and frames hold stays below node's 10 MB a session.
 */
const OPTIONS = {
  /** More than SDKs keep under way on one connection (100 in most). */
  settings: { maxConcurrentStreams: 128, maxHeaderListSize: MOST_HEADER_BYTES },
  maxHeaderListPairs: 1_000,
  maxSessionInvalidFrames: 100,
  maxSessionRejectedStreams: 100,
} as const;

/**
 * How many more requests of a session may be taken back than are answered. To ask costs a client less than it costs us.
 * nghttp2 stops to hear one that does so a thousand times, and keeps the connection (CVE-2023-44487, "rapid reset").
 */
const MOST_TAKEN_BACK = 200;

interface Serving {
  /** How long a session may be without a request. */
  readonly idleMs: number;
  readonly onExchange: (exchange: Exchange) => void;
}

/** Takes over a connection whose client has begun with HTTP/2's preface. */
export function serveHttp2(socket: Socket, { idleMs, onExchange }: Serving): ServerHttp2Session {
  // What a half-closed connection would still be good for, a session does not know.
  socket.allowHalfOpen = false;
  const session = performServerHandshake(socket, OPTIONS);
  const traffic: Traffic = { open: 0, lastMs: monotonicMs(), asked: false };
  let takenBack = 0;
  session.on(
    "stream",
    (stream: ServerHttp2Stream, headers: IncomingHttpHeaders, _flags: number, rawHeaders: string[]) => {
      traffic.open += 1;
      traffic.asked = true;
      // The client is gone, or broke a rule: the answer's sender notices by itself.
      stream.on("error", () => undefined);
      stream.on("close", () => {
        traffic.open -= 1;
        traffic.lastMs = monotonicMs();
        takenBack = Math.max(0, takenBack + (stream.aborted ? 1 : -1));
        if (takenBack > MOST_TAKEN_BACK) session.destroy();
      });
      onExchange(new Http2Exchange(socket, stream, { headers, rawHeaders }));
    },
  );
  session.on("error", () => session.destroy());
  endWhenDead(session, traffic, { idleMs, firstMs: HEADERS_TIMEOUT_MS });
  return session;
}

interface Head {
  readonly headers: IncomingHttpHeaders;
  readonly rawHeaders: readonly string[];
}

/** Headers of a connection and not of an answer. Source: RFC 9113, section 8.2.2. */
const OF_CONNECTIONS = new Set([
  "connection",
  "keep-alive",
  "proxy-connection",
  "transfer-encoding",
  "upgrade",
]);

/** A request by HTTP/2, and its answer: both are one stream. */
class Http2Exchange implements Exchange {
  readonly socket: Socket;
  readonly incoming: ServerHttp2Stream;
  readonly #head: Head;

  constructor(socket: Socket, stream: ServerHttp2Stream, head: Head) {
    this.socket = socket;
    this.incoming = stream;
    this.#head = head;
  }

  get outgoing(): ServerHttp2Stream {
    return this.incoming;
  }

  get cut(): ServerHttp2Stream {
    return this.incoming;
  }

  get hasBody(): boolean {
    return !this.incoming.endAfterHeaders;
  }

  request(): WireRequest | MalformedError {
    const { headers, rawHeaders } = this.#head;
    const { ":method": method = "GET", ":path": target = "", ":authority": authority, host } = headers;
    // Source: RFC 9113, section 8.3.1.
    if (authority !== undefined && host !== undefined && authority !== host)
      return malformed("the host is not the authority");
    const fields = rawHeaders.filter((_, index) => !rawHeaders[index & ~1]?.startsWith(":"));
    return wireRequest({ method, target, host: authority ?? host ?? "", rawHeaders: fields });
  }

  proceed(): void {
    const expects = this.#head.headers.expect?.toLowerCase() === "100-continue";
    if (expects && !this.incoming.closed) this.incoming.additionalHeaders({ ":status": 100 });
  }

  writeHead(status: number, headers: string[]): void {
    const stream = this.incoming;
    if (stream.closed || stream.destroyed) return;
    const fields: Record<string, string | number> = { ":status": status };
    for (let i = 0; i + 1 < headers.length; i += 2) {
      const [name = "", value = ""] = headers.slice(i, i + 2);
      if (!OF_CONNECTIONS.has(name)) fields[name] = value;
    }
    // The client need not send what will not be read. Source: RFC 9113, section 8.1.
    if (this.hasBody && !stream.readableEnded)
      stream.once("finish", () => stream.close(constants.NGHTTP2_NO_ERROR));
    stream.respond(fields);
  }
}
