import { spawnSync } from "node:child_process";
import { join } from "node:path";
import type { Figure, Scale } from "./bench.ts";
import { median, ratio, timed } from "./measure.ts";
import {
  anonymousBytes,
  loadProcess,
  scratchFolder,
  startHosuProcess,
  type LoadProcess,
} from "./processes.ts";
import { prepare, type RequestLine } from "./requests.ts";
import { ended } from "./start.ts";
import { seededKey } from "../scripts/seed-objects.ts";

/** What few objects are; the many are held against them. */
const FEW = 10_000;
const BUCKET = "seeded";
const PAGES = 200;
const START_GOAL = 1.1;
const PAGE_GOAL = 1.5;
const MEMORY_GOAL_BYTES = 16_000_000;

/** Start, list page and memory with many objects against few. */
export async function scaled({ rounds, objects }: Scale): Promise<Figure[]> {
  const load = loadProcess();
  const few = await lakeOf(FEW, load);
  const many = await lakeOf(objects, load);
  for (let round = 0; round < rounds; round++) {
    for (const lake of [few, many]) await measure(lake, load);
  }
  const named = `${objects.toLocaleString("en")} objects`;
  const start = median(many.startMs) / median(few.startMs);
  const page = median(many.pageMs) / median(few.pageMs);
  const memory = median(many.heldBytes) - median(few.heldBytes);
  const against = (a: readonly number[], b: readonly number[]): string =>
    `${median(a).toFixed(1)} ms : ${median(b).toFixed(1)} ms`;
  return [
    {
      name: `start → first signed PutObject, ${named} : ${FEW.toLocaleString("en")}`,
      value: `${ratio(start)} (${against(many.startMs, few.startMs)})`,
      goal: ratio(START_GOAL),
      met: start <= START_GOAL,
    },
    {
      name: `ListObjectsV2 page of 1,000 over HTTP, ${named} : ${FEW.toLocaleString("en")}`,
      value: `${ratio(page)} (${against(many.pageMs, few.pageMs)})`,
      goal: ratio(PAGE_GOAL),
      met: page <= PAGE_GOAL,
    },
    {
      name: `memory after ${PAGES} such pages, ${named} less that of ${FEW.toLocaleString("en")}`,
      value: `${(memory / 1e6).toFixed(0)} MB (${(median(many.heldBytes) / 1e6).toFixed(0)} MB : ${(median(few.heldBytes) / 1e6).toFixed(0)} MB)`,
      goal: `${MEMORY_GOAL_BYTES / 1e6} MB`,
      met: memory <= MEMORY_GOAL_BYTES,
    },
  ];
}

interface Lake {
  readonly data: string;
  readonly objects: number;
  readonly startMs: number[];
  readonly pageMs: number[];
  readonly heldBytes: number[];
}

/** A folder that has been started once, and filled. */
async function lakeOf(objects: number, load: LoadProcess): Promise<Lake> {
  const data = scratchFolder(`scale-${objects}`);
  const first = await startHosuProcess(data);
  const made = await load.run(prepare(first, [{ method: "PUT", path: `/${BUCKET}`, bodyBytes: 0 }]), 1);
  if (made.failed > 0) throw new Error(made.firstFailure);
  await ended(first.process);
  const script = join(import.meta.dirname, "../scripts/seed.ts");
  const { status, stdout } = spawnSync(
    process.execPath,
    [
      "--max-semi-space-size=64",
      "--import",
      "tsx",
      script,
      "--data",
      data,
      "--objects",
      String(objects),
      "--bucket",
      BUCKET,
    ],
    { encoding: "utf8", stdio: ["ignore", "pipe", "inherit"] },
  );
  if (status !== 0) throw new Error("the lake could not be filled");
  process.stdout.write(`  ${stdout.trim().split("\n").at(-1)}\n`);
  return { data, objects, startMs: [], pageMs: [], heldBytes: [] };
}

async function measure(lake: Lake, load: LoadProcess): Promise<void> {
  let server: Awaited<ReturnType<typeof startHosuProcess>> | undefined;
  lake.startMs.push(
    await timed(async () => {
      server = await startHosuProcess(lake.data);
      const put = await load.run(
        prepare(server, [{ method: "PUT", path: `/${BUCKET}/first`, bodyBytes: 1_024 }]),
        1,
      );
      if (put.failed > 0) throw new Error(put.firstFailure);
    }),
  );
  if (!server) throw new Error("the server has started");
  const pages = await load.run(prepare(server, pagesOf(lake.objects)), 1);
  if (pages.failed > 0) throw new Error(pages.firstFailure);
  lake.pageMs.push(pages.p50);
  lake.heldBytes.push(anonymousBytes(server.process.pid ?? 0));
  await ended(server.process);
}

/** Pages from all over the bucket. */
const pagesOf = (objects: number): RequestLine[] =>
  Array.from({ length: PAGES }, (_, page) => {
    const after = seededKey(Math.floor((objects * ((page * 7_919) % PAGES)) / PAGES));
    return {
      method: "GET",
      path: `/${BUCKET}`,
      query: `list-type=2&start-after=${encodeURIComponent(after)}`,
    };
  });
