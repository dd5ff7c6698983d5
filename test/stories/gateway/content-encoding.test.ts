/** Bodies that the client compressed, as SDKs do with long ones. */
import { gzipSync } from "node:zlib";
import { CreateBucketCommand, GetObjectCommand, PutObjectCommand, S3Client } from "@aws-sdk/client-s3";
import { describe, expect, test } from "vitest";
import { useHouse } from "../../harness/house.ts";
import { send, sha256, signed, type Answer } from "../../harness/signed-request.ts";

const house = useHouse({ byRealClients: false });

const CALLS = {
  sts: {
    headers: { "content-type": "application/x-www-form-urlencoded" },
    body: "Action=GetCallerIdentity&Version=2011-06-15",
  },
  glue: {
    headers: { "content-type": "application/x-amz-json-1.1", "x-amz-target": "AWSGlue.GetDatabases" },
    body: "{}",
  },
  ec2: {
    headers: { "content-type": "application/x-www-form-urlencoded" },
    body: "Action=DescribeRegions&Version=2016-11-15",
  },
} as const;

function call(service: keyof typeof CALLS, body: Buffer, hash = sha256(body)): Promise<Answer> {
  const host = new URL(house().endpoint).host;
  const headers = { host, "content-encoding": "gzip", ...CALLS[service].headers };
  const signer = { ...house(), service, date: new Date() };
  return send(
    house().endpoint,
    signed({ method: "POST", path: "/", query: [], headers, body }, signer, hash),
  );
}

test.each<[keyof typeof CALLS, number, string]>([
  ["sts", 200, "<GetCallerIdentityResult>"],
  ["glue", 200, '"DatabaseList"'],
  ["ec2", 501, "ec2:DescribeRegions"],
])("%s reads what was compressed", async (service, status, says) => {
  const answer = await call(service, gzipSync(CALLS[service].body));
  expect([answer.status, answer.body]).toEqual([status, expect.stringContaining(says)]);
});

test("what was signed is what was sent", async () => {
  const { body } = CALLS.glue;
  const answer = await call("glue", gzipSync(body), sha256(body));
  expect([answer.status, answer.code]).toEqual([400, "InvalidSignatureException"]);
});

describe("a body that is no gzip is malformed, in each API's words", () => {
  const whole = gzipSync("{}".padEnd(2_000));
  test.each<[string, keyof typeof CALLS, Buffer, string]>([
    ["plain JSON", "glue", Buffer.from("{}"), "SerializationException"],
    ["half of one", "glue", whole.subarray(0, whole.length / 2), "SerializationException"],
    ["a plain form", "sts", Buffer.from(CALLS.sts.body), "MalformedInput"],
  ])("%s", async (_what, service, body, code) => {
    const answer = await call(service, body);
    expect([answer.status, answer.code]).toEqual([400, code]);
  });
});

test("what grows beyond the bound is refused as if it had come so long", async () => {
  const answer = await call("glue", gzipSync(Buffer.alloc(64 * 1_024 * 1_024, " ")));
  expect([answer.status, answer.code]).toEqual([413, "RequestEntityTooLarge"]);
});

test("to S3 the encoding is the object's, and its bytes stay as they are", async () => {
  const s3 = new S3Client({ ...house(), credentials: house(), forcePathStyle: true });
  await s3.send(new CreateBucketCommand({ Bucket: "lake" }));
  const Body = gzipSync("hello");
  await s3.send(new PutObjectCommand({ Bucket: "lake", Key: "a", Body, ContentEncoding: "gzip" }));
  const got = await s3.send(new GetObjectCommand({ Bucket: "lake", Key: "a" }));
  expect(got.ContentEncoding).toBe("gzip");
  expect(Buffer.from((await got.Body?.transformToByteArray()) ?? []).equals(Body)).toBe(true);
});
