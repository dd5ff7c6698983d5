/** Signature Version 2 of S3, in headers and in a URL, with every part of it changed, and at other times. */
import { createHmac } from "node:crypto";
import { beforeAll, expect, test } from "vitest";
import { useHouse } from "../../harness/house.ts";
import { send, signed, type Message } from "../../harness/signed-request.ts";

const house = useHouse({ byRealClients: false });
const now = new Date();

const message = (method: string, path: string, body = ""): Message => ({
  method,
  path,
  query: [],
  headers: { host: new URL(house().endpoint).host },
  body: Buffer.from(body),
});

const sign = (text: string): string =>
  createHmac("sha1", house().secretAccessKey).update(text).digest("base64");

/** Source: Amazon S3 API Reference, "Signing and authenticating REST requests (AWS signature version 2)". */
function inHeader(one: Message, date: string): Message {
  const signature = sign(`${one.method}\n\n\n${date}\n${one.path}`);
  const authorization = `AWS ${house().accessKeyId}:${signature}`;
  return { ...one, headers: { ...one.headers, date, authorization } };
}

function inUrl(one: Message, expires: string): Message {
  const signature = sign(`${one.method}\n\n\n${expires}\n${one.path}`);
  const query = [
    ["AWSAccessKeyId", house().accessKeyId],
    ["Expires", expires],
    ["Signature", signature],
  ] as const;
  return { ...one, query };
}

const later = (seconds: number): string => String(Math.floor(now.getTime() / 1_000) + seconds);
const at = (seconds: number): string => new Date(now.getTime() + seconds * 1_000).toUTCString();
const url = (): Message => inUrl(message("GET", "/lake/a"), later(60));
const get = (date = at(0)): Message => inHeader(message("GET", "/lake/a"), date);

beforeAll(async () => {
  const { accessKeyId, secretAccessKey } = house();
  const signer = { accessKeyId, secretAccessKey, region: "us-east-1", service: "s3", date: now };
  for (const one of [message("PUT", "/lake"), message("PUT", "/lake/a", "bytes")])
    expect((await send(house().endpoint, signed(one, signer))).status).toBe(200);
});

test.each([
  { what: "in headers", of: () => get() },
  { what: "in headers, dated as the page's examples are", of: () => get(at(0).replace("GMT", "+0000")) },
  { what: "in a URL", of: url },
  { what: "in a URL for ten years", of: () => inUrl(message("GET", "/lake/a"), "2147483647") },
])("it is taken $what", async ({ of }) => {
  const answer = await send(house().endpoint, of());
  expect([answer.status, answer.body]).toEqual([200, "bytes"]);
});

test("x-amz-date stands for a Date that a client cannot set", async () => {
  const date = at(0);
  const signature = sign(`GET\n\n\n\nx-amz-date:${date}\n/lake/a`);
  const authorization = `AWS ${house().accessKeyId}:${signature}`;
  const one = message("GET", "/lake/a");
  const headers = { ...one.headers, "x-amz-date": date, date: at(-86_400), authorization };
  expect((await send(house().endpoint, { ...one, headers })).status).toBe(200);
});

const header =
  (name: string, value: string | undefined) =>
  (one: Message): Message => {
    const { [name]: _, ...headers } = one.headers;
    return { ...one, headers: value === undefined ? headers : { ...headers, [name]: value } };
  };
const parameter =
  (name: string, value: string | undefined) =>
  (one: Message): Message => ({
    ...one,
    query: one.query.flatMap(([known, old]) =>
      known !== name ? [[known, old] as const] : value === undefined ? [] : [[known, value] as const],
    ),
  });

const mismatch = { code: "SignatureDoesNotMatch", status: 403 };
const malformed = { code: "InvalidArgument", status: 400 };
const denied = { code: "AccessDenied", status: 403 };

test.each([
  { change: "another method", by: (one: Message): Message => ({ ...one, method: "DELETE" }), ...mismatch },
  { change: "another key", by: (one: Message): Message => ({ ...one, path: "/lake/b" }), ...mismatch },
  { change: "another date", by: header("date", new Date(0).toUTCString()), code: "RequestTimeTooSkewed", status: 403 }, // prettier-ignore
  { change: "a content type", by: header("content-type", "text/plain"), ...mismatch },
  { change: "a header of Amazon's", by: header("x-amz-acl", "public-read"), ...mismatch },
  { change: "no date", by: header("date", undefined), ...denied },
  { change: "a date that is none", by: header("date", "today"), ...denied },
  { change: "no signature", by: header("authorization", "AWS key"), ...malformed },
  { change: "two signatures", by: header("authorization", "AWS key:a:b"), ...malformed },
  { change: "two spaces", by: header("authorization", "AWS  key:a"), ...malformed },
  { change: "an unknown key", by: header("authorization", "AWS AKIANOBODY0000000000:a"), code: "InvalidAccessKeyId", status: 403 }, // prettier-ignore
  { change: "a URL's signature, too", by: (one: Message): Message => ({ ...one, query: url().query }), ...malformed }, // prettier-ignore
])("in headers, $change is refused: $code", async ({ by, code, status }) => {
  const answer = await send(house().endpoint, by(get()));
  expect([answer.code, answer.status], answer.body).toEqual([code, status]);
});

test.each([
  { change: "another method", by: (one: Message): Message => ({ ...one, method: "DELETE" }), ...mismatch },
  { change: "another key", by: (one: Message): Message => ({ ...one, path: "/lake/b" }), ...mismatch },
  { change: "a longer life", by: parameter("Expires", "2147483647"), ...mismatch },
  { change: "another signature", by: parameter("Signature", "AAAAAAAAAAAAAAAAAAAAAAAAAAA="), ...mismatch },
  { change: "no life", by: parameter("Expires", undefined), ...denied },
  { change: "a life that is no number", by: parameter("Expires", "soon"), ...denied },
  { change: "a life past 2038", by: parameter("Expires", "2147483648"), ...denied },
  { change: "no key", by: parameter("AWSAccessKeyId", undefined), ...denied },
  { change: "an unknown key", by: parameter("AWSAccessKeyId", "AKIANOBODY0000000000"), code: "InvalidAccessKeyId", status: 403 }, // prettier-ignore
])("in a URL, $change is refused: $code", async ({ by, code, status }) => {
  const answer = await send(house().endpoint, by(url()));
  expect([answer.code, answer.status], answer.body).toEqual([code, status]);
});

test("without a signature in its URL nobody has signed, and that is denied", async () => {
  const answer = await send(house().endpoint, parameter("Signature", undefined)(url()));
  expect([answer.code, answer.status]).toEqual(["AccessDenied", 403]);
});

test("what was refused is told field by field", async () => {
  const answer = await send(house().endpoint, parameter("Signature", "no")(url()));
  const text = `GET\n\n\n${later(60)}\n/lake/a`;
  const bytes = [...Buffer.from(text)].map((byte) => byte.toString(16).padStart(2, "0")).join(" ");
  for (const part of [
    `<AWSAccessKeyId>${house().accessKeyId}</AWSAccessKeyId>`,
    `<StringToSign>${text}</StringToSign>`,
    "<SignatureProvided>no</SignatureProvided>",
    `<StringToSignBytes>${bytes}</StringToSignBytes>`,
  ])
    expect(answer.body).toContain(part);
});

test("after its life a URL has expired, and says when", async () => {
  const answer = await send(house().endpoint, inUrl(message("GET", "/lake/a"), later(-60)));
  expect([answer.code, answer.status, answer.message]).toEqual(["AccessDenied", 403, "Request has expired"]);
  const end = `${new Date(Number(later(-60)) * 1_000).toISOString().slice(0, 19)}Z`;
  expect(answer.body).toContain(`<Expires>${end}</Expires>`);
  expect(answer.body).toMatch(/<ServerTime>\d{4}-[^<]+Z<\/ServerTime>/);
});

test.each([-16 * 60, 16 * 60])("a clock that is %i seconds off is told so", async (seconds) => {
  const answer = await send(house().endpoint, get(at(seconds)));
  expect([answer.code, answer.status]).toEqual(["RequestTimeTooSkewed", 403]);
  expect(answer.body).toContain(`<RequestTime>${at(seconds)}</RequestTime>`);
  expect(answer.body).toContain("<MaxAllowedSkewMilliseconds>900000</MaxAllowedSkewMilliseconds>");
});
