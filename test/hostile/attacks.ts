import { signed, type Message, type Signer } from "../harness/signed-request.ts";
import { hostileBody, hostileForm, hostileJson, hostileXml } from "./bodies.ts";
import type { Attack } from "./exchange.ts";
import { hostileUpload } from "./uploads.ts";
import type { Random } from "../../src/store/testing/random.ts";

/** Where the attacks go, and the keys of somebody who may do everything: what is let in must be handled. */
export interface Target {
  readonly host: string;
  readonly signer: (service: string) => Signer;
}

type Maker = (target: Target, random: Random) => Attack;

const HEAD_END = "\r\n\r\n";
const text = (value: string): Buffer => Buffer.from(value, "latin1");
const METHODS = "GET PUT POST DELETE HEAD OPTIONS PATCH TRACE CONNECT get \u0001".split(" ");
const S3_PATHS = [
  "/",
  "/lake",
  "/lake/",
  "/lake/../../etc/passwd",
  "/lake/%2e%2e/%2e%2e/x",
  "/lake/%00",
  "/lake/%ff%fe",
  "/lake/%c0%af",
  "/lake/%",
  "/lake/%zz",
  "//",
  "/lake//a",
  `/lake/${"k".repeat(1_025)}`,
  `/${"b".repeat(300)}/k`,
  "/lake/k?uploads",
  "/lake?delete",
  "/lake/k?partNumber=0&uploadId=x",
  "/lake/k?partNumber=99999999999999999999&uploadId=",
  "/lake?list-type=2&max-keys=-1",
  "/lake?list-type=2&max-keys=99999999999999999999",
  "/lake?list-type=2&continuation-token=%00%ff",
  "/lake?list-type=2&encoding-type=nonsense",
  "/lake?versions&key-marker=%ff",
  "/lake?policy",
  "/lake?cors",
  "/lake?tagging",
  "/lake?versioning",
  "/lake/k?tagging",
  "/lake/k?versionId=%00",
  "/lake/k?response-content-type=%0d%0ax",
  "/_hosu/clock",
  "/_hosu/../lake",
] as const;

/** Bytes without any meaning, or with HTTP's first letters alone. */
const noise: Maker = (_, random) => ({
  kind: "noise",
  chunks: [
    random.chance(0.5) ? Buffer.alloc(0) : text(`${random.pick(METHODS)} `),
    random.bytes(1 + random.below(300)),
    random.chance(0.5) ? text(HEAD_END) : Buffer.alloc(0),
  ],
  ending: "half-close",
});

/** A request line or a header that HTTP does not know. */
const malformedHead: Maker = ({ host }, random) => {
  const line = random.pick([
    `${random.pick(METHODS)} ${random.pick(S3_PATHS)} HTTP/1.1`,
    "GET  / HTTP/1.1",
    "GET / HTTP/9.9",
    "GET /",
    "GET http://evil.example/ HTTP/1.1",
    "GET * HTTP/1.1",
    "GET \u0000 HTTP/1.1",
    `GET /${"a".repeat(random.below(70_000))} HTTP/1.1`,
    "PRI * HTTP/2.0",
  ]);
  const header = random.pick([
    `host: ${host}`,
    "host: ",
    "host : x",
    `x: ${"y".repeat(random.below(40_000))}`,
    Array.from({ length: random.below(3_000) }, (_, i) => `h${i}: 1`).join("\r\n") || "a: b",
    " folded: yes",
    "x-amz-date: \u0000",
    "authorization: AWS4-HMAC-SHA256",
    "authorization: AWS4-HMAC-SHA256 Credential=a/b/c/d/e,SignedHeaders=,Signature=",
    `authorization: AWS4-HMAC-SHA256 Credential=${"/".repeat(random.below(5_000))}`,
    "authorization: AWS a:b",
    "content-length: -1",
    "content-length: 1e9",
    "expect: 200-maybe",
    "x-amz-target: ..........",
    `x-amz-target: AWSGlue.${random.pick(["__proto__", "constructor", "toString", "GetTable\u00e9"])}`,
  ]);
  return { kind: "malformed head", chunks: [text(`${line}\r\n${header}${HEAD_END}`)], ending: "half-close" };
};

/** Two ideas of where a request ends. What comes behind must not be taken for a request of its own. */
const smuggling: Maker = ({ host }, random) => {
  const inner = `GET /smuggled HTTP/1.1\r\nhost: ${host}${HEAD_END}`;
  const framing = random.pick([
    "content-length: 5\r\ntransfer-encoding: chunked",
    "transfer-encoding: chunked\r\ncontent-length: 5",
    "content-length: 5\r\ncontent-length: 6",
    "transfer-encoding: chunked, identity",
    "transfer-encoding: xchunked",
    "transfer-encoding:\u000bchunked",
    "content-length: 0005, 5",
    "content-length: +5",
  ]);
  const body = random.pick([
    `0${HEAD_END}${inner}`,
    `5\r\nhello\r\n0\r\n\r\n${inner}`,
    `\r\n${inner}`,
    inner,
  ]);
  return {
    kind: "smuggling",
    chunks: [text(`POST /lake/k HTTP/1.1\r\nhost: ${host}\r\n${framing}${HEAD_END}${body}`)],
    ending: "half-close",
  };
};

/** Of what was signed, one byte is another. */
const mutated: Maker = (target, random) => {
  const message = signed(s3Message(target, random, Buffer.from("hello")), target.signer("s3"));
  const bytes = Buffer.from(onWire(message));
  for (let changes = 1 + random.below(3); changes > 0; changes--)
    bytes[random.below(bytes.length)] = random.below(256);
  return { kind: "mutated", chunks: [bytes], ending: "half-close" };
};

/** Signed as it should be, and hostile in what it asks. */
const hostileS3: Maker = (target, random) => {
  const body = random.chance(0.6) ? hostileXml(random) : hostileBody(random);
  return whole("hostile S3", signed(s3Message(target, random, body), target.signer("s3")));
};

const QUERY_ACTIONS = [
  "CreateUser",
  "PutRolePolicy",
  "CreateRole",
  "ListUsers",
  "AssumeRole",
  "Nope",
  "",
] as const;

const hostileQuery: Maker = (target, random) => {
  const service = random.pick(["iam", "sts"]);
  const body = hostileForm(random, random.pick(QUERY_ACTIONS));
  const headers = { host: target.host, "content-type": "application/x-www-form-urlencoded" };
  const message: Message = { method: "POST", path: "/", query: [], headers, body };
  return whole("hostile query", signed(message, target.signer(service)));
};

const JSON_TARGETS = [
  "AWSGlue.CreateTable",
  "AWSGlue.GetPartitions",
  "AWSGlue.BatchCreatePartition",
  "AWSGlue.Nope",
  "AmazonAthena.StartQueryExecution",
  "AmazonAthena.GetQueryResults",
  "AmazonAthena.",
] as const;

const hostileJsonCall: Maker = (target, random) => {
  const operation = random.pick(JSON_TARGETS);
  const type = random.pick(["application/x-amz-json-1.1", "application/cbor", "text/plain", ""]);
  const headers = { host: target.host, "content-type": type, "x-amz-target": operation };
  const message: Message = { method: "POST", path: "/", query: [], headers, body: hostileJson(random) };
  return whole(
    "hostile JSON",
    signed(message, target.signer(operation.startsWith("AWSGlue") ? "glue" : "athena")),
  );
};

/** An upload in chunks that lie about themselves. */
const hostileChunks: Maker = (target, random) => {
  const payload = random.pick([
    "STREAMING-UNSIGNED-PAYLOAD-TRAILER",
    "STREAMING-AWS4-HMAC-SHA256-PAYLOAD",
    "STREAMING-AWS4-HMAC-SHA256-PAYLOAD-TRAILER",
  ]);
  const body = text(
    random.pick([
      "5\r\nhello\r\n0\r\n\r\n",
      "5;chunk-signature=00\r\nhello\r\n0;chunk-signature=00\r\n\r\n",
      "fffffffffff\r\nhello",
      "-5\r\nhello\r\n0\r\n\r\n",
      `${"0".repeat(3_000)}\r\n`,
      "5\r\nhello\r\n0\r\nx-amz-checksum-crc32:AAAA\r\n\r\n",
      `0\r\n${"x:y\r\n".repeat(random.below(10_000))}\r\n`,
      random.bytes(200).toString("latin1"),
    ]),
  );
  const headers = {
    host: target.host,
    "content-encoding": "aws-chunked",
    "x-amz-decoded-content-length": random.pick(["5", "0", "-1", "99999999999999", "x"]),
    "x-amz-trailer": random.pick(["x-amz-checksum-crc32", "__proto__", ""]),
  };
  const message: Message = { method: "PUT", path: "/lake/chunked", query: [], headers, body };
  return whole("hostile chunks", signed(message, target.signer("s3"), payload));
};

const hostileForms: Maker = (target, random) => {
  const { body, type } = hostileUpload(random, target.signer("s3"));
  const headers = { host: target.host, "content-type": type };
  return whole("hostile form", { method: "POST", path: "/lake", query: [], headers, body });
};

/** A client that promises a body and does not send it whole. */
const halfSent: Maker = (target, random) => {
  const body = Buffer.alloc(2_000 + random.below(300_000), "x");
  const message = signed(
    { ...s3Message(target, random, body), method: "PUT", path: "/lake/half" },
    target.signer("s3"),
  );
  const bytes = onWire(message);
  const sent = bytes.subarray(0, 20 + random.below(bytes.length - 20));
  return { kind: "half sent", chunks: [sent], ending: random.pick(["half-close", "reset"]) };
};

/** A ClientHello of TLS 1.2 (RFC 5246, section 7.4.1.2) for ECDHE with AES, of which some bytes are others. */
const mutatedHello: Maker = (_, random) => {
  const hello = Buffer.concat([
    Buffer.from([0x03, 0x03]),
    random.bytes(32),
    Buffer.from([0, 0, 4, 0xc0, 0x2b, 0xc0, 0x2c, 1, 0]),
  ]);
  const length = (bytes: number): number[] => [bytes >> 8, bytes & 0xff];
  const record = Buffer.concat([
    Buffer.from([0x16, 0x03, 0x01, ...length(hello.length + 4), 1, 0, ...length(hello.length)]),
    hello,
    random.bytes(random.below(100)),
  ]);
  for (let changes = random.below(4); changes > 0; changes--)
    record[1 + random.below(record.length - 1)] = random.below(256);
  const sent = random.chance(0.3) ? record.subarray(0, 1 + random.below(record.length)) : record;
  return { kind: "mutated hello", chunks: [sent], ending: random.pick(["half-close", "reset"]) };
};

/** Frames that HTTP/2 knows and does not know, after a preface that is one. Source: RFC 9113, section 4.1. */
const hostileFrames: Maker = (_, random) => {
  const frames = Array.from({ length: 1 + random.below(20) }, () => {
    const payload = random.bytes(random.below(64));
    const head = Buffer.from([0, 0, payload.length, random.below(12), random.below(256), 0, 0, 0, 0]);
    head.writeUInt32BE(random.below(8), 5);
    return Buffer.concat([head, payload]);
  });
  const preface = text(`PRI * HTTP/2.0${HEAD_END}SM${HEAD_END}`);
  const settings = random.chance(0.9) ? Buffer.from([0, 0, 0, 4, 0, 0, 0, 0, 0]) : Buffer.alloc(0);
  // To see such a connection end takes seconds, so few wait for it.
  const ending = random.chance(0.05) ? "half-close" : "reset";
  return { kind: "hostile frames", chunks: [preface, settings, ...frames], ending };
};

const MAKERS: readonly [Maker, ...Maker[]] = [
  noise,
  malformedHead,
  smuggling,
  mutated,
  hostileS3,
  hostileS3,
  hostileQuery,
  hostileJsonCall,
  hostileChunks,
  hostileForms,
  halfSent,
  mutatedHello,
  hostileFrames,
];

export const attack: Maker = (target, random) => random.pick(MAKERS)(target, random);

function s3Message({ host }: Target, random: Random, body: Buffer): Message {
  const [path = "/", raw = ""] = random.pick(S3_PATHS).split("?");
  const query = raw
    .split("&")
    .filter((part) => part !== "")
    .map((part): [string, string] => {
      const [name = "", value = ""] = part.split("=");
      return [name, decoded(value)];
    });
  const odd: Record<string, string> = random.chance(0.3)
    ? {
        [random.pick([
          "x-amz-copy-source",
          "range",
          "if-match",
          "x-amz-tagging",
          "content-md5",
          "x-amz-meta-x",
        ])]: random.pick(["/lake/%ff", "bytes=9-1", "*", "a=b&a=b", "!!!", "%00", "y".repeat(3_000)]),
      }
    : {};
  const method = random.pick(["GET", "PUT", "POST", "DELETE", "HEAD"]);
  return { method, path, query, headers: { host, ...odd }, body };
}

function decoded(value: string): string {
  try {
    return decodeURIComponent(value);
  } catch {
    return value;
  }
}

const whole = (kind: string, message: Message): Attack => ({
  kind,
  chunks: [onWire(message)],
  ending: "wait",
});

function onWire({ method, path, query, headers, body }: Message): Buffer {
  const search = query
    .map(([name, value]) => `${encodeURIComponent(name)}=${encodeURIComponent(value)}`)
    .join("&");
  const target = search === "" ? path : `${path}?${search}`;
  const lines = Object.entries({ "content-length": String(body.length), ...headers, connection: "close" });
  const head = lines.map(([name, value]) => `${name}: ${value}`).join("\r\n");
  return Buffer.concat([text(`${method} ${target} HTTP/1.1\r\n${head}${HEAD_END}`), body]);
}
