import type { IncomingMessage, ServerResponse } from "node:http";
import type { Socket } from "node:net";
import type { MalformedError } from "../wire/malformed.ts";
import type { WireRequest } from "../wire/http.ts";
import type { Exchange } from "./exchange.ts";
import { wireRequest } from "./head.ts";

/** A request by HTTP/1.1, and its answer. */
export class Http1Exchange implements Exchange {
  readonly incoming: IncomingMessage;
  readonly outgoing: ServerResponse;
  readonly #expects: boolean;

  /** @param expects the client waits for 100 Continue before it sends its body. */
  constructor(message: IncomingMessage, response: ServerResponse, expects: boolean) {
    this.incoming = message;
    this.outgoing = response;
    this.#expects = expects;
  }

  get socket(): Socket {
    return this.incoming.socket;
  }

  get cut(): Socket {
    return this.incoming.socket;
  }

  get hasBody(): boolean {
    const { headers } = this.incoming;
    return headers["transfer-encoding"] !== undefined || Number(headers["content-length"] ?? 0) > 0;
  }

  request(): WireRequest | MalformedError {
    const { method = "GET", url = "/", headers, rawHeaders } = this.incoming;
    return wireRequest({ method, target: url, host: headers.host ?? "", rawHeaders });
  }

  proceed(): void {
    if (this.#expects) this.outgoing.writeContinue();
  }

  writeHead(status: number, headers: string[]): void {
    // What was not read of the request would be taken for the next one.
    if (!this.incoming.complete && this.hasBody) headers.push("connection", "close");
    this.outgoing.writeHead(status, headers);
  }
}
