// `npm test`: installs what the tests need, then checks, unit tests, and the stories by real clients; `crash` alone kills a hundred times, `garbage` alone lives ten thousand lives, `hostile` alone sends a hundred thousand requests.
import { join } from "node:path";
import { ensureBuild, ensureModules, ensurePython, ROOT } from "./ensure.mjs";
import { spawnSync } from "node:child_process";

ensureModules();
const vitest = join(ROOT, "node_modules", ".bin", "vitest");
if (process.argv[2] === "hostile") {
  ensureBuild();
  const config = ["--config", "vitest.black-box.config.ts"];
  const { status } = spawnSync(vitest, ["run", ...config, "test/hostile"], {
    cwd: ROOT,
    stdio: "inherit",
    env: { HOSU_TEST_REQUESTS: "100000", ...process.env },
  });
  process.exit(status ?? 1);
}
if (process.argv[2] === "garbage") {
  const { status } = spawnSync(vitest, ["run", "src/store/garbage.test.ts"], {
    cwd: ROOT,
    stdio: "inherit",
    env: { HOSU_TEST_SEEDS: "10000", ...process.env },
  });
  process.exit(status ?? 1);
}
const isCrash = process.argv[2] === "crash";
const environment = { ...process.env };
if (!isCrash) {
  const python = ensurePython(".venv", "test/requirements.txt");
  const s3fs = ensurePython(".venv-s3fs", "test/requirements-s3fs.txt");
  if (python) environment.HOSU_TEST_PYTHON = python;
  if (s3fs) environment.HOSU_TEST_S3FS_PYTHON = s3fs;
}
ensureBuild();

const blackBox = ["run", "--config", "vitest.black-box.config.ts"];
const STEPS = isCrash
  ? [
      [
        vitest,
        [...blackBox, "test/durability"],
        { HOSU_TEST_CRASHES: environment.HOSU_TEST_CRASHES ?? "100" },
      ],
    ]
  : [
      [process.execPath, ["scripts/check.mjs"], {}],
      [vitest, ["run"], {}],
      [vitest, blackBox, {}],
    ];

// Every step runs, so that one failure does not hide another.
let failed = 0;
for (const [command, args, more] of STEPS) {
  const { status, error } = spawnSync(command, args, {
    cwd: ROOT,
    stdio: "inherit",
    env: { ...environment, ...more },
  });
  if (error) throw error;
  if (status !== 0) failed += 1;
}
process.exit(failed === 0 ? 0 : 1);
