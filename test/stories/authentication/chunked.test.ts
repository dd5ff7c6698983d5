/** aws-chunked bodies: signed chunk by chunk or not, with checksums behind them; every part changed. */
import { beforeAll, describe, expect, test } from "vitest";
import { useHouse } from "../../harness/house.ts";
import {
  hmac,
  scopeOf,
  send,
  sha256,
  signed,
  signingKey,
  timestampOf,
  type Message,
  type Signer,
} from "../../harness/signed-request.ts";

const house = useHouse({ byRealClients: false });

const signer = (): Signer => ({
  accessKeyId: house().accessKeyId,
  secretAccessKey: house().secretAccessKey,
  region: "us-east-1",
  service: "s3",
  date: new Date(),
});

/** Of "123456789": the published check values, and SHA's. */
const BODY = "123456789";
const CHECKSUMS = {
  "x-amz-checksum-crc32": "y/Q5Jg==",
  "x-amz-checksum-crc32c": "4waSgw==",
  "x-amz-checksum-crc64nvme": "rosUhgp5mIg=",
  "x-amz-checksum-sha1": "98O8HYCOBHMq32eZZczDTKeuNEE=",
  "x-amz-checksum-sha256": "FeKw08M4keuw8e9gnsQZQgwg4yDOlMZfvIwzEkSOsiU=",
} as const;

interface Parts {
  readonly chunks: readonly { readonly data: string; readonly signature: string }[];
  readonly trailers: readonly (readonly [string, string])[];
}
type Change = (parts: Parts) => Parts;

interface Sent {
  readonly signedChunks: boolean;
  readonly trailers?: Readonly<Record<string, string>>;
  readonly change?: Change;
  readonly decodedBytes?: number;
  readonly write?: (text: string) => string;
}

const EMPTY = sha256("");

/** Signs the request, then chunk after chunk, changes what it is told to, and sends it. */
function put({
  signedChunks,
  trailers = {},
  change = (parts) => parts,
  decodedBytes = BODY.length,
  write = (text) => text,
}: Sent) {
  const by = signer();
  const names = Object.keys(trailers);
  const mode = `STREAMING-${signedChunks ? "AWS4-HMAC-SHA256-PAYLOAD" : "UNSIGNED-PAYLOAD"}${names.length > 0 ? "-TRAILER" : ""}`;
  const base: Message = {
    method: "PUT",
    path: "/lake/chunked",
    query: [],
    headers: {
      host: new URL(house().endpoint).host,
      "content-encoding": "aws-chunked",
      "x-amz-decoded-content-length": String(decodedBytes),
      ...(names.length > 0 ? { "x-amz-trailer": names.join(",") } : {}),
    },
    body: Buffer.alloc(0),
  };
  const head = signed(base, by, mode);
  const parts = change(signedParts(head, by, trailers));
  const chunks = parts.chunks.map(
    ({ data, signature }) =>
      `${data.length.toString(16)}${signedChunks ? `;chunk-signature=${signature}` : ""}\r\n${data === "" ? "" : `${data}\r\n`}`,
  );
  const behind = parts.trailers
    .filter(([name]) => signedChunks || name !== "x-amz-trailer-signature")
    .map(([name, value]) => `${name}:${value}\r\n`);
  const body = write([...chunks, ...behind, "\r\n"].join(""));
  return send(house().endpoint, { ...head, body: Buffer.from(body, "latin1") });
}

function signedParts(head: Message, by: Signer, trailers: Readonly<Record<string, string>>): Parts {
  const key = signingKey(by);
  let previous = (head.headers["authorization"] ?? "").slice(-64);
  const next = (algorithm: string, rest: string) => {
    previous = hmac(key, [algorithm, timestampOf(by.date), scopeOf(by), previous, rest].join("\n")).toString(
      "hex",
    );
    return previous;
  };
  const chunks = ["12345", "6789", ""].map((data) => ({
    data,
    signature: next("AWS4-HMAC-SHA256-PAYLOAD", `${EMPTY}\n${sha256(data)}`),
  }));
  const named = Object.entries(trailers);
  if (named.length === 0) return { chunks, trailers: [] };
  const text = named.map(([name, value]) => `${name}:${value}\n`).join("");
  return {
    chunks,
    trailers: [...named, ["x-amz-trailer-signature", next("AWS4-HMAC-SHA256-TRAILER", sha256(text))]],
  };
}

const get = () =>
  send(
    house().endpoint,
    signed(
      {
        method: "GET",
        path: "/lake/chunked",
        query: [],
        headers: { host: new URL(house().endpoint).host, "x-amz-checksum-mode": "ENABLED" },
        body: Buffer.alloc(0),
      },
      signer(),
    ),
  );

beforeAll(async () => {
  const made = await send(
    house().endpoint,
    signed(
      {
        method: "PUT",
        path: "/lake",
        query: [],
        headers: { host: new URL(house().endpoint).host },
        body: Buffer.alloc(0),
      },
      signer(),
    ),
  );
  expect(made.status, made.body).toBe(200);
});

describe.each([true, false])("chunks signed: %s", (signedChunks) => {
  if (signedChunks)
    test("a body without trailers is taken", async () => {
      const answer = await put({ signedChunks });
      expect(answer.status, answer.body).toBe(200);
      const read = await get();
      expect(read.body).toBe(BODY);
      expect(read.headers["content-encoding"]).toBeUndefined();
    });

  test.each(Object.entries(CHECKSUMS))("a trailing %s is verified and kept", async (name, value) => {
    const answer = await put({ signedChunks, trailers: { [name]: value } });
    expect(answer.status, answer.body).toBe(200);
    expect(answer.headers[name]).toBe(value);
    const read = await get();
    expect([read.body, read.headers[name]]).toEqual([BODY, value]);
  });

  test.each(Object.entries(CHECKSUMS))("a wrong trailing %s is refused", async (name, value) => {
    const wrong = Buffer.from(value, "base64").map((byte, at) => (at === 0 ? byte ^ 1 : byte));
    const answer = await put({ signedChunks, trailers: { [name]: Buffer.from(wrong).toString("base64") } });
    expect([answer.code, answer.status], answer.body).toEqual(["BadDigest", 400]);
  });

  const trailers = { "x-amz-checksum-crc32": CHECKSUMS["x-amz-checksum-crc32"] };
  test.each([
    {
      fact: "a trailer that does not come",
      change: (parts: Parts): Parts => ({ ...parts, trailers: [] }),
      code: signedChunks ? "SignatureDoesNotMatch" : "MalformedTrailerError",
    },
    {
      fact: "a trailer of another name",
      change: (parts: Parts): Parts => ({
        ...parts,
        trailers: parts.trailers.map(([name, value]) => [name.replace("crc32", "crc31"), value]),
      }),
      code: signedChunks ? "SignatureDoesNotMatch" : "MalformedTrailerError",
    },
    {
      fact: "a last chunk that does not come",
      write: (text: string) => text.slice(0, text.search(/\b0(?:;|\r)/)),
      code: "IncompleteBody",
    },
    { fact: "a size that is none", write: (text: string) => `x${text}`, code: "InvalidRequest" },
    { fact: "fewer bytes than were said", decodedBytes: BODY.length + 1, code: "IncompleteBody" },
    { fact: "more bytes than were said", decodedBytes: BODY.length - 1, code: "IncompleteBody" },
  ])("$fact is refused: $code", async ({ fact: _fact, code, ...more }) => {
    const answer = await put({ signedChunks, trailers, ...more });
    expect(answer.code, answer.body).toBe(code);
  });
});

describe("signed chunks, changed", () => {
  const trailers = { "x-amz-checksum-sha256": CHECKSUMS["x-amz-checksum-sha256"] };
  const chunk =
    (at: number, by: (one: Parts["chunks"][number]) => Parts["chunks"][number]): Change =>
    (parts) => ({
      ...parts,
      chunks: parts.chunks.map((one, index) => (index === at ? by(one) : one)),
    });
  test.each<{ readonly fact: string; readonly change: Change }>([
    { fact: "a byte of the first chunk", change: chunk(0, (one) => ({ ...one, data: "12346" })) },
    { fact: "a byte of the second chunk", change: chunk(1, (one) => ({ ...one, data: "6780" })) },
    {
      fact: "the first chunk's signature",
      change: chunk(0, (one) => ({ ...one, signature: "0".repeat(64) })),
    },
    {
      fact: "the last chunk's signature",
      change: chunk(2, (one) => ({ ...one, signature: "0".repeat(64) })),
    },
    { fact: "no signature at all", change: chunk(1, (one) => ({ ...one, signature: "" })) },
    {
      fact: "two chunks swapped",
      change: ({ chunks: [first, second, last], trailers: rest }) => ({
        chunks: [second, first, last].flatMap((one) => one ?? []),
        trailers: rest,
      }),
    },
    {
      fact: "the trailer's value",
      change: (parts) => ({
        ...parts,
        trailers: parts.trailers.map(([name, value]) => [
          name,
          name === "x-amz-checksum-sha256" ? value.replace("F", "G") : value,
        ]),
      }),
    },
    {
      fact: "the trailer's signature",
      change: (parts) => ({
        ...parts,
        trailers: parts.trailers.map(([name, value]) => [
          name,
          name === "x-amz-trailer-signature" ? "0".repeat(64) : value,
        ]),
      }),
    },
    { fact: "no trailer signature", change: (parts) => ({ ...parts, trailers: parts.trailers.slice(0, 1) }) },
  ])("$fact: SignatureDoesNotMatch", async ({ change }) => {
    const before = await get();
    const answer = await put({ signedChunks: true, trailers, change });
    expect([answer.code, answer.status], answer.body).toEqual(["SignatureDoesNotMatch", 403]);
    expect((await get()).headers["last-modified"]).toBe(before.headers["last-modified"]);
  });
});
