import { readdirSync, readFileSync } from "node:fs";
import type { ChildProcess } from "node:child_process";
import type { Figure, Scale } from "./bench.ts";
import { median } from "./measure.ts";
import { loadProcess, scratchFolder, startHosuProcess, type LoadProcess } from "./processes.ts";
import { prepare, type RequestLine, type Target } from "./requests.ts";

const CONNECTIONS = 16;
const GOAL = 1.05;
/** The difference is small, so it is looked at more often than others. */
const TIMES = 4;

type House = Target & { readonly process: ChildProcess };

interface Kind {
  readonly name: string;
  lines(round: number, count: number): RequestLine[];
}

const KINDS: readonly Kind[] = [
  {
    name: "PutObject 1 KiB (counted)",
    lines: (round, count) =>
      lines(count, (index) => ({ method: "PUT", path: `/bench/${round}/${index}`, bodyBytes: 1_024 })),
  },
  {
    name: "GetObject 1 KiB (counted)",
    lines: (round, count) => lines(count, (index) => ({ method: "GET", path: `/bench/${round}/${index}` })),
  },
  {
    name: "GetBucketLocation (on the trail)",
    lines: (_round, count) => lines(count, () => ({ method: "GET", path: "/bench", query: "location=" })),
  },
];

const lines = (count: number, line: (index: number) => RequestLine): RequestLine[] =>
  Array.from({ length: count }, (_, index) => line(index));

/** What the trail and the meter cost: processor time a request with them on, against off, in turns. */
export async function trail(scale: Scale): Promise<Figure[]> {
  const on = await startHosuProcess(scratchFolder("trail-on"), 0, { HOSU_TRAIL: "on" });
  const off = await startHosuProcess(scratchFolder("trail-off"), 0, { HOSU_TRAIL: "off" });
  const load = loadProcess();
  for (const house of [on, off]) await run(load, house, [{ method: "PUT", path: "/bench", bodyBytes: 0 }]);
  const costs = new Map(KINDS.map(({ name }) => [name, { on: [] as number[], off: [] as number[] }]));
  for (let round = 0; round <= scale.rounds * TIMES; round++)
    for (const { name, lines: linesOf } of KINDS)
      // Who goes first changes, so that what warms up warms both.
      for (const which of round % 2 === 0 ? (["on", "off"] as const) : (["off", "on"] as const)) {
        const cost = await microsecondsEach(load, which === "on" ? on : off, linesOf(round, scale.requests));
        if (round > 0) costs.get(name)?.[which].push(cost);
      }
  return [...costs].map(([name, cost]) => {
    const [with_, without] = [median(cost.on), median(cost.off)];
    return {
      name: `trail and meter on : off, CPU of a ${name}`,
      value: `${(with_ / without).toFixed(3)} × (${with_.toFixed(1)} : ${without.toFixed(1)} µs)`,
      goal: `${GOAL} ×`,
      met: with_ / without <= GOAL,
    };
  });
}

async function microsecondsEach(
  load: LoadProcess,
  house: House,
  asked: readonly RequestLine[],
): Promise<number> {
  const before = processorNanoseconds(house.process.pid ?? 0);
  await run(load, house, asked);
  return (processorNanoseconds(house.process.pid ?? 0) - before) / asked.length / 1_000;
}

/** Of all its threads: time on the processor, in nanoseconds. */
function processorNanoseconds(pid: number): number {
  return readdirSync(`/proc/${pid}/task`).reduce((sum, task) => {
    const [running] = readFileSync(`/proc/${pid}/task/${task}/schedstat`, "utf8").split(" ");
    return sum + Number(running);
  }, 0);
}

async function run(load: LoadProcess, house: House, asked: readonly RequestLine[]): Promise<void> {
  const loaded = await load.run(prepare(house, asked), CONNECTIONS);
  if (loaded.failed > 0)
    throw new Error(`${loaded.failed} of ${loaded.count} requests failed: ${loaded.firstFailure}`);
}
