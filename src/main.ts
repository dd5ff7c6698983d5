import { mkdirSync, rmSync } from "node:fs";
import { availableParallelism, totalmem } from "node:os";
import { join } from "node:path";
import { realClock, type Clock } from "./base/clock.ts";
import { duckDb } from "./engines/duckdb/duckdb.ts";
import { createGate } from "./gateway/gate.ts";
import { openGateway, type Gateway } from "./gateway/server.ts";
import type { Accounts, FirstKeys, LakeGround, LakeOptions } from "./lake/ground.ts";
import { readInit, runInit } from "./lake/init/init.ts";
import { openKeeper } from "./lake/keeper.ts";
import type { Engines } from "./platform/context.ts";
import { createFigures } from "./platform/metrics/figures.ts";
import { measuredDisk } from "./platform/metrics/measured.ts";
import { SERVICES } from "./services/all.ts";
import { createAccount, setRootKey } from "./services/iam/bootstrap.ts";
import { keysOfAccount, listAccounts } from "./services/iam/house-accounts.ts";
import { realDisk, type Disk } from "./store/disk.ts";
import { openDataFolder, type DataFolder } from "./store/folder.ts";
import { takeOwnership } from "./store/owner.ts";
import { VERSION } from "./version.ts";

export type { FirstKeys, LogEvent } from "./lake/ground.ts";

/** Everything meets here, and only here. */
export interface HosuOptions extends LakeOptions {
  readonly dataFolder: string;
  /** Where its key lies when not in the folder: processes that share a lake share its key. */
  readonly keyFile?: string | undefined;
  readonly host: string;
  /** 0 takes any free one. */
  readonly port: number;
  /** Told at the first start, before anything is served: the keys can be read this once. */
  readonly onFirstKeys?: (keys: FirstKeys) => void;
  /** For tests: the ground it stands on. */
  readonly disk?: Disk;
  readonly realClock?: Clock;
}

export interface Hosu {
  readonly endpoint: string;
  readonly account: string;
  /** At the first start alone: the only time that the keys can be read. */
  readonly firstKeys: FirstKeys | undefined;
  /** Finishes what it acknowledged and lets go of the folder. */
  stop(): Promise<void>;
}

/** What an account is, IAM knows. */
const ACCOUNTS: Accounts = {
  create: createAccount,
  setRootKey,
  list: listAccounts,
  keys: keysOfAccount,
};

/**
 * From the ground up: the folder and its owner; the engines; the lake, which a restore or a reset exchanges for another
 * state of itself (`lake/keeper.ts`); and the gateway, which stays.
 */
export async function startHosu(options: HosuOptions): Promise<Hosu> {
  const init = options.init === undefined ? undefined : readInit(options.init);
  const folder = openDataFolder(options.dataFolder, options.keyFile);
  const ownership = await takeOwnership(folder.path, VERSION);
  const late: { gateway?: Gateway } = {};
  const figures = createFigures({ connections: () => late.gateway?.connections() ?? 0, version: VERSION });
  const engines = openEngines(folder);
  const ground: LakeGround = {
    version: VERSION,
    folder,
    disk: measuredDisk(options.disk ?? realDisk, figures.synced),
    realClock: options.realClock ?? realClock,
    services: new Map(SERVICES.map((service) => [service.api as string, service])),
    accounts: ACCOUNTS,
    engines,
    figures,
    options,
    called: new Set(),
  };
  const gate = createGate();
  const keeper = await openKeeper(ground, gate);
  const { account, firstKeys } = keeper.lake;
  if (firstKeys) options.onFirstKeys?.(firstKeys);
  const gateway = await openGateway({
    host: options.host,
    port: options.port,
    gate,
    tlsFolder: folder.tlsPath,
    realClock: ground.realClock,
    // Asked for each request: the lake may be another one by then.
    get dispatcher() {
      return keeper.lake.dispatcher;
    },
    get asides() {
      return keeper.lake.asides;
    },
  });
  late.gateway = gateway;
  const stop = async (): Promise<void> => {
    const cutOff = await gateway.close();
    if (cutOff > 0) options.log({ kind: "cut off", connections: cutOff });
    await keeper.close();
    await engines.duckDb.close();
    figures.close();
    await ownership.release();
  };
  if (init) await runInit(init, { ground, keeper, endpoint: gateway.endpoint }).catch(afterwards(stop));
  ownership.announce(gateway.endpoint);
  keeper.lake.start();
  const warming = setTimeout(() => engines.duckDb.warm(), WARM_AFTER_MS).unref();
  return {
    endpoint: gateway.endpoint,
    account,
    firstKeys,
    stop() {
      clearTimeout(warming);
      return stop();
    },
  };
}

const afterwards =
  (work: () => Promise<void>) =>
  async (error: unknown): Promise<never> => {
    await work();
    throw error;
  };

/** The query engine is started when the start itself is over, so that the first query need not wait for it. */
const WARM_AFTER_MS = 1_000;

/** DuckDB may use half of the machine's memory, and spills past that. */
function openEngines({ path, blobsPath }: DataFolder): Engines {
  const scratchFolder = join(path, "scratch");
  rmSync(scratchFolder, { recursive: true, force: true });
  mkdirSync(scratchFolder, { mode: 0o700 });
  const options = {
    allowedFolders: [blobsPath, scratchFolder],
    spillFolder: join(path, "spill"),
    memoryBytes: Math.floor(totalmem() / 2),
    threads: availableParallelism(),
  };
  return { duckDb: duckDb(options), scratchFolder };
}
