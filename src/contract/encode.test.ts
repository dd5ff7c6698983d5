import { describe, expect, test } from "vitest";
import { fault, type FaultDetails } from "../base/fault.ts";
import type { WireResponse } from "../wire/http.ts";
import type { ApiName } from "./apis.ts";
import { encodeFault } from "./encode-fault.ts";
import { encodeOutput, type PlainOutput } from "./encode.ts";
import { loadContract } from "./load.ts";

const IDS = { requestId: "R", hostId: "H" };
const XML = '<?xml version="1.0" encoding="UTF-8"?>\n';
const S3 = 'xmlns="http://s3.amazonaws.com/doc/2006-03-01/"';

function answer(api: ApiName, name: string, output: PlainOutput): WireResponse {
  const contract = loadContract(api);
  const operation = contract.operations.get(name);
  if (!operation) throw new TypeError(`${api} has no ${name}`);
  return encodeOutput(contract, operation, output, IDS);
}

describe("S3's answers", () => {
  test.each([
    ["GetBucketLocation", {}, `${XML}<LocationConstraint ${S3}/>`],
    ["GetBucketLocation", { LocationConstraint: "eu-west-1" }, `${XML}<LocationConstraint ${S3}>eu-west-1</LocationConstraint>`], // prettier-ignore
    ["GetBucketVersioning", {}, `${XML}<VersioningConfiguration ${S3}/>`],
    [
      "ListBuckets",
      { Buckets: [{ Name: "a", CreationDate: new Date(0) }] },
      `${XML}<ListAllMyBucketsResult ${S3}><Buckets><Bucket><Name>a</Name><CreationDate>1970-01-01T00:00:00.000Z</CreationDate></Bucket></Buckets></ListAllMyBucketsResult>`,
    ],
    [
      "ListObjectsV2",
      { Name: "b", Contents: [{ Key: "a&\u0001", ETag: '"e"', Size: 1 }], CommonPrefixes: [{ Prefix: "p/" }, { Prefix: "q/" }] }, // prettier-ignore
      `${XML}<ListBucketResult ${S3}><Contents><Key>a&amp;&#x1;</Key><ETag>&quot;e&quot;</ETag><Size>1</Size></Contents><Name>b</Name><CommonPrefixes><Prefix>p/</Prefix></CommonPrefixes><CommonPrefixes><Prefix>q/</Prefix></CommonPrefixes></ListBucketResult>`,
    ],
    [
      "GetBucketAcl",
      { Grants: [{ Grantee: { Type: "CanonicalUser", ID: "i" }, Permission: "READ" }] },
      `${XML}<AccessControlPolicy ${S3}><AccessControlList><Grant><Grantee xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" xsi:type="CanonicalUser"><ID>i</ID></Grantee><Permission>READ</Permission></Grant></AccessControlList></AccessControlPolicy>`,
    ],
    ["GetBucketPolicy", { Policy: "{}" }, "{}"],
  ])("%s %o", (name, output, body) => {
    expect(answer("s3", name, output).body).toBe(body);
  });

  test("carry an object's facts as headers and its bytes as they are", () => {
    const Body = new Uint8Array([1]);
    const LastModified = new Date("2026-11-25T03:30:13Z");
    const output = { Body, LastModified, ContentLength: 1, ContentType: "a/b", Metadata: { Lake: "호" } };
    expect(answer("s3", "GetObject", output)).toEqual({
      status: 200,
      headers: {
        "x-amz-request-id": "R",
        "x-amz-id-2": "H",
        "last-modified": "Wed, 25 Nov 2026 03:30:13 GMT",
        "content-length": "1",
        "content-type": "a/b",
        "x-amz-meta-lake": Buffer.from("호").toString("latin1"),
      },
      body: Body,
    });
  });

  test("bear 206 for a part, 204 where nothing comes back", () => {
    expect(answer("s3", "GetObject", { ContentRange: "bytes 0-0/2" }).status).toBe(206);
    const { status, headers, body } = answer("s3", "DeleteObject", {});
    expect([status, headers["content-type"], body]).toEqual([204, undefined, ""]);
  });
});

describe("the other APIs' answers", () => {
  test("a query result lies in its wrapper, times without fractions", () => {
    const Expiration = new Date("2026-11-25T03:30:13.500Z");
    expect(answer("sts", "GetSessionToken", { Credentials: { Expiration } })).toEqual({
      status: 200,
      headers: { "content-type": "text/xml", "x-amzn-requestid": "R" },
      body: '<GetSessionTokenResponse xmlns="https://sts.amazonaws.com/doc/2011-06-15/"><GetSessionTokenResult><Credentials><Expiration>2026-11-25T03:30:13Z</Expiration></Credentials></GetSessionTokenResult><ResponseMetadata><RequestId>R</RequestId></ResponseMetadata></GetSessionTokenResponse>',
    });
    expect(answer("iam", "DeleteUser", {}).body).toBe(
      '<DeleteUserResponse xmlns="https://iam.amazonaws.com/doc/2010-05-08/"><ResponseMetadata><RequestId>R</RequestId></ResponseMetadata></DeleteUserResponse>',
    );
  });

  test("JSON has seconds for times, and nothing that the contract does not know", () => {
    const Database = { Name: "d", CreateTime: new Date(1500), internal: 1, Description: undefined };
    expect(answer("glue", "GetDatabase", { Database })).toEqual({
      status: 200,
      headers: { "content-type": "application/x-amz-json-1.1", "x-amzn-requestid": "R" },
      body: '{"Database":{"Name":"d","CreateTime":1.5}}',
    });
  });
});

describe("faults", () => {
  const refuse = (api: ApiName, code: string, more?: FaultDetails & { method?: string }): WireResponse =>
    encodeFault(loadContract(api), fault(code, "M <m>", more), {
      ...IDS,
      ...(more?.method ? { method: more.method } : {}),
    });

  test("S3's have any field, and none a body for HEAD", () => {
    expect(refuse("s3", "NoSuchKey", { fields: { Key: "a&b" } })).toMatchObject({
      status: 404,
      body: `${XML}<Error><Code>NoSuchKey</Code><Message>M &lt;m&gt;</Message><Key>a&amp;b</Key><RequestId>R</RequestId><HostId>H</HostId></Error>`,
    });
    expect(refuse("s3", "NoSuchKey", { method: "HEAD" })).toMatchObject({ status: 404, body: "" });
    expect(refuse("s3", "NotModified")).toMatchObject({ status: 304, body: "" });
  });

  test("a query fault says whose mistake it was, under the code on the wire", () => {
    const body = (type: string, code: string): string =>
      `<ErrorResponse xmlns="https://iam.amazonaws.com/doc/2010-05-08/"><Error><Type>${type}</Type><Code>${code}</Code><Message>M &lt;m&gt;</Message></Error><RequestId>R</RequestId></ErrorResponse>`;
    expect(refuse("iam", "NoSuchEntity")).toMatchObject({
      status: 404,
      body: body("Sender", "NoSuchEntity"),
    });
    expect(refuse("iam", "NoSuchEntityException").body).toBe(body("Sender", "NoSuchEntity"));
    expect(refuse("iam", "AccessDenied")).toMatchObject({
      status: 403,
      body: body("Sender", "AccessDenied"),
    });
    expect(refuse("iam", "ServiceFailure")).toMatchObject({
      status: 500,
      body: body("Receiver", "ServiceFailure"),
    });
  });

  test("a JSON fault has its type, its message under the contract's name, and its fields", () => {
    expect(
      refuse("glue", "EntityNotFoundException", { fields: { FromFederationSource: true } }),
    ).toMatchObject({
      status: 400,
      body: '{"__type":"EntityNotFoundException","FromFederationSource":true,"Message":"M <m>"}',
    });
    expect(refuse("athena", "AccessDeniedException").body).toBe(
      '{"__type":"AccessDeniedException","message":"M <m>"}',
    );
    expect(refuse("athena", "InternalServerException").status).toBe(500);
  });
});
