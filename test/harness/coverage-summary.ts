import { mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { COVERAGE_FOLDER, HOUSES_FOLDER, type Coverage } from "./coverage.ts";

/** Around the whole run: at its end `coverage/clients.json` says what real clients called, and a line an API is printed. */
export function setup(): () => void {
  rmSync(HOUSES_FOLDER, { recursive: true, force: true });
  mkdirSync(HOUSES_FOLDER, { recursive: true });
  return summarize;
}

interface Counted {
  built: boolean;
  called: boolean;
}

function summarize(): void {
  const counted = new Map<string, Map<string, Counted>>();
  for (const name of readdirSync(HOUSES_FOLDER)) {
    const { apis } = JSON.parse(readFileSync(join(HOUSES_FOLDER, name), "utf8")) as Coverage;
    for (const { api, operations } of apis) {
      const known = counted.get(api) ?? new Map<string, Counted>();
      counted.set(api, known);
      for (const { operation, built, called } of operations) {
        const before = known.get(operation);
        known.set(operation, {
          built: built || (before?.built ?? false),
          called: called || (before?.called ?? false),
        });
      }
    }
  }
  if (counted.size === 0) return;
  const rows = [...counted].map(([api, operations]) => {
    const built = [...operations].filter(([, one]) => one.built).map(([name]) => name);
    const called = built.filter((name) => operations.get(name)?.called);
    return {
      api,
      operations: operations.size,
      built: built.length,
      called,
      notCalled: built.filter((name) => !called.includes(name)),
    };
  });
  writeFileSync(join(COVERAGE_FOLDER, "clients.json"), `${JSON.stringify({ apis: rows }, undefined, 2)}\n`);
  process.stdout.write("\nOperations that real clients called in this run (coverage/clients.json):\n");
  for (const row of rows)
    process.stdout.write(
      `  ${row.api.padEnd(8)} ${row.called.length} of ${row.built} built (AWS has ${row.operations})\n`,
    );
}
