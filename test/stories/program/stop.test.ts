/** A stop finishes what it acknowledged, and what is under way. */
import { request } from "node:http";
import { once } from "node:events";
import { readFile } from "node:fs/promises";
import { CreateBucketCommand, GetObjectCommand, S3Client } from "@aws-sdk/client-s3";
import { expect, test } from "vitest";
import { connect } from "node:net";
import { join } from "node:path";
import { connect as connectTls } from "node:tls";
import { openHouse, type House } from "../../harness/house.ts";
import { ask, authorityOf, openSession, secured } from "../../harness/http2.ts";
import { hosu } from "../../harness/program.ts";
import { send, signed, type Message } from "../../harness/signed-request.ts";

const client = (house: House): S3Client =>
  new S3Client({ ...house, credentials: house, forcePathStyle: true });

const signedFor = (house: House, service: string, message: Partial<Message>, hash?: string): Message =>
  signed(
    {
      method: "GET",
      path: "/",
      query: [],
      body: Buffer.alloc(0),
      ...message,
      headers: { host: new URL(house.endpoint).host, ...message.headers },
    },
    { ...house, service, date: new Date() },
    hash,
  );

const BYTES = 8 * 1_024 * 1_024;

test("a put that is half here is taken whole, answered, and there after the next start", async () => {
  const house = await openHouse();
  try {
    await client(house).send(new CreateBucketCommand({ Bucket: "lake" }));
    const body = Buffer.alloc(BYTES, "x");
    const path = "/lake/slow";
    const { headers } = signedFor(house, "s3", { method: "PUT", path }, "UNSIGNED-PAYLOAD");
    const { hostname, port } = new URL(house.endpoint);
    const outgoing = request({
      hostname,
      port,
      method: "PUT",
      path,
      headers: { ...headers, "content-length": String(BYTES), expect: "100-continue" },
    });
    outgoing.flushHeaders();
    await once(outgoing, "continue");
    outgoing.write(body.subarray(0, BYTES / 2));
    const stopping = house.stop();
    // Nobody new is let in any more; then the rest comes.
    await closing(house);
    const answered = once(outgoing, "response") as Promise<[{ statusCode: number; resume(): void }]>;
    outgoing.end(body.subarray(BYTES / 2));
    const [response] = await answered;
    response.resume();
    expect(response.statusCode).toBe(200);
    await stopping;
    await house.restart();
    const { Body } = await client(house).send(new GetObjectCommand({ Bucket: "lake", Key: "slow" }));
    expect(Buffer.from((await Body?.transformToByteArray()) ?? []).equals(body)).toBe(true);
  } finally {
    await house.close();
  }
});

/** Once it no longer takes a new connection. */
async function closing(house: House): Promise<void> {
  for (;;) {
    const open = await fetch(`${house.endpoint}/_hosu/health`).then(
      () => true,
      () => false,
    );
    if (!open) return;
  }
}

test("connections of every kind end with it, and what is under way on one by HTTP/2 is answered", async () => {
  const house = await openHouse();
  try {
    await client(house).send(new CreateBucketCommand({ Bucket: "lake" }));
    const { port } = new URL(house.endpoint);
    const silent = connect(Number(port), "127.0.0.1");
    const secureButSilent = connectTls({ port: Number(port), host: "127.0.0.1", rejectUnauthorized: false });
    await once(secureButSilent, "secureConnect");
    const idle = openSession(secured(house.endpoint), authorityOf(house));
    expect((await ask(idle, signedFor(house, "s3", {}))).headers[":status"]).toBe(200);
    const ended = [silent, secureButSilent, idle].map((one) => once(one, "close"));

    const body = Buffer.alloc(BYTES, "x");
    const path = "/lake/slow";
    const headers = { "content-length": String(BYTES) };
    const put = signedFor(house, "s3", { method: "PUT", path, headers }, "UNSIGNED-PAYLOAD");
    const { host: _host, ...fields } = put.headers;
    const session = openSession(house.endpoint);
    const stream = session.request({
      ":method": "PUT",
      ":path": path,
      ":authority": new URL(house.endpoint).host,
      expect: "100-continue",
      ...fields,
    });
    await once(stream, "continue");
    stream.write(body.subarray(0, BYTES / 2));
    const stopping = house.stop();
    await closing(house);
    await Promise.all(ended);
    const answered = once(stream, "response") as Promise<[Record<string, unknown>]>;
    stream.end(body.subarray(BYTES / 2));
    expect((await answered)[0][":status"]).toBe(200);
    await stopping;
    expect(await readFile(join(house.dataFolder, "hosu.log"), "utf8")).not.toContain("cut off");
  } finally {
    await house.close();
  }
});

test("whoever may can stop it over the wire, and it lets go of the folder", async () => {
  const house = await openHouse();
  try {
    const path = "/_hosu/stop";
    const body = Buffer.from("{}");
    const answer = await send(house.endpoint, signedFor(house, "hosu", { method: "POST", path, body }));
    expect(answer.status).toBe(200);
    for (;;) {
      const status = await hosu(["status", "--data", house.dataFolder], { home: house.home });
      if (status.code === 3) break;
    }
    await house.restart();
  } finally {
    await house.close();
  }
});

test("the bill survives a stop", async () => {
  const house = await openHouse();
  try {
    await client(house).send(new CreateBucketCommand({ Bucket: "lake" }));
    await house.stop();
    await house.restart();
    const told = await hosu(["bill", "--json", "--data", house.dataFolder], { home: house.home });
    expect(told.stdout).toContain('"Requests-Tier1"');
  } finally {
    await house.close();
  }
});
