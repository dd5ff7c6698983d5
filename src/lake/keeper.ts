import { stat } from "node:fs/promises";
import { join } from "node:path";
import { fault } from "../base/fault.ts";
import { accountId, opaqueId } from "../base/ids.ts";
import { invariant } from "../base/invariant.ts";
import { SECOND_MS } from "../base/units.ts";
import type { CreatedAccount, Keeper, SavedState } from "../gateway/admin/route.ts";
import type { Gate } from "../gateway/gate.ts";
import { openLmdbPages } from "../store/lmdb-pages.ts";
import { localStore } from "../store/local-store.ts";
import { settings } from "../store/settings.ts";
import type { Transaction } from "../store/store.ts";
import { backUp } from "./backup.ts";
import { finishReplacing, moveStore, remove, replaceFolder } from "./files.ts";
import { forgetElsewhere, keysOf, removeRows } from "./forget.ts";
import type { KeyPair, LakeGround } from "./ground.ts";
import { openLake, type Lake } from "./lake.ts";
import { openSnapshots, STORE_FILE, TRAIL_FOLDER, type Snapshots } from "./snapshots.ts";
import { putTrail, saveTrail } from "./trail.ts";

/** The lake that is served, and how it is exchanged for another state of itself while the gateway stays. */
export interface LakeKeeper extends Keeper {
  readonly lake: Lake;
  close(): Promise<void>;
}

/** Who is still under way then is cut off: a restore must not wait for a put of 5 GiB. */
const MOST_WAIT_MS = 10 * SECOND_MS;
/** Soon: whoever restores every few seconds must not pile up what was left behind. */
const SWEEP_AFTER_MS = 1 * SECOND_MS;
/** The store that is to take the place of the lake's. */
const NEXT_STORE = "store.next.mdb";

export async function openKeeper(ground: LakeGround, gate: Gate): Promise<LakeKeeper> {
  const { path, trailPath } = ground.folder;
  const nextStore = join(path, NEXT_STORE);
  await remove(nextStore);
  await finishReplacing(trailPath);
  const snapshots = await openSnapshots(join(path, "snapshots"));
  const kept = new HouseKeeper({ ground, gate, snapshots, nextStore });
  await kept.open();
  return kept;
}

interface KeeperGround {
  readonly ground: LakeGround;
  readonly gate: Gate;
  readonly snapshots: Snapshots;
  readonly nextStore: string;
}

class HouseKeeper implements LakeKeeper {
  readonly #ground: LakeGround;
  readonly #gate: Gate;
  readonly #snapshots: Snapshots;
  readonly #nextStore: string;
  #lake: Lake | undefined;
  #isBusy = false;

  constructor({ ground, gate, snapshots, nextStore }: KeeperGround) {
    this.#ground = ground;
    this.#gate = gate;
    this.#snapshots = snapshots;
    this.#nextStore = nextStore;
  }

  get lake(): Lake {
    invariant(this.#lake, "a lake is served");
    return this.#lake;
  }

  async open(): Promise<void> {
    this.#lake = await openLake(this.#ground, { held: this.#snapshots.held, keeper: this });
  }

  async close(): Promise<void> {
    await this.#lake?.close();
    await this.#snapshots.close();
  }

  list(): readonly SavedState[] {
    return this.#snapshots.list();
  }

  save(name: string): Promise<SavedState> {
    return this.#alone(async () => {
      const { books, house, pages } = this.lake;
      const begun = await this.#snapshots.begin(name);
      await books.meter?.flush();
      // What the copy of the store names stays until the snapshot itself holds it.
      const release = house.blobs.hold();
      try {
        await saveTrail(books.trail, join(begun.folder, TRAIL_FOLDER));
        const copy = join(begun.folder, STORE_FILE);
        invariant(pages, "the rows lie in the data folder");
        await pages.copyTo(copy);
        const state: SavedState = {
          name,
          savedAt: house.realClock.now().toISOString(),
          lakeTime: house.clock.now().toISOString(),
          storeBytes: (await stat(copy)).size,
          version: this.#ground.version,
        };
        await begun.keep(state);
        return state;
      } catch (error) {
        await begun.abandon();
        throw error;
      } finally {
        release();
      }
    });
  }

  delete(name: string): Promise<void> {
    return this.#alone(async () => {
      await this.#snapshots.delete(name);
      this.lake.house.blobs.lookAgain();
    });
  }

  restore(name: string, leave: () => void): Promise<SavedState> {
    return this.#alone(async () => {
      const saved = this.#snapshots.find(name);
      await saved.pages().copyTo(this.#nextStore);
      await this.#write(this.#nextStore, async () => undefined);
      await putTrail(join(saved.folder, TRAIL_FOLDER), this.#ground.folder.trailPath);
      await this.#exchange(leave, async (lake) => {
        await lake.close();
        await this.#putNext();
      });
      return saved.state;
    });
  }

  reset(account: string | undefined, leave: () => void): ReturnType<Keeper["reset"]> {
    return this.#alone(async () => {
      const { lake } = this;
      const made =
        account === undefined ? await this.#empty(lake, leave) : await this.#emptyOne(lake, account, leave);
      return { account: account ?? lake.account, ...(made ? { admin: made } : {}) };
    });
  }

  /** @returns the admin user's key, where a new one had to be made. */
  async #empty({ account, house }: Lake, leave: () => void): Promise<KeyPair | undefined> {
    const { accounts, folder } = this.#ground;
    const { sealer, realClock } = house;
    await remove(this.#nextStore);
    await putTrail(undefined, folder.trailPath);
    return this.#exchange(leave, async (lake) => {
      const keys = await keysOf(this.#ground, lake, account);
      await lake.close();
      const made = await this.#write(this.#nextStore, async (tx) => {
        tx.put(settings, { name: "account", value: account });
        return accounts.create(tx, { account, now: realClock.now(), sealer, keys });
      });
      await this.#putNext();
      return keys.admin.length === 0 ? made?.admin : undefined;
    });
  }

  async #emptyOne({ house }: Lake, account: string, leave: () => void): Promise<KeyPair | undefined> {
    const { accounts, folder } = this.#ground;
    const { sealer, clock } = house;
    const known = await this.listAccounts();
    if (!known.some((one) => one.account === account))
      throw fault("NoSuchAccount", `There is no account ${account}.`, { status: 404 });
    return this.#exchange(leave, async (lake) => {
      const keys = await keysOf(this.#ground, lake, account);
      await forgetElsewhere(this.#ground, lake, account);
      await lake.close();
      await removeRows(folder.storePath, account);
      const made = await this.#write(folder.storePath, (tx) =>
        accounts.create(tx, { account, now: clock.now(), sealer, keys }),
      );
      return keys.admin.length === 0 ? made?.admin : undefined;
    });
  }

  backup(folder: string): ReturnType<Keeper["backup"]> {
    return this.#alone(() => backUp(this.#ground, this.lake, folder));
  }

  async createAccount(asked: string | undefined): Promise<CreatedAccount> {
    const { store, clock, sealer } = this.lake.house;
    const account = asked ?? accountId();
    const keys = await store.update((tx) =>
      this.#ground.accounts.create(tx, { account, now: clock.now(), sealer }),
    );
    if (!keys) throw fault("AccountExists", `There is an account ${account} already.`, { status: 409 });
    return { account, ...keys };
  }

  listAccounts(): ReturnType<Keeper["listAccounts"]> {
    return this.lake.house.store.read((read) => this.#ground.accounts.list(read));
  }

  async #alone<T>(work: () => Promise<T>): Promise<T> {
    if (this.#ground.options.store !== undefined) throw notInADatabase();
    if (this.#isBusy)
      throw fault("Busy", "Another snapshot, restore, reset or backup is under way.", { status: 409 });
    this.#isBusy = true;
    try {
      return await work();
    } finally {
      this.#isBusy = false;
    }
  }

  /** Nobody is served while `work` puts another state in the lake's place; then whatever is there is opened. */
  async #exchange<T>(leave: () => void, work: (lake: Lake) => Promise<T>): Promise<T> {
    const { lake } = this;
    leave();
    const connections = await this.#gate.close(MOST_WAIT_MS);
    if (connections > 0) this.#ground.options.log({ kind: "cut off", connections });
    try {
      return await work(lake);
    } finally {
      await lake
        .close()
        .catch((error: unknown) => this.#ground.options.log({ kind: "mistake", error, requestId: "" }));
      await this.open();
      this.lake.start(SWEEP_AFTER_MS);
      this.#gate.open();
    }
  }

  /** Writes into a store that is to come: that it is another state, to which old tokens mean nothing, and more. */
  async #write<T>(path: string, work: (tx: Transaction) => Promise<T>): Promise<T> {
    const store = localStore(openLmdbPages(path));
    try {
      return await store.update((tx) => {
        tx.put(settings, { name: "generation", value: opaqueId(GENERATION_BYTES) });
        return work(tx);
      });
    } finally {
      await store.close();
    }
  }

  async #putNext(): Promise<void> {
    const { storePath, trailPath } = this.#ground.folder;
    await moveStore(this.#nextStore, storePath);
    await replaceFolder(trailPath);
  }
}

const notInADatabase = () =>
  fault(
    "NotInADatabase",
    "Snapshots, restores, resets and backups are made of a data folder that holds everything. With --store, back up the database and then the folder.",
    { status: 409 },
  );

const GENERATION_BYTES = 9;
