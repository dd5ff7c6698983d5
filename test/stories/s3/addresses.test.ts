/** Ways to address a bucket, and anonymous requests. */
import {
  CreateBucketCommand,
  GetObjectCommand,
  PutBucketPolicyCommand,
  PutObjectCommand,
  S3Client,
} from "@aws-sdk/client-s3";
import { beforeAll, describe, expect, test } from "vitest";
import { useHouse } from "../../harness/house.ts";
import { send, signed, type Message } from "../../harness/signed-request.ts";

const house = useHouse();
const Bucket = "my.lake-1";

function client(): S3Client {
  const { endpoint, region, accessKeyId, secretAccessKey } = house();
  return new S3Client({
    endpoint,
    region,
    credentials: { accessKeyId, secretAccessKey },
    forcePathStyle: true,
  });
}
const message = (host: string, path: string, more: Partial<Message> = {}): Message => ({
  method: "GET",
  path,
  query: [],
  body: Buffer.alloc(0),
  ...more,
  headers: { host, ...more.headers },
});
const bySigner = () => ({ ...house(), service: "s3", date: new Date() });

beforeAll(async () => {
  await client().send(new CreateBucketCommand({ Bucket }));
  await client().send(new PutObjectCommand({ Bucket, Key: "a/호수.txt", Body: "deep" }));
  await client().send(new PutObjectCommand({ Bucket, Key: "private", Body: "own" }));
});

test.each([
  `${Bucket}.s3.amazonaws.com`,
  `${Bucket}.s3.us-east-1.amazonaws.com`,
  `${Bucket}.localhost:4566`,
  `${Bucket}.s3.localhost`,
])("a bucket by the host %s", async (host) => {
  const path = `/a/${encodeURIComponent("호수")}.txt`;
  const answer = await send(house().endpoint, signed(message(host, path), bySigner()));
  expect([answer.status, answer.body]).toEqual([200, "deep"]);
  const list = await send(
    house().endpoint,
    signed(
      message(host, "/", {
        query: [
          ["list-type", "2"],
          ["prefix", "a/"],
        ],
      }),
      bySigner(),
    ),
  );
  expect(list.body).toContain(`<Name>${Bucket}</Name>`);
});

test.each(["s3.amazonaws.com", "s3.us-east-1.amazonaws.com", "localhost:4566", "127.0.0.1"])(
  "a bucket by the path at %s",
  async (host) => {
    const answer = await send(house().endpoint, signed(message(host, `/${Bucket}/private`), bySigner()));
    expect([answer.status, answer.body]).toEqual([200, "own"]);
  },
);

test("a bucket called like the paths of S3 Control is a bucket", async () => {
  await client().send(new CreateBucketCommand({ Bucket: "v20180820" }));
  for (const Key of ["jobs", "configuration/publicAccessBlock", "accesspoint/a"]) {
    await client().send(new PutObjectCommand({ Bucket: "v20180820", Key, Body: Key }));
    const { Body } = await client().send(new GetObjectCommand({ Bucket: "v20180820", Key }));
    expect(await Body?.transformToString()).toBe(Key);
  }
});

describe("anonymous", () => {
  const host = "127.0.0.1";
  test("nothing is allowed without a policy", async () => {
    for (const one of [
      message(host, `/${Bucket}/private`),
      message(host, `/${Bucket}`),
      message(host, "/"),
      message(host, `/${Bucket}/new`, { method: "PUT" }),
    ]) {
      const answer = await send(house().endpoint, one);
      expect([answer.code, answer.status, answer.message]).toEqual(["AccessDenied", 403, "Access Denied"]);
    }
  });

  test("a bucket's policy opens what it names, and that alone", async () => {
    const Statement = [
      { Effect: "Allow", Principal: "*", Action: "s3:GetObject", Resource: `arn:aws:s3:::${Bucket}/a/*` },
    ];
    await client().send(
      new PutBucketPolicyCommand({ Bucket, Policy: JSON.stringify({ Version: "2012-10-17", Statement }) }),
    );
    const open = await send(
      house().endpoint,
      message(host, `/${Bucket}/a/${encodeURIComponent("호수")}.txt`),
    );
    expect([open.status, open.body]).toEqual([200, "deep"]);
    const shut = await send(house().endpoint, message(host, `/${Bucket}/private`));
    expect([shut.code, shut.status]).toEqual(["AccessDenied", 403]);
    // Who may not list does not learn what is not there.
    const nobody = await send(house().endpoint, message(host, `/${Bucket}/a/nobody`));
    expect([nobody.code, nobody.status]).toEqual(["AccessDenied", 403]);
  });

  test("other services ask for a token", async () => {
    const glue = message(host, "/", {
      method: "POST",
      headers: { "content-type": "application/x-amz-json-1.1", "x-amz-target": "AWSGlue.GetDatabases" },
      body: Buffer.from("{}"),
    });
    const answer = await send(house().endpoint, glue);
    expect([answer.code, answer.status]).toEqual(["MissingAuthenticationTokenException", 400]);
  });
});

test("a bucket of another region is told where it lives", async () => {
  const inSeoul = new S3Client({
    ...house(),
    region: "ap-northeast-2",
    credentials: house(),
    forcePathStyle: true,
  });
  await inSeoul.send(
    new CreateBucketCommand({
      Bucket: "in-seoul",
      CreateBucketConfiguration: { LocationConstraint: "ap-northeast-2" },
    }),
  );
  await expect(client().send(new GetObjectCommand({ Bucket: "in-seoul", Key: "a" }))).rejects.toMatchObject({
    name: "AuthorizationHeaderMalformed",
    message: expect.stringContaining("the region 'us-east-1' is wrong; expecting 'ap-northeast-2'") as string,
  });
});
