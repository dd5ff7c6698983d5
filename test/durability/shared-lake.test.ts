/** Two programs serve one lake: rows in a Postgres, bytes in the bucket of a third Hosu, one key. */
import { copyFile, mkdir, mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { AthenaClient, GetQueryExecutionCommand, StartQueryExecutionCommand } from "@aws-sdk/client-athena";
import { CreateAccessKeyCommand, CreateUserCommand, IAMClient } from "@aws-sdk/client-iam";
import {
  CreateBucketCommand,
  DeleteObjectCommand,
  GetObjectCommand,
  HeadObjectCommand,
  ListObjectsV2Command,
  PutObjectCommand,
  S3Client,
} from "@aws-sdk/client-s3";
import { afterAll, beforeAll, expect, test } from "vitest";
import { postgresPrograms, startTestPostgres, type TestPostgres } from "../../src/store/testing/postgres.ts";
import { openHouse, type House } from "../harness/house.ts";
import { hosu } from "../harness/program.ts";
import type { Access } from "../harness/settings.ts";
import { randomBy } from "./chance.ts";
import { Lake, writeOn } from "./lake.ts";
import { Ledger } from "./ledger.ts";

const hasPostgres = postgresPrograms() !== undefined || process.env["CI"] !== undefined;
const KILLS = Number(process.env["HOSU_TEST_CRASHES"] ?? 4);
const SEED = Number(process.env["HOSU_TEST_SEED"] ?? Math.floor(Math.random() * 2 ** 31));
const WRITERS = 4;
const MINUTE_MS = 60_000;
const MIB = 1_024 * 1_024;

interface Lakes {
  readonly server: TestPostgres;
  /** Holds the bytes. */
  readonly bucket: House;
  readonly one: House;
  readonly other: House;
  readonly folder: string;
  readonly url: string;
  readonly env: Readonly<Record<string, string>>;
}

const opened: { lakes?: Lakes } = {};

beforeAll(async () => {
  if (!hasPostgres) return;
  const server = await startTestPostgres();
  const bucket = await openHouse({ byRealClients: false });
  await client(bucket).send(new CreateBucketCommand({ Bucket: "bytes" }));
  const folder = await mkdtemp(join(tmpdir(), "hosu-key-"));
  const keyFile = join(folder, "key");
  await copyFile(join(bucket.dataFolder, "key"), keyFile);
  const env = {
    HOSU_BLOBS: `s3://bytes/lake?endpoint=${bucket.endpoint}&region=${bucket.region}`,
    HOSU_KEY_FILE: keyFile,
    AWS_ACCESS_KEY_ID: bucket.accessKeyId,
    AWS_SECRET_ACCESS_KEY: bucket.secretAccessKey,
  };
  const url = server.url();
  const one = await openHouse({ store: url, env });
  const other = await openHouse({ store: url, env });
  opened.lakes = { server, bucket, one, other, folder, url, env };
}, MINUTE_MS);
afterAll(async () => {
  const { lakes } = opened;
  if (!lakes) return;
  for (const house of [lakes.one, lakes.other, lakes.bucket]) await house.close();
  await lakes.server.stop();
  await rm(lakes.folder, { recursive: true });
});

const withLakes = (name: string, work: (lakes: Lakes) => Promise<void>, timeoutMs = MINUTE_MS): void =>
  test.skipIf(!hasPostgres)(
    name,
    async () => {
      if (!opened.lakes) throw new Error("there are lakes");
      await work(opened.lakes);
    },
    timeoutMs,
  );

const client = (house: Access & { readonly endpoint: string }): S3Client =>
  new S3Client({ ...house, credentials: house, forcePathStyle: true });

const bytesOf = async (s3: S3Client, Bucket: string, Key: string): Promise<Buffer> => {
  const { Body } = await s3.send(new GetObjectCommand({ Bucket, Key }));
  return Buffer.from((await Body?.transformToByteArray()) ?? []);
};

withLakes("what one has acknowledged the other has at once, of every size", async ({ one, other }) => {
  await client(one).send(new CreateBucketCommand({ Bucket: "shared" }));
  for (const bytes of [0, 100, 100_000, 3 * MIB, 20 * MIB + 1]) {
    const body = Buffer.alloc(bytes, "lake");
    const Key = String(bytes);
    await client(one).send(new PutObjectCommand({ Bucket: "shared", Key, Body: body }));
    expect((await bytesOf(client(other), "shared", Key)).equals(body)).toBe(true);
  }
});

withLakes("a key that one has given out opens the other", async ({ one, other }) => {
  const iam = new IAMClient({ ...one, credentials: one });
  await iam.send(new CreateUserCommand({ UserName: "reader" }));
  const { AccessKey } = await iam.send(new CreateAccessKeyCommand({ UserName: "reader" }));
  const reader = client({
    ...other,
    accessKeyId: AccessKey?.AccessKeyId ?? "",
    secretAccessKey: AccessKey?.SecretAccessKey ?? "",
  });
  // Known, and allowed nothing.
  const listed = reader.send(new ListObjectsV2Command({ Bucket: "shared" }));
  await expect(listed).rejects.toMatchObject({ name: "AccessDenied" });
});

withLakes("a query that one works on is known to the other", async ({ one, other }) => {
  const athena = (house: House) => new AthenaClient({ ...house, credentials: house });
  const { QueryExecutionId } = await athena(one).send(
    new StartQueryExecutionCommand({
      QueryString: "SELECT count(*) FROM UNNEST(sequence(1, 10000)) AS a(x)",
      ResultConfiguration: { OutputLocation: "s3://shared/results/" },
    }),
  );
  const state = async () =>
    (await athena(other).send(new GetQueryExecutionCommand({ QueryExecutionId }))).QueryExecution?.Status
      ?.State;
  await expect.poll(state, { timeout: MINUTE_MS / 2 }).toBe("SUCCEEDED");
  const csv = await bytesOf(client(other), "shared", `results/${QueryExecutionId}.csv`);
  expect(csv.toString()).toBe('"_col0"\n"10000"\n');
});

withLakes("when the clock was moved at one, it was moved at the other", async ({ one, other }) => {
  const moved = await hosu(["clock", "advance", "48h", "--data", one.dataFolder], { home: one.home });
  expect(moved.stderr).toBe("");
  await client(other).send(new PutObjectCommand({ Bucket: "shared", Key: "late", Body: "x" }));
  const { LastModified } = await client(one).send(new HeadObjectCommand({ Bucket: "shared", Key: "late" }));
  expect((LastModified?.getTime() ?? 0) - Date.now()).toBeGreaterThan(47 * 60 * MINUTE_MS);
});

withLakes("who has another key, or other bytes, is refused by name", async (lakes) => {
  const start = async (env: Readonly<Record<string, string>>) => {
    const home = await mkdtemp(join(lakes.folder, "home-"));
    const data = join(home, "data");
    await mkdir(data);
    const { HOSU_KEY_FILE: _, ...withoutKey } = lakes.env;
    return hosu(["start", "--data", data, "--port", "0"], {
      home,
      env: { ...withoutKey, HOSU_STORE: lakes.url, ...env },
    });
  };
  expect((await start({})).stderr).toContain("sealed under another key");
  const key = { HOSU_KEY_FILE: lakes.env["HOSU_KEY_FILE"] ?? "" };
  const elsewhere = `s3://bytes/elsewhere?endpoint=${lakes.bucket.endpoint}&region=us-east-1`;
  expect((await start({ ...key, HOSU_BLOBS: elsewhere })).stderr).toContain(
    "keeps its bytes in s3://bytes/lake/",
  );
  expect((await start({ ...key, HOSU_STORE: lakes.server.url() })).stderr).toContain(
    "the bytes of another lake",
  );
});

// It takes longer than a minute: that long it is left to whoever may still read it.
if (process.env["HOSU_TEST_CRASHES"] !== undefined)
  withLakes(
    "what nobody owns any more leaves the bucket",
    async ({ one, other, bucket }) => {
      const keys = async () =>
        ((await client(bucket).send(new ListObjectsV2Command({ Bucket: "bytes" }))).Contents ?? []).length;
      const before = await keys();
      await client(one).send(
        new PutObjectCommand({ Bucket: "shared", Key: "gone", Body: Buffer.alloc(MIB) }),
      );
      expect(await keys()).toBe(before + 1);
      await client(other).send(new DeleteObjectCommand({ Bucket: "shared", Key: "gone" }));
      await expect.poll(keys, { timeout: 3 * MINUTE_MS, interval: 1_000 }).toBeLessThanOrEqual(before);
    },
    4 * MINUTE_MS,
  );

withLakes(
  `${KILLS} kills under load, now of one and now of the other: nothing acknowledged is lost (seed ${SEED})`,
  async ({ one, other }) => {
    const random = randomBy(SEED);
    const ledger = new Ledger();
    const doors = [
      { house: one, lake: new Lake(one, ledger, "a"), writers: [0, 1, 2, 3] },
      { house: other, lake: new Lake(other, ledger, "b"), writers: [4, 5, 6, 7] },
    ];
    await doors[0]?.lake.prepare(2 * WRITERS);
    for (let kill = 0; kill < KILLS; kill += 1) {
      const [falls, stays] = kill % 2 === 0 ? doors : doors.toReversed();
      if (!falls || !stays) throw new Error("there are two doors");
      const state = { fallen: false, over: false };
      const load = [
        ...falls.writers.map((writer) => writeOn(falls.lake, writer, { random, isOver: () => state.fallen })),
        ...stays.writers.map((writer) => writeOn(stays.lake, writer, { random, isOver: () => state.over })),
      ];
      await reached(ledger, 10 + random(60));
      state.fallen = true;
      await falls.house.kill9();
      // The one that stays goes on alone.
      await reached(ledger, 20);
      state.over = true;
      await Promise.all(load);
      await stays.lake.verify();
      await falls.house.restart();
      await falls.lake.verify();
    }
    expect(ledger.acknowledgements).toBeGreaterThan(KILLS * 30);
  },
  2 * MINUTE_MS + KILLS * 20_000,
);

/** Resolves once so much more was acknowledged. */
async function reached(ledger: Ledger, more: number): Promise<void> {
  const enough = ledger.acknowledgements + more;
  await expect
    .poll(() => ledger.acknowledgements, { timeout: MINUTE_MS, interval: 5 })
    .toBeGreaterThanOrEqual(enough);
}
