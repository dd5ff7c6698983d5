/** Every operation's input, output and errors through the JS SDK and back. */
import * as athena from "@aws-sdk/client-athena";
import * as glue from "@aws-sdk/client-glue";
import * as iam from "@aws-sdk/client-iam";
import * as s3 from "@aws-sdk/client-s3";
import * as sts from "@aws-sdk/client-sts";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { invariant } from "../../src/base/invariant.ts";
import { KNOWN_APIS } from "../../src/contract/known.ts";
import { casesOf, decodedInput, MESSAGE, type Case } from "./cases.ts";
import { ADDED_BY_CLIENTS, JS_SDK } from "./exceptions.ts";
import { CASE_HEADER, startRoundTripServer, type RoundTripServer } from "./round-trip-server.ts";

const MODULES: Readonly<Record<string, Readonly<Record<string, unknown>>>> = { athena, glue, iam, s3, sts };
const CLIENTS = {
  athena: athena.AthenaClient,
  glue: glue.GlueClient,
  iam: iam.IAMClient,
  s3: s3.S3Client,
  sts: sts.STSClient,
} as const;

interface AnyClient {
  readonly middlewareStack: { add: (middleware: unknown, options: object) => void };
  readonly send: (command: object) => Promise<Record<string, unknown>>;
}

const cases = casesOf(JS_SDK);
let server: RoundTripServer;
let current = "";
const clients = new Map<string, AnyClient>();

beforeAll(async () => {
  server = await startRoundTripServer(cases);
  for (const { api } of KNOWN_APIS) clients.set(api, newClient(api));
});
afterAll(() => server.close());

function newClient(api: keyof typeof CLIENTS): AnyClient {
  const settings = {
    endpoint: server.endpoint,
    region: "us-east-1",
    credentials: { accessKeyId: "AKIDEXAMPLE", secretAccessKey: "secret" },
    maxAttempts: 1,
    forcePathStyle: true,
    disableHostPrefix: true,
    disableS3ExpressSessionAuth: true,
    responseChecksumValidation: "WHEN_REQUIRED",
    requestChecksumCalculation: "WHEN_REQUIRED",
  };
  const client: unknown = Reflect.construct(CLIENTS[api], [settings]);
  invariant(isClient(client), "a client sends commands");
  const tellCase = (next: (args: unknown) => unknown) => (args: { request: { headers: object } }) => {
    Object.assign(args.request.headers, { [CASE_HEADER]: current });
    return next(args);
  };
  client.middlewareStack.add(tellCase, { step: "finalizeRequest", priority: "low" });
  return client;
}

const isClient = (value: unknown): value is AnyClient =>
  typeof value === "object" && value !== null && "send" in value && "middlewareStack" in value;

async function send(row: Case): Promise<Record<string, unknown>> {
  const command = MODULES[row.api]?.[`${row.operation.name}Command`];
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
  if (typeof value !== "object" || value === null || !("transformToByteArray" in value)) return value;
  invariant(typeof value.transformToByteArray === "function", "an SDK stream collects itself");
  const bytes: Uint8Array = await value.transformToByteArray();
  return new Uint8Array(bytes);
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
