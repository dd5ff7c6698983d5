/** A presigned URL with every part of it changed, and at other times. */
import { beforeAll, expect, test } from "vitest";
import { useHouse } from "../../harness/house.ts";
import {
  presigned,
  send,
  signed,
  timestampOf,
  type Message,
  type Signer,
} from "../../harness/signed-request.ts";

const house = useHouse({ byRealClients: false });
const now = new Date();

const signer = (date: Date = now): Signer => ({
  accessKeyId: house().accessKeyId,
  secretAccessKey: house().secretAccessKey,
  region: "us-east-1",
  service: "s3",
  date,
});
const message = (method: string, path: string, body = ""): Message => ({
  method,
  path,
  query: [],
  headers: { host: new URL(house().endpoint).host },
  body: Buffer.from(body),
});
const url = (expiresSeconds = 60, date: Date = now) =>
  presigned(message("GET", "/lake/a"), signer(date), expiresSeconds);

beforeAll(async () => {
  for (const one of [
    message("PUT", "/lake"),
    message("PUT", "/lake/a", "bytes"),
    message("PUT", "/lake/b", "other"),
  ]) {
    const answer = await send(house().endpoint, signed(one, signer()));
    expect(answer.status, answer.body).toBe(200);
  }
});

test("it is served", async () => {
  const answer = await send(house().endpoint, url());
  expect([answer.status, answer.body]).toEqual([200, "bytes"]);
});

const parameter =
  (name: string, value: string | undefined) =>
  (one: Message): Message => ({
    ...one,
    query: one.query.flatMap(([known, old]) =>
      known === name ? (value === undefined ? [] : [[known, value] as const]) : [[known, old] as const],
    ),
  });
const query = "AuthorizationQueryParametersError";

test.each([
  {
    change: "another key",
    by: (one: Message): Message => ({ ...one, path: "/lake/b" }),
    code: "SignatureDoesNotMatch",
    status: 403,
  },
  {
    change: "another method",
    by: (one: Message): Message => ({ ...one, method: "DELETE" }),
    code: "SignatureDoesNotMatch",
    status: 403,
  },
  {
    change: "one parameter more",
    by: (one: Message): Message => ({ ...one, query: [...one.query, ["versionId", "null"]] }),
    code: "SignatureDoesNotMatch",
    status: 403,
  },
  {
    change: "a longer life",
    by: parameter("X-Amz-Expires", "6000"),
    code: "SignatureDoesNotMatch",
    status: 403,
  },
  {
    change: "another date",
    by: parameter("X-Amz-Date", timestampOf(new Date(now.getTime() - 1_000))),
    code: "SignatureDoesNotMatch",
    status: 403,
  },
  {
    change: "another signature",
    by: parameter("X-Amz-Signature", "0".repeat(64)),
    code: "SignatureDoesNotMatch",
    status: 403,
  },
  { change: "a life longer than a week", by: parameter("X-Amz-Expires", "604801"), code: query, status: 400 },
  { change: "a life that is no number", by: parameter("X-Amz-Expires", "soon"), code: query, status: 400 },
  { change: "a date that is none", by: parameter("X-Amz-Date", "today"), code: query, status: 400 },
  {
    change: "another algorithm",
    by: parameter("X-Amz-Algorithm", "AWS4-HMAC-SHA1"),
    code: query,
    status: 400,
  },
  { change: "no credential", by: parameter("X-Amz-Credential", undefined), code: query, status: 400 },
  { change: "no date", by: parameter("X-Amz-Date", undefined), code: query, status: 400 },
  { change: "no life", by: parameter("X-Amz-Expires", undefined), code: query, status: 400 },
  { change: "no signed headers", by: parameter("X-Amz-SignedHeaders", undefined), code: query, status: 400 },
  { change: "no signature", by: parameter("X-Amz-Signature", undefined), code: query, status: 400 },
])("$change is refused: $code", async ({ by, code, status }) => {
  const answer = await send(house().endpoint, by(url()));
  expect([answer.code, answer.status], answer.body).toEqual([code, status]);
});

test("after its life it has expired, and says when", async () => {
  const answer = await send(house().endpoint, url(60, new Date(now.getTime() - 120_000)));
  expect([answer.code, answer.status, answer.message]).toEqual(["AccessDenied", 403, "Request has expired"]);
  expect(answer.body).toContain("<X-Amz-Expires>60</X-Amz-Expires>");
});

test("before its time it is not valid yet", async () => {
  const answer = await send(house().endpoint, url(60, new Date(now.getTime() + 3_600_000)));
  expect([answer.code, answer.status, answer.message]).toEqual([
    "AccessDenied",
    403,
    "Request is not valid yet",
  ]);
});

test("an hour's URL is good for fifty-nine minutes", async () => {
  const answer = await send(house().endpoint, url(3_600, new Date(now.getTime() - 59 * 60_000)));
  expect(answer.status, answer.body).toBe(200);
});
