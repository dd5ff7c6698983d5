/** One port: HTTP/1.1 and HTTP/2, plain and by TLS, to the clients that people use. */
import { once } from "node:events";
import { readFile, stat } from "node:fs/promises";
import type { ClientHttp2Session } from "node:http2";
import { Agent } from "node:https";
import { connect } from "node:net";
import { join } from "node:path";
import { GetDatabasesCommand, GlueClient } from "@aws-sdk/client-glue";
import {
  CompleteMultipartUploadCommand,
  CreateBucketCommand,
  CreateMultipartUploadCommand,
  GetObjectCommand,
  ListObjectsV2Command,
  PutBucketPolicyCommand,
  PutObjectCommand,
  S3Client,
  UploadPartCommand,
} from "@aws-sdk/client-s3";
import { GetCallerIdentityCommand, STSClient } from "@aws-sdk/client-sts";
import { NodeHttp2Handler } from "@smithy/node-http-handler";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { ACCOUNT, useHouse } from "../../harness/house.ts";
import { ask, authorityOf, openSession, secured } from "../../harness/http2.ts";
import { hosu, run } from "../../harness/program.ts";
import { cleanEnvironment, IS_CI, PYTHONS } from "../../harness/settings.ts";
import { sha256, signed, type Message } from "../../harness/signed-request.ts";

const house = useHouse();
const configure = (...args: readonly string[]) =>
  hosu(["configure", ...args, "--data", house().dataFolder], { home: house().home });

beforeAll(async () => {
  const told = await configure("--tls", "--profile", "secure");
  expect(told.code, told.stderr).toBe(0);
  await s3().send(new CreateBucketCommand({ Bucket: "lake" }));
});

/** By HTTP/1.1 over TLS, as the SDK does with an https:// endpoint. */
const s3 = (more: ConstructorParameters<typeof S3Client>[0] = {}) =>
  new S3Client({
    ...house(),
    endpoint: secured(house().endpoint),
    credentials: house(),
    forcePathStyle: true,
    requestHandler: { httpsAgent: new Agent({ ca: authorityOf(house()) }) },
    ...more,
  });

function request(more: Partial<Message> = {}, service = "s3", hash = sha256(more.body ?? "")): Message {
  const { host } = new URL(house().endpoint);
  const message = { method: "GET", path: "/", query: [], body: Buffer.alloc(0), ...more };
  const signer = { ...house(), service, date: new Date() };
  return signed({ ...message, headers: { host, ...more.headers } }, signer, hash);
}

describe("by https://", () => {
  test("the JavaScript SDK puts, gets and lists", async () => {
    const Body = Buffer.alloc(3_000_000, "x");
    await s3().send(new PutObjectCommand({ Bucket: "lake", Key: "large", Body }));
    const got = await s3().send(new GetObjectCommand({ Bucket: "lake", Key: "large" }));
    expect(Buffer.from((await got.Body?.transformToByteArray()) ?? []).equals(Body)).toBe(true);
    const listed = await s3().send(new ListObjectsV2Command({ Bucket: "lake" }));
    expect(listed.Contents?.map(({ Key }) => Key)).toContain("large");
  });

  test("a bucket by its host", async () => {
    // Names under localhost need no resolver here.
    const lookup = (_host: string, _options: object, done: (error: null, list: object[]) => void) =>
      done(null, [{ address: "127.0.0.1", family: 4 }]);
    const client = s3({
      endpoint: `https://s3.localhost:${new URL(house().endpoint).port}`,
      forcePathStyle: false,
      requestHandler: { httpsAgent: new Agent({ ca: authorityOf(house()), lookup } as object) },
    });
    await client.send(new PutObjectCommand({ Bucket: "lake", Key: "by-host", Body: "here" }));
    const got = await s3().send(new GetObjectCommand({ Bucket: "lake", Key: "by-host" }));
    expect(await got.Body?.transformToString()).toBe("here");
  });

  test("who does not trust the authority is not spoken to", async () => {
    await expect(
      s3({ requestHandler: {} }).send(new ListObjectsV2Command({ Bucket: "lake" })),
    ).rejects.toThrow(/self-signed certificate|unable to (?:get|verify)/);
  });

  test("configure wrote the endpoint and the certificate, and left the key to its owner", async () => {
    const path = join(house().dataFolder, "tls", "ca.pem");
    const config = await readFile(join(house().home, ".aws", "config"), "utf8");
    expect(config).toContain(`endpoint_url = ${secured(house().endpoint)}\nca_bundle = ${path}\n`);
    expect((await stat(join(house().dataFolder, "tls", "ca-key.pem"))).mode & 0o77).toBe(0);
    await configure("--profile", "plain");
    const both = await readFile(join(house().home, ".aws", "config"), "utf8");
    expect(both).toContain(`endpoint_url = ${house().endpoint}\nca_bundle = ${path}\n`);
  });

  const python = PYTHONS.main;
  test.skipIf(python === undefined && !IS_CI).each(["secure", "plain"])(
    "boto3 by the profile %s",
    async (profile) => {
      const script = `
import boto3
session = boto3.Session(profile_name="${profile}")
print(session.client("sts").get_caller_identity()["Arn"])
session.client("s3").put_object(Bucket="lake", Key="py", Body=b"x" * 1000000)
print(len(session.client("s3").get_object(Bucket="lake", Key="py")["Body"].read()))
`;
      const told = await run(python ?? "python3", ["-c", script], { env: cleanEnvironment(house().home) });
      expect(told.stdout, told.stderr).toBe(`arn:aws:iam::${ACCOUNT}:user/admin\n1000000\n`);
    },
  );

  test.skipIf(python === undefined && !IS_CI)("the AWS CLI by the profile", async () => {
    const script = "import sys; from awscli.clidriver import main; sys.exit(main())";
    const told = await run(
      python ?? "python3",
      ["-c", script, "--profile", "secure", "s3", "cp", "package.json", "s3://lake/cli.json"],
      { env: cleanEnvironment(house().home) },
    );
    expect([told.code, told.stdout], told.stderr).toEqual([0, expect.stringContaining("upload: ")]);
  });

  test("an answer names the address that was asked, and the trail how it was protected", async () => {
    const upload = { Bucket: "lake", Key: "parts" };
    const { UploadId } = await s3().send(new CreateMultipartUploadCommand(upload));
    const part = { ...upload, UploadId, PartNumber: 1, Body: "part" };
    const { ETag } = await s3().send(new UploadPartCommand(part));
    const MultipartUpload = { Parts: [{ PartNumber: 1, ETag }] };
    const done = await s3().send(
      new CompleteMultipartUploadCommand({ ...upload, UploadId, MultipartUpload }),
    );
    expect(done.Location).toBe(`${secured(house().endpoint)}/lake/parts`);
    const session = openSession(secured(house().endpoint), authorityOf(house()));
    const events = request({ path: "/_hosu/events", query: [["EventName", "CreateBucket"]] }, "hosu");
    await expect
      .poll(async () => (await ask(session, events)).body)
      .toMatch(/"tlsVersion": "TLSv1\.3",\s+"cipherSuite": "TLS_\w+",\s+"clientProvidedHostHeader": "127/);
    session.close();
  });

  test("the admin surface answers there too", async () => {
    const session = openSession(secured(house().endpoint), authorityOf(house()));
    const health = await ask(session, request({ path: "/_hosu/health" }, "hosu"));
    const clock = await ask(session, request({ path: "/_hosu/clock" }, "hosu"));
    session.close();
    expect([health.headers[":status"], clock.headers[":status"]]).toEqual([200, 200]);
  });

  test("the doctor says what clients must trust", async () => {
    const told = await hosu(["doctor", "--data", house().dataFolder], { home: house().home });
    expect(told.stdout).toContain(join(house().dataFolder, "tls", "ca.pem"));
  });
});

describe.each(["plain", "by TLS"])("HTTP/2 %s", (kind) => {
  const kept: { session?: ClientHttp2Session } = {};
  const session = (): ClientHttp2Session => {
    const isPlain = kind === "plain";
    const { endpoint } = house();
    return (kept.session ??= openSession(
      isPlain ? endpoint : secured(endpoint),
      isPlain ? undefined : authorityOf(house()),
    ));
  };
  afterAll(() => kept.session?.close());

  test("objects go and come", async () => {
    const body = Buffer.alloc(2_000_000, kind);
    const headers = { "content-length": String(body.length) };
    const put = await ask(session(), request({ method: "PUT", path: `/lake/${kind.length}`, headers, body }));
    expect([put.headers[":status"], put.headers["etag"]]).toEqual([200, expect.stringMatching(/^"/)]);
    const got = await ask(session(), request({ path: `/lake/${kind.length}` }));
    expect(got.body).toBe(body.toString());
    const head = await ask(session(), request({ method: "HEAD", path: `/lake/${kind.length}` }));
    expect([head.headers["content-length"], head.body]).toEqual([String(body.length), ""]);
  });

  test("what belongs to a connection is in no answer", async () => {
    const { headers } = await ask(session(), request({ path: "/lake/nobody" }));
    expect(headers[":status"]).toBe(404);
    for (const name of ["connection", "keep-alive", "transfer-encoding"])
      expect(headers).not.toHaveProperty(name);
  });

  test("a hundred at once", async () => {
    const asked = Array.from({ length: 100 }, () => ask(session(), request({ path: "/lake" })));
    const statuses = new Set((await Promise.all(asked)).map(({ headers }) => headers[":status"]));
    expect([...statuses]).toEqual([200]);
  });

  test("a body without a length", async () => {
    const body = Buffer.from("{}");
    const headers = {
      "content-type": "application/x-amz-json-1.1",
      "x-amz-target": "AWSGlue.GetDatabases",
    };
    const answer = await ask(session(), request({ method: "POST", headers, body }, "glue"));
    expect([answer.headers[":status"], answer.body]).toEqual([200, expect.stringContaining("DatabaseList")]);
  });

  test("a client that asks first is let send, or is refused before it has", async () => {
    const body = Buffer.alloc(100_000, "x");
    const upload = async (path: string) => {
      const { headers } = request({
        method: "PUT",
        path,
        body,
        headers: { "content-length": String(body.length) },
      });
      const { host: _host, ...fields } = headers;
      const stream = session().request({
        ":method": "PUT",
        ":path": path,
        ":authority": new URL(house().endpoint).host,
        expect: "100-continue",
        ...fields,
      });
      const first = await Promise.race([
        once(stream, "continue").then(() => "continue"),
        once(stream, "response").then(([given]) => (given as Record<string, unknown>)[":status"]),
      ]);
      if (first === "continue") {
        stream.end(body);
        const [given] = (await once(stream, "response")) as [Record<string, unknown>];
        stream.resume();
        return [first, given[":status"]];
      }
      stream.close();
      return [first];
    };
    expect(await upload("/lake/expects")).toEqual(["continue", 200]);
    expect(await upload("/nobody/expects")).toEqual([404]);
  });

  test("an upload that is given up leaves nothing", async () => {
    const body = Buffer.alloc(100_000, "x");
    const headers = { "content-length": String(body.length) };
    const { host: _host, ...fields } = request({ method: "PUT", path: "/lake/half", body, headers }).headers;
    for (const code of [0, 8]) {
      const stream = session().request({
        ":method": "PUT",
        ":path": "/lake/half",
        ":authority": new URL(house().endpoint).host,
        ...fields,
      });
      stream.on("error", () => undefined);
      await new Promise((resolve) => stream.write(body.subarray(0, 50_000), resolve));
      stream.close(code);
      await once(stream, "close");
    }
    const { body: answer } = await ask(session(), request({ path: "/lake/half" }));
    expect(answer).toContain("<Code>NoSuchKey</Code>");
  });

  test("headers beyond the bound end their stream and no other", async () => {
    const own = openSession(
      kind === "plain" ? house().endpoint : secured(house().endpoint),
      authorityOf(house()),
    );
    await once(own, "remoteSettings");
    const long = Object.fromEntries(Array.from({ length: 10 }, (_, i) => [`x-${i}`, "y".repeat(4_000)]));
    const refused = await ask(own, request({ path: "/lake", headers: long })).catch(() => undefined);
    expect(refused?.headers[":status"]).not.toBe(200);
    const answer = await ask(session(), request({ path: "/lake" }));
    expect(answer.headers[":status"]).toBe(200);
    own.destroy();
  });
});

describe("the JavaScript SDK by HTTP/2, as its Kinesis and Transcribe clients come", () => {
  test("signs the authority in the host's place", async () => {
    const options = { ...house(), credentials: house(), requestHandler: new NodeHttp2Handler() };
    const sts = new STSClient(options);
    expect((await sts.send(new GetCallerIdentityCommand({}))).Account).toBe(ACCOUNT);
    const glue = new GlueClient(options);
    expect((await glue.send(new GetDatabasesCommand({}))).DatabaseList).toEqual([]);
    options.requestHandler.destroy();
  });
});

test("a policy may ask for TLS: aws:SecureTransport", async () => {
  const plain = s3({ endpoint: house().endpoint, requestHandler: {} });
  await plain.send(new CreateBucketCommand({ Bucket: "secure" }));
  await plain.send(new PutObjectCommand({ Bucket: "secure", Key: "a", Body: "b" }));
  const Policy = JSON.stringify({
    Version: "2012-10-17",
    Statement: [
      {
        Effect: "Deny",
        Principal: "*",
        Action: "s3:GetObject",
        Resource: "arn:aws:s3:::secure/*",
        Condition: { Bool: { "aws:SecureTransport": "false" } },
      },
    ],
  });
  await plain.send(new PutBucketPolicyCommand({ Bucket: "secure", Policy }));
  const get = (client: S3Client) => client.send(new GetObjectCommand({ Bucket: "secure", Key: "a" }));
  await expect(get(plain)).rejects.toMatchObject({ name: "AccessDenied" });
  expect((await get(s3())).ContentLength).toBe(1);
  for (const [session, status] of [
    [openSession(house().endpoint), 403],
    [openSession(secured(house().endpoint), authorityOf(house())), 200],
  ] as const) {
    const answer = await ask(session, request({ path: "/secure/a" }));
    expect(answer.headers[":status"]).toBe(status);
    session.close();
  }
});

describe("a hostile start of a connection", () => {
  const text = (value: string): Buffer => Buffer.from(value, "latin1");
  const PREFACE = "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n";
  /** Sends it, and that is all. @returns what came back until the other side, or this one, ended it. */
  function start(bytes: Buffer, end: boolean): Promise<string> {
    const socket = connect(Number(new URL(house().endpoint).port), "127.0.0.1");
    let came = "";
    socket.on("data", (chunk: Buffer) => {
      came += chunk.toString("latin1");
    });
    socket.on("error", () => undefined);
    socket.write(bytes, () => end && socket.end());
    return new Promise((resolve) => {
      socket.on("close", () => resolve(came));
    });
  }

  test.each<[string, Buffer]>([
    ["a ClientHello that is none", text(`\u0016\u0003\u0001\u0000\u0005${"x".repeat(5)}`)],
    ["a record of TLS that is none", text("\u0016GET / HTTP/1.1\r\n\r\n")],
    ["HTTP/2's preface, then noise", text(`${PREFACE}${"\u0000\u00ff".repeat(200)}`)],
    ["HTTP/2's preface, then HTTP/1.1", text(`${PREFACE}GET / HTTP/1.1\r\nhost: a\r\n\r\n`)],
    ["what begins like the preface", text("PRI * HTTP/2.0\r\n\r\nXX\r\n\r\n")],
  ])("%s is ended", async (_what, bytes) => {
    const came = await start(bytes, false);
    expect(came).not.toMatch(/node:|ERR_|\n\s+at /);
  });

  test.each<[string, Buffer]>([
    ["nothing", Buffer.alloc(0)],
    ["one letter", text("P")],
    ["half of a ClientHello", text("\u0016\u0003\u0001\u0002\u0000\u0001\u0000\u0001\u00fc\u0003\u0003")],
    ["half of HTTP/2's preface", text(PREFACE.slice(0, 12))],
  ])("%s, and gone, leaves nothing", async (_what, bytes) => {
    await start(bytes, true);
  });

  const openConnections = async (): Promise<number> => {
    const told = await hosu(["metrics", "--data", house().dataFolder], { home: house().home });
    return Number(/^hosu_open_connections (\d+)/m.exec(told.stdout)?.[1]);
  };
  const before = { connections: 0 };
  beforeAll(async () => {
    before.connections = await openConnections();
  });

  test("no mistake of ours came of it, and no connection is left", async () => {
    await expect.poll(openConnections).toBeLessThanOrEqual(before.connections);
    const log = await readFile(join(house().dataFolder, "hosu.log"), "utf8");
    expect(log.split("\n").filter((line) => /"kind":"(?:mistake|broken)"/.test(line))).toEqual([]);
  });
});
