import { describe, expect, test } from "vitest";
import { splitTarget, type WireRequest } from "../wire/http.ts";
import { identify } from "./identify.ts";

const CREDENTIAL = "Credential=AKIAIOSFODNN7EXAMPLE/20261125/us-east-1/s3/aws4_request";
const SIGNED = `AWS4-HMAC-SHA256 ${CREDENTIAL}, SignedHeaders=host, Signature=0`;

const request = (
  target: string,
  { host = "127.0.0.1:4566", method = "GET", ...headers }: Readonly<Record<string, string>>,
): WireRequest => ({ method, ...splitTarget(target), headers, body: new Uint8Array(), host });

describe("a bucket may be called like the paths of S3 Control", () => {
  test.each([
    { what: "a key", target: "/v20180820/jobs", host: "127.0.0.1:4566" },
    {
      what: "a key in a folder",
      target: "/v20180820/configuration/publicAccessBlock",
      host: "localhost:4566",
    },
    { what: "a key at S3's host", target: "/v20180820/tags/a", host: "s3.us-east-1.amazonaws.com" },
    {
      what: "a key in a bucket called like an account",
      target: "/v20180820/jobs",
      host: "111122223333.s3.amazonaws.com",
    },
    { what: "the bucket itself", target: "/v20180820?list-type=2", host: "127.0.0.1:4566" },
  ])("$what is S3's", ({ target, host }) => {
    expect(identify(request(target, { host, authorization: SIGNED })).api).toBe("s3");
  });

  test.each([
    { what: "its own host", more: { host: "111122223333.s3-control.us-east-1.amazonaws.com" } },
    { what: "its host without an account", more: { host: "s3-control.us-east-1.amazonaws.com" } },
    { what: "its FIPS host", more: { host: "111122223333.s3-control-fips.us-east-1.amazonaws.com" } },
    { what: "an account before another endpoint", more: { host: "111122223333.localhost:4566" } },
    { what: "an account in a header", more: { "x-amz-account-id": "111122223333" } },
  ])("$what says S3 Control", ({ more }) => {
    for (const target of ["/v20180820/jobs", "/v20180820/configuration/publicAccessBlock"])
      expect(identify(request(target, { authorization: SIGNED, ...more })).api).toBe("s3control");
  });

  test("what S3 Control has no operation for is S3's", () => {
    const named = { authorization: SIGNED, "x-amz-account-id": "111122223333" };
    expect(identify(request("/v20180820/of-nobody", named)).api).toBe("s3");
    expect(identify(request("/lake/jobs", named)).api).toBe("s3");
  });
});

describe("a presigned URL's parameters", () => {
  const presigned = (query: string, headers = {}) =>
    identify(request(`/lake/a?${query}`, { method: "PUT", ...headers })).request.headers;

  test("stand for headers where they begin with x-amz-", () => {
    for (const signature of ["X-Amz-Signature=0", "Signature=0"])
      expect(presigned(`X-Amz-Meta-A=b%20c&x-amz-acl=private&Content-Type=x&${signature}`)).toEqual({
        "x-amz-meta-a": "b c",
        "x-amz-acl": "private",
      });
  });

  test("do not, where they are of the signature or a checksum", () => {
    const query = "X-Amz-Date=1&X-Amz-Expires=1&X-Amz-Security-Token=t&x-amz-checksum-crc32=AAAAAA%3D%3D";
    expect(presigned(`${query}&x-amz-sdk-checksum-algorithm=CRC32&X-Amz-Signature=0`)).toEqual({});
  });

  test("do not, where nobody signed them", () => {
    expect(presigned("x-amz-acl=public-read")).toEqual({});
  });

  test("stand back behind a header that was sent", () => {
    expect(presigned("x-amz-meta-a=b&Signature=0", { "x-amz-meta-a": "c" })).toEqual({ "x-amz-meta-a": "c" });
  });
});
