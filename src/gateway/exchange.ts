import type { Socket } from "node:net";
import type { Duplex, Readable, Writable } from "node:stream";
import type { TLSSocket } from "node:tls";
import { MINUTE_MS } from "../base/units.ts";
import type { MalformedError } from "../wire/malformed.ts";
import type { WireRequest } from "../wire/http.ts";

/** A request's body as it comes. */
export interface Incoming extends Readable {
  /** The client gave up in the middle of it. HTTP/2 then ends some streams as if they were whole. */
  readonly aborted: boolean;
}

/** One request and the way its answer goes, whichever HTTP it came by. */
export interface Exchange {
  readonly socket: Socket | TLSSocket;
  readonly incoming: Incoming;
  readonly outgoing: Writable;
  readonly hasBody: boolean;
  /** What has to go when this exchange is cut off, and as little else as can be. */
  readonly cut: Duplex;
  /** Everything but the body. */
  request(): WireRequest | MalformedError;
  /** Lets a client that asked first send its body. */
  proceed(): void;
  /** @param headers names and values in turn. */
  writeHead(status: number, headers: string[]): void;
}

export const isSecure = (socket: Socket | TLSSocket): socket is TLSSocket => "encrypted" in socket;

/** S3 allows 8 KiB of headers, of which 2 KiB are user metadata; a presigned URL with a session token is longer. */
export const MOST_HEADER_BYTES = 32 * 1_024;
/** How long a client may take to say what it wants. */
export const HEADERS_TIMEOUT_MS = MINUTE_MS;
