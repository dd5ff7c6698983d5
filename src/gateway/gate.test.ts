import { PassThrough } from "node:stream";
import { Socket } from "node:net";
import { expect, test } from "vitest";
import { refuseBusy } from "./dispatch.ts";
import { createGate } from "./gate.ts";

const LONG_MS = 60_000;
const connection = () => new PassThrough();

test("it closes once nobody is under way, and lets nobody in meanwhile", async () => {
  const gate = createGate();
  const leave = gate.enter(connection());
  const closing = gate.close(LONG_MS);
  expect(gate.enter(connection())).toBeUndefined();
  leave?.();
  leave?.();
  expect(await closing).toBe(0);
  gate.open();
  expect(gate.enter(connection())).toBeDefined();
});

test("whoever takes too long is cut off, and still waited for", async () => {
  const gate = createGate();
  const slow = connection();
  const leave = gate.enter(slow);
  slow.once("close", () => leave?.());
  expect(await gate.close(1)).toBe(1);
  expect(slow.destroyed).toBe(true);
});

test("nobody under way is nobody to wait for", async () => {
  expect(await createGate().close(LONG_MS)).toBe(0);
});

const credential = (service: string) =>
  `AWS4-HMAC-SHA256 Credential=AKIA/20260301/us-east-1/${service}/aws4_request, SignedHeaders=host, Signature=0`;

test.each<[string, Readonly<Record<string, string>>, string, RegExp]>([
  ["s3", { authorization: credential("s3") }, "GET", /<Error><Code>ServiceUnavailable<\/Code>/],
  ["iam", { authorization: credential("iam") }, "POST", /<ErrorResponse.*<Code>ServiceUnavailable<\/Code>/s],
  [
    "glue",
    { authorization: credential("glue"), "x-amz-target": "AWSGlue.GetDatabases" },
    "POST",
    /"__type":"ServiceUnavailable"/,
  ],
])("while it is closed %s says so in its own shape", (_api, headers, method, body) => {
  const response = refuseBusy({
    socket: new Socket(),
    incoming: Object.assign(new PassThrough(), { aborted: false }),
    hasBody: false,
    request: {
      method,
      path: "/",
      query: { raw: "", list: [] },
      headers,
      body: new Uint8Array(),
      host: "127.0.0.1:4566",
    },
    ids: { requestId: "R", hostId: "H" },
    ip: "127.0.0.1",
    secure: false,
    endpoint: "http://127.0.0.1:4566",
    proceed: () => undefined,
    leave: () => undefined,
  });
  expect([response.status, response.body]).toEqual([503, expect.stringMatching(body)]);
});
