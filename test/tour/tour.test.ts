/** `hosu tour`: the whole job, small; and that nothing is left of it. */
import { readdir } from "node:fs/promises";
import { dirname } from "node:path";
import { describe, expect, test } from "vitest";
import { ListBucketsCommand, S3Client } from "@aws-sdk/client-s3";
import { useHouse } from "../harness/house.ts";
import { hosu } from "../harness/program.ts";
import { IS_CI, PYTHONS } from "../harness/settings.ts";

const house = useHouse();

/** The lines of the last table: what each way read, in bytes. */
function bytesRead(stdout: string): number[] {
  const units = { B: 1, KB: 1_024, MB: 1_048_576 } as const;
  const lines = [...stdout.matchAll(/^ +\S.*?([\d.]+) (KB|MB) +[\d.]+ s +\S+ +\S+$/gm)];
  return lines.map(([, number, unit]) => Number(number) * units[unit as keyof typeof units]);
}

async function expectTour(args: readonly string[], env: Readonly<Record<string, string>>): Promise<string> {
  const told = await hosu(["tour", "--megabytes", "5", ...args], { home: house().home, env });
  expect(told.code, told.stderr + told.stdout).toBe(0);
  const read = bytesRead(told.stdout);
  expect(read).toHaveLength(4);
  // CSV > CSV by month > Parquet > Parquet by month.
  expect(read).toEqual(read.toSorted((a, b) => b - a));
  expect(new Set(read).size).toBe(4);
  return told.stdout;
}

describe("each way reads less than the one before, for the same answer", () => {
  test("by the built-in client, in the house that serves the folder", async () => {
    const stdout = await expectTour(["--client", "built-in", "--data", house().dataFolder], {});
    expect(stdout).toContain("All four ways gave this same answer.");
    expect(stdout).toContain(`Hosu answers at ${house().endpoint}`);
    const { Buckets } = await new S3Client({ ...house(), credentials: house(), forcePathStyle: true }).send(
      new ListBucketsCommand({}),
    );
    expect(Buckets?.filter(({ Name }) => Name?.startsWith("hosu-tour-")) ?? []).toEqual([]);
  });

  test("in Korean, in a house of its own that is gone afterwards", async () => {
    const env = { TMPDIR: house().folder, LANG: "ko_KR.UTF-8" };
    const stdout = await expectTour(["--client", "built-in"], env);
    expect(stdout).toContain("네 가지 방법 모두 같은 답을 냈습니다.");
    expect((await readdir(house().folder)).filter((name) => name.startsWith("hosu-tour-"))).toEqual([]);
  });

  test.skipIf(PYTHONS.main === undefined && !IS_CI)("by the AWS CLI", async () => {
    const path = `${dirname(PYTHONS.main ?? "")}:${dirname(process.execPath)}:/usr/bin:/bin`;
    const stdout = await expectTour(["--client", "aws-cli", "--data", house().dataFolder], { PATH: path });
    expect(stdout).toContain("made by AWS CLI ");
  });
});

test("a size or a client that is none is refused", async () => {
  for (const flags of [
    ["--megabytes", "0"],
    ["--megabytes", "much"],
    ["--client", "curl"],
  ])
    expect((await hosu(["tour", ...flags], { home: house().home })).code).toBe(1);
});

test("a flag of the tour is none of the start's", async () => {
  const told = await hosu(["start", "--megabytes", "5"], { home: house().home });
  expect([told.code, told.stderr]).toEqual([1, expect.stringContaining("--megabytes")]);
});
