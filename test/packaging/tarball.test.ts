import { spawn, type ChildProcess } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { AthenaClient, GetQueryExecutionCommand, StartQueryExecutionCommand } from "@aws-sdk/client-athena";
import { CreateBucketCommand, GetObjectCommand, S3Client } from "@aws-sdk/client-s3";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { runWell } from "../harness/program.ts";
import { ROOT } from "../harness/settings.ts";

/** What someone gets who installs the published tarball, and lets no script of it or of its dependencies run. */
const KEY = {
  accessKeyId: "AKIAHOSUTESTROOT0001",
  secretAccessKey: "hosu/test+root=secret0123456789abcdefghi",
};
const INSTALL_MS = 180_000;

interface Packed {
  readonly filename: string;
  readonly files: readonly { readonly path: string }[];
}

describe("the published tarball", () => {
  const place = { folder: "" };
  let packed: Packed | undefined;
  let child: ChildProcess | undefined;
  const env = () => ({ PATH: process.env["PATH"] ?? "", HOME: place.folder });
  /** npm is told by its own variables where packages come from. */
  const npm = (...args: string[]) =>
    runWell("npm", args, { env: process.env as Readonly<Record<string, string>>, cwd: ROOT });

  beforeAll(async () => {
    place.folder = await mkdtemp(join(tmpdir(), "hosu-tarball-"));
    const told = await npm("pack", "--json", "--ignore-scripts", "--pack-destination", place.folder);
    packed = (JSON.parse(told) as Packed[])[0];
    const quiet = ["--ignore-scripts", "--no-audit", "--no-fund", "--prefer-offline"];
    const tarball = join(place.folder, packed?.filename ?? "");
    await npm("install", ...quiet, "--prefix", join(place.folder, "app"), tarball);
  }, INSTALL_MS);

  afterAll(async () => {
    if (child && child.exitCode === null) {
      child.kill("SIGTERM");
      await once(child, "exit");
    }
    await rm(place.folder, { recursive: true, force: true });
  });

  test("holds the program, its contracts and its papers, and nothing else", () => {
    const tops = new Set(packed?.files.map(({ path }) => path.split("/")[0]));
    const papers = ["LICENSE", "NOTICE", "README.md", "package.json"];
    expect(tops).toEqual(new Set([...papers, "bin", "contracts", "dist"]));
  });

  test("starts, keeps an object and answers a query", async () => {
    const program = join(place.folder, "app", "node_modules", ".bin", "hosu");
    child = spawn(program, ["start", "--port", "0", "--data", join(place.folder, "data")], {
      env: { ...env(), HOSU_ROOT_CREDENTIALS: `${KEY.accessKeyId}:${KEY.secretAccessKey}` },
      stdio: ["ignore", "pipe", "inherit"],
    });
    const options = { endpoint: await endpointOf(child), region: "us-east-1", credentials: KEY };

    const s3 = new S3Client({ ...options, forcePathStyle: true });
    await s3.send(new CreateBucketCommand({ Bucket: "lake" }));
    const athena = new AthenaClient(options);
    const { QueryExecutionId } = await athena.send(
      new StartQueryExecutionCommand({
        QueryString: "SELECT 6 * 7 AS answer",
        ResultConfiguration: { OutputLocation: "s3://lake/results/" },
      }),
    );
    await expect
      .poll(async () => {
        const { QueryExecution } = await athena.send(new GetQueryExecutionCommand({ QueryExecutionId }));
        return QueryExecution?.Status?.State;
      })
      .toBe("SUCCEEDED");
    const { Body } = await s3.send(
      new GetObjectCommand({ Bucket: "lake", Key: `results/${QueryExecutionId}.csv` }),
    );
    expect(await Body?.transformToString()).toBe('"answer"\n"42"\n');
  });
});

function endpointOf(child: ChildProcess): Promise<string> {
  return new Promise((resolve, reject) => {
    let said = "";
    child.stdout?.setEncoding("utf8").on("data", (text: string) => {
      said += text;
      const found = /endpoint\s+(http:\/\/\S+)/.exec(said)?.[1];
      if (found !== undefined) resolve(found);
    });
    child.once("exit", (code) => reject(new Error(`it ended with ${code}: ${said}`)));
  });
}
