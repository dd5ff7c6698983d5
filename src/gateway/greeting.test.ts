import { once } from "node:events";
import { connect, createServer, type AddressInfo, type Socket } from "node:net";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { greet, protocolOf, type Greeted } from "./greeting.ts";

const PREFACE = "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n";

describe("the first bytes tell what a connection speaks", () => {
  test.each<[string, string, ReturnType<typeof protocolOf>]>([
    ["a handshake's record", "\u0016\u0003\u0001", "tls"],
    ["its first byte alone", "\u0016", "tls"],
    ["a request", "GET / HTTP/1.1\r\n", "http1"],
    ["a letter that only HTTP/1.1 begins with", "G", "http1"],
    ["a put", "PUT /", "http1"],
    ["noise", "\u0000", "http1"],
    ["a letter that both begin with", "P", undefined],
    ["all of the preface but its end", PREFACE.slice(0, -1), undefined],
    ["the preface", PREFACE, "http2"],
    ["the preface, and a frame", `${PREFACE}\u0000\u0000\u0000`, "http2"],
    ["what only begins like it", "PRI * HTTP/2.1", "http1"],
  ])("%s", (_what, begun, protocol) => {
    expect(protocolOf(Buffer.from(begun, "latin1"))).toBe(protocol);
  });
});

const LONG_MS = 60_000;
const server = createServer({ allowHalfOpen: true });

beforeAll(async () => {
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
});
afterAll(() => server.close());

async function pair(): Promise<{ readonly client: Socket; readonly accepted: Socket }> {
  const client = connect((server.address() as AddressInfo).port, "127.0.0.1");
  const [accepted] = (await once(server, "connection")) as [Socket];
  client.on("error", () => undefined);
  return { client, accepted };
}

const greeted = (socket: Socket, timeoutMs = LONG_MS): Promise<Greeted | undefined> =>
  new Promise((resolve) => {
    greet(socket, timeoutMs, resolve);
  });

test("byte by byte it is the same, and none is lost", async () => {
  const { client, accepted } = await pair();
  const known = greeted(accepted);
  for (const letter of PREFACE) {
    client.write(letter);
    await once(accepted, "data");
  }
  expect(await known).toEqual({ protocol: "http2", begun: Buffer.from(PREFACE) });
  expect(accepted.listenerCount("data")).toBe(0);
  client.destroy();
});

test.each(["", "P"])("who says too little (%j) for too long is ended", async (begun) => {
  const { client, accepted } = await pair();
  client.write(begun);
  const ended = once(client, "close");
  expect(await greeted(accepted, 20)).toBeUndefined();
  await ended;
});

test("who goes away before it said enough is nobody", async () => {
  const { client, accepted } = await pair();
  client.end("PR");
  expect(await greeted(accepted)).toBeUndefined();
  expect(accepted.destroyed).toBe(true);
});
