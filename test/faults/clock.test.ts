/** The machine's clock is set back while a lake is served: what a module loaded first tells it of the time. */
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import {
  CreateBucketCommand,
  DeleteObjectCommand,
  GetObjectCommand,
  ListObjectsV2Command,
  ListObjectVersionsCommand,
  PutBucketVersioningCommand,
  PutObjectCommand,
  type S3Client,
} from "@aws-sdk/client-s3";
import { afterAll, expect, test } from "vitest";
import { openHouse } from "../harness/house.ts";
import { answerOf, Bucket, put, s3Of, wrongOf } from "./place.ts";

const HOUR_MS = 3_600_000;
const folder = mkdtempSync(join(tmpdir(), "hosu-faults-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));
const offsetFile = join(folder, "offset");
const setClock = (offsetMs: number): void => writeFileSync(offsetFile, String(offsetMs));

const CLOCK = `
import { readFileSync } from "node:fs";
const RealDate = Date;
const now = () => RealDate.now() + Number(readFileSync(${JSON.stringify(offsetFile)}, "utf8"));
globalThis.Date = class Date extends RealDate {
  constructor(...given) { given.length === 0 ? super(now()) : super(...given); }
  static now() { return now(); }
};`;

const putVersion = (s3: S3Client, Body: string): Promise<unknown> =>
  s3.send(new PutObjectCommand({ Bucket, Key: "one", Body }));

async function latest(s3: S3Client): Promise<string | undefined> {
  const { Body } = await s3.send(new GetObjectCommand({ Bucket, Key: "one" }));
  return Body?.transformToString();
}

/** Newest first, as S3 lists them. */
async function versions(s3: S3Client): Promise<string[]> {
  const { Versions = [] } = await s3.send(new ListObjectVersionsCommand({ Bucket, Prefix: "one" }));
  expect(Versions.map(({ IsLatest }) => IsLatest)).toEqual(Versions.map((_, at) => at === 0));
  const bodies = Versions.map(async ({ VersionId }) => {
    const { Body } = await s3.send(new GetObjectCommand({ Bucket, Key: "one", VersionId }));
    return (await Body?.transformToString()) ?? "";
  });
  return Promise.all(bodies);
}

test("a clock set back refuses signatures of another time, and changes no order and no object", async () => {
  setClock(0);
  const clock = join(folder, "clock.mjs");
  writeFileSync(clock, CLOCK);
  const house = await openHouse({ env: { NODE_OPTIONS: `--import=${clock}` } });
  const before = s3Of(house);
  await before.send(new CreateBucketCommand({ Bucket }));
  await before.send(
    new PutBucketVersioningCommand({ Bucket, VersioningConfiguration: { Status: "Enabled" } }),
  );
  const acknowledged = new Map(
    Array.from({ length: 10 }, (_, at) => [at, 300_000 * (at % 2) + 100] as const),
  );
  for (const [at, bytes] of acknowledged) await put(before, at, bytes);
  await putVersion(before, "first");
  const page = await before.send(new ListObjectsV2Command({ Bucket, MaxKeys: 5 }));

  setClock(-HOUR_MS);
  expect(await putVersion(before, "never").then(() => "put", answerOf)).toBe("RequestTimeTooSkewed 403");
  const after = s3Of(house, { systemClockOffset: -HOUR_MS });
  await putVersion(after, "second");
  await putVersion(after, "third");
  // Names behind the page's last.
  for (let at = 50; at < 60; at += 1) {
    await put(after, at, 300_100);
    acknowledged.set(at, 300_100);
  }
  expect(await versions(after)).toEqual(["third", "second", "first"]);
  expect(await latest(after)).toBe("third");
  const rest = await after.send(
    new ListObjectsV2Command({ Bucket, ContinuationToken: page.NextContinuationToken }),
  );
  const keys = [...(page.Contents ?? []), ...(rest.Contents ?? [])].map(({ Key }) => Key);
  expect(keys).toEqual([...[...acknowledged.keys()].map((at) => `key${at}`), "one"].toSorted());

  await house.kill9();
  await house.restart();
  await putVersion(after, "fourth");
  expect(await versions(after)).toEqual(["fourth", "third", "second", "first"]);
  expect(await wrongOf(after, acknowledged)).toEqual([]);
  await after.send(new DeleteObjectCommand({ Bucket, Key: "one" }));
  expect(await latest(after).catch(answerOf)).toBe("NoSuchKey 404");
  await house.close();
});
