/** A disk that is full or read-only. Linux lets root alone mount one; where it does not, these are left out, but in CI. */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { CreateBucketCommand, DeleteObjectCommand } from "@aws-sdk/client-s3";
import { afterAll, expect, test } from "vitest";
import { openHouse } from "../harness/house.ts";
import { hosu } from "../harness/program.ts";
import { IS_CI } from "../harness/settings.ts";
import { answerOf, Bucket, put, s3Of, smallDisk, wrongOf } from "./place.ts";

const home = mkdtempSync(join(tmpdir(), "hosu-faults-"));
const disk = smallDisk(join(home, "disk"), "8m");
afterAll(() => {
  disk?.unmount();
  rmSync(home, { recursive: true, force: true });
});

const MOST_PUTS = 4_000;
/** In the store's pages, in the log, in files of their own. */
const SIZES = [3_000, 40_000, 300_000] as const;

test.skipIf(!disk && !IS_CI)(
  "a full disk refuses writes by name, serves reads, and works on once there is room",
  async () => {
    if (!disk) throw new Error("a disk of its own can be mounted in CI");
    disk.remount("size=8m");
    const dataFolder = join(disk.path, "full");
    const house = await openHouse({ dataFolder });
    const s3 = s3Of(house);
    await s3.send(new CreateBucketCommand({ Bucket }));
    const acknowledged = new Map<number, number>();
    const refused = new Set<string>();
    // Larger ones first run out of room; then the small ones fill the store's own pages.
    for (const bytes of SIZES.toReversed()) {
      let failures = 0;
      for (let at = acknowledged.size; failures < 5 && acknowledged.size < MOST_PUTS; at += 1)
        await put(s3, at, bytes).then(
          () => acknowledged.set(at, bytes),
          (error: unknown) => {
            failures += 1;
            refused.add(`${answerOf(error)} ${String(error)}`);
          },
        );
    }
    expect([...refused]).toEqual([expect.stringMatching(/^ServiceUnavailable 503 .*disk .* is full/)]);
    expect(await wrongOf(s3, acknowledged)).toEqual([]);

    disk.remount("size=32m");
    const next = MOST_PUTS + 1;
    await put(s3, next, 3_000);
    acknowledged.set(next, 3_000);
    await house.kill9();
    await house.restart();
    expect(await wrongOf(s3, acknowledged)).toEqual([]);
    await s3.send(new DeleteObjectCommand({ Bucket, Key: `key${next}` }));
    await house.close();
  },
);

test.skipIf(!disk && !IS_CI)("a read-only disk is said in a sentence at the start", async () => {
  if (!disk) throw new Error("a disk of its own can be mounted in CI");
  disk.remount("ro");
  const dataFolder = join(disk.path, "full");
  const told = await hosu(["start", "--data", dataFolder, "--port", "0"], { home });
  disk.remount("rw");
  expect([told.code, told.stderr]).toEqual([
    1,
    expect.stringMatching(/^hosu: \S+ cannot be written: its disk is read-only/),
  ]);
  expect(told.stderr).not.toContain("    at ");
});
