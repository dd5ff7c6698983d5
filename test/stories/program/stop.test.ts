/** A stop finishes what it acknowledged, and what is under way. */
import { request } from "node:http";
import { once } from "node:events";
import { CreateBucketCommand, GetObjectCommand, S3Client } from "@aws-sdk/client-s3";
import { expect, test } from "vitest";
import { openHouse, type House } from "../../harness/house.ts";
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
    for (;;) {
      const open = await fetch(`${house.endpoint}/_hosu/health`).then(
        () => true,
        () => false,
      );
      if (!open) break;
    }
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
