/** A request signed in its headers, with every part of it changed after it was signed: AWS's own error for each. */
import { beforeAll, describe, expect, test } from "vitest";
import { useHouse } from "../../harness/house.ts";
import {
  send,
  sha256,
  signed,
  timestampOf,
  type Message,
  type Signer,
} from "../../harness/signed-request.ts";

const house = useHouse({ byRealClients: false });
const now = new Date();
const MINUTE_MS = 60_000;

const signer = (service: string, more: Partial<Signer> = {}): Signer => ({
  accessKeyId: house().accessKeyId,
  secretAccessKey: house().secretAccessKey,
  region: "us-east-1",
  service,
  date: now,
  ...more,
});
const host = (): string => new URL(house().endpoint).host;

const put = (): Message => ({
  method: "PUT",
  path: "/lake/a/b%20c",
  query: [["x-id", "PutObject"]],
  headers: {
    host: host(),
    "content-type": "text/plain",
    "x-amz-meta-who": "me",
    "x-amz-storage-class": "STANDARD",
  },
  body: Buffer.from("some bytes"),
});
const glue = (): Message => ({
  method: "POST",
  path: "/",
  query: [],
  headers: {
    host: host(),
    "content-type": "application/x-amz-json-1.1",
    "x-amz-target": "AWSGlue.GetDatabases",
  },
  body: Buffer.from('{"MaxResults":1}'),
});
const sts = (): Message => ({
  method: "POST",
  path: "/",
  query: [],
  headers: { host: host(), "content-type": "application/x-www-form-urlencoded; charset=utf-8" },
  body: Buffer.from("Action=GetCallerIdentity&Version=2011-06-15"),
});

const header =
  (name: string, change: (value: string) => string) =>
  (message: Message): Message => ({
    ...message,
    headers: { ...message.headers, [name]: change(message.headers[name] ?? "") },
  });
const without =
  (name: string) =>
  (message: Message): Message => ({
    ...message,
    headers: Object.fromEntries(Object.entries(message.headers).filter(([one]) => one !== name)),
  });
const authorization = (from: string | RegExp, to: string) =>
  header("authorization", (value) => value.replace(from, to));
const flipped = (text: string): string => text.replace(/.$/, (last) => (last === "0" ? "1" : "0"));
const later = (seconds: number) => timestampOf(new Date(now.getTime() + seconds * 1_000));

interface Row {
  readonly change: string;
  readonly by: (message: Message) => Message;
  readonly code: string;
  readonly status: number;
  readonly message?: string;
}

beforeAll(async () => {
  const made = await send(
    house().endpoint,
    signed(
      { method: "PUT", path: "/lake", query: [], headers: { host: host() }, body: Buffer.alloc(0) },
      signer("s3"),
    ),
  );
  expect(made.status, made.body).toBe(200);
});

describe("S3", () => {
  test("the request as it was signed is served", async () => {
    const answer = await send(house().endpoint, signed(put(), signer("s3")));
    expect(answer.status, answer.body).toBe(200);
  });

  const mismatch = { code: "SignatureDoesNotMatch", status: 403 } as const;
  const malformed = { code: "AuthorizationHeaderMalformed", status: 400 } as const;
  const ROWS: readonly Row[] = [
    { change: "another method", by: (message) => ({ ...message, method: "POST" }), ...mismatch },
    {
      change: "another byte of the path",
      by: (message) => ({ ...message, path: "/lake/a/b%20d" }),
      ...mismatch,
    },
    {
      change: "a slash more in the path",
      by: (message) => ({ ...message, path: "/lake//a/b%20c" }),
      ...mismatch,
    },
    {
      change: "another query value",
      by: (message) => ({ ...message, query: [["x-id", "PutObjecu"]] }),
      ...mismatch,
    },
    {
      change: "another query name",
      by: (message) => ({ ...message, query: [["y-id", "PutObject"]] }),
      ...mismatch,
    },
    {
      change: "one query parameter more",
      by: (message) => ({ ...message, query: [...message.query, ["more", ""]] }),
      ...mismatch,
    },
    { change: "no query", by: (message) => ({ ...message, query: [] }), ...mismatch },
    { change: "another host", by: header("host", () => "127.0.0.1:1"), ...mismatch },
    { change: "another content-type", by: header("content-type", () => "text/html"), ...mismatch },
    { change: "another metadata value", by: header("x-amz-meta-who", () => "mf"), ...mismatch },
    { change: "another storage class", by: header("x-amz-storage-class", () => "GLACIER"), ...mismatch },
    { change: "a date one second later", by: header("x-amz-date", () => later(1)), ...mismatch },
    {
      change: "another payload hash",
      by: header("x-amz-content-sha256", () => sha256("other")),
      ...mismatch,
    },
    {
      change: "UNSIGNED-PAYLOAD instead of the hash",
      by: header("x-amz-content-sha256", () => "UNSIGNED-PAYLOAD"),
      ...mismatch,
    },
    { change: "no content-type", by: without("content-type"), ...mismatch },
    { change: "no metadata", by: without("x-amz-meta-who"), ...mismatch },
    { change: "another signature", by: header("authorization", flipped), ...mismatch },
    { change: "a signature that is none", by: authorization(/Signature=.*/, "Signature=zz"), ...mismatch },
    { change: "fewer signed headers than were signed", by: authorization("content-type;", ""), ...mismatch },
    {
      change: "another body byte",
      by: (message) => ({ ...message, body: Buffer.from("some bytet") }),
      code: "XAmzContentSHA256Mismatch",
      status: 400,
    },
    {
      change: "a body byte more",
      by: (message) => ({ ...message, body: Buffer.from("some bytes.") }),
      code: "XAmzContentSHA256Mismatch",
      status: 400,
    },
    {
      change: "no payload hash",
      by: without("x-amz-content-sha256"),
      code: "InvalidRequest",
      status: 400,
      message: "Missing required header for this request: x-amz-content-sha256",
    },
    {
      change: "no date",
      by: without("x-amz-date"),
      code: "AccessDenied",
      status: 403,
      message: "AWS authentication requires a valid Date or x-amz-date header",
    },
    {
      change: "an x-amz- header that was not signed",
      by: header("x-amz-meta-more", () => "1"),
      code: "AccessDenied",
      status: 403,
      message: "There were headers present in the request which were not signed",
    },
    {
      change: "an unknown key",
      by: authorization("Credential=AKIA", "Credential=AKIB"),
      code: "InvalidAccessKeyId",
      status: 403,
      message: "The AWS Access Key Id you provided does not exist in our records.",
    },
    { change: "another day in the scope", by: authorization(/\/\d{8}\//, "/20200101/"), ...malformed },
    { change: "another region in the scope", by: authorization("us-east-1", "us-east-2"), ...mismatch },
    { change: "another service in the scope", by: authorization("/s3/", "/s4/"), ...malformed },
    { change: "another end of the scope", by: authorization("aws4_request", "aws5_request"), ...malformed },
    { change: "a scope that is too short", by: authorization("/aws4_request", ""), ...malformed },
    { change: "no signature", by: authorization(/, Signature=.*/, ""), ...malformed },
    { change: "no signed headers", by: authorization(/, SignedHeaders=[^,]*/, ""), ...malformed },
    {
      change: "another algorithm",
      by: authorization("AWS4-HMAC-SHA256", "AWS4-HMAC-SHA512"),
      code: "InvalidArgument",
      status: 400,
      message: "Unsupported Authorization Type",
    },
    { change: "no authorization", by: without("authorization"), code: "AccessDenied", status: 403 },
  ];
  test.each(ROWS)("$change is refused: $code", async ({ by, code, status, message }) => {
    const answer = await send(house().endpoint, by(signed(put(), signer("s3"))));
    expect([answer.code, answer.status], answer.body).toEqual([code, status]);
    expect(answer.message).toContain(message ?? "");
  });

  test("every nibble of the signature counts", async () => {
    const request = signed(put(), signer("s3"));
    const text = request.headers["authorization"] ?? "";
    const start = text.indexOf("Signature=") + "Signature=".length;
    for (let at = start; at < text.length; at += 7) {
      const changed = text.slice(0, at) + (text[at] === "a" ? "b" : "a") + text.slice(at + 1);
      const answer = await send(house().endpoint, header("authorization", () => changed)(request));
      expect(answer.code, answer.body).toBe("SignatureDoesNotMatch");
    }
  });

  test("a header that no signature needs may come on the way", async () => {
    const answer = await send(
      house().endpoint,
      header("x-forwarded-for", () => "10.0.0.1")(signed(put(), signer("s3"))),
    );
    expect(answer.status, answer.body).toBe(200);
  });

  test("a host that was not signed is refused", async () => {
    const { host: _host, ...headers } = put().headers;
    const request = signed({ ...put(), headers }, signer("s3"));
    const answer = await send(house().endpoint, {
      ...request,
      headers: { ...request.headers, host: host() },
    });
    expect([answer.code, answer.status], answer.body).toEqual(["AccessDenied", 403]);
  });

  test("a mismatch shows what was to be signed", async () => {
    const answer = await send(house().endpoint, signed(put(), signer("s3", { secretAccessKey: "wrong" })));
    expect([answer.code, answer.status]).toEqual(["SignatureDoesNotMatch", 403]);
    for (const part of [
      "AWSAccessKeyId",
      "StringToSign",
      "SignatureProvided",
      "StringToSignBytes",
      "CanonicalRequest",
      "CanonicalRequestBytes",
    ])
      expect(answer.body).toContain(`<${part}>`);
  });

  test.each([-16, 16])("a clock %i minutes off is too skewed", async (minutes) => {
    const date = new Date(now.getTime() + minutes * MINUTE_MS);
    const answer = await send(house().endpoint, signed(put(), signer("s3", { date })));
    expect([answer.code, answer.status], answer.body).toEqual(["RequestTimeTooSkewed", 403]);
    expect(answer.body).toContain("<MaxAllowedSkewMilliseconds>900000</MaxAllowedSkewMilliseconds>");
  });

  test.each([-14, 14])("a clock %i minutes off is still served", async (minutes) => {
    const date = new Date(now.getTime() + minutes * MINUTE_MS);
    const answer = await send(house().endpoint, signed(put(), signer("s3", { date })));
    expect(answer.status, answer.body).toBe(200);
  });

  test("a token with a key that has none is refused", async () => {
    const message = put();
    const withToken = { ...message, headers: { ...message.headers, "x-amz-security-token": "abc" } };
    const answer = await send(house().endpoint, signed(withToken, signer("s3")));
    expect([answer.code, answer.status], answer.body).toEqual(["InvalidToken", 400]);
  });
});

describe.each([
  {
    family: "JSON (Glue)",
    service: "glue",
    message: glue,
    mismatch: "InvalidSignatureException",
    unknown: "UnrecognizedClientException",
    missing: "MissingAuthenticationTokenException",
    incomplete: "IncompleteSignatureException",
    status: 400,
    missingStatus: 400,
  },
  {
    family: "Query (STS)",
    service: "sts",
    message: sts,
    mismatch: "SignatureDoesNotMatch",
    unknown: "InvalidClientTokenId",
    missing: "MissingAuthenticationToken",
    incomplete: "IncompleteSignature",
    status: 403,
    missingStatus: 403,
  },
] as const)(
  "$family",
  ({ service, message, mismatch, unknown, missing, incomplete, status, missingStatus }) => {
    test("the request as it was signed is served", async () => {
      const answer = await send(house().endpoint, signed(message(), signer(service)));
      expect(answer.status, answer.body).toBe(200);
    });

    const ROWS: readonly Row[] = [
      {
        change: "another body byte",
        by: (one) => ({ ...one, body: Buffer.from(one.body.toString().replace(/1/, "2")) }),
        code: mismatch,
        status,
      },
      {
        change: "another content-type",
        by: header("content-type", (value) => `${value} `.replace("; ", ";  x").trim() + "x"),
        code: mismatch,
        status,
      },
      { change: "another host", by: header("host", () => "127.0.0.1:1"), code: mismatch, status },
      { change: "a date one second later", by: header("x-amz-date", () => later(1)), code: mismatch, status },
      {
        change: "one query parameter more",
        by: (one) => ({ ...one, query: [["more", "1"]] }),
        code: mismatch,
        status,
      },
      { change: "another signature", by: header("authorization", flipped), code: mismatch, status },
      {
        change: "another day in the scope",
        by: authorization(/\/\d{8}\//, "/20200101/"),
        code: mismatch,
        status,
        message: "Date in Credential scope does not match",
      },
      {
        change: "another region in the scope",
        by: authorization("us-east-1", "us-east-2"),
        code: mismatch,
        status,
      },
      {
        change: "an unknown key",
        by: authorization("Credential=AKIA", "Credential=AKIB"),
        code: unknown,
        status,
        message: "The security token included in the request is invalid.",
      },
      {
        change: "a scope that is too short",
        by: authorization("/aws4_request", ""),
        code: incomplete,
        status: 400,
      },
      {
        change: "no signature",
        by: authorization(/, Signature=.*/, ""),
        code: incomplete,
        status: 400,
        message: "Authorization header requires 'Signature' parameter.",
      },
      {
        change: "no date",
        by: without("x-amz-date"),
        code: incomplete,
        status: 400,
        message: "Authorization header requires existence of either a 'X-Amz-Date' or a 'Date' header.",
      },
      { change: "no authorization", by: without("authorization"), code: missing, status: missingStatus },
    ];
    test.each(ROWS)("$change is refused: $code", async (row) => {
      const answer = await send(house().endpoint, row.by(signed(message(), signer(service))));
      expect([answer.code, answer.status], answer.body).toEqual([row.code, row.status]);
      expect(answer.message).toContain(row.message ?? "");
    });

    test("the wrong secret is refused", async () => {
      const answer = await send(
        house().endpoint,
        signed(message(), signer(service, { secretAccessKey: "wrong" })),
      );
      expect([answer.code, answer.status], answer.body).toEqual([mismatch, status]);
    });

    test.each([
      [-6, "Signature expired: "],
      [6, "Signature not yet current: "],
    ])("a clock %i minutes off is told so", async (minutes, text) => {
      const date = new Date(now.getTime() + minutes * MINUTE_MS);
      const answer = await send(house().endpoint, signed(message(), signer(service, { date })));
      expect([answer.code, answer.status], answer.body).toEqual([mismatch, status]);
      expect(answer.message).toContain(text);
    });
  },
);

test("a scope of another service than the target's is refused", async () => {
  const answer = await send(house().endpoint, signed(glue(), signer("athena")));
  expect([answer.code, answer.status], answer.body).toEqual(["InvalidSignatureException", 400]);
  expect(answer.message).toContain("Credential should be scoped to correct service: 'glue'.");
});
