import { expect, test } from "vitest";
import { splitTarget, type WireRequest } from "../wire/http.ts";
import { sameSignatureV2, signV2, stringToSignV2, type SignatureV2Claim } from "./signature-v2.ts";

/** Source: Amazon S3 Developer Guide, "Signing and Authenticating REST Requests", "Authentication Examples". */
const SECRET = "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY";

const request = (
  method: string,
  target: string,
  headers: Readonly<Record<string, string>> = {},
): WireRequest => ({ method, ...splitTarget(target), headers, body: new Uint8Array(), host: "" });

const claim = (dateLine: string, presigned = false): SignatureV2Claim => ({
  accessKeyId: "AKIAIOSFODNN7EXAMPLE",
  signature: "",
  presigned,
  dateLine,
  date: dateLine,
  sessionToken: undefined,
});

test.each([
  {
    what: "an object",
    of: request("GET", "/johnsmith/photos/puppy.jpg"),
    date: "Tue, 27 Mar 2007 19:36:42 +0000",
    signature: "bWq2s1WEIj+Ydj0vQ697zp+IXMU=",
  },
  {
    what: "an upload",
    of: request("PUT", "/johnsmith/photos/puppy.jpg", { "content-type": "image/jpeg" }),
    date: "Tue, 27 Mar 2007 21:15:45 +0000",
    signature: "MyyxeRY7whkBe+bq8fHCL/2kKUg=",
  },
  {
    what: "a list, whose parameters are not signed",
    of: request("GET", "/johnsmith/?prefix=photos&max-keys=50&marker=puppy"),
    date: "Tue, 27 Mar 2007 19:42:41 +0000",
    signature: "htDYFYduRNen8P9ZfE/s9SuKy0U=",
  },
  {
    what: "a subresource, which is signed",
    of: request("GET", "/johnsmith/?acl"),
    date: "Tue, 27 Mar 2007 19:44:46 +0000",
    signature: "c2WLPFtWHVgbEmeEG93a4cG37dM=",
  },
  {
    what: "an upload with headers of Amazon's, some of them more than once",
    of: request("PUT", "/static.johnsmith.net/db-backup.dat.gz", {
      "content-type": "application/x-download",
      "content-md5": "4gJE4saaMU4BqNR0kLY+lw==",
      "x-amz-acl": "public-read",
      "x-amz-meta-reviewedby": "joe@johnsmith.net,jane@johnsmith.net",
      "x-amz-meta-filechecksum": "0x02661779",
      "x-amz-meta-checksumalgorithm": "crc32",
      "content-encoding": "gzip",
    }),
    date: "Tue, 27 Mar 2007 21:06:08 +0000",
    signature: "ilyl83RwaSoYIEdixDQcA4OnAnc=",
  },
  {
    what: "all buckets",
    of: request("GET", "/"),
    date: "Wed, 28 Mar 2007 01:29:59 +0000",
    signature: "qGdzdERIC03wnaRNKh6OqZehG9s=",
  },
  {
    what: "a key beyond ASCII, as it was sent",
    of: request("GET", "/dictionary/fran%C3%A7ais/pr%c3%a9f%c3%a8re"),
    date: "Wed, 28 Mar 2007 01:49:49 +0000",
    signature: "DNEZGsoieTZ92F3bUfSPQcbGmlM=",
  },
  {
    what: "a URL until a second",
    of: request("GET", "/johnsmith/photos/puppy.jpg"),
    date: "1175139620",
    signature: "NpgCjnDzrM+WFzoENXmpNDUsSn8=",
  },
])("$what", ({ of, date, signature }) => {
  expect(signV2(SECRET, stringToSignV2(of, claim(date)))).toBe(signature);
});

test("a presigned URL's own parameters are signed as the headers they stand for", () => {
  const target = "/lake/a?x-amz-security-token=t%2Bk&Expires=1&AWSAccessKeyId=k&Signature=s&x-amz-meta-a=b";
  expect(stringToSignV2(request("GET", target), claim("1", true))).toBe(
    "GET\n\n\n1\nx-amz-meta-a:b\nx-amz-security-token:t+k\n/lake/a",
  );
  expect(stringToSignV2(request("GET", target), claim("1"))).toBe("GET\n\n\n1\n/lake/a");
});

test("subresources are signed in order, decoded", () => {
  const target = "/lake/a?versionId=3%2F4&response-content-type=text%2Fplain&acl&other=1";
  expect(stringToSignV2(request("GET", target), claim(""))).toBe(
    "GET\n\n\n\n/lake/a?acl&response-content-type=text/plain&versionId=3/4",
  );
});

test("signatures are the same only when every byte is", () => {
  expect(sameSignatureV2("abc=", "abc=")).toBe(true);
  for (const other of ["abd=", "abc", "", "abc=="]) expect(sameSignatureV2("abc=", other)).toBe(false);
});
