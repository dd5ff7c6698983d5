/** A page of another origin reads the lake, as a browser lets it. */
import {
  CreateBucketCommand,
  PutBucketCorsCommand,
  PutBucketPolicyCommand,
  PutObjectCommand,
  S3Client,
} from "@aws-sdk/client-s3";
import { beforeAll, expect, test } from "vitest";
import { useHouse } from "../../harness/house.ts";

const house = useHouse();
const PAGE = "http://notebook.example";

beforeAll(async () => {
  const { endpoint, region, accessKeyId, secretAccessKey } = house();
  const s3 = new S3Client({
    endpoint,
    region,
    credentials: { accessKeyId, secretAccessKey },
    forcePathStyle: true,
  });
  const everyone = {
    Effect: "Allow",
    Principal: "*",
    Action: "s3:GetObject",
    Resource: "arn:aws:s3:::shared-lake/*",
  };
  await s3.send(new CreateBucketCommand({ Bucket: "shared-lake" }));
  await s3.send(new CreateBucketCommand({ Bucket: "closed-lake" }));
  await s3.send(new PutObjectCommand({ Bucket: "shared-lake", Key: "a.txt", Body: "deep" }));
  await s3.send(
    new PutBucketPolicyCommand({
      Bucket: "shared-lake",
      Policy: JSON.stringify({ Version: "2012-10-17", Statement: [everyone] }),
    }),
  );
  await s3.send(
    new PutBucketCorsCommand({
      Bucket: "shared-lake",
      CORSConfiguration: {
        CORSRules: [
          {
            AllowedOrigins: [PAGE],
            AllowedMethods: ["GET"],
            AllowedHeaders: ["range"],
            ExposeHeaders: ["etag"],
            MaxAgeSeconds: 60,
          },
        ],
      },
    }),
  );
});

const ask = (bucket: string, headers: Record<string, string>): Promise<Response> =>
  fetch(`${house().endpoint}/${bucket}/a.txt`, { method: "OPTIONS", headers: { origin: PAGE, ...headers } });

test("a preflight that a rule fits is answered with what the page may do", async () => {
  const answer = await ask("shared-lake", {
    "access-control-request-method": "GET",
    "access-control-request-headers": "range",
  });
  expect(answer.status).toBe(200);
  expect(answer.headers.get("access-control-allow-origin")).toBe(PAGE);
  expect(answer.headers.get("access-control-allow-methods")).toBe("GET");
  expect(answer.headers.get("access-control-max-age")).toBe("60");
});

test("the answer itself says that the page may read it", async () => {
  const answer = await fetch(`${house().endpoint}/shared-lake/a.txt`, { headers: { origin: PAGE } });
  expect(await answer.text()).toBe("deep");
  expect(answer.headers.get("access-control-allow-origin")).toBe(PAGE);
  expect(answer.headers.get("access-control-expose-headers")).toBe("etag");
});

test.each([
  ["a method that no rule has", "shared-lake", "PUT", "CORSResponse: This CORS request is not allowed."],
  ["a bucket without rules", "closed-lake", "GET", "CORSResponse: CORS is not enabled for this bucket."],
])("%s is refused", async (_what, bucket, method, words) => {
  const answer = await ask(bucket, { "access-control-request-method": method });
  expect(answer.status).toBe(403);
  const body = await answer.text();
  expect(body).toContain("<Code>AccessForbidden</Code>");
  expect(body).toContain(words);
});
