/** Files of the data folder, damaged while nobody serves it. */
import {
  appendFileSync,
  cpSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  truncateSync,
  writeFileSync,
} from "node:fs";
import { join } from "node:path";
import { CreateBucketCommand } from "@aws-sdk/client-s3";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { openHouse, type House } from "../harness/house.ts";
import { hosu } from "../harness/program.ts";
import { answerOf, Bucket, put, s3Of, wrongOf } from "./place.ts";

const PAGE_BYTES = 4_096;
const SMALL = 1_000;
const IN_THE_LOG = 40_000;
const kept: { first?: House } = {};
const acknowledged = new Map<number, number>();
/** Where a page says which commit it is of. */
const TRANSACTION_AT = 152;

beforeAll(async () => {
  const house = await openHouse();
  kept.first = house;
  const s3 = s3Of(house);
  await s3.send(new CreateBucketCommand({ Bucket }));
  for (let at = 0; at < 300; at += 1) {
    const bytes = at % 50 === 0 ? IN_THE_LOG : SMALL;
    await put(s3, at, bytes);
    acknowledged.set(at, bytes);
  }
  await house.kill9();
});
afterAll(() => kept.first?.close());

const first = (): House => {
  if (!kept.first) throw new Error("the first house was filled");
  return kept.first;
};

/** A copy of the folder, damaged. */
function damagedCopy(name: string, damage: (storePath: string, folder: string) => void): string {
  const folder = join(first().folder, name);
  cpSync(first().dataFolder, folder, { recursive: true, filter: (path) => !path.endsWith(".sock") });
  damage(join(folder, "store.mdb"), folder);
  return folder;
}

const overwrite = (path: string, pages: readonly number[]): void => {
  const bytes = readFileSync(path);
  for (const page of pages) bytes.fill(0xa5, page * PAGE_BYTES, (page + 1) * PAGE_BYTES);
  writeFileSync(path, bytes);
};

const latestMeta = (path: string): number => {
  const bytes = readFileSync(path);
  const [zero, one] = [0, 1].map((page) => bytes.readBigUInt64LE(page * PAGE_BYTES + TRANSACTION_AT));
  return (one ?? 0n) > (zero ?? 0n) ? 1 : 0;
};

describe("a torn meta page is mended from the other, and said", () => {
  test.each([
    ["the last commit's", (path: string) => latestMeta(path)],
    ["the one before's", (path: string) => 1 - latestMeta(path)],
  ])("%s", async (name, page) => {
    const dataFolder = damagedCopy(name, (path) => overwrite(path, [page(path)]));
    const house = await openHouse({ dataFolder });
    expect(house.said()).toContain("store.mdb was torn");
    const s3 = s3Of(house);
    // The last of all is what a torn last commit had not acknowledged.
    const before = new Map([...acknowledged].slice(0, -1));
    expect(await wrongOf(s3, before)).toEqual([]);
    await put(s3, 1_000, SMALL);
    await house.stop();
    await house.restart();
    expect(house.said()).not.toContain("torn");
    expect(await wrongOf(s3, new Map([...before, [1_000, SMALL]]))).toEqual([]);
    await house.close();
  });
});

describe("a store that cannot be used is named, and not started on", () => {
  const CASES: readonly (readonly [string, (path: string) => void, string])[] = [
    ["both meta pages torn", (path) => overwrite(path, [0, 1]), "neither of its two meta pages is whole"],
    ["cut in half", (path) => truncateSync(path, halfOf(path)), "it ends at byte"],
    ["cut to a few bytes", (path) => truncateSync(path, 100), "neither of its two meta pages is whole"],
    ["emptied", (path) => truncateSync(path, 0), "is empty"],
    ["gone", (path) => rmSync(path), "is missing"],
  ];
  test.each(CASES)("%s", async (name, damage, words) => {
    const dataFolder = damagedCopy(name, damage);
    const told = await hosu(["start", "--data", dataFolder, "--port", "0"], { home: first().home });
    expect([told.code, told.stderr]).toEqual([1, expect.stringContaining(join(dataFolder, "store.mdb"))]);
    expect(told.stderr).toContain(words);
    expect(told.stderr).not.toContain("    at ");
  });
});

const halfOf = (path: string): number => Math.floor(statSync(path).size / 2 / PAGE_BYTES) * PAGE_BYTES;

test("overwritten pages give an error that names the store, never other bytes and never a crash", async () => {
  const pages = statSync(join(first().dataFolder, "store.mdb")).size / PAGE_BYTES;
  const outcomes = new Set<string>();
  for (const at of [0.25, 0.5, 0.75]) {
    const dataFolder = damagedCopy(`page${at}`, (path) => overwrite(path, [Math.floor(pages * at)]));
    const house = await openHouse({ dataFolder }).catch((error: unknown) => String(error));
    if (typeof house === "string") {
      expect(house).toContain("store.mdb is damaged");
      continue;
    }
    const s3 = s3Of(house);
    for (const one of acknowledged)
      outcomes.add(
        await wrongOf(s3, new Map([one])).then(
          (wrong) => (wrong.length === 0 ? "right" : "wrong bytes"),
          (error: unknown) => answerOf(error),
        ),
      );
    await house.stop();
    await house.close();
  }
  expect(
    [...outcomes].filter((outcome) => outcome !== "right" && !/^Internal\w+ 500$/.test(outcome)),
  ).toEqual([]);
});

describe("a torn tail is cut off, and what was acknowledged stays", () => {
  test.each([
    ["of the log of blobs", "blobs/log", "are cut off"],
    ["of the trail", "trail", ""],
  ])("%s", async (name, inside, words) => {
    const dataFolder = damagedCopy(name, (_, folder) => {
      const segment = readdirSync(join(folder, inside)).toSorted().at(-1) ?? "";
      appendFileSync(join(folder, inside, segment), Buffer.from([0xff, 0x0f, 0, 0, 1, 2, 3, 4, 5]));
    });
    const house = await openHouse({ dataFolder });
    expect(house.said()).toContain(words);
    const s3 = s3Of(house);
    expect(await wrongOf(s3, acknowledged)).toEqual([]);
    await put(s3, 1_000, IN_THE_LOG);
    await house.stop();
    await house.restart();
    expect(await wrongOf(s3, new Map([...acknowledged, [1_000, IN_THE_LOG]]))).toEqual([]);
    await house.close();
  });
});
