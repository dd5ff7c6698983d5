import { mkdirSync, rmSync } from "node:fs";
import { availableParallelism, totalmem } from "node:os";
import { join } from "node:path";
import { LakeClock, realClock, type Clock } from "./base/clock.ts";
import { accountId } from "./base/ids.ts";
import { invariant } from "./base/invariant.ts";
import { parseArn } from "./base/arn.ts";
import { duckDb } from "./engines/duckdb/duckdb.ts";
import { admin } from "./gateway/admin.ts";
import { preflight } from "./gateway/cors.ts";
import type { Answered, Dispatcher } from "./gateway/dispatch.ts";
import { openGateway, type Gateway } from "./gateway/server.ts";
import { SigningKeys } from "./gateway/signature.ts";
import { createAccess } from "./platform/access.ts";
import { closedBooks, openBooks, type Books } from "./platform/books.ts";
import { ANONYMOUS } from "./platform/caller.ts";
import { clockState } from "./platform/clock-state.ts";
import type { Engines, House } from "./platform/context.ts";
import type { Doors } from "./platform/doors/doors.ts";
import { createFigures, type Figures } from "./platform/metrics/figures.ts";
import { measuredDisk, measuredPages } from "./platform/metrics/measured.ts";
import { apiCalls, createPerformer, type Performer } from "./platform/perform.ts";
import { sealer as createSealer } from "./platform/sealer.ts";
import type { Service } from "./platform/service.ts";
import { timerRunner, type TimerRunner } from "./platform/timers.ts";
import { SERVICES } from "./services/all.ts";
import { createAccount, setRootKey, type FirstKeys, type KeyPair } from "./services/iam/bootstrap.ts";
import { openDiskBlobs } from "./store/blobs/disk-blobs.ts";
import { janitor } from "./store/blobs/janitor.ts";
import { realDisk, type Disk } from "./store/disk.ts";
import { openDataFolder, type DataFolder } from "./store/folder.ts";
import { openLmdbPages } from "./store/lmdb-pages.ts";
import { localStore } from "./store/local-store.ts";
import { takeOwnership } from "./store/owner.ts";
import type { Reader, Store } from "./store/store.ts";
import { settings } from "./store/settings.ts";
import { VERSION } from "./version.ts";

/** Everything meets here, and only here. */
export interface HosuOptions {
  readonly dataFolder: string;
  readonly host: string;
  /** 0 takes any free one. */
  readonly port: number;
  /** Twelve digits; chosen at the first start where it is not given. */
  readonly account?: string | undefined;
  readonly region: string;
  readonly rootKey?: KeyPair | undefined;
  readonly log: (event: LogEvent) => void;
  /** "off" writes down nothing of what happens: neither trail nor meter. */
  readonly trail?: "on" | "off" | undefined;
  /** Somebody who may has asked the program to end. */
  readonly onStopAsked?: () => void;
  /** For tests: the ground it stands on. */
  readonly disk?: Disk;
  readonly realClock?: Clock;
}

export type LogEvent =
  | ({ readonly kind: "answered" } & Answered)
  | { readonly kind: "mistake"; readonly error: unknown; readonly requestId: string }
  | { readonly kind: "broken"; readonly error: unknown }
  /** A crash had left so much half written at the end of the log; it was cut off. */
  | { readonly kind: "torn"; readonly bytes: number }
  /** The trail could not be written: so many events are not on it. */
  | { readonly kind: "lost"; readonly events: number; readonly error: unknown }
  /** Clients that were too slow for the stop. */
  | { readonly kind: "cut off"; readonly connections: number };

export interface Hosu {
  readonly endpoint: string;
  readonly account: string;
  /** At the first start alone: the only time that the keys can be read. */
  readonly firstKeys: FirstKeys | undefined;
  /** Finishes what it acknowledged and lets go of the folder. */
  stop(): Promise<void>;
}

export async function startHosu(options: HosuOptions): Promise<Hosu> {
  const real = options.realClock ?? realClock;
  const folder = openDataFolder(options.dataFolder);
  const ownership = await takeOwnership(folder.path, VERSION);
  const late: { timers?: TimerRunner; gateway?: Gateway } = {};
  const connections = (): number => late.gateway?.connections() ?? 0;
  const figures = createFigures({ connections, version: VERSION });
  const store = localStore(measuredPages(openLmdbPages(folder.storePath), figures.committed), {
    onTimer: (atMs) => late.timers?.onTimer(atMs),
    onBroken: (error) => options.log({ kind: "broken", error }),
  });
  const clock = new LakeClock(real, await store.read((read) => read.get(clockState, "lake")));
  const disk = measuredDisk(options.disk ?? realDisk, figures.synced);
  const blobs = await openDiskBlobs({
    store,
    disk,
    folder: folder.blobsPath,
    realClock: real,
    onTornTail: (bytes) => options.log({ kind: "torn", bytes }),
    onBroken: (error) => options.log({ kind: "broken", error }),
  });
  const services = new Map(SERVICES.map((service) => [service.api as string, service]));
  const engines = openEngines(folder);
  const ground = { store, blobs, clock, realClock: real, sealer: createSealer(folder.key), engines };
  const house = furnish(ground, services);
  const { account, firstKeys } = await firstStart(house, options);
  const books = await openHouseBooks({ house, services, figures, disk, folder, account }, options);
  const performer = createPerformer(house, services, (happened) => books.tell(happened));

  const timers = timerRunner({
    store,
    clock,
    realClock: real,
    run: (timer) => runTimer(performer, services, timer),
    onFailure: (_timer, error) => options.log({ kind: "mistake", error, requestId: "" }),
  });
  late.timers = timers;
  const called = new Set<string>();
  const dispatcher: Dispatcher = {
    performer,
    authenticator: { identities: house.doors.identities, keys: new SigningKeys(), realClock: real },
    region: options.region,
    onAnswer: (answered) => {
      if (answered.status < 400) called.add(`${answered.api}:${answered.operation}`);
      figures.answered(answered);
      books.tell(answered);
      options.log({ kind: "answered", ...answered });
    },
    onOurMistake: (error, requestId) => options.log({ kind: "mistake", error, requestId }),
  };
  const asides = [
    admin({
      performer,
      authenticator: dispatcher.authenticator,
      clock,
      timers,
      books,
      figures,
      version: VERSION,
      homeAccount: account,
      called,
      onAnswer(answered) {
        books.denials.add(answered, clock.now());
        options.log({ kind: "answered", ...answered });
      },
      stop: options.onStopAsked ?? (() => undefined),
      onMistake: dispatcher.onOurMistake,
    }),
    preflight(performer),
  ];
  const gateway = await openGateway({ host: options.host, port: options.port, dispatcher, asides });
  late.gateway = gateway;
  ownership.announce(gateway.endpoint);
  timers.start();
  const sweeping = janitor({
    sweep: (pace) => blobs.sweep(pace),
    onFailure: (error) => options.log({ kind: "mistake", error, requestId: "" }),
  });
  sweeping.start();
  const warming = setTimeout(() => engines.duckDb.warm(), WARM_AFTER_MS).unref();
  return {
    endpoint: gateway.endpoint,
    account,
    firstKeys,
    async stop() {
      clearTimeout(warming);
      const cutOff = await gateway.close();
      if (cutOff > 0) options.log({ kind: "cut off", connections: cutOff });
      await timers.stop();
      await sweeping.stop();
      await engines.duckDb.close();
      await books.close();
      await blobs.close();
      await store.close();
      figures.close();
      await ownership.release();
    },
  };
}

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

interface BooksPlace {
  readonly house: House;
  readonly services: ReadonlyMap<string, Service>;
  readonly figures: Figures;
  readonly disk: Disk;
  readonly folder: DataFolder;
  readonly account: string;
}

function openHouseBooks(place: BooksPlace, options: HosuOptions): Promise<Books> {
  const { house, services, figures, disk, folder, account } = place;
  if (options.trail === "off") return Promise.resolve(closedBooks());
  return openBooks({
    store: house.store,
    services,
    disk,
    folder: join(folder.path, "trail"),
    clock: house.clock,
    homeAccount: account,
    onLost: (events, error) => {
      figures.lost(events);
      options.log({ kind: "lost", events, error });
    },
    onMistake: (error, requestId) => options.log({ kind: "mistake", error, requestId }),
  });
}

type Ground = Omit<House, "doors" | "access">;

/** The doors are offered by services that themselves stand in the house. */
function furnish(ground: Ground, services: ReadonlyMap<string, Service>): House {
  const doors: Partial<Doors> = {};
  const access = createAccess({
    identities: () => {
      invariant(doors.identities, "IAM offers identities");
      return doors.identities;
    },
    resourcePolicy: (arn: string, read: Reader) =>
      services.get(parseArn(arn)?.service ?? "")?.resourcePolicy?.(arn, read) ?? Promise.resolve(undefined),
    clock: ground.clock,
  });
  const house: House = { ...ground, access, doors: doors as Doors };
  for (const service of services.values()) Object.assign(doors, service.offers(house));
  return house;
}

async function firstStart(
  { store, clock, sealer }: House,
  options: HosuOptions,
): Promise<{ account: string; firstKeys: FirstKeys | undefined }> {
  const account = await chosenAccount(store, options.account);
  const { rootKey } = options;
  const now = clock.now();
  return store.update(async (tx) => {
    const firstKeys = await createAccount(tx, { account, now, sealer, rootKey });
    if (!firstKeys && rootKey) await setRootKey(tx, { account, now, sealer, rootKey });
    return { account, firstKeys };
  });
}

/** The account of the first start is the folder's from then on. */
const chosenAccount = (store: Store, asked: string | undefined): Promise<string> =>
  store.update(async (tx) => {
    const kept = await tx.get(settings, "account");
    if (kept && (asked === undefined || asked === kept.value)) return kept.value;
    const value = asked ?? accountId();
    tx.put(settings, { name: "account", value });
    return value;
  });

/** A timer's name begins with its service's: "s3.restore". It acts in no one's name. */
function runTimer(
  performer: Performer,
  services: ReadonlyMap<string, Service>,
  timer: { readonly name: string; readonly key: readonly (string | number)[]; readonly atMs: number },
): Promise<void> {
  const handler = services.get(timer.name.split(".")[0] ?? "")?.timers[timer.name];
  invariant(handler, `somebody runs timers of the name ${timer.name}`);
  const caller = {
    account: "",
    region: "",
    principal: ANONYMOUS,
    source: { ip: "", secure: true, userAgent: "", calledVia: [] },
  };
  const calls = { asCaller: apiCalls(performer, { caller, requestId: "", endpoint: "" }) };
  return handler({ ...performer.house, due: new Date(timer.atMs), key: timer.key, calls });
}
