/** A trail's log files, by real clients: written to a bucket some minutes later, read back, and asked by Athena. */
import { gunzipSync } from "node:zlib";
import {
  CloudTrailClient,
  CreateTrailCommand,
  GetTrailStatusCommand,
  PutEventSelectorsCommand,
  StartLoggingCommand,
} from "@aws-sdk/client-cloudtrail";
import {
  AthenaClient,
  GetQueryExecutionCommand,
  GetQueryResultsCommand,
  StartQueryExecutionCommand,
} from "@aws-sdk/client-athena";
import { CreateUserCommand, IAMClient } from "@aws-sdk/client-iam";
import {
  CreateBucketCommand,
  GetObjectCommand,
  ListObjectsV2Command,
  PutBucketPolicyCommand,
  PutObjectCommand,
  S3Client,
} from "@aws-sdk/client-s3";
import { beforeAll, expect, test } from "vitest";
import { ACCOUNT, useHouse } from "../../harness/house.ts";
import { hosu } from "../../harness/program.ts";

const house = useHouse();
const client = <T>(Client: new (options: object) => T): T => {
  const { endpoint, region, accessKeyId, secretAccessKey } = house();
  return new Client({
    endpoint,
    region,
    credentials: { accessKeyId, secretAccessKey },
    forcePathStyle: true,
  });
};

const LOGS = `AWSLogs/${ACCOUNT}/CloudTrail/us-east-1/`;
const may = (Action: string, Resource: string) => ({
  Effect: "Allow",
  Principal: { Service: "cloudtrail.amazonaws.com" },
  Action,
  Resource,
});

const run = async (...args: readonly string[]): Promise<void> => {
  const { code, stderr } = await hosu([...args, "--data", house().dataFolder], { home: house().home });
  expect(stderr + String(code)).toBe("0");
};
const tenMinutes = (): Promise<void> => run("clock", "advance", "10m");

interface LogRecord {
  readonly eventName: string;
  readonly eventID: string;
  readonly requestParameters?: { readonly key?: string; readonly userName?: string };
}

async function records(): Promise<readonly LogRecord[]> {
  const s3 = client(S3Client);
  const { Contents = [] } = await s3.send(new ListObjectsV2Command({ Bucket: "logs", Prefix: LOGS }));
  const files = await Promise.all(
    Contents.map(async ({ Key }) => {
      const { Body } = await s3.send(new GetObjectCommand({ Bucket: "logs", Key }));
      const text = gunzipSync((await Body?.transformToByteArray()) ?? Buffer.alloc(0)).toString("utf8");
      return (JSON.parse(text) as { Records: readonly LogRecord[] }).Records;
    }),
  );
  return files.flat();
}

beforeAll(async () => {
  const s3 = client(S3Client);
  for (const Bucket of ["logs", "lake", "results"]) await s3.send(new CreateBucketCommand({ Bucket }));
  const Statement = [
    may("s3:GetBucketAcl", "arn:aws:s3:::logs"),
    may("s3:PutObject", "arn:aws:s3:::logs/AWSLogs/*"),
  ];
  await s3.send(
    new PutBucketPolicyCommand({
      Bucket: "logs",
      Policy: JSON.stringify({ Version: "2012-10-17", Statement }),
    }),
  );
  const trail = client(CloudTrailClient);
  await trail.send(new CreateTrailCommand({ Name: "all", S3BucketName: "logs" }));
  await trail.send(
    new PutEventSelectorsCommand({
      TrailName: "all",
      EventSelectors: [{ DataResources: [{ Type: "AWS::S3::Object", Values: ["arn:aws:s3:::lake/raw/"] }] }],
    }),
  );
  await trail.send(new StartLoggingCommand({ Name: "all" }));
});

test("who made a user and who put an object is in the bucket some minutes later", async () => {
  const s3 = client(S3Client);
  await client(IAMClient).send(new CreateUserCommand({ UserName: "kim" }));
  await s3.send(new PutObjectCommand({ Bucket: "lake", Key: "raw/a", Body: "a" }));
  await s3.send(new PutObjectCommand({ Bucket: "lake", Key: "own/b", Body: "b" }));
  await tenMinutes();
  const found = await records();
  expect(found.filter(({ eventName }) => eventName === "CreateUser")).toMatchObject([
    { requestParameters: { userName: "kim" } },
  ]);
  expect(found.filter(({ eventName }) => eventName === "PutObject")).toMatchObject([
    { requestParameters: { key: "raw/a" } },
  ]);
  const status = await client(CloudTrailClient).send(new GetTrailStatusCommand({ Name: "all" }));
  expect(status.LatestDeliveryTime).toBeInstanceOf(Date);
  expect(status.LatestDeliveryError).toBeUndefined();
});

test("what was logged before a kill is delivered after it, and nothing twice", async () => {
  await client(IAMClient).send(new CreateUserCommand({ UserName: "lee" }));
  // The trail is durable within a second; this call waits until it is.
  await client(CloudTrailClient).send(new StartLoggingCommand({ Name: "all" }));
  await house().kill9();
  await house().restart();
  await tenMinutes();
  const found = await records();
  expect(found.filter(({ requestParameters }) => requestParameters?.userName === "lee")).toHaveLength(1);
  expect(new Set(found.map(({ eventID }) => eventID)).size).toBe(found.length);
});

test("a lake that was put back delivers what it had logged by then, and what happens after", async () => {
  const make = (UserName: string) => client(IAMClient).send(new CreateUserCommand({ UserName }));
  const made = async (): Promise<readonly (string | undefined)[]> =>
    (await records()).map(({ requestParameters }) => requestParameters?.userName).filter(Boolean);
  await make("park");
  await run("snapshot", "save", "before");
  await make("lost");
  await tenMinutes();
  expect(await made()).toEqual(expect.arrayContaining(["park", "lost"]));
  await run("snapshot", "restore", "before");
  await make("choi");
  await tenMinutes();
  const all = await made();
  expect(all).toHaveLength(4);
  expect(new Set(all)).toEqual(new Set(["kim", "lee", "park", "choi"]));
});

test("Athena asks the log files who made users", async () => {
  const athena = client(AthenaClient);
  const ask = async (QueryString: string): Promise<string> => {
    const { QueryExecutionId } = await athena.send(
      new StartQueryExecutionCommand({
        QueryString,
        ResultConfiguration: { OutputLocation: "s3://results/" },
      }),
    );
    for (;;) {
      const { QueryExecution } = await athena.send(new GetQueryExecutionCommand({ QueryExecutionId }));
      const { State = "", StateChangeReason } = QueryExecution?.Status ?? {};
      if (State === "SUCCEEDED") return QueryExecutionId ?? "";
      if (State !== "QUEUED" && State !== "RUNNING") throw new Error(`${State}: ${StateChangeReason}`);
    }
  };
  await ask("CREATE DATABASE audit");
  await ask(`CREATE EXTERNAL TABLE audit.files (records array<struct<eventname: string, useridentity: struct<type: string>>>)
    ROW FORMAT SERDE 'org.openx.data.jsonserde.JsonSerDe' LOCATION 's3://logs/${LOGS}'`);
  const id = await ask(
    "SELECT eventname, count(*) FROM audit.files CROSS JOIN UNNEST(records) AS t (eventname, useridentity) WHERE eventname = 'CreateUser' GROUP BY 1",
  );
  const { ResultSet } = await athena.send(new GetQueryResultsCommand({ QueryExecutionId: id }));
  expect(ResultSet?.Rows?.[1]?.Data?.map(({ VarCharValue }) => VarCharValue)).toEqual(["CreateUser", "4"]);
});
