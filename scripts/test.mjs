// `npm test`: installs what the tests need, then checks, unit tests, and the same stories by real clients.
import { ensureBuild, ensureModules, ensurePython, run, ROOT } from "./ensure.mjs";
import { join } from "node:path";

ensureModules();
const python = ensurePython(".venv", "test/requirements.txt");
const s3fs = ensurePython(".venv-s3fs", "test/requirements-s3fs.txt");
ensureBuild();

const bin = (name) => join(ROOT, "node_modules", ".bin", name);
const environment = { ...process.env };
if (python) environment.HOSU_TEST_PYTHON = python;
if (s3fs) environment.HOSU_TEST_S3FS_PYTHON = s3fs;

run(process.execPath, ["scripts/check.mjs"]);
run(bin("vitest"), ["run"], { env: environment });
run(bin("vitest"), ["run", "--config", "vitest.black-box.config.ts"], { env: environment });
