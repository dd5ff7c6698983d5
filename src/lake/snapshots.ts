import { readFile, rename } from "node:fs/promises";
import { join } from "node:path";
import { fault } from "../base/fault.ts";
import type { SavedState } from "../gateway/admin/route.ts";
import { heldBy, type Held } from "../store/blobs/held.ts";
import { openLmdbPages, type LmdbPages } from "../store/lmdb-pages.ts";
import { localStore } from "../store/local-store.ts";
import type { Store } from "../store/store.ts";
import { exists, makeFolder, namesIn, remove, syncFolder, writeDurably } from "./files.ts";

/**
 * Saved states of the lake, a folder each: a copy of the store, the trail's segments, and what it is. Objects' bytes
 * are not copied: they never change, and what the copy of the store names stays (`held`).
 */
export interface Snapshots {
  readonly held: Held;
  list(): readonly SavedState[];
  /** @throws Fault where there is one of the name, or too many. */
  begin(name: string): Promise<Begun>;
  /** @throws Fault NoSuchSnapshot */
  find(name: string): Saved;
  delete(name: string): Promise<void>;
  close(): Promise<void>;
}

export interface Saved {
  readonly folder: string;
  readonly state: SavedState;
  /** Its store, opened when it is first asked for. */
  pages(): LmdbPages;
}

/** A snapshot in the making: nobody sees it before it is kept. */
export interface Begun {
  readonly folder: string;
  keep(state: SavedState): Promise<void>;
  abandon(): Promise<void>;
}

/** Each may have its store open, which is a file handle and some address space. */
const MOST_SNAPSHOTS = 100;
const NAME = /^[A-Za-z0-9][\w.-]{0,63}$/;
const DRAFT = ".draft-";
export const STORE_FILE = "store.mdb";
export const TRAIL_FOLDER = "trail";
const STATE_FILE = "snapshot.json";

interface Kept extends Saved {
  store(): Store;
  close(): Promise<void>;
}

export async function openSnapshots(root: string): Promise<Snapshots> {
  const kept = new Map<string, Kept>();
  for (const name of await namesIn(root)) {
    const folder = join(root, name);
    // A crash has left it half saved, or half deleted.
    if (name.startsWith(DRAFT) || !(await exists(join(folder, STATE_FILE)))) await remove(folder);
    else kept.set(name, snapshot(folder, await stateIn(folder)));
  }
  const find = (name: string): Kept => {
    const found = kept.get(name);
    if (!found) throw fault("NoSuchSnapshot", `There is no snapshot '${name}'.`, { status: 404 });
    return found;
  };
  return {
    held: heldBy(function* () {
      for (const one of kept.values()) yield one.store();
    }),
    list: () => [...kept.values()].map(({ state }) => state),
    find,
    async begin(name) {
      if (!NAME.test(name))
        throw fault("InvalidName", "A snapshot's name has 1 to 64 letters, digits, '.', '_' and '-'.");
      if (kept.has(name))
        throw fault("SnapshotExists", `There is a snapshot '${name}' already.`, { status: 409 });
      if (kept.size >= MOST_SNAPSHOTS)
        throw fault("TooManySnapshots", `There are ${MOST_SNAPSHOTS} snapshots; delete one first.`);
      const folder = join(root, DRAFT + name);
      await remove(folder);
      await makeFolder(folder);
      return {
        folder,
        async keep(state) {
          await writeDurably(join(folder, STATE_FILE), `${JSON.stringify(state, undefined, 2)}\n`);
          await remove(join(folder, `${STORE_FILE}-lock`));
          await syncFolder(folder);
          await rename(folder, join(root, name));
          await syncFolder(root);
          kept.set(name, snapshot(join(root, name), state));
        },
        abandon: () => remove(folder),
      };
    },
    async delete(name) {
      const found = find(name);
      kept.delete(name);
      await found.close();
      // What it is goes first: without that a folder is no snapshot.
      await remove(join(found.folder, STATE_FILE));
      await remove(found.folder);
    },
    async close() {
      for (const one of kept.values()) await one.close();
    },
  };
}

function snapshot(folder: string, state: SavedState): Kept {
  const opened: { pages?: LmdbPages; store?: Store } = {};
  const pages = (): LmdbPages => (opened.pages ??= openLmdbPages(join(folder, STORE_FILE)));
  return {
    folder,
    state,
    pages,
    store: () => (opened.store ??= localStore(pages())),
    async close() {
      if (opened.store) await opened.store.close();
      else await opened.pages?.close();
    },
  };
}

const stateIn = async (folder: string): Promise<SavedState> =>
  JSON.parse(await readFile(join(folder, STATE_FILE), "utf8")) as SavedState;
