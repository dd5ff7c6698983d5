/** An HTTP server that decodes each request with our codec, keeps what it read, and answers with the case's output. */
import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { fault } from "../../src/base/fault.ts";
import { collect } from "../../src/base/bytes.ts";
import { invariant } from "../../src/base/invariant.ts";
import { decodeInput } from "../../src/contract/decode.ts";
import { encodeFault } from "../../src/contract/encode-fault.ts";
import { encodeOutput } from "../../src/contract/encode.ts";
import type { Contract, Operation } from "../../src/contract/model.ts";
import { membersOf, shapeOf } from "../../src/contract/shapes.ts";
import { matchOperation } from "../../src/contract/match.ts";
import { identify } from "../../src/gateway/identify.ts";
import { splitTarget, type WireRequest, type WireResponse } from "../../src/wire/http.ts";
import { MESSAGE, type Case } from "./cases.ts";

/** Which case a request belongs to; the clients are made to send it. */
export const CASE_HEADER = "x-round-trip-case";

export interface RoundTripServer {
  readonly endpoint: string;
  /** What was decoded, by case; an Error where decoding threw. */
  readonly decoded: ReadonlyMap<string, unknown>;
  readonly close: () => Promise<void>;
}

export async function startRoundTripServer(cases: readonly Case[]): Promise<RoundTripServer> {
  const byId = new Map(cases.map((row) => [row.id, row]));
  const decoded = new Map<string, unknown>();
  const server = createServer((message, response) => {
    void answer(message, response, { byId, decoded });
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return { endpoint: `http://127.0.0.1:${portOf(server)}`, decoded, close: () => closeServer(server) };
}

const portOf = (server: Server): number => {
  const address: AddressInfo | string | null = server.address();
  invariant(typeof address === "object" && address !== null, "the server listens on a port");
  return address.port;
};

const closeServer = (server: Server): Promise<void> =>
  new Promise((resolve) => {
    server.closeAllConnections();
    server.close(() => resolve());
  });

interface Tables {
  readonly byId: ReadonlyMap<string, Case>;
  readonly decoded: Map<string, unknown>;
}

async function answer(message: IncomingMessage, response: ServerResponse, tables: Tables): Promise<void> {
  const row = tables.byId.get(String(message.headers[CASE_HEADER]));
  const chunks: Uint8Array[] = [];
  for await (const chunk of message) chunks.push(chunk);
  if (!row) return void response.writeHead(418).end();
  try {
    const request = toRequest(message, new Uint8Array(Buffer.concat(chunks)));
    const { api, contract, request: read } = identify(request);
    const operation = matchOperation(contract, read);
    invariant(
      api === row.api && operation?.name === row.operation.name,
      `${row.id} was taken for ${api}:${operation?.name} (${request.method} ${request.path})`,
    );
    tables.decoded.set(row.id, decodeInput(contract, operation, read));
    await send(response, responseTo({ ...row, contract }));
  } catch (error) {
    tables.decoded.set(row.id, error);
    response.writeHead(418).end();
  }
}

function toRequest(message: IncomingMessage, body: Uint8Array): WireRequest {
  const headers: Record<string, string> = {};
  for (const [name, value] of Object.entries(message.headers)) {
    if (value !== undefined) headers[name] = Array.isArray(value) ? value.join(", ") : value;
  }
  const method = message.method ?? "GET";
  return { method, ...splitTarget(message.url ?? "/"), headers, body, host: headers["host"] ?? "" };
}

function responseTo({ contract, operation, output, error }: Case): WireResponse {
  const ids = { requestId: "REQUEST", hostId: "HOST" };
  if (!error) return encodeOutput(contract, operation, withEvents(contract, operation, output), ids);
  const told = fault(error.shape, MESSAGE, { fields: error.fields });
  return encodeFault(contract, told, { ...ids, method: operation.method });
}

/** Samples have events as a list; handlers, as they come. */
function withEvents(contract: Contract, operation: Operation, output: Case["output"]): Case["output"] {
  const streams = membersOf(shapeOf(contract, operation.output)).filter(
    ({ shape }) => shapeOf(contract, shape).eventstream,
  );
  const rows = streams.map(({ name }) => [name, flowing(output[name])] as const);
  return { ...output, ...Object.fromEntries(rows) };
}

async function* flowing(events: unknown): AsyncGenerator {
  invariant(Array.isArray(events), "events are listed");
  for (const event of events) yield event;
}

async function send(response: ServerResponse, { status, headers, body }: WireResponse): Promise<void> {
  response.writeHead(status, headers);
  response.end(await collect(typeof body === "string" ? Buffer.from(body) : body));
}
