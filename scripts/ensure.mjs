// Installs what is missing, and says what it does. Everything is remembered by a stamp of the file that asks for it.
import { spawnSync } from "node:child_process";
import { createHash } from "node:crypto";
import { existsSync, mkdirSync, readFileSync, readdirSync, rmSync, statSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

export const ROOT = dirname(dirname(fileURLToPath(import.meta.url)));

const path = (...parts) => join(ROOT, ...parts);
const digest = (file) =>
  createHash("sha256")
    .update(readFileSync(path(file)))
    .digest("hex");

/** Runs a command to its end; its output is the person's. */
export function run(command, args, options = {}) {
  const { status, signal, error } = spawnSync(command, args, { cwd: ROOT, stdio: "inherit", ...options });
  if (error) throw error;
  if (status !== 0) throw new Error(`${command} ${args.join(" ")} ended with ${status ?? signal}`);
}

function once(stamp, file, work) {
  const wanted = digest(file);
  if (existsSync(path(stamp)) && readFileSync(path(stamp), "utf8") === wanted) return;
  work();
  writeFileSync(path(stamp), wanted);
}

const NPM = process.platform === "win32" ? "npm.cmd" : "npm";

/** node_modules as the lock file says. */
export function ensureModules() {
  const [major, minor] = process.versions.node.split(".").map(Number);
  if (major < 20 || (major === 20 && minor < 19))
    throw new Error(`Hosu needs Node 20.19 or later; this is ${process.versions.node}.`);
  once("node_modules/.hosu-stamp", "package-lock.json", () => {
    process.stdout.write("hosu: installing npm packages …\n");
    run(NPM, ["ci", "--no-audit", "--no-fund"]);
  });
}

function newest(folder) {
  let latest = 0;
  for (const entry of readdirSync(folder, { withFileTypes: true })) {
    const full = join(folder, entry.name);
    latest = Math.max(latest, entry.isDirectory() ? newest(full) : statSync(full).mtimeMs);
  }
  return latest;
}

/** dist/ as the sources are. */
export function ensureBuild() {
  const built = path("dist/hosu.mjs");
  if (existsSync(built) && statSync(built).mtimeMs >= newest(path("src"))) return;
  rmSync(path("dist"), { recursive: true, force: true });
  mkdirSync(path("dist"), { recursive: true });
  run(process.execPath, ["scripts/build.mjs"]);
}

/** The Python interpreter of a virtual environment with what `requirements` lists; undefined, and named, where there is no Python. */
export function ensurePython(folder, requirements) {
  const python = path(folder, process.platform === "win32" ? "Scripts/python.exe" : "bin/python");
  const system = ["python3", "python"].find(
    (name) =>
      spawnSync(name, ["-c", "import sys, venv, ensurepip; sys.exit(sys.version_info < (3, 11))"]).status ===
      0,
  );
  if (!existsSync(python) && !system) {
    const missing =
      "Python 3.11 or later with venv is missing: the tests with boto3, the AWS CLI and awswrangler cannot run.";
    if (process.env.CI) throw new Error(missing);
    process.stdout.write(`hosu: ${missing}\n`);
    return undefined;
  }
  if (!existsSync(python)) run(system, ["-m", "venv", folder]);
  once(join(folder, ".hosu-stamp"), requirements, () => {
    process.stdout.write(`hosu: installing ${requirements} into ${folder} …\n`);
    run(python, ["-m", "pip", "install", "--quiet", "--disable-pip-version-check", "-r", requirements]);
  });
  return python;
}
