import { spawn, type ChildProcess } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll } from "vitest";
import { noteCoverage } from "./coverage.ts";
import { listen, PROGRAM } from "./program.ts";
import { cleanEnvironment, EXTERNAL, type Access } from "./settings.ts";

/** The root user of a Hosu that a test started. */
const ROOT_KEY = { id: "AKIAHOSUTESTROOT0001", secret: "hosu/test+root=secret0123456789abcdefghi" } as const;
export const ACCOUNT = "111122223333";

/** A running Hosu in a folder of its own, as `hosu start` gives it. */
export interface House extends Access {
  readonly endpoint: string;
  /** A folder that is gone afterwards: the data folder lies in it, and the clients' home. */
  readonly folder: string;
  readonly dataFolder: string;
  readonly home: string;
  /** The process that serves now. */
  pid(): number;
  /** As Ctrl-C does. */
  stop(): Promise<void>;
  /** As a power cut of the process alone: nothing is told to it. */
  kill9(): Promise<void>;
  /** What it has told the person at the terminal since its last start. */
  said(): string;
  /** On the same folder and port. */
  restart(): Promise<void>;
  /** Stops it, notes what was called, and takes the folder away. */
  close(): Promise<void>;
}

const READY = /endpoint\s+(http:\/\/\S+)/;

interface HouseOptions {
  /** Whether what is called here was called by a real client, and counts as covered. */
  readonly byRealClients?: boolean;
  /** One that is there already; it stays. */
  readonly dataFolder?: string;
  /** Where its rows lie, if not in the folder. */
  readonly store?: string;
  /** What it is started by, before node: a limit, say. */
  readonly under?: readonly string[];
  readonly env?: Readonly<Record<string, string>>;
}

export async function openHouse(options: HouseOptions = {}): Promise<House> {
  const { byRealClients = true } = options;
  const folder = await mkdtemp(join(tmpdir(), "hosu-test-"));
  const dataFolder = options.dataFolder ?? join(folder, "data");
  const home = join(folder, "home");
  const { store, under = [], env = {} } = options;
  const place = { dataFolder, home, store, under, env };
  let running = await launch(place, 0);
  const { endpoint } = running;
  return {
    endpoint,
    region: "us-east-1",
    accessKeyId: ROOT_KEY.id,
    secretAccessKey: ROOT_KEY.secret,
    folder,
    dataFolder,
    home,
    pid: () => running.child.pid ?? 0,
    said: () => running.said(),
    stop: () => end(running.child, "SIGTERM"),
    kill9: () => end(running.child, "SIGKILL"),
    async restart() {
      running = await launch(place, Number(new URL(endpoint).port));
    },
    async close() {
      if (running.child.exitCode === null && running.child.signalCode === null) {
        if (byRealClients) await noteCoverage(endpoint);
        await end(running.child, "SIGTERM");
      }
      await rm(folder, { recursive: true, force: true });
    },
  };
}

/** Resolves once it says that it is ready. @throws Error with what it said instead. */
interface Place {
  readonly dataFolder: string;
  readonly home: string;
  readonly store: string | undefined;
  readonly under: readonly string[];
  readonly env: Readonly<Record<string, string>>;
}

async function launch({ dataFolder, home, store, under, env }: Place, port: number): Promise<Running> {
  const [command, ...before] = [...under, process.execPath];
  const args = [
    ...before,
    PROGRAM,
    "start",
    "--data",
    dataFolder,
    "--port",
    String(port),
    "--account",
    ACCOUNT,
  ];
  const child = spawn(command, args, {
    env: {
      ...cleanEnvironment(home),
      ...env,
      ...(store === undefined ? {} : { HOSU_STORE: store }),
      HOSU_ROOT_CREDENTIALS: `${ROOT_KEY.id}:${ROOT_KEY.secret}`,
    },
    stdio: ["ignore", "pipe", "pipe"],
  });
  const told = listen(child);
  const endpoint = await new Promise<string>((resolve, reject) => {
    child.stdout.on("data", () => {
      const found = READY.exec(told.stdout())?.[1];
      if (found !== undefined) resolve(found);
    });
    child.once("exit", (code) =>
      reject(new Error(`hosu start ended with ${code}\n${told.stdout()}\n${told.stderr()}`)),
    );
  });
  return { child, endpoint, said: told.stderr };
}

interface Running {
  readonly child: ChildProcess;
  readonly endpoint: string;
  readonly said: () => string;
}

async function end(child: ChildProcess, signal: NodeJS.Signals): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const exited = once(child, "exit");
  child.kill(signal);
  await exited;
}

/** One Hosu for a test file, started before its first test and gone after its last. */
export function useHouse(options: HouseOptions = {}): () => House {
  const kept: { house?: House } = {};
  beforeAll(async () => {
    kept.house = await openHouse(options);
  });
  afterAll(() => kept.house?.close());
  return () => {
    if (!kept.house) throw new Error("the house is open from the first test on");
    return kept.house;
  };
}

/** Where a story is told: a Hosu of its own, or the endpoint that the environment names. */
export interface Stage {
  readonly access: Access;
  readonly home: string;
  close(): Promise<void>;
}

export async function openStage(): Promise<Stage> {
  if (!EXTERNAL) {
    const house = await openHouse();
    return { access: house, home: house.home, close: () => house.close() };
  }
  const home = await mkdtemp(join(tmpdir(), "hosu-test-"));
  return { access: EXTERNAL, home, close: () => rm(home, { recursive: true, force: true }) };
}

export function useStage(): () => Stage {
  const kept: { stage?: Stage } = {};
  beforeAll(async () => {
    kept.stage = await openStage();
  });
  afterAll(() => kept.stage?.close());
  return () => {
    if (!kept.stage) throw new Error("the stage is open from the first test on");
    return kept.stage;
  };
}
