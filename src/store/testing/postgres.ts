import { spawn, spawnSync, type ChildProcess } from "node:child_process";
import { chownSync, existsSync, mkdtempSync, readdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as rest } from "node:timers/promises";
import { invariant } from "../../base/invariant.ts";

/** A Postgres of a test's own, on a Unix socket in a temporary folder. */
export interface TestPostgres {
  /** A fresh place in it, as `--store` takes it. */
  url(): string;
  /** Runs SQL in it. */
  sql(text: string): string;
  stop(): Promise<void>;
}

const ROOT = "/usr/lib/postgresql";
const USER = "hosu";
/** Postgres refuses to run as root; Debian's `nobody` owns nothing. */
const NOBODY = 65_534;

/** Where the server's programs lie; undefined where there are none. */
export function postgresPrograms(): string | undefined {
  const versions = existsSync(ROOT) ? readdirSync(ROOT).toSorted((a, b) => Number(b) - Number(a)) : [];
  return versions.map((version) => join(ROOT, version, "bin")).find((bin) => existsSync(join(bin, "initdb")));
}

export async function startTestPostgres(): Promise<TestPostgres> {
  const programs = postgresPrograms();
  invariant(programs, "postgresql is installed");
  const folder = mkdtempSync(join(tmpdir(), "hosu-pg-"));
  const as = process.getuid?.() === 0 ? { uid: NOBODY, gid: NOBODY } : {};
  if (as.uid !== undefined) chownSync(folder, NOBODY, NOBODY);
  const data = join(folder, "data");
  const made = spawnSync(
    join(programs, "initdb"),
    ["-D", data, "-U", USER, "--auth=trust", "--no-sync", "--encoding=UTF8", "--no-locale"],
    { ...as, cwd: folder, encoding: "utf8" },
  );
  invariant(made.status === 0, `initdb works: ${made.stderr}`);
  const server = spawn(
    join(programs, "postgres"),
    ["-D", data, "-k", folder, "-c", "listen_addresses=", "-c", "max_connections=100"],
    { ...as, cwd: folder, stdio: "ignore" },
  );
  const sql = (text: string): string => {
    const ran = spawnSync(
      join(programs, "psql"),
      ["-h", folder, "-U", USER, "-d", "postgres", "-Atqc", text],
      { encoding: "utf8" },
    );
    invariant(ran.status === 0, `psql works: ${ran.stderr}`);
    return ran.stdout.trim();
  };
  await answering(programs, folder);
  let places = 0;
  return {
    sql,
    url() {
      const name = `lake${places++}`;
      sql(`CREATE SCHEMA ${name}`);
      const path = encodeURIComponent(`-c search_path=${name}`);
      return `postgres://${USER}@/postgres?host=${encodeURIComponent(folder)}&options=${path}`;
    },
    async stop() {
      await ended(server);
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

async function answering(programs: string, folder: string): Promise<void> {
  for (let tries = 0; tries < 200; tries++) {
    if (spawnSync(join(programs, "pg_isready"), ["-h", folder]).status === 0) return;
    await rest(50);
  }
  invariant(false, "Postgres answers within ten seconds");
}

/** SIGINT is its fast shutdown: it waits for nobody. */
const ended = (server: ChildProcess): Promise<void> =>
  new Promise((resolve) => {
    if (server.exitCode !== null) return resolve();
    server.once("exit", () => resolve());
    server.kill("SIGINT");
  });
