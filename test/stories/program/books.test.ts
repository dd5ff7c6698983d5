/** What the program writes down of itself: trail, denials, bill, figures; asked as a person does, after real clients' calls. */
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import {
  CreateMultipartUploadCommand,
  GetObjectCommand,
  PutObjectCommand,
  S3Client,
  UploadPartCommand,
} from "@aws-sdk/client-s3";
import {
  CreateAccessKeyCommand,
  CreateUserCommand,
  IAMClient,
  PutUserPolicyCommand,
} from "@aws-sdk/client-iam";
import { GlueClient, GetTableCommand } from "@aws-sdk/client-glue";
import { beforeAll, describe, expect, test } from "vitest";
import { ACCOUNT, useHouse } from "../../harness/house.ts";
import { hosu, run } from "../../harness/program.ts";
import { clientEnvironment, IS_CI, PYTHONS } from "../../harness/settings.ts";
import { send, signed, type Answer } from "../../harness/signed-request.ts";

const CANARY = "c4n4ry-s3cr3t";
const house = useHouse();
const onFolder = (...args: readonly string[]) =>
  hosu([...args, "--data", house().dataFolder], { home: house().home });

interface Key {
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
}
const kept: { kim?: Key } = {};

const client = <T>(Client: new (options: object) => T, key: Key = house()): T =>
  new Client({
    endpoint: house().endpoint,
    region: "us-east-1",
    credentials: key,
    forcePathStyle: true,
    maxAttempts: 1,
  });

function admin(
  path: string,
  more: { key?: Key; method?: string; headers?: Record<string, string> } = {},
): Promise<Answer> {
  const { key = house(), method = "GET", headers = {} } = more;
  const url = new URL(path, house().endpoint);
  const message = {
    method,
    path: url.pathname,
    query: [...url.searchParams],
    headers: { host: url.host, ...headers },
    body: Buffer.alloc(0),
  };
  return send(
    house().endpoint,
    signed(message, { ...key, region: "us-east-1", service: "hosu", date: new Date() }),
  );
}

const PYTHON = `
import boto3
s3 = boto3.client("s3")
s3.create_bucket(Bucket="ledger")
s3.put_object(Bucket="ledger", Key="orders/a.csv", Body=b"1,2")
s3.get_object(Bucket="ledger", Key="orders/a.csv")["Body"].read()
print(boto3.client("sts").get_caller_identity()["Account"])
`;

beforeAll(async () => {
  const iam = client(IAMClient);
  await iam.send(new CreateUserCommand({ UserName: "kim" }));
  const { AccessKey } = await iam.send(new CreateAccessKeyCommand({ UserName: "kim" }));
  kept.kim = {
    accessKeyId: AccessKey?.AccessKeyId ?? "",
    secretAccessKey: AccessKey?.SecretAccessKey ?? "",
  };
});

describe.skipIf(PYTHONS.main === undefined && !IS_CI)("after boto3's calls", () => {
  beforeAll(async () => {
    const told = await run(PYTHONS.main ?? "python3", ["-c", PYTHON], {
      env: clientEnvironment(house(), house().home),
    });
    expect([told.code, told.stdout], told.stderr).toEqual([0, `${ACCOUNT}\n`]);
  });

  test("the trail tells who made the bucket, and no data events", async () => {
    const { body } = await admin("/_hosu/events?EventName=CreateBucket");
    const { events } = JSON.parse(body) as { readonly events: readonly Record<string, unknown>[] };
    expect(events[0]).toMatchObject({
      eventVersion: "1.11",
      eventSource: "s3.amazonaws.com",
      eventName: "CreateBucket",
      userIdentity: { type: "Root", accountId: ACCOUNT, accessKeyId: house().accessKeyId },
      userAgent: expect.stringContaining("Boto3"),
      requestParameters: { bucketName: "ledger" },
      resources: [{ type: "AWS::S3::Bucket", ARN: "arn:aws:s3:::ledger", accountId: ACCOUNT }],
      managementEvent: true,
      readOnly: false,
    });
    const all = JSON.parse((await admin("/_hosu/events")).body) as {
      readonly events: readonly { readonly eventName: string }[];
    };
    expect(all.events.map(({ eventName }) => eventName)).not.toContain("PutObject");
    expect(all.events.map(({ eventName }) => eventName)).toContain("GetCallerIdentity");
  });

  test("pages of the trail follow one another", async () => {
    const page = async (path: string) =>
      JSON.parse((await admin(path)).body) as {
        readonly events: readonly { readonly eventID: string }[];
        readonly next?: string;
      };
    const first = await page("/_hosu/events?limit=2");
    const second = await page(`/_hosu/events?limit=2&after=${first.next ?? ""}`);
    const ids = [...first.events, ...second.events].map(({ eventID }) => eventID);
    expect(new Set(ids).size).toBe(4);
  });

  test("the bill counts requests by tier, and storage by the hour", async () => {
    expect((await onFolder("clock", "advance", "24h")).code).toBe(0);
    const told = await onFolder("bill", "--json");
    const { lines, dollars } = JSON.parse(told.stdout) as {
      readonly lines: readonly Record<string, unknown>[];
      readonly dollars: number;
    };
    const line = (type: string) => lines.find((one) => one["type"] === type);
    expect(line("Requests-Tier1")).toMatchObject({ region: "us-east-1", service: "s3", unit: "Requests" });
    expect(line("Requests-Tier1")?.["resources"]).toContainEqual(
      expect.objectContaining({ name: "ledger", quantity: 2 }),
    );
    expect(line("Requests-Tier2")?.["resources"]).toContainEqual(
      expect.objectContaining({ name: "ledger", quantity: 1 }),
    );
    expect(line("TimedStorage-ByteHrs")?.["resources"]).toContainEqual(
      expect.objectContaining({ name: "ledger" }),
    );
    expect(dollars).toBeGreaterThan(0);
    const shown = await onFolder("bill");
    expect([shown.code, shown.stdout]).toEqual([0, expect.stringContaining("on AWS. Here: nothing.")]);
    const korean = await onFolder("bill", "--language", "ko");
    expect(korean.stdout).toContain("여기서는 0원입니다.");
  });
});

test("the bill says what could be cleaned up, and a price that nobody knows is unknown", async () => {
  const s3 = new S3Client({
    endpoint: house().endpoint,
    region: "eu-north-1",
    credentials: house(),
    forcePathStyle: true,
  });
  const { CreateBucketCommand } = await import("@aws-sdk/client-s3");
  await s3.send(new CreateBucketCommand({ Bucket: "far" }));
  const upload = { Bucket: "far", Key: "a" };
  const { UploadId } = await s3.send(new CreateMultipartUploadCommand(upload));
  await s3.send(new UploadPartCommand({ ...upload, UploadId, PartNumber: 1, Body: Buffer.alloc(2_048) }));
  const told = await onFolder("bill");
  expect(told.stdout).toMatch(/far: parts of uploads that were never completed +2 KiB +unknown a month/);
  expect(told.stdout).toMatch(/s3 eu-north-1 +Requests-Tier1 +3 +unknown/);
  expect(told.stdout).toContain("a price that is not known");
});

describe("why", () => {
  const refusedId = async (call: () => Promise<unknown>): Promise<string> => {
    const error: unknown = await call().then(
      () => undefined,
      (thrown: unknown) => thrown,
    );
    return (error as { readonly $metadata: { readonly requestId: string } }).$metadata.requestId;
  };

  test("names what is missing, and what was said instead", async () => {
    const key = kept.kim;
    const id = await refusedId(() =>
      client(S3Client, key).send(new GetObjectCommand({ Bucket: "nowhere", Key: "a" })),
    );
    expect((await onFolder("why", id)).code).toBe(1);
    const denied = await refusedId(() =>
      client(GlueClient, key).send(new GetTableCommand({ DatabaseName: "shop", Name: "orders" })),
    );
    const told = await onFolder("why", denied);
    expect(told.stdout).toContain("Because no identity-based policy allows it.");
    expect(told.stdout).toContain('"Action": "glue:GetTable"');
    expect((await onFolder("why", denied, "--language", "ko")).stdout).toContain("허용하려면");
    expect((await onFolder("why")).stdout).toContain(denied);
  });

  test("names the statement that denies", async () => {
    const Statement = [
      { Effect: "Allow", Action: "*", Resource: "*" },
      { Sid: "NotThis", Effect: "Deny", Action: "glue:*", Resource: "*" },
    ];
    const PolicyDocument = JSON.stringify({ Version: "2012-10-17", Statement });
    await client(IAMClient).send(
      new PutUserPolicyCommand({ UserName: "kim", PolicyName: "limits", PolicyDocument }),
    );
    const id = await refusedId(() =>
      client(GlueClient, kept.kim).send(new GetTableCommand({ DatabaseName: "shop", Name: "orders" })),
    );
    const told = await onFolder("why", id);
    expect(told.stdout).toContain('statement 2 ("NotThis") of limits');
  });
});

describe("the admin surface", () => {
  test("figures are Prometheus'", async () => {
    const { body, headers } = await admin("/_hosu/metrics");
    expect(headers["content-type"]).toContain("text/plain; version=0.0.4");
    expect(body).toMatch(/^hosu_requests_total\{service="iam",operation="CreateUser",status="200"\} 1$/m);
    expect(body).toMatch(
      /^hosu_request_seconds_bucket\{service="iam",operation="CreateUser",le="\+Inf"\} 1$/m,
    );
    expect(body).toMatch(/^hosu_store_commit_seconds_count [1-9]\d*$/m);
    for (const line of body.trim().split("\n"))
      expect(line).toMatch(/^(?:# (?:HELP|TYPE) .+|[a-z_]+(?:\{.*\})? (?:[-+.\de]+|\+Inf|NaN))$/);
    expect((await onFolder("metrics")).stdout).toContain("hosu_open_connections");
  });

  const PATHS = ["events", "denials", "why", "usage", "bill", "metrics", "clock"];
  test.each(PATHS)("%s asks for a signature, and for its action", async (name) => {
    const unsigned = await fetch(`${house().endpoint}/_hosu/${name}`);
    expect(unsigned.status).toBe(403);
    await client(IAMClient).send(new CreateUserCommand({ UserName: `nobody-${name}` }));
    const { AccessKey } = await client(IAMClient).send(
      new CreateAccessKeyCommand({ UserName: `nobody-${name}` }),
    );
    const key = {
      accessKeyId: AccessKey?.AccessKeyId ?? "",
      secretAccessKey: AccessKey?.SecretAccessKey ?? "",
    };
    expect(await admin(`/_hosu/${name}`, { key })).toMatchObject({ status: 403 });
  });

  test.each([
    ["another name that leads here", { host: "evil.example" }],
    ["a page of another origin", { origin: "http://evil.example" }],
  ])("refuses %s", async (_fact, headers) => {
    const answer = await admin("/_hosu/clock", { headers });
    expect(answer.status).toBe(403);
    expect(answer.body).toContain("answers only to its own address");
  });

  test("the doctor finds what is there", async () => {
    const told = await onFolder("doctor");
    expect([told.code, told.stdout], told.stdout).toEqual([
      0,
      expect.stringContaining("Everything that is needed"),
    ]);
    for (const name of ["Node.js", "DuckDB", "fsync", house().endpoint]) expect(told.stdout).toContain(name);
    const taken = await hosu(
      ["doctor", "--data", join(house().folder, "none"), "--port", new URL(house().endpoint).port],
      { home: house().home },
    );
    expect([taken.code, taken.stdout]).toEqual([1, expect.stringContaining("EADDRINUSE")]);
  });
});

test("no secret is in the log: not of a header, a query, a body or a path of an error", async () => {
  const key = kept.kim;
  await client(S3Client)
    .send(
      new PutObjectCommand({
        Bucket: "ledger-of-none",
        Key: "a",
        Body: CANARY,
        Metadata: { secret: CANARY },
      }),
    )
    .catch(() => undefined);
  await client(IAMClient)
    .send(new PutUserPolicyCommand({ UserName: "kim", PolicyName: "p", PolicyDocument: `{"${CANARY}` }))
    .catch(() => undefined);
  await fetch(`${house().endpoint}/?Action=GetUser&Version=2010-05-08&token=${CANARY}`, {
    headers: { authorization: `Bearer ${CANARY}`, "x-amz-security-token": CANARY, cookie: CANARY },
  });
  await fetch(`${house().endpoint}/`, {
    method: "POST",
    headers: { "x-amz-target": "AWSGlue.GetTable", "content-type": "application/x-amz-json-1.1" },
    body: `{"${CANARY}": `,
  });
  await admin(`/_hosu/why?requestId=${CANARY}`, key ? { key } : {});
  await house().stop();
  const log = await readFile(join(house().dataFolder, "hosu.log"), "utf8");
  expect(log).not.toContain(CANARY);
  expect(log).not.toContain(key?.secretAccessKey);
  for (const line of log.trim().split("\n")) expect(() => JSON.parse(line) as unknown).not.toThrow();
  expect(log).toContain('"operation":"iam:PutUserPolicy"');
  await house().restart();
});
