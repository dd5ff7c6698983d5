import { spawn, spawnSync, type ChildProcess } from "node:child_process";
import { existsSync, mkdirSync, mkdtempSync, readFileSync, writeFileSync } from "node:fs";
import { createConnection, createServer } from "node:net";
import { cpus, tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface, type Interface } from "node:readline";
import type { Job, Target } from "./requests.ts";

/** The servers stand on the first core, the load on the second, where there are two. */
const hasTwoCores = cpus().length > 1 && spawnSync("taskset", ["-V"]).status === 0;
/** A query uses every core, here as in the bare engine. */
type Core = 0 | 1 | "any";

const pinned = (core: Core, command: readonly string[]): string[] =>
  hasTwoCores && core !== "any" ? ["taskset", "-c", String(core), ...command] : [...command];

const started: ChildProcess[] = [];

export function start(
  core: Core,
  command: readonly string[],
  options: { env?: NodeJS.ProcessEnv; cwd?: string } = {},
): ChildProcess {
  const [program = "", ...args] = pinned(core, command);
  const child = spawn(program, args, { stdio: ["pipe", "pipe", "pipe"], ...options });
  child.stdout?.on("data", () => undefined);
  child.stderr?.on("data", (text: Buffer) => {
    if (process.env["BENCH_VERBOSE"]) process.stderr.write(text);
  });
  started.push(child);
  return child;
}

/** Ends what this bench has started, and nothing else; nginx takes its workers along only when it is asked to. */
export function stopAll(): void {
  for (const child of started)
    if (child.exitCode === null) child.kill(child.spawnargs.includes("nginx") ? "SIGTERM" : "SIGKILL");
}

export function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = createServer();
    server.once("error", reject);
    server.listen(0, "127.0.0.1", () => {
      const address = server.address();
      server.close(() => resolve(typeof address === "object" && address ? address.port : 0));
    });
  });
}

const ATTEMPTS = 600;

/** Resolves once somebody takes connections. */
export async function reachable(port: number): Promise<void> {
  for (let attempt = 0; attempt < ATTEMPTS; attempt++) {
    const open = await new Promise<boolean>((resolve) => {
      const socket = createConnection({ port, host: "127.0.0.1" });
      socket.once("connect", () => {
        socket.destroy();
        resolve(true);
      });
      socket.once("error", () => setTimeout(() => resolve(false), 20));
    });
    if (open) return;
  }
  throw new Error(`nobody listens on ${port}`);
}

export interface Loaded {
  readonly seconds: number;
  readonly count: number;
  readonly failed: number;
  readonly firstFailure: string;
  readonly p50: number;
  readonly p99: number;
}

export interface LoadProcess {
  run(job: Job, connections: number): Promise<Loaded>;
}

export function loadProcess(): LoadProcess {
  const child = start(1, [process.execPath, join(import.meta.dirname, "load.worker.mjs")]);
  const { stdin, stdout } = child;
  if (!stdin || !stdout) throw new Error("the load has no pipes");
  const lines: Interface = createInterface({ input: stdout });
  return {
    run: (job, connections) =>
      new Promise((resolve, reject) => {
        lines.once("line", (line) => {
          const answer = JSON.parse(line) as Loaded & { error?: string };
          if (answer.error !== undefined) reject(new Error(answer.error));
          else resolve(answer);
        });
        stdin.write(`${JSON.stringify({ ...job, connections })}\n`);
      }),
  };
}

const scratch = mkdtempSync(join(tmpdir(), "hosu-bench-servers-"));
export const scratchFolder = (name: string): string => {
  const path = join(scratch, name);
  mkdirSync(path, { recursive: true });
  return path;
};

const ROOT = join(import.meta.dirname, "..");
export const KEYS = { accessKeyId: "AKIABENCHBENCHBENCH1", secret: "b".repeat(40) };

export async function startHosuProcess(
  data = scratchFolder("hosu"),
  core: Core = 0,
  environment: Readonly<Record<string, string>> = {},
): Promise<Target & { readonly process: ChildProcess }> {
  const port = await freePort();
  const process = start(
    core,
    [
      globalThis.process.execPath,
      join(ROOT, "bin/hosu.mjs"),
      "start",
      "--port",
      String(port),
      "--data",
      data,
    ],
    {
      env: {
        PATH: globalThis.process.env["PATH"],
        HOME: scratch,
        HOSU_ROOT_CREDENTIALS: `${KEYS.accessKeyId}:${KEYS.secret}`,
        ...environment,
      },
    },
  );
  await reachable(port);
  return { port, ...KEYS, signed: true, process };
}

/** A peer's own folder under bench/; installed by the bench alone. */
const peers = join(import.meta.dirname, ".peers");

function ensurePeer(name: string, install: () => void): void {
  const stamp = join(peers, `${name}.installed`);
  if (existsSync(stamp)) return;
  mkdirSync(peers, { recursive: true });
  install();
  writeFileSync(stamp, "");
}

export async function startS3rver(): Promise<Target | undefined> {
  try {
    ensurePeer("s3rver", () => {
      writeFileSync(join(peers, "package.json"), '{"private":true}');
      if (
        spawnSync("npm", ["install", "--no-audit", "--no-fund", "s3rver@3.7.1"], { cwd: peers }).status !== 0
      )
        throw new Error("s3rver cannot be installed");
    });
  } catch (error) {
    process.stdout.write(`without s3rver: ${String(error)}\n`);
    return undefined;
  }
  const port = await freePort();
  start(0, [
    process.execPath,
    join(peers, "node_modules/s3rver/bin/s3rver.js"),
    "-d",
    scratchFolder("s3rver"),
    "-p",
    String(port),
    "--address",
    "127.0.0.1",
    "--silent",
    "--configure-bucket",
    "bench",
  ]);
  await reachable(port);
  return { port, accessKeyId: "S3RVER", secret: "S3RVER", signed: true };
}

/** nginx as a WebDAV server that syncs nothing: bytes to files, and no more. */
export async function startNginx(): Promise<Target | undefined> {
  if (spawnSync("nginx", ["-v"]).status !== 0) {
    process.stdout.write("without nginx: it is not installed\n");
    return undefined;
  }
  const port = await freePort();
  const folder = scratchFolder("nginx");
  mkdirSync(join(folder, "data/bench"), { recursive: true });
  const config = `
    worker_processes 1; daemon off; pid ${folder}/nginx.pid; error_log ${folder}/error.log; user root;
    events { worker_connections 256; }
    http { access_log off; client_body_temp_path ${folder}/body; client_max_body_size 1g; sendfile on;
      client_body_buffer_size 128k; proxy_temp_path ${folder}/p; fastcgi_temp_path ${folder}/f; uwsgi_temp_path ${folder}/u; scgi_temp_path ${folder}/s;
      keepalive_requests 1000000;
      server { listen 127.0.0.1:${port}; location / { root ${folder}/data; dav_methods PUT DELETE; create_full_put_path on; } } }`;
  writeFileSync(join(folder, "nginx.conf"), config);
  start(0, ["nginx", "-c", join(folder, "nginx.conf"), "-p", folder]);
  await reachable(port);
  return { port, accessKeyId: "", secret: "", signed: false };
}

/** Anonymous memory of a process and its children, in bytes: what it holds that is in no file. */
export function anonymousBytes(pid: number): number {
  const text = readFileSync(`/proc/${pid}/smaps_rollup`, "utf8");
  const kilobytes = /^Pss_Anon:\s+(\d+) kB$/m.exec(text)?.[1];
  return Number(kilobytes ?? 0) * 1_024;
}
