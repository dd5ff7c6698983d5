import type { Writable } from "node:stream";
import { asBuffer } from "../base/bytes.ts";
import { shortRequestId, uuid } from "../base/ids.ts";
import { isMalformed } from "../wire/malformed.ts";
import type { WireResponse } from "../wire/http.ts";
import { withCors } from "./cors.ts";
import { dispatch, refuseBusy, type Arrival, type Dispatcher } from "./dispatch.ts";
import { isSecure, type Exchange } from "./exchange.ts";
import type { Gate } from "./gate.ts";
import { headersToSend } from "./head.ts";

/** Answers `/_hosu/…` and S3's CORS preflights, which are no API operations. @returns undefined for what it is not there for. */
export type Aside = (arrival: Arrival) => Promise<WireResponse> | undefined;

export interface Answering {
  readonly dispatcher: Dispatcher;
  readonly asides: readonly Aside[];
  readonly gate: Gate;
}

/** S3's x-amz-id-2 names the host that answered. */
const HOST_ID = uuid();

/** Answers one request. @param address where it arrived: host and port. Never throws. */
export async function answer(options: Answering, address: string, exchange: Exchange): Promise<void> {
  const { socket } = exchange;
  const leave = options.gate.enter(exchange.cut);
  try {
    const request = exchange.request();
    if (isMalformed(request)) return refuseMalformed(exchange);
    const secure = isSecure(socket);
    const arrival: Arrival = {
      socket,
      request,
      incoming: exchange.incoming,
      hasBody: exchange.hasBody,
      ids: { requestId: request.headers["x-amz-target"] ? uuid() : shortRequestId(), hostId: HOST_ID },
      ip: socket.remoteAddress ?? "",
      secure,
      endpoint: `${secure ? "https" : "http"}://${address}`,
      proceed: () => exchange.proceed(),
      leave: leave ?? (() => undefined),
    };
    const answered = leave ? await respond(options, arrival) : refuseBusy(arrival);
    await endOfTurn();
    await send(exchange, request.method, answered);
  } catch (error) {
    // Only sending can fail here: the client is gone, or a stored file cannot be read any more.
    options.dispatcher.onOurMistake(error, "");
    exchange.outgoing.destroy();
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

async function respond({ asides, dispatcher }: Answering, arrival: Arrival): Promise<WireResponse> {
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

function refuseMalformed(exchange: Exchange): void {
  const body = `<?xml version="1.0" encoding="UTF-8"?>\n<Error><Code>InvalidURI</Code><Message>Couldn't parse the specified URI.</Message></Error>`;
  const headers = { "content-type": "application/xml", connection: "close" };
  exchange.writeHead(400, headersToSend(headers, Buffer.byteLength(body)));
  exchange.outgoing.end(body);
}

async function send(
  exchange: Exchange,
  method: string,
  { status, headers, body }: WireResponse,
): Promise<void> {
  const { outgoing } = exchange;
  const bodiless = status === 304 || status === 204 || method === "HEAD";
  const bytes =
    typeof body === "string" ? Buffer.from(body) : body instanceof Uint8Array ? asBuffer(body) : undefined;
  exchange.writeHead(status, headersToSend(headers, bodiless ? undefined : bytes?.length));
  if (!bytes) await sendChunks(outgoing, body as AsyncIterable<Uint8Array>);
  else if (bodiless) outgoing.end();
  // Text goes out in one write with its headers; bytes would take a second one.
  else if (bytes.length <= ONE_WRITE_BYTES) outgoing.end(bytes.toString("latin1"), "latin1");
  else outgoing.end(bytes);
}

const ONE_WRITE_BYTES = 8 * 1_024;

/** Each chunk is gone before the next is asked for: it may be overwritten then. */
async function sendChunks(outgoing: Writable, chunks: AsyncIterable<Uint8Array>): Promise<void> {
  for await (const chunk of chunks) {
    if (outgoing.destroyed) return;
    await written(outgoing, chunk);
  }
  outgoing.end();
}

/** Resolves, too, when the client is gone. */
function written(outgoing: Writable, chunk: Uint8Array): Promise<void> {
  return new Promise((resolve) => {
    const done = () => {
      outgoing.off("close", done);
      resolve();
    };
    outgoing.on("close", done);
    outgoing.write(chunk, done);
  });
}
