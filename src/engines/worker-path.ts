import { existsSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { invariant } from "../base/invariant.ts";

/** A worker's bundle: beside the program's own, or in `dist/` when the sources run unbundled, as tests do. */
export function workerPath(name: string): string {
  const here = dirname(fileURLToPath(import.meta.url));
  const candidates = [join(here, `${name}.mjs`), join(here, "..", "..", "dist", `${name}.mjs`)];
  const found = candidates.find((path) => existsSync(path));
  invariant(found, `${name} is built (npm run build)`);
  return found;
}
