/** What HTTP/2 alone makes possible: floods that cost their sender little. Each ends its connection, and no other. */
import { readFile } from "node:fs/promises";
import { connect } from "node:net";
import { join } from "node:path";
import { expect, test } from "vitest";
import { useHouse } from "../harness/house.ts";

const house = useHouse({ byRealClients: false });

const PREFACE = Buffer.from("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n");

/** Types and flags. Source: RFC 9113, section 6. */
const DATA = 0x0;
const HEADERS = 0x1;
const RST_STREAM = 0x3;
const SETTINGS = 0x4;
const PING = 0x6;
const CONTINUATION = 0x9;
const END_STREAM = 0x1;
const END_HEADERS = 0x4;

interface Frame {
  readonly type: number;
  readonly flags?: number;
  readonly stream?: number;
  readonly payload?: Buffer;
}

function frame({ type, flags = 0, stream = 0, payload = Buffer.alloc(0) }: Frame): Buffer {
  const head = Buffer.alloc(9);
  head.writeUIntBE(payload.length, 0, 3);
  head.writeUInt8(type, 3);
  head.writeUInt8(flags, 4);
  head.writeUInt32BE(stream, 5);
  return Buffer.concat([head, payload]);
}

/** `GET /`, `http`, `a`. Source: RFC 7541, appendix A. */
const GET = Buffer.from([0x82, 0x86, 0x84, 0x41, 0x01, 0x61]);
const POST = Buffer.from([0x83, 0x86, 0x84, 0x41, 0x01, 0x61]);
/** A literal header of 4,000 bytes, kept in the table, and then its place in the table: one byte each. */
const BOMB = Buffer.concat([
  Buffer.from([0x40, 0x01, 0x78, 0x7f, 0xa1, 0x1e]),
  Buffer.alloc(4_000, "y"),
  Buffer.alloc(10_000, 0xbe),
]);

const FRAMES = 200_000;
const AT_ONCE = 500;

test.each<[string, (index: number) => Buffer]>([
  [
    "requests that are taken back at once",
    (index) =>
      Buffer.concat([
        frame({ type: HEADERS, flags: END_STREAM | END_HEADERS, stream: index * 2 + 1, payload: GET }),
        frame({ type: RST_STREAM, stream: index * 2 + 1, payload: Buffer.alloc(4, 8) }),
      ]),
  ],
  ["pings whose answers nobody reads", () => frame({ type: PING, payload: Buffer.alloc(8) })],
  ["settings whose answers nobody reads", () => frame({ type: SETTINGS })],
  [
    "headers without an end",
    (index) =>
      index === 0
        ? frame({ type: HEADERS, stream: 1, payload: GET })
        : frame({ type: CONTINUATION, stream: 1, payload: Buffer.alloc(16, 0) }),
  ],
  [
    "frames of nothing",
    (index) =>
      index === 0
        ? frame({ type: HEADERS, flags: END_HEADERS, stream: 1, payload: POST })
        : frame({ type: DATA, stream: 1 }),
  ],
  [
    "headers that grow",
    (index) =>
      frame({
        type: HEADERS,
        flags: END_HEADERS,
        stream: index * 2 + 1,
        payload: Buffer.concat([GET, BOMB]),
      }),
  ],
])("%s", async (_what, next) => {
  const socket = connect(Number(new URL(house().endpoint).port), "127.0.0.1");
  socket.on("error", () => undefined);
  const ended = new Promise((resolve) => {
    socket.on("close", resolve);
  });
  socket.write(Buffer.concat([PREFACE, frame({ type: SETTINGS })]));
  let sent = 0;
  while (sent < FRAMES && !socket.destroyed) {
    const frames = Array.from({ length: AT_ONCE }, () => next(sent++));
    await new Promise((resolve) => {
      const go = (): void => {
        socket.off("close", go);
        resolve(undefined);
      };
      socket.on("close", go).write(Buffer.concat(frames), go);
    });
  }
  expect(sent).toBeLessThan(FRAMES);
  await ended;
  expect((await fetch(`${house().endpoint}/_hosu/health`)).status).toBe(200);
});

test("little memory is held, and no mistake of ours came of it", async () => {
  const rollup = await readFile(`/proc/${house().pid()}/smaps_rollup`, "utf8");
  expect(Number(/^Anonymous:\s+(\d+) kB/m.exec(rollup)?.[1])).toBeLessThan(300_000);
  await house().stop();
  const log = await readFile(join(house().dataFolder, "hosu.log"), "utf8");
  expect(log).toContain('"status":403');
  expect(log.split("\n").filter((line) => /"kind":"(?:mistake|broken)"/.test(line))).toEqual([]);
});
