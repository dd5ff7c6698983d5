/** A folder of every format that there was is opened, and holds what was put into it. */
import { cp, mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { GetTableCommand, GlueClient } from "@aws-sdk/client-glue";
import { IAMClient, ListAccessKeysCommand } from "@aws-sdk/client-iam";
import { GetObjectCommand, HeadObjectCommand, ListObjectVersionsCommand } from "@aws-sdk/client-s3";
import { afterAll, beforeAll, expect, test } from "vitest";
import { openHouse, type House } from "../harness/house.ts";
import { signedCall } from "./admin.ts";
import { allObjects, s3Of } from "./lake.ts";

const FIXTURE = join(import.meta.dirname, "..", "fixtures", "folder-format-1");
const BUCKET = "fixture-lake";

const kept: { folder?: string; house?: House } = {};
const house = (): House => {
  if (!kept.house) throw new Error("the house is open from the first test on");
  return kept.house;
};
beforeAll(async () => {
  kept.folder = await mkdtemp(join(tmpdir(), "hosu-fixture-"));
  const dataFolder = join(kept.folder, "data");
  await cp(FIXTURE, dataFolder, { recursive: true });
  kept.house = await openHouse({ dataFolder, byRealClients: false });
});
afterAll(async () => {
  await kept.house?.close();
  if (kept.folder !== undefined) await rm(kept.folder, { recursive: true, force: true });
});

test("its objects have their bytes, wherever they lie", async () => {
  const s3 = s3Of(house());
  expect([...(await allObjects(s3)).keys()]).toEqual(
    ["copy", "file", "log", "row"].map((key) => `${BUCKET}/${key}`),
  );
  const text = async (Key: string, VersionId?: string) =>
    (await s3.send(new GetObjectCommand({ Bucket: BUCKET, Key, VersionId }))).Body?.transformToString();
  expect(await text("row")).toBe("in the row, a second version");
  expect(await text("log")).toBe("log ".repeat(2_000));
  expect(await text("file")).toBe("file".repeat(70_000));
  expect(await text("copy")).toBe("file".repeat(70_000));
  const { Versions = [], DeleteMarkers = [] } = await s3.send(
    new ListObjectVersionsCommand({ Bucket: BUCKET }),
  );
  expect(DeleteMarkers.map(({ Key }) => Key)).toEqual(["gone"]);
  const first = Versions.filter(({ Key }) => Key === "row").at(-1);
  expect(await text("row", first?.VersionId)).toBe("in the row");
  const head = await s3.send(
    new HeadObjectCommand({ Bucket: BUCKET, Key: "row", VersionId: first?.VersionId }),
  );
  expect(head.Metadata).toEqual({ name: "value" });
});

test("so are its users, its catalog and its clock", async () => {
  const credentials = house();
  const keys = await new IAMClient({ ...house(), credentials }).send(
    new ListAccessKeysCommand({ UserName: "reader" }),
  );
  expect(keys.AccessKeyMetadata).toHaveLength(1);
  const { Table } = await new GlueClient({ ...house(), credentials }).send(
    new GetTableCommand({ DatabaseName: "orders", Name: "lines" }),
  );
  expect(Table?.StorageDescriptor?.Columns).toEqual([{ Name: "id", Type: "bigint" }]);
  const { lakeTime } = (await signedCall(house(), "/_hosu/clock")) as { lakeTime: string };
  expect(Math.round((Date.parse(lakeTime) - new Date().getTime()) / 3_600_000)).toBe(1);
});
