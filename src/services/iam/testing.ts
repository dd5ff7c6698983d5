import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { isFault } from "../../base/fault.ts";
import { ManualClock } from "../../base/clock.ts";
import { MIB } from "../../base/units.ts";
import { duckDb } from "../../engines/duckdb/duckdb.ts";
import { invariant } from "../../base/invariant.ts";
import { parseArn } from "../../base/arn.ts";
import { createAccess } from "../../platform/access.ts";
import { openBooks, type Books } from "../../platform/books.ts";
import type { ApiCalls, Calls } from "../../platform/calls.ts";
import { ANONYMOUS, type Caller } from "../../platform/caller.ts";
import type { House } from "../../platform/context.ts";
import type { Doors } from "../../platform/doors/doors.ts";
import { apiCalls, createPerformer, ownCalls } from "../../platform/perform.ts";
import { sealer } from "../../platform/sealer.ts";
import type { Service } from "../../platform/service.ts";
import { openDiskBlobs } from "../../store/blobs/disk-blobs.ts";
import { realDisk } from "../../store/disk.ts";
import { openLmdbPages } from "../../store/lmdb-pages.ts";
import { timerKey, timers, timersByName } from "../../store/timers.ts";
import { localStore } from "../../store/local-store.ts";
import { createAccount, type FirstKeys } from "./bootstrap.ts";

/** For tests: a house in a temporary folder, with one account. */
export const ACCOUNT = "111122223333";

export interface TestHouse {
  readonly house: House;
  readonly clock: ManualClock;
  readonly keys: FirstKeys;
  readonly books: Books;
  /** Every API as whoever has the key. */
  as(accessKeyId: string, source?: Partial<Caller["source"]>, region?: string): Promise<ApiCalls>;
  /** What a timer of this service calls by. */
  timerCalls(api: string): Calls;
  /** Runs every timer that is due by then, the clock moved to each, and those born on the way; all there are where no time is given. */
  runTimers(until?: Date): Promise<void>;
  close(): Promise<void>;
}

const NOBODY: Caller = {
  account: "",
  region: "",
  principal: ANONYMOUS,
  source: { ip: "", secure: true, userAgent: "", calledVia: [] },
};

export async function startHouse(...services: readonly Service[]): Promise<TestHouse> {
  const folder = await mkdtemp(join(tmpdir(), "hosu-iam-"));
  const clock = new ManualClock(new Date("2026-03-01T12:00:00Z"));
  const store = localStore(openLmdbPages(join(folder, "store")));
  const blobs = await openDiskBlobs({
    store,
    disk: realDisk,
    folder: join(folder, "blobs"),
    realClock: clock,
  });
  const byApi = new Map<string, Service>(services.map((service) => [service.api, service]));
  const books = await openBooks({
    store,
    services: byApi,
    disk: realDisk,
    folder: join(folder, "trail"),
    clock,
    homeAccount: ACCOUNT,
    isShared: false,
    onLost: (_events, error) => {
      throw error;
    },
    onMistake: (error) => {
      throw error;
    },
  });
  // The doors are hung once the services that offer them stand in the house.
  const doors: Doors = Object.assign(Object.create(null), { trail: books.door });
  const identities = () => doors.identities;
  const access = createAccess({
    identities,
    resourcePolicy: async (arn, read) => byApi.get(parseArn(arn)?.service ?? "")?.resourcePolicy?.(arn, read),
    clock,
  });
  const house: House = {
    store,
    blobs,
    clock,
    realClock: clock,
    doors,
    sealer: sealer(Buffer.alloc(32, 7)),
    access,
    engines: {
      duckDb: duckDb({
        allowedFolders: [folder],
        spillFolder: join(folder, "spill"),
        memoryBytes: 512 * MIB,
        threads: 2,
      }),
      scratchFolder: join(folder, "scratch"),
    },
  };
  for (const service of services) Object.assign(doors, service.offers(house));
  for (const service of services) await service.start?.(house);
  const performer = createPerformer(house, byApi, (happened) => books.tell(happened));
  const from = { requestId: "timer", endpoint: "" };
  const timerCalls = (api: string): Calls => ({
    asCaller: apiCalls(performer, { ...from, caller: NOBODY }),
    asService: ownCalls(performer, api, from),
  });
  const keys = await store.update((tx) =>
    createAccount(tx, { account: ACCOUNT, now: clock.now(), sealer: house.sealer }),
  );
  invariant(keys, "the account is new");
  return {
    house,
    clock,
    keys,
    books,
    async as(accessKeyId, source = {}, region = "us-east-1") {
      const credential = await identities().credential(accessKeyId);
      invariant(credential, `${accessKeyId} is a key`);
      const caller: Caller = {
        account: credential.principal.account,
        region,
        principal: credential.principal,
        accessKeyId,
        source: { ip: "127.0.0.1", secure: true, userAgent: "test", calledVia: [], ...source },
        ...(credential.session ? { session: credential.session } : {}),
      };
      return apiCalls(performer, { caller, requestId: "test", endpoint: "http://127.0.0.1:4566" });
    },
    timerCalls,
    async runTimers(until) {
      for (;;) {
        const [next] = await store.read((read) => read.scan(timers, { within: [], limit: 1 }));
        if (!next || (until && next.atMs > until.getTime())) break;
        clock.advance(Math.max(next.atMs - clock.now().getTime(), 0));
        const api = next.name.split(".")[0] ?? "";
        const due = new Date(next.atMs);
        await byApi.get(api)?.timers[next.name]?.({ ...house, due, key: next.key, calls: timerCalls(api) });
        await store.update(async (tx) => {
          const current = await tx.get(timersByName, ...timerKey(next.name, next.key));
          if (current?.atMs === next.atMs) await tx.cancelTimer(next.name, ...next.key);
        });
      }
      if (until) clock.advance(Math.max(until.getTime() - clock.now().getTime(), 0));
    },
    async close() {
      await house.engines.duckDb.close();
      await books.close();
      await blobs.close();
      await store.close();
      await rm(folder, { recursive: true, force: true });
    },
  };
}

/** What a call was refused with: `Code: message`. */
export async function refusal(call: Promise<unknown>): Promise<string> {
  try {
    await call;
  } catch (error) {
    if (isFault(error)) return `${error.code}: ${error.message}`;
    throw error;
  }
  return "allowed";
}
