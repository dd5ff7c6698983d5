import { readFileSync } from "node:fs";
import { join } from "node:path";
import { ROOT, sourceFiles } from "./sources.ts";

/** What the house does not want to see, and what to use instead. Each rule has a fixture that it must reject. */
export interface Rule {
  readonly name: string;
  readonly applies: (path: string) => boolean;
  readonly pattern: RegExp;
  readonly instead: string;
}

const isTest = (path: string): boolean => path.endsWith(".test.ts") || path.startsWith("test/");
const inSource = (path: string): boolean => path.startsWith("src/") && !isTest(path);

export const RULES: readonly Rule[] = [
  {
    name: "time comes from the clock",
    applies: (path) => inSource(path) && path !== "src/base/clock.ts",
    pattern: /\bDate\.now\(|\bnew Date\(\)|\bperformance\.now\(/,
    instead: "a Clock from the context, or monotonicMs()",
  },
  {
    name: "no bare errors",
    applies: (path) => inSource(path) && !path.startsWith("src/cli/"),
    pattern: /\bthrow new Error\(/,
    instead: "fault() for the caller's mistakes, invariant() for ours",
  },
  {
    name: "no sleeping tests",
    applies: isTest,
    pattern: /setTimeout\(\s*(?:resolve|r|done)\b|timers\/promises/,
    instead: "waiting for what is to happen, or moving the clock",
  },
  {
    name: "the environment is read in one place",
    applies: (path) => inSource(path) && !path.startsWith("src/cli/"),
    pattern: /\bprocess\.env\b/,
    instead: "an option handed in",
  },
  {
    name: "nothing is left for later",
    applies: (path) => path !== "scripts/tidy.ts",
    pattern: /\b(?:TODO|FIXME|XXX|HACK)\b/,
    instead: "finishing it, or an issue",
  },
  {
    name: "no skipped tests",
    applies: isTest,
    pattern: /\b(?:it|test|describe)\.(?:only|todo)\b/,
    instead: "a test that runs",
  },
];

const MOST_LINES = 300;
/** Tables of data, and what is generated, may be as long as they are. */
const MAY_BE_LONG = /(?:\/generated\/|\/testing\/|\.test\.ts$|\/functions\/|^test\/)/;

export function problems(path: string, source: string): string[] {
  const lines = source.split("\n");
  const found = RULES.filter((rule) => rule.applies(path)).flatMap((rule) =>
    lines.flatMap((line, index) =>
      rule.pattern.test(line) ? [`${path}:${index + 1} ${rule.name}: use ${rule.instead}`] : [],
    ),
  );
  if (lines.length > MOST_LINES + 1 && !MAY_BE_LONG.test(path))
    found.push(`${path} has ${lines.length} lines; a file has one job and at most ${MOST_LINES}`);
  return found;
}

function main(): void {
  const files = ["src", "scripts", "test", "bench"].flatMap(sourceFiles);
  if (files.length === 0) throw new Error("no files: nothing was checked");
  const found = files.flatMap((path) => problems(path, readFileSync(join(ROOT, path), "utf8")));
  for (const line of found) process.stdout.write(`${line}\n`);
  process.stdout.write(`${files.length} files, ${found.length} problems\n`);
  process.exitCode = found.length === 0 ? 0 : 1;
}

if (process.argv[1]?.endsWith("tidy.ts")) main();
