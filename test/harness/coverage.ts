import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { uuid } from "../../src/base/ids.ts";
import { ROOT } from "./settings.ts";

/** What `GET /_hosu/coverage` tells. */
export interface Coverage {
  readonly apis: readonly {
    readonly api: string;
    readonly operations: readonly {
      readonly operation: string;
      readonly built: boolean;
      readonly called: boolean;
    }[];
  }[];
}

/** Each house leaves a file here; the run's end adds them up. */
export const COVERAGE_FOLDER = join(ROOT, "coverage");
export const HOUSES_FOLDER = join(COVERAGE_FOLDER, "houses");

export async function readCoverage(endpoint: string): Promise<Coverage> {
  const response = await fetch(new URL("/_hosu/coverage", endpoint));
  return (await response.json()) as Coverage;
}

/** Keeps which operations real clients called with success. */
export async function noteCoverage(endpoint: string): Promise<void> {
  const coverage = await readCoverage(endpoint);
  mkdirSync(HOUSES_FOLDER, { recursive: true });
  writeFileSync(join(HOUSES_FOLDER, `${uuid()}.json`), JSON.stringify(coverage));
}
