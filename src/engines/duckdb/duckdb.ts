import { fork, type ChildProcess } from "node:child_process";
import { mkdirSync } from "node:fs";
import { MINUTE_MS } from "../../base/units.ts";
import { workerPath } from "../worker-path.ts";
import type { DuckDbJob, DuckDbResult, Setup, ToChild, ToParent } from "./protocol.ts";

/** A query failed, in DuckDB's words. */
export class DuckDbError extends Error {
  override readonly name = "DuckDbError";
}

/** The child ended under a query: it crashed, or ignored a cancel and was killed. */
export class DuckDbCrashed extends Error {
  override readonly name = "DuckDbCrashed";
}

/** The query was cancelled. */
export class DuckDbCancelled extends Error {
  override readonly name = "DuckDbCancelled";
}

export interface DuckDb {
  /** @throws DuckDbError, DuckDbCancelled, DuckDbCrashed */
  run(job: DuckDbJob, signal?: AbortSignal): Promise<DuckDbResult>;
  /** Starts the child now, so that the first query need not wait for it. */
  warm(): void;
  /** The child's process id, while there is one. */
  pid(): number | undefined;
  close(): Promise<void>;
}

export type DuckDbOptions = Omit<Setup, "kind">;

/** How long a query may go on after it was cancelled before its process is killed. */
const CANCEL_MS = 5_000;
const START_MS = MINUTE_MS;

interface Waiting {
  readonly resolve: (result: DuckDbResult) => void;
  readonly reject: (error: Error) => void;
}

interface Child {
  readonly process: ChildProcess;
  readonly ready: Promise<void>;
  readonly waiting: Map<number, Waiting>;
}

/** The child is started with the first query, and again after it ended. */
export function duckDb(options: DuckDbOptions): DuckDb {
  let current: Child | undefined;
  let nextId = 1;

  const child = (): Child => {
    if (current && current.process.exitCode === null && current.process.connected) return current;
    const started = startChild(options);
    current = started;
    return started;
  };

  return {
    warm() {
      // A failure to start shows in the first query, which starts it again.
      child().ready.catch(() => undefined);
    },
    async run(job, signal) {
      if (signal?.aborted) throw new DuckDbCancelled("cancelled before it began");
      const { process, ready, waiting } = child();
      await ready;
      if (signal?.aborted) throw new DuckDbCancelled("cancelled before it began");
      const id = nextId++;
      return new Promise<DuckDbResult>((resolve, reject) => {
        const stopWatching = watchCancel({ process, id, signal, waiting });
        const settle = (): void => {
          waiting.delete(id);
          stopWatching();
        };
        waiting.set(id, {
          resolve: (result) => {
            settle();
            resolve(result);
          },
          reject: (error) => {
            settle();
            reject(signal?.aborted ? new DuckDbCancelled("cancelled") : error);
          },
        });
        send(process, { kind: "run", id, job });
      });
    },
    pid: () => current?.process.pid,
    async close() {
      const ending = current?.process;
      current = undefined;
      if (!ending || ending.pid === undefined || ending.exitCode !== null) return;
      await new Promise<void>((resolve) => {
        // It keeps nothing that could be lost, and in the midst of a query it would not hear anything else.
        ending.once("exit", () => resolve());
        ending.kill("SIGKILL");
      });
    },
  };
}

const send = (to: ChildProcess, message: ToChild): void => {
  to.send(message);
};

function startChild(options: DuckDbOptions): Child {
  mkdirSync(options.spillFolder, { recursive: true, mode: 0o700 });
  const process = fork(workerPath("duckdb.worker"), {
    serialization: "advanced",
    stdio: ["ignore", "ignore", "pipe", "ipc"],
    // Nothing of the parent's environment: it may hold credentials.
    env: {},
    execArgv: [],
  });
  const waiting = new Map<number, Waiting>();
  let said = "";
  process.stderr?.setEncoding("utf8").on("data", (text: string) => {
    said = (said + text).slice(-2_000);
  });
  const ready = new Promise<void>((resolve, reject) => {
    const late = setTimeout(() => process.kill("SIGKILL"), START_MS);
    process.on("message", (message: ToParent) => {
      if (message.kind === "ready") {
        clearTimeout(late);
        resolve();
      } else hear(waiting, message);
    });
    const end = (error: DuckDbCrashed): void => {
      clearTimeout(late);
      reject(error);
      for (const one of waiting.values()) one.reject(error);
    };
    process.on("exit", (code, signal) => {
      end(new DuckDbCrashed(`the query engine ended (${signal ?? code}) ${said}`.trim()));
    });
    process.on("error", ({ message }) => {
      end(new DuckDbCrashed(`the query engine cannot be reached: ${message}`));
    });
  });
  // Without a file handle left there is no process, and no channel to it.
  if (process.connected) send(process, { kind: "setup", ...options });
  // A parent with nothing else to do may end; the child sees the channel close, and ends.
  process.unref();
  process.channel?.unref();
  return { process, ready, waiting };
}

function hear(waiting: Map<number, Waiting>, message: Exclude<ToParent, { kind: "ready" }>): void {
  const one = waiting.get(message.id);
  if (message.kind === "done") one?.resolve(message.result);
  else one?.reject(new DuckDbError(message.message));
}

interface Cancelling {
  readonly process: ChildProcess;
  readonly id: number;
  readonly signal: AbortSignal | undefined;
  readonly waiting: ReadonlyMap<number, Waiting>;
}

/** @returns how to stop watching. */
function watchCancel({ process, id, signal, waiting }: Cancelling): () => void {
  let kill: NodeJS.Timeout | undefined;
  const cancel = (): void => {
    send(process, { kind: "cancel", id });
    kill = setTimeout(() => {
      if (waiting.has(id)) process.kill("SIGKILL");
    }, CANCEL_MS);
  };
  signal?.addEventListener("abort", cancel, { once: true });
  return () => {
    signal?.removeEventListener("abort", cancel);
    clearTimeout(kill);
  };
}
