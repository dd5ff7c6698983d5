/** The AWS SDK for JavaScript, version 3: the same lake by its own retries, checksums, streams, waiters and paginators. */
import { Readable } from "node:stream";
import {
  AthenaClient,
  GetQueryExecutionCommand,
  paginateGetQueryResults,
  StartQueryExecutionCommand,
} from "@aws-sdk/client-athena";
import {
  CreateDatabaseCommand,
  CreateTableCommand,
  EntityNotFoundException,
  GetTableCommand,
  GlueClient,
} from "@aws-sdk/client-glue";
import {
  CreateAccessKeyCommand,
  CreateUserCommand,
  IAMClient,
  PutUserPolicyCommand,
} from "@aws-sdk/client-iam";
import {
  BucketAlreadyOwnedByYou,
  CopyObjectCommand,
  CreateBucketCommand,
  DeleteObjectsCommand,
  GetObjectCommand,
  HeadObjectCommand,
  NoSuchKey,
  paginateListObjectsV2,
  PutObjectCommand,
  S3Client,
  waitUntilObjectExists,
} from "@aws-sdk/client-s3";
import { AssumeRoleCommand, GetCallerIdentityCommand, STSClient } from "@aws-sdk/client-sts";
import { Upload } from "@aws-sdk/lib-storage";
import { getSignedUrl } from "@aws-sdk/s3-request-presigner";
import { beforeAll, expect, test } from "vitest";
import { useStage } from "../../harness/house.ts";

const stage = useStage();
const Bucket = `hosu-test-js-${Date.now()}`;

function options() {
  const { endpoint, region, accessKeyId, secretAccessKey } = stage().access;
  return {
    region,
    credentials: { accessKeyId, secretAccessKey },
    ...(endpoint === undefined ? {} : { endpoint }),
  };
}
const s3 = (more: ConstructorParameters<typeof S3Client>[0] = {}) =>
  new S3Client({ ...options(), forcePathStyle: true, ...more });

beforeAll(async () => {
  await s3().send(new CreateBucketCommand({ Bucket }));
});

test("objects go and come, with metadata, ranges and checksums", async () => {
  const client = s3();
  const put = await client.send(
    new PutObjectCommand({
      Bucket,
      Key: "호수/a b+c",
      Body: "some bytes",
      ContentType: "text/plain",
      Metadata: { who: "me" },
    }),
  );
  expect(put.ChecksumCRC32).toBeDefined();
  const got = await client.send(
    new GetObjectCommand({ Bucket, Key: "호수/a b+c", Range: "bytes=5-", ChecksumMode: "ENABLED" }),
  );
  expect([await got.Body?.transformToString(), got.ContentType, got.Metadata]).toEqual([
    "bytes",
    "text/plain",
    { who: "me" },
  ]);
  await client.send(
    new CopyObjectCommand({
      Bucket,
      Key: "copied",
      CopySource: `${Bucket}/${encodeURIComponent("호수/a b+c")}`,
    }),
  );
  const whole = await client.send(new GetObjectCommand({ Bucket, Key: "copied" }));
  expect(await whole.Body?.transformToString()).toBe("some bytes");
});

test.each(["CRC32", "CRC32C", "CRC64NVME", "SHA1", "SHA256"] as const)(
  "a stream with a trailing %s",
  async (ChecksumAlgorithm) => {
    const Key = `stream-${ChecksumAlgorithm}`;
    const Body = Readable.from([Buffer.from("12345"), Buffer.from("6789")]);
    // A stream is sent in chunks with its checksum behind them.
    await s3().send(new PutObjectCommand({ Bucket, Key, Body, ContentLength: 9, ChecksumAlgorithm }));
    const head = await s3().send(new HeadObjectCommand({ Bucket, Key, ChecksumMode: "ENABLED" }));
    expect(head.ContentLength).toBe(9);
    expect(head[`Checksum${ChecksumAlgorithm}`]).toBeDefined();
  },
);

test("an upload of unknown length goes in parts at once", async () => {
  const piece = Buffer.alloc(1_024 * 1_024, "x");
  const Body = Readable.from(Array.from({ length: 17 }, () => piece));
  await new Upload({
    client: s3(),
    params: { Bucket, Key: "uploaded", Body },
    partSize: 5 * 1_024 * 1_024,
    queueSize: 4,
  }).done();
  const head = await s3().send(new HeadObjectCommand({ Bucket, Key: "uploaded" }));
  expect([head.ContentLength, head.ETag]).toEqual([17 * 1_024 * 1_024, expect.stringMatching(/-4"$/)]);
});

test("pages and waiters", async () => {
  const client = s3();
  for (let number = 0; number < 5; number += 1)
    await client.send(new PutObjectCommand({ Bucket, Key: `page/${number}`, Body: "" }));
  const keys: (string | undefined)[] = [];
  for await (const page of paginateListObjectsV2({ client, pageSize: 2 }, { Bucket, Prefix: "page/" }))
    keys.push(...(page.Contents ?? []).map(({ Key }) => Key));
  expect(keys).toEqual(["page/0", "page/1", "page/2", "page/3", "page/4"]);
  const waited = await waitUntilObjectExists({ client, maxWaitTime: 10 }, { Bucket, Key: "page/0" });
  expect(waited.state).toBe("SUCCESS");
  const gone = await client.send(
    new DeleteObjectsCommand({ Bucket, Delete: { Objects: keys.map((Key) => ({ Key })) } }),
  );
  expect(gone.Deleted).toHaveLength(5);
});

test("errors are the SDK's own classes", async () => {
  await expect(s3().send(new GetObjectCommand({ Bucket, Key: "nobody" }))).rejects.toBeInstanceOf(NoSuchKey);
  const inSeoul = s3({ region: "ap-northeast-2" });
  await inSeoul.send(
    new CreateBucketCommand({
      Bucket: `${Bucket}-seoul`,
      CreateBucketConfiguration: { LocationConstraint: "ap-northeast-2" },
    }),
  );
  await expect(
    inSeoul.send(
      new CreateBucketCommand({
        Bucket: `${Bucket}-seoul`,
        CreateBucketConfiguration: { LocationConstraint: "ap-northeast-2" },
      }),
    ),
  ).rejects.toBeInstanceOf(BucketAlreadyOwnedByYou);
  const glue = new GlueClient(options());
  await expect(glue.send(new GetTableCommand({ DatabaseName: "nobody", Name: "a" }))).rejects.toBeInstanceOf(
    EntityNotFoundException,
  );
});

test("a presigned URL puts and gets", async () => {
  const put = await getSignedUrl(s3(), new PutObjectCommand({ Bucket, Key: "signed" }), { expiresIn: 60 });
  const sent = await fetch(put, { method: "PUT", body: "by url" });
  expect(sent.status, await sent.text()).toBe(200);
  const get = await getSignedUrl(s3(), new GetObjectCommand({ Bucket, Key: "signed" }), { expiresIn: 60 });
  expect(await (await fetch(get)).text()).toBe("by url");
});

test("from a file to an answer", async () => {
  await s3().send(new PutObjectCommand({ Bucket, Key: "orders/a.csv", Body: "1,a\n2,b\n" }));
  const glue = new GlueClient(options());
  await glue.send(new CreateDatabaseCommand({ DatabaseInput: { Name: "js" } }));
  const Columns = [
    { Name: "id", Type: "int" },
    { Name: "name", Type: "string" },
  ];
  const SerdeInfo = {
    SerializationLibrary: "org.apache.hadoop.hive.serde2.lazy.LazySimpleSerDe",
    Parameters: { "field.delim": "," },
  };
  const InputFormat = "org.apache.hadoop.mapred.TextInputFormat";
  const OutputFormat = "org.apache.hadoop.hive.ql.io.HiveIgnoreKeyTextOutputFormat";
  const StorageDescriptor = {
    Columns,
    SerdeInfo,
    InputFormat,
    OutputFormat,
    Location: `s3://${Bucket}/orders/`,
  };
  await glue.send(
    new CreateTableCommand({
      DatabaseName: "js",
      TableInput: { Name: "orders", TableType: "EXTERNAL_TABLE", StorageDescriptor },
    }),
  );
  const client = new AthenaClient(options());
  const { QueryExecutionId } = await client.send(
    new StartQueryExecutionCommand({
      QueryString: "SELECT id, name FROM js.orders ORDER BY id DESC",
      ResultConfiguration: { OutputLocation: `s3://${Bucket}/results/` },
    }),
  );
  let state: string | undefined = "QUEUED";
  while (state === "QUEUED" || state === "RUNNING") {
    const told = await client.send(new GetQueryExecutionCommand({ QueryExecutionId }));
    state = told.QueryExecution?.Status?.State;
  }
  expect(state).toBe("SUCCEEDED");
  const rows: (string | undefined)[][] = [];
  for await (const page of paginateGetQueryResults({ client, pageSize: 2 }, { QueryExecutionId }))
    rows.push(
      ...(page.ResultSet?.Rows ?? []).map(({ Data }) => (Data ?? []).map(({ VarCharValue }) => VarCharValue)),
    );
  expect(rows).toEqual([
    ["id", "name"],
    ["2", "b"],
    ["1", "a"],
  ]);
});

test("a user is refused, then allowed", async () => {
  const iam = new IAMClient(options());
  const UserName = `js-${Date.now()}`;
  await iam.send(new CreateUserCommand({ UserName }));
  const { AccessKey } = await iam.send(new CreateAccessKeyCommand({ UserName }));
  const credentials = {
    accessKeyId: AccessKey?.AccessKeyId ?? "",
    secretAccessKey: AccessKey?.SecretAccessKey ?? "",
  };
  const me = await new STSClient({ ...options(), credentials }).send(new GetCallerIdentityCommand({}));
  expect(me.Arn).toMatch(new RegExp(`:user/${UserName}$`));
  const theirs = s3({ credentials });
  const get = () => theirs.send(new GetObjectCommand({ Bucket, Key: "copied" }));
  await expect(get()).rejects.toMatchObject({
    name: "AccessDenied",
    message: expect.stringContaining(`User: ${me.Arn} is not authorized to perform: s3:GetObject`) as string,
  });
  const PolicyDocument = JSON.stringify({
    Version: "2012-10-17",
    Statement: [{ Effect: "Allow", Action: "s3:GetObject", Resource: `arn:aws:s3:::${Bucket}/*` }],
  });
  await iam.send(new PutUserPolicyCommand({ UserName, PolicyName: "read", PolicyDocument }));
  expect((await get()).ContentLength).toBe(10);
  await expect(
    new STSClient({ ...options(), credentials }).send(
      new AssumeRoleCommand({
        RoleArn: `arn:aws:iam::${me.Account}:role/nobody`,
        RoleSessionName: "x".repeat(3),
      }),
    ),
  ).rejects.toMatchObject({ name: "AccessDenied" });
});
