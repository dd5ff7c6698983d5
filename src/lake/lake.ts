import { LakeClock } from "../base/clock.ts";
import { accountId } from "../base/ids.ts";
import { admin } from "../gateway/admin.ts";
import type { Keeper } from "../gateway/admin/route.ts";
import { preflight } from "../gateway/cors.ts";
import type { Dispatcher } from "../gateway/dispatch.ts";
import type { Aside } from "../gateway/answer.ts";
import { SigningKeys } from "../gateway/signature.ts";
import { closedBooks, openBooks, type Books } from "../platform/books.ts";
import { clockState } from "../platform/clock-state.ts";
import type { House } from "../platform/context.ts";
import { createPerformer, type Performer } from "../platform/perform.ts";
import { sealer as createSealer } from "../platform/sealer.ts";
import { timerRunner, type TimerRunner } from "../platform/timers.ts";
import type { Held } from "../store/blobs/held.ts";
import { janitor } from "../store/blobs/janitor.ts";
import type { LmdbPages } from "../store/lmdb-pages.ts";
import { settings } from "../store/settings.ts";
import type { Store } from "../store/store.ts";
import type { FirstKeys, LakeGround } from "./ground.ts";
import { openBytes } from "./bytes.ts";
import { furnish, runTimer } from "./house.ts";
import { openRows } from "./rows.ts";

/**
 * One state of the data folder, and everything that runs over it. A restore or a reset closes it and opens another, so
 * nothing of the old one is remembered in the new.
 */
export interface Lake {
  /** None where the rows lie in a database. */
  readonly pages: LmdbPages | undefined;
  readonly house: House;
  readonly performer: Performer;
  readonly books: Books;
  readonly account: string;
  /** At the first start alone. */
  readonly firstKeys: FirstKeys | undefined;
  readonly dispatcher: Dispatcher;
  readonly asides: readonly Aside[];
  /** Timers and the sweeper begin. @param sweepAfterMs when it first looks. */
  start(sweepAfterMs?: number): void;
  /** Finishes what goes on in the background and lets go of the files; no request may be under way. */
  close(): Promise<void>;
}

export interface Surroundings {
  readonly held: Held;
  readonly keeper: Keeper;
}

export async function openLake(ground: LakeGround, { held, keeper }: Surroundings): Promise<Lake> {
  const { folder, realClock, services, options } = ground;
  const onMistake = (error: unknown, requestId = ""): void =>
    options.log({ kind: "mistake", error, requestId });
  const onBroken = (error: unknown): void => options.log({ kind: "broken", error });
  const late: { timers?: TimerRunner } = {};
  const rows = await openRows(ground, {
    onTimer: (atMs) => late.timers?.onTimer(atMs),
    onBroken,
  });
  const { pages, store, lease } = rows;
  const { lakeTime, generation } = await store.read(async (read) => ({
    lakeTime: await read.get(clockState, "lake"),
    generation: (await read.get(settings, "generation"))?.value,
  }));
  const clock = new LakeClock(realClock, lakeTime);
  const bytes = await openBytes(ground, { rows, clock, held, onBroken });
  const { blobs, members } = bytes;
  const sealer = createSealer(folder.key, generation);
  const { account, firstKeys } = await firstStart(ground, { store, clock, sealer });
  const books = await openHouseBooks(ground, { store, clock, account, isShared: members !== undefined });
  const house = furnish({ store, blobs, clock, realClock, sealer, engines: ground.engines }, services, {
    trail: books.door,
  });
  for (const service of services.values()) await service.start?.(house);
  const performer = createPerformer(house, services, (happened) => books.tell(happened));
  const timers = timerRunner({
    store,
    clock,
    realClock,
    lease,
    agreed: members && (() => members.agreed()),
    run: (timer) => runTimer(performer, services, timer),
    onFailure: (_timer, error) => onMistake(error),
  });
  late.timers = timers;
  const sweeping = janitor({ sweep: (pace) => blobs.sweep(pace), onFailure: onMistake });
  const closed: { promise?: Promise<void> } = {};
  const endings = [
    () => timers.stop(),
    () => sweeping.stop(),
    ...[...services.values()].map((service) => async () => service.stop?.(house)),
    () => books.close(),
    () => bytes.close(),
    () => store.close(),
  ];
  const serving = serve(ground, { performer, clock, timers, books, account, keeper });
  return {
    pages,
    house,
    performer,
    books,
    account,
    firstKeys,
    ...serving,
    start(sweepAfterMs) {
      timers.start();
      sweeping.start(sweepAfterMs);
    },
    close: () => (closed.promise ??= eachInTurn(endings)),
  };
}

/** One that fails keeps none from ending. @throws what the first of them threw. */
async function eachInTurn(endings: readonly (() => Promise<unknown>)[]): Promise<void> {
  const failures: unknown[] = [];
  for (const end of endings) await end().catch((error: unknown) => failures.push(error));
  if (failures.length > 0) throw failures[0];
}

interface Serving {
  readonly performer: Performer;
  readonly clock: LakeClock;
  readonly timers: TimerRunner;
  readonly books: Books;
  readonly account: string;
  readonly keeper: Keeper;
}

/** What the gateway needs of it. */
function serve(
  { options, figures, called, realClock, version }: LakeGround,
  serving: Serving,
): Pick<Lake, "dispatcher" | "asides"> {
  const { performer, books, clock, account } = serving;
  const dispatcher: Dispatcher = {
    performer,
    authenticator: { identities: performer.house.doors.identities, keys: new SigningKeys(), realClock },
    region: options.region,
    onAnswer: (answered) => {
      if (answered.status < 400) called.add(`${answered.api}:${answered.operation}`);
      figures.answered(answered);
      books.tell(answered);
      options.log({ kind: "answered", answered });
    },
    onOurMistake: (error, requestId) => options.log({ kind: "mistake", error, requestId }),
  };
  const hosu = admin({
    ...serving,
    authenticator: dispatcher.authenticator,
    figures,
    version,
    homeAccount: account,
    called,
    onAnswer(answered) {
      books.denials.add(answered, clock.now());
      options.log({ kind: "answered", answered });
    },
    stop: options.onStopAsked ?? (() => undefined),
    onMistake: dispatcher.onOurMistake,
  });
  return { dispatcher, asides: [hosu, preflight(performer)] };
}

interface BooksPlace {
  readonly store: Store;
  readonly clock: LakeClock;
  readonly account: string;
  readonly isShared: boolean;
}

function openHouseBooks(
  { services, figures, disk, folder, options }: LakeGround,
  { store, clock, account, isShared }: BooksPlace,
): Promise<Books> {
  if (options.trail === "off") return Promise.resolve(closedBooks());
  return openBooks({
    store,
    services,
    disk,
    folder: folder.trailPath,
    clock,
    homeAccount: account,
    isShared,
    onLost: (events, error) => {
      figures.lost(events);
      options.log({ kind: "lost", events, error });
    },
    onMistake: (error, requestId) => options.log({ kind: "mistake", error, requestId }),
  });
}

async function firstStart(
  { accounts, options }: LakeGround,
  { store, clock, sealer }: Pick<House, "store" | "clock" | "sealer">,
): Promise<{ account: string; firstKeys: FirstKeys | undefined }> {
  const account = await chosenAccount(store, options.account);
  const { rootKey } = options;
  const now = clock.now();
  return store.update(async (tx) => {
    const firstKeys = await accounts.create(tx, { account, now, sealer, rootKey });
    if (firstKeys && options.init !== undefined) tx.put(settings, { name: "init", value: "pending" });
    if (!firstKeys && rootKey) await accounts.setRootKey(tx, { account, now, sealer, rootKey });
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
