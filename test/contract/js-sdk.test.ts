/** Every operation's input, output and errors through the JS SDK and back. */
import { NodeHttpHandler } from "@smithy/node-http-handler";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { invariant } from "../../src/base/invariant.ts";
import { KNOWN_APIS } from "../../src/contract/known.ts";
import { API_SOURCES, clientOf } from "../../scripts/contracts/apis.ts";
import { casesOf, decodedInput, MESSAGE, type Case } from "./cases.ts";
import { ADDED_BY_CLIENTS, JS_SDK } from "./exceptions.ts";
import { CASE_HEADER, startRoundTripServer, type RoundTripServer } from "./round-trip-server.ts";

interface Sent {
  readonly headers: object;
}

interface AnyClient {
  readonly middlewareStack: { add: (middleware: unknown, options: object) => void };
  readonly send: (command: object) => Promise<Record<string, unknown>>;
}

let server: RoundTripServer;
let current = "";
type Module = Readonly<Record<string, unknown>>;

const modules = new Map<string, Module>();
for (const source of API_SOURCES) modules.set(source.api, await import(clientOf(source)));

/** A client's schemas are `[kind, namespace, name, traits, members, …]`, each exported under its name and a dollar sign. */
function knows(api: string, shape: string, member: string): boolean {
  const schema = modules.get(api)?.[`${shape}$`];
  if (!Array.isArray(schema) || !Array.isArray(schema[4])) return true;
  return schema[4].includes(member);
}

const cases = casesOf(JS_SDK, knows);
const clients = new Map<string, AnyClient>();

beforeAll(async () => {
  server = await startRoundTripServer(cases);
  for (const [api, module] of modules) clients.set(api, newClient(api, module));
});
afterAll(() => server.close());

function newClient(api: string, module: Module): AnyClient {
  const settings = {
    // Some clients put an account or a function before the host, and an address takes none.
    endpoint: server.endpoint.replace("127.0.0.1", "localhost"),
    region: "us-east-1",
    credentials: { accessKeyId: "AKIDEXAMPLE", secretAccessKey: "secret" },
    maxAttempts: 1,
    // Kinesis' client speaks HTTP/2 by itself; that has a test of its own.
    requestHandler: new NodeHttpHandler(),
    forcePathStyle: true,
    disableHostPrefix: true,
    // SQS' client would hold the samples against checksums that are none.
    ...(api === "sqs" ? { md5: false } : {}),
    disableS3ExpressSessionAuth: true,
    responseChecksumValidation: "WHEN_REQUIRED",
    requestChecksumCalculation: "WHEN_REQUIRED",
  };
  const client: unknown = Reflect.construct(clientClass(module), [settings]);
  invariant(isClient(client), "a client sends commands");
  const tellCase = (next: (args: unknown) => unknown) => (args: { request: Sent }) => {
    Object.assign(args.request.headers, { [CASE_HEADER]: current });
    const { hostname, port } = new URL(server.endpoint);
    Object.assign(args.request, { protocol: "http:", hostname, port: Number(port) });
    return next(args);
  };
  client.middlewareStack.add(tellCase, { step: "finalizeRequest", priority: "low" });
  return client;
}

/** `KinesisClient` of a client's package; it exports one class of such a name. */
function clientClass(module: Module): new (settings: object) => unknown {
  const [name] = Object.keys(module).filter((key) => /^[A-Z]\w+Client$/.test(key));
  const found = name === undefined ? undefined : module[name];
  invariant(typeof found === "function", "a package exports its client");
  return found as new (settings: object) => unknown;
}

const isClient = (value: unknown): value is AnyClient =>
  typeof value === "object" && value !== null && "send" in value && "middlewareStack" in value;

async function send(row: Case): Promise<Record<string, unknown>> {
  const command = modules.get(row.api)?.[`${row.operation.name}Command`];
  invariant(typeof command === "function", `${row.id} has a command`);
  const client = clients.get(row.api);
  invariant(client, `${row.api} has a client`);
  current = row.id;
  return client.send(Reflect.construct(command, [structuredClone(row.input)]));
}

async function parsed(output: Record<string, unknown>): Promise<Record<string, unknown>> {
  const entries = Object.entries(output).filter(
    ([name, value]) => !ADDED_BY_CLIENTS.includes(name) && value !== undefined,
  );
  return Object.fromEntries(
    await Promise.all(entries.map(async ([name, value]) => [name, await collected(value)])),
  );
}

async function collected(value: unknown): Promise<unknown> {
  if (value instanceof Uint8Array) return new Uint8Array(value);
  if (isEvents(value)) return listed(value);
  if (typeof value !== "object" || value === null || !("transformToByteArray" in value)) return value;
  invariant(typeof value.transformToByteArray === "function", "an SDK stream collects itself");
  const bytes: Uint8Array = await value.transformToByteArray();
  return new Uint8Array(bytes);
}

const isEvents = (value: unknown): value is AsyncIterable<unknown> =>
  typeof value === "object" &&
  value !== null &&
  Symbol.asyncIterator in value &&
  !("transformToByteArray" in value);

async function listed(events: AsyncIterable<unknown>): Promise<readonly unknown[]> {
  const list: unknown[] = [];
  for await (const event of events) list.push(event);
  return list;
}

describe.each(KNOWN_APIS.map(({ api }) => api))("%s through the JS SDK", (api) => {
  const rows = cases.filter((row) => row.api === api);
  test.each(rows.filter((row) => !row.error))("$operation.name goes and comes back", async (row) => {
    const sent = await send(row).catch((error: unknown) => error);
    const read = server.decoded.get(row.id);
    if (read instanceof Error) throw read;
    expect(read).toEqual(decodedInput(row));
    if (sent instanceof Error) throw sent;
    invariant(typeof sent === "object" && sent !== null, "an output is an object");
    expect(await parsed({ ...sent })).toEqual(row.output);
  });
  test.each(rows.filter((row) => row.error))("$id is told", async (row) => {
    const error = await send(row).then(
      () => undefined,
      (thrown: unknown) => thrown,
    );
    invariant(error instanceof Error && row.error, "the SDK throws");
    if (row.operation.method === "HEAD") return;
    expect({ ...error, message: error.message }).toMatchObject({
      name: row.error.shape,
      message: MESSAGE,
      ...row.error.fields,
    });
  });
});
