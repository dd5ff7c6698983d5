// `npm test`: installs what the tests need, then checks, unit tests, and the stories by real clients; `crash` alone kills a hundred times, `garbage` alone lives ten thousand lives, `hostile` alone sends a hundred thousand requests.
import { join } from "node:path";
import { ensureBuild, ensureModules, ensurePython, ROOT } from "./ensure.mjs";
import { spawnSync } from "node:child_process";

const vitest = join(ROOT, "node_modules", ".bin", "vitest");
const blackBox = ["run", "--config", "vitest.black-box.config.ts"];

/** Each step's command, and what its environment has unless it is set already. */
const ALONE = {
  crash: [[vitest, [...blackBox, "test/durability"], { HOSU_TEST_CRASHES: "100" }]],
  garbage: [[vitest, ["run", "src/store/garbage.test.ts"], { HOSU_TEST_SEEDS: "10000" }]],
  hostile: [[vitest, [...blackBox, "test/hostile"], { HOSU_TEST_REQUESTS: "100000" }]],
};

ensureModules();
const steps = ALONE[process.argv[2]] ?? everything();
ensureBuild();

function everything() {
  const python = ensurePython(".venv", "test/requirements.txt");
  const s3fs = ensurePython(".venv-s3fs", "test/requirements-s3fs.txt");
  if (python) process.env.HOSU_TEST_PYTHON = python;
  if (s3fs) process.env.HOSU_TEST_S3FS_PYTHON = s3fs;
  return [
    [process.execPath, ["scripts/check.mjs"], {}],
    [vitest, ["run"], {}],
    [vitest, blackBox, {}],
  ];
}

// Every step runs, so that one failure does not hide another.
let failed = 0;
for (const [command, args, defaults] of steps) {
  const { status, error } = spawnSync(command, args, {
    cwd: ROOT,
    stdio: "inherit",
    env: { ...defaults, ...process.env },
  });
  if (error) throw error;
  if (status !== 0) failed += 1;
}
process.exit(failed === 0 ? 0 : 1);
