// `npm run check`: format, lint, types, floors, tidy, dead code; each is named as it fails.
import { spawnSync } from "node:child_process";
import { join } from "node:path";
import { ROOT } from "./ensure.mjs";

const bin = (name) => join(ROOT, "node_modules", ".bin", name);
const CHECKS = [
  ["format", bin("oxfmt"), ["--check", "src", "scripts", "test", "bench"]],
  ["lint", bin("oxlint"), ["--type-aware", "src", "scripts", "test", "bench"]],
  ["types", bin("tsc"), ["-p", "."]],
  ["floors", bin("tsx"), ["scripts/floors.ts"]],
  ["tidy", bin("tsx"), ["scripts/tidy.ts"]],
  ["dead code", bin("knip"), []],
];

let failed = 0;
for (const [name, command, args] of CHECKS) {
  const { status, stdout, stderr } = spawnSync(command, args, { cwd: ROOT, encoding: "utf8" });
  process.stdout.write(`${status === 0 ? "ok    " : "FAILED"} ${name}\n`);
  if (status === 0) continue;
  failed += 1;
  process.stdout.write(`${stdout}${stderr}\n`);
}
process.exit(failed === 0 ? 0 : 1);
