import { spawn, type ChildProcess } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";
import { cleanEnvironment, ROOT } from "./settings.ts";

export interface Ended {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

export interface RunOptions {
  readonly env: Readonly<Record<string, string>>;
  readonly cwd?: string;
  readonly stdin?: string;
}

/** Runs a program to its end; what it returns is the caller's to judge. */
export async function run(command: string, args: readonly string[], options: RunOptions): Promise<Ended> {
  const child = spawn(command, [...args], {
    env: options.env,
    cwd: options.cwd ?? ROOT,
    stdio: ["pipe", "pipe", "pipe"],
  });
  const told = listen(child);
  child.stdin.on("error", () => undefined);
  child.stdin.end(options.stdin ?? "");
  const [code] = (await once(child, "close")) as [number | null];
  return { code, stdout: told.stdout(), stderr: told.stderr() };
}

/** @throws Error with everything it said where it fails. */
export async function runWell(
  command: string,
  args: readonly string[],
  options: RunOptions,
): Promise<string> {
  const { code, stdout, stderr } = await run(command, args, options);
  if (code === 0) return stdout;
  throw new Error(`${command} ${args.join(" ")} ended with ${code}\n${stdout}\n${stderr}`);
}

interface Told {
  stdout(): string;
  stderr(): string;
}

export function listen(child: ChildProcess): Told {
  const kept = { stdout: [] as Buffer[], stderr: [] as Buffer[] };
  child.stdout?.on("data", (chunk: Buffer) => kept.stdout.push(chunk));
  child.stderr?.on("data", (chunk: Buffer) => kept.stderr.push(chunk));
  return {
    stdout: () => Buffer.concat(kept.stdout).toString("utf8"),
    stderr: () => Buffer.concat(kept.stderr).toString("utf8"),
  };
}

export const PROGRAM = join(ROOT, "bin", "hosu.mjs");

/** `hosu …`, as a person would call it who has nothing else set. */
export const hosu = (
  args: readonly string[],
  options: { readonly home: string; readonly env?: Readonly<Record<string, string>> },
): Promise<Ended> =>
  run(process.execPath, [PROGRAM, ...args], { env: { ...cleanEnvironment(options.home), ...options.env } });
