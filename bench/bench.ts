import { writeFileSync } from "node:fs";
import { cpus, totalmem } from "node:os";
import { join } from "node:path";
import { athena } from "./athena.ts";
import { lists } from "./lists.ts";
import { objects } from "./objects.ts";
import { stopAll } from "./processes.ts";
import { scaled } from "./scale.ts";
import { snapshots } from "./snapshot.ts";
import { startAndMemory } from "./start.ts";
import { trail } from "./trail.ts";

/** A figure and the goal it is held against. Ratios within one run, medians of interleaved rounds. */
export interface Figure {
  readonly name: string;
  readonly value: string;
  readonly goal: string;
  readonly met: boolean | undefined;
}

export interface Scale {
  readonly rounds: number;
  readonly requests: number;
  readonly largeObjects: number;
  readonly keys: number;
  readonly rows: number;
  /** How many objects are many. */
  readonly objects: number;
}

/** `--smoke` only shows that every part runs. */
const FULL: Scale = {
  rounds: 3,
  requests: 5_000,
  largeObjects: 4,
  keys: 1_000_000,
  rows: 5_000_000,
  objects: 10_000_000,
};
const SMOKE: Scale = {
  rounds: 1,
  requests: 200,
  largeObjects: 2,
  keys: 5_000,
  rows: 20_000,
  objects: 20_000,
};

const smoke = process.argv.includes("--smoke");
const scale = smoke ? SMOKE : FULL;
const only = process.argv.find((word) => word.startsWith("--only="))?.slice("--only=".length);

const PARTS = {
  start: startAndMemory,
  objects,
  lists,
  athena,
  scale: scaled,
  trail,
  snapshot: snapshots,
} as const;

async function main(): Promise<void> {
  const figures: Figure[] = [];
  for (const [name, part] of Object.entries(PARTS)) {
    if (only !== undefined && only !== name) continue;
    process.stdout.write(`${name} …\n`);
    const found = await part(scale);
    figures.push(...found);
    for (const figure of found)
      process.stdout.write(`  ${figure.name}: ${figure.value} (goal ${figure.goal})\n`);
  }
  if (process.argv.includes("--write")) writeFileSync(join(import.meta.dirname, "RESULTS.md"), page(figures));
}

function page(figures: readonly Figure[]): string {
  const machine = `${cpus().length} × ${cpus()[0]?.model ?? "unknown"}, ${Math.round(totalmem() / 2 ** 30)} GiB, Node ${process.versions.node}`;
  const rows = figures.map(
    ({ name, value, goal, met }) =>
      `| ${name} | ${value} | ${goal} | ${met === undefined ? "" : met ? "yes" : "no"} |`,
  );
  return [
    "# Figures",
    "",
    "Written by `npm run bench -- --write`. Every figure is a ratio within one run, or stands beside what it is compared",
    "with in the same run; the server on one core, the load on the other; durable, signed and authorized.",
    "",
    `${new Date().toISOString().slice(0, 10)} · ${machine}`,
    "",
    "| figure | value | goal | met |",
    "|---|---|---|---|",
    ...rows,
    "",
  ].join("\n");
}

main()
  .catch((error: unknown) => {
    process.stderr.write(`${error instanceof Error ? error.stack : String(error)}\n`);
    process.exitCode = 1;
  })
  .finally(() => {
    stopAll();
    process.exit(process.exitCode ?? 0);
  });
