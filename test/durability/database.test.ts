/** A lake whose rows lie in a Postgres: it outlives kills, and folder and database are not taken for others. */
import { CreateBucketCommand, GetObjectCommand, PutObjectCommand, S3Client } from "@aws-sdk/client-s3";
import { afterAll, beforeAll, expect, test } from "vitest";
import { postgresPrograms, startTestPostgres, type TestPostgres } from "../../src/store/testing/postgres.ts";
import { openHouse, type House } from "../harness/house.ts";
import { hosu } from "../harness/program.ts";

const hasPostgres = postgresPrograms() !== undefined || process.env["CI"] !== undefined;
const lake: { server?: TestPostgres; house?: House; url: string } = { url: "" };
const SMALL = Buffer.alloc(100, "s");
const LARGE = Buffer.alloc(1_024 * 1_024, "l");

beforeAll(async () => {
  if (!hasPostgres) return;
  lake.server = await startTestPostgres();
  lake.url = lake.server.url();
  lake.house = await openHouse({ store: lake.url });
});
afterAll(async () => {
  await lake.house?.close();
  await lake.server?.stop();
});

const withHouse = (name: string, work: (house: House) => Promise<void>): void =>
  test.skipIf(!hasPostgres)(name, async () => {
    if (!lake.house) throw new Error("there is a house");
    await work(lake.house);
  });

const client = (house: House): S3Client =>
  new S3Client({ ...house, credentials: house, forcePathStyle: true });

withHouse("objects that were acknowledged are there after a kill", async (house) => {
  const s3 = client(house);
  await s3.send(new CreateBucketCommand({ Bucket: "lake" }));
  await s3.send(new PutObjectCommand({ Bucket: "lake", Key: "small", Body: SMALL }));
  await s3.send(new PutObjectCommand({ Bucket: "lake", Key: "large", Body: LARGE }));
  await house.kill9();
  await house.restart();
  for (const [Key, bytes] of [["small", SMALL] as const, ["large", LARGE] as const]) {
    const { Body } = await s3.send(new GetObjectCommand({ Bucket: "lake", Key }));
    expect(bytes.equals((await Body?.transformToByteArray()) ?? Buffer.alloc(0))).toBe(true);
  }
});

withHouse("sessions that the database cut off are opened again", async (house) => {
  lake.server?.sql(
    "SELECT count(pg_terminate_backend(pid)) FROM pg_stat_activity WHERE application_name = 'hosu'",
  );
  await client(house).send(new PutObjectCommand({ Bucket: "lake", Key: "after", Body: SMALL }));
});

const start = (house: House, store: string | undefined, folder: string) =>
  hosu(["start", "--data", folder, "--port", "0"], {
    home: house.home,
    env: store === undefined ? {} : { HOSU_STORE: store },
  });

withHouse("another folder on the same database is refused by name", async (house) => {
  const { code, stderr } = await start(house, lake.url, `${house.folder}/other`);
  expect(code).toBe(1);
  expect(stderr).toContain("belongs to another data folder");
});

withHouse("what is made of a data folder alone is refused", async (house) => {
  const { code, stderr } = await hosu(["snapshot", "save", "one", "--data", house.dataFolder], {
    home: house.home,
  });
  expect(code).toBe(1);
  expect(stderr).toContain("With --store, back up the database");
});

withHouse("a password on the command line is refused", async (house) => {
  const { code, stderr } = await hosu(["start", "--store", "postgres://a:b@localhost/x"], {
    home: house.home,
  });
  expect(code).toBe(1);
  expect(stderr).toContain("PGPASSWORD");
});

withHouse("the folder without its database, and with an empty one, is refused", async (house) => {
  await house.stop();
  expect((await start(house, undefined, house.dataFolder)).stderr).toContain("rows lie in a database");
  const elsewhere = await start(house, lake.server?.url(), house.dataFolder);
  expect(elsewhere.stderr).toContain("whose rows lie elsewhere");
  await house.restart();
});
