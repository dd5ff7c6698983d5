import { expect, test } from "vitest";
import { splitTarget, type WireRequest } from "../wire/http.ts";
import {
  canonicalRequest,
  EMPTY_SHA256,
  sameSignature,
  SigningKeys,
  stringToSign,
  type SignatureClaim,
} from "./signature.ts";

/** Source: Amazon S3 API Reference, "Signature Calculations for the Authorization Header: Transferring Payload in a Single Chunk", "Examples". */
const SECRET = "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY";
const SCOPE = { accessKeyId: "AKIAIOSFODNN7EXAMPLE", day: "20130524", region: "us-east-1", service: "s3" };

const request = (method: string, target: string, headers: Readonly<Record<string, string>>): WireRequest => ({
  method,
  ...splitTarget(target),
  headers,
  body: new Uint8Array(),
  host: "examplebucket.s3.amazonaws.com",
});

const claim = (signedHeaders: readonly string[], payloadHash: string): SignatureClaim => ({
  scope: SCOPE,
  signedHeaders,
  signature: "",
  timestamp: "20130524T000000Z",
  presigned: false,
  payloadHash,
});

const sign = (signed: WireRequest, about: SignatureClaim): string =>
  new SigningKeys().key(SECRET, SCOPE).sign(stringToSign(canonicalRequest(signed, about), about));

const DATE = { "x-amz-date": "20130524T000000Z" };
const EMPTY = { "x-amz-content-sha256": EMPTY_SHA256 };

test("GET Object, with a range", () => {
  const get = request("GET", "/test.txt", { range: "bytes=0-9", ...EMPTY, ...DATE });
  expect(sign(get, claim(["host", "range", "x-amz-content-sha256", "x-amz-date"], EMPTY_SHA256))).toBe(
    "f0e8bdb87c964420e857bd35b5d6ed310bd44f0170aba48dd91039c6036bdb41",
  );
});

test("PUT Object, its key with a dollar sign", () => {
  const hash = "44ce7dd67c959e0d3524ffac1771dfbba87d2b6b4b4e99e42034a8b803f8b072";
  const put = request("PUT", "/test%24file.text", {
    date: "Fri, 24 May 2013 00:00:00 GMT",
    "x-amz-content-sha256": hash,
    "x-amz-storage-class": "REDUCED_REDUNDANCY",
    ...DATE,
  });
  const names = ["date", "host", "x-amz-content-sha256", "x-amz-date", "x-amz-storage-class"];
  expect(sign(put, claim(names, hash))).toBe(
    "98ad721746da40c64f1a55b78f14c238d841ea1380cd77a1b5971af0ece108bd",
  );
});

test("GET Bucket Lifecycle, a query without a value", () => {
  const get = request("GET", "/?lifecycle", { ...EMPTY, ...DATE });
  expect(sign(get, claim(["host", "x-amz-content-sha256", "x-amz-date"], EMPTY_SHA256))).toBe(
    "fea454ca298b7da1c68078a5d1bdbfbbe0d65c699e0f91ac7a200a0136783543",
  );
});

test("GET Bucket (List Objects), a query in another order", () => {
  const get = request("GET", "/?prefix=J&max-keys=2", { ...EMPTY, ...DATE });
  expect(sign(get, claim(["host", "x-amz-content-sha256", "x-amz-date"], EMPTY_SHA256))).toBe(
    "34b48302e7b5fa45bde8084f4b7868a86f0a534bc59db6670ed5711ef69dc6f7",
  );
});

/** Source: Amazon S3 API Reference, "Authenticating Requests: Using Query Parameters (AWS Signature Version 4)", the example. */
test("a presigned GET", () => {
  const query =
    "X-Amz-Algorithm=AWS4-HMAC-SHA256&X-Amz-Credential=AKIAIOSFODNN7EXAMPLE%2F20130524%2Fus-east-1%2Fs3%2Faws4_request&X-Amz-Date=20130524T000000Z&X-Amz-Expires=86400&X-Amz-SignedHeaders=host&X-Amz-Signature=ignored";
  const get = request("GET", `/test.txt?${query}`, {});
  expect(sign(get, { ...claim(["host"], "UNSIGNED-PAYLOAD"), presigned: true })).toBe(
    "aeeed9bbccd4d02ee5c0109b86d86835f995330da4c265957d157751f604d404",
  );
});

test.each([
  ["another signature", "0".repeat(64)],
  ["one that is too short", "00"],
  ["one that is no hexadecimal", "z".repeat(64)],
  ["one in capitals", "A".repeat(64)],
])("%s is not the same", (_what, given) => {
  expect(sameSignature("a".repeat(64), given)).toBe(false);
});

test("the same is the same", () => {
  expect(sameSignature("a".repeat(64), "a".repeat(64))).toBe(true);
});

test("what is signed may be long", () => {
  const long = "x".repeat(10_000);
  expect(new SigningKeys().key(SECRET, SCOPE).sign(long)).toMatch(/^[0-9a-f]{64}$/);
});
