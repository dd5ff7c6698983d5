import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { asBuffer } from "../base/bytes.ts";
import { realClock } from "../base/clock.ts";
import { shortRequestId, uuid } from "../base/ids.ts";
import { MINUTE_MS } from "../base/units.ts";
import { malformed, type MalformedError } from "../wire/malformed.ts";
import { splitTarget, type WireRequest, type WireResponse } from "../wire/http.ts";
import { connectionsOf } from "./closing.ts";
import { withCors } from "./cors.ts";
import { dispatch, refuseBusy, type Arrival, type Dispatcher } from "./dispatch.ts";
import type { Gate } from "./gate.ts";

/** Answers `/_hosu/…` and S3's CORS preflights, which are no API operations. @returns undefined for what it is not there for. */
export type Aside = (arrival: Arrival) => Promise<WireResponse> | undefined;

export interface GatewayOptions {
  readonly host: string;
  readonly port: number;
  readonly dispatcher: Dispatcher;
  readonly asides: readonly Aside[];
  readonly gate: Gate;
}

export interface Gateway {
  /** http://host:port */
  readonly endpoint: string;
  /** How many clients are connected. */
  connections(): number;
  /** Takes no new connection, and resolves when what is under way is answered. @returns how many clients had to be cut off. */
  close(): Promise<number>;
}

/** S3's x-amz-id-2 names the host that answered. */
const HOST_ID = uuid();
const HEADERS_TIMEOUT_MS = MINUTE_MS;
/** Longer than SDKs keep an idle connection in their pools, so that they close first. */
const KEEP_ALIVE_MS = 10 * MINUTE_MS;
/** S3 allows 8 KiB of headers, of which 2 KiB are user metadata; a presigned URL with a session token is longer. */
const MOST_HEADER_BYTES = 32 * 1_024;

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
  const connections = connectionsOf(server);
  const bound = { endpoint: "" };
  const onRequest = (expects: boolean) => (message: IncomingMessage, response: ServerResponse) => {
    void answer(options, bound.endpoint, { message, response, expects });
  };
  server.on("request", onRequest(false));
  server.on("checkContinue", onRequest(true));
  await listen(server, options.host, options.port);
  const { port } = server.address() as AddressInfo;
  bound.endpoint = `http://${options.host.includes(":") ? `[${options.host}]` : options.host}:${port}`;
  return {
    endpoint: bound.endpoint,
    connections: () => connections.count(),
    close: () => connections.close(),
  };
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

interface Exchange {
  readonly message: IncomingMessage;
  readonly response: ServerResponse;
  readonly expects: boolean;
}

async function answer(options: GatewayOptions, endpoint: string, exchange: Exchange): Promise<void> {
  const { message, response, expects } = exchange;
  const leave = options.gate.enter(message.socket);
  try {
    const request = wireRequest(message);
    if (!("method" in request)) return refuseMalformed(response, request);
    const arrival: Arrival = {
      message,
      request,
      ids: { requestId: message.headers["x-amz-target"] ? uuid() : shortRequestId(), hostId: HOST_ID },
      ip: message.socket.remoteAddress ?? "",
      secure: false,
      endpoint,
      proceed: () => {
        if (expects) response.writeContinue();
      },
      leave: leave ?? (() => undefined),
    };
    const answered = leave ? await respond(options, arrival) : refuseBusy(arrival);
    await endOfTurn();
    await send(exchange, answered);
  } catch (error) {
    // Only sending can fail here: the client is gone, or a stored file cannot be read any more.
    options.dispatcher.onOurMistake(error, "");
    response.destroy();
  } finally {
    leave?.();
  }
}

const turn: { ends: Promise<void> | undefined } = { ends: undefined };

/**
 * Answers of one turn of the event loop go out together: the clients' side is woken once for all of them, and what
 * waits to be read is read first. One at a time, the waking alone costs more than the rest of a small request.
 */
function endOfTurn(): Promise<void> {
  return (turn.ends ??= new Promise((resolve) => {
    setImmediate(() => {
      turn.ends = undefined;
      resolve();
    });
  }));
}

async function respond({ asides, dispatcher }: GatewayOptions, arrival: Arrival): Promise<WireResponse> {
  for (const aside of asides) {
    const answered = aside(arrival);
    if (answered) return await answered;
  }
  const response = await dispatch(dispatcher, arrival);
  const { request } = arrival;
  return request.headers["origin"] === undefined
    ? response
    : await withCors(dispatcher.performer, request, response);
}

const NO_BODY = new Uint8Array();

function wireRequest(message: IncomingMessage): WireRequest | MalformedError {
  try {
    const { path, query } = splitTarget(message.url ?? "/");
    if (!path.startsWith("/")) return malformed("the request target is not a path");
    return {
      method: message.method ?? "GET",
      path,
      query,
      headers: headersOf(message),
      body: NO_BODY,
      host: message.headers.host ?? "",
    };
  } catch {
    return malformed("the request target is not UTF-8");
  }
}

/** Values that came more than once are joined; node keeps only the first of some of them otherwise. */
function headersOf({ rawHeaders }: IncomingMessage): Record<string, string> {
  const headers: Record<string, string> = {};
  for (let i = 0; i + 1 < rawHeaders.length; i += 2) {
    const name = lowerCase(rawHeaders[i] ?? "");
    const value = fromLatin1(rawHeaders[i + 1] ?? "");
    const before = headers[name];
    headers[name] = before === undefined ? value : `${before},${value}`;
  }
  return headers;
}

const MOST_NAMES = 1_000;
const lowerCased = new Map<string, string>();

/** Clients send the same few names all the time. */
function lowerCase(name: string): string {
  const known = lowerCased.get(name);
  if (known !== undefined) return known;
  const lower = name.toLowerCase();
  if (lowerCased.size < MOST_NAMES) lowerCased.set(name, lower);
  return lower;
}

/** node reads and writes header bytes as Latin-1; S3 takes them as UTF-8. Plain ASCII, which nearly all are, is the same in both. */
const fromLatin1 = (value: string): string =>
  BEYOND_ASCII.test(value) ? Buffer.from(value, "latin1").toString("utf8") : value;
const toLatin1 = (value: string): string =>
  BEYOND_ASCII.test(value) ? Buffer.from(value, "utf8").toString("latin1") : value;

const BEYOND_ASCII = /[\u0080-\uffff]/;

function refuseMalformed(response: ServerResponse, error: MalformedError): void {
  const body = `<?xml version="1.0" encoding="UTF-8"?>\n<Error><Code>InvalidURI</Code><Message>Couldn't parse the specified URI.</Message></Error>`;
  void error;
  response.writeHead(400, {
    "content-type": "application/xml",
    "content-length": Buffer.byteLength(body),
    connection: "close",
  });
  response.end(body);
}

async function send({ message, response }: Exchange, { status, headers, body }: WireResponse): Promise<void> {
  const bodiless = status === 304 || status === 204 || message.method === "HEAD";
  const bytes =
    typeof body === "string" ? Buffer.from(body) : body instanceof Uint8Array ? asBuffer(body) : undefined;
  const head = headersToSend(headers, bodiless ? undefined : bytes?.length);
  // What was not read of the request would be taken for the next one.
  if (!message.complete && hasBody(message)) head.push("connection", "close");
  response.writeHead(status, head);
  if (!bytes) await sendChunks(response, body as AsyncIterable<Uint8Array>);
  else if (bodiless) response.end();
  // Text goes out in one write with its headers; bytes would take a second one.
  else if (bytes.length <= ONE_WRITE_BYTES) response.end(bytes.toString("latin1"), "latin1");
  else response.end(bytes);
}

const ONE_WRITE_BYTES = 8 * 1_024;

const hasBody = ({ headers }: IncomingMessage): boolean =>
  headers["transfer-encoding"] !== undefined || Number(headers["content-length"] ?? 0) > 0;

/** @param bytes the body's length, where it is known here. @returns names and values in turn. */
function headersToSend(headers: Readonly<Record<string, string>>, bytes: number | undefined): string[] {
  const out = ["date", dateHeader()];
  if (bytes !== undefined) out.push("content-length", String(bytes));
  for (const name in headers)
    if (bytes === undefined || name !== "content-length") out.push(name, toLatin1(headers[name] ?? ""));
  return out;
}

const lastDate = { second: 0, text: "" };

/** The same text serves a second long. */
function dateHeader(): string {
  const now = realClock.now();
  const second = Math.floor(now.getTime() / 1_000);
  if (second !== lastDate.second) {
    lastDate.second = second;
    lastDate.text = now.toUTCString();
  }
  return lastDate.text;
}

/** Each chunk is gone before the next is asked for: it may be overwritten then. */
async function sendChunks(response: ServerResponse, chunks: AsyncIterable<Uint8Array>): Promise<void> {
  for await (const chunk of chunks) {
    if (response.destroyed) return;
    await written(response, chunk);
  }
  response.end();
}

/** Resolves, too, when the client is gone. */
function written(response: ServerResponse, chunk: Uint8Array): Promise<void> {
  return new Promise((resolve) => {
    const done = () => {
      response.off("close", done);
      resolve();
    };
    response.on("close", done);
    response.write(chunk, done);
  });
}
