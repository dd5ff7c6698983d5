import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fault } from "../base/fault.ts";
import { opaqueId } from "../base/ids.ts";
import { measuredPages } from "../platform/metrics/measured.ts";
import type { DataFolder } from "../store/folder.ts";
import { leaseOf, type Lease } from "../store/lease.ts";
import { openLmdbPages, type LmdbPages } from "../store/lmdb-pages.ts";
import { checkStoreIsThere } from "../store/missing-store.ts";
import { localStore, type LocalStoreOptions } from "../store/local-store.ts";
import { settings } from "../store/settings.ts";
import type { Store } from "../store/store.ts";
import type { LakeGround } from "./ground.ts";

/** Where the rows of a lake lie. */
export interface Rows {
  readonly store: Store;
  /** Where they lie in the data folder. */
  readonly pages: LmdbPages | undefined;
  /** Where others may reach them too: whoever holds it runs the timers. */
  readonly lease: Lease | undefined;
}

export async function openRows(ground: LakeGround, options: LocalStoreOptions): Promise<Rows> {
  const { folder, figures, realClock } = ground;
  const url = ground.options.store;
  if (url === undefined) {
    if (markOf(folder) !== undefined) throw elsewhere(folder);
    checkStoreIsThere(folder);
    const pages = openLmdbPages(folder.storePath, () =>
      ground.options.log({ kind: "mended", path: folder.storePath }),
    );
    return { pages, store: localStore(measuredPages(pages, figures.committed), options), lease: undefined };
  }
  // Loaded here: whoever has no such store does not pay for it.
  const { openPostgresStore } = await import("../store/postgres/postgres-store.ts");
  const store = await openPostgresStore(url, options);
  try {
    await claimBytes(store, folder);
  } catch (error) {
    await store.close();
    throw error;
  }
  return { pages: undefined, store, lease: leaseOf({ store, realClock }, "timers") };
}

/**
 * The bytes of larger objects and the key that secrets are sealed under lie in the data folder, which has one owner. So
 * one process at a time serves the lake, and folder and database belong together: one would sweep the other's bytes
 * away as nobody's. The folder says in a file whose it is, the database in a row.
 */
async function claimBytes(store: Store, folder: DataFolder): Promise<void> {
  const known = await store.read((read) => read.get(settings, "folder"));
  const mark = markOf(folder);
  if (known && known.value === mark) return;
  if (known)
    throw fault(
      "OtherFolder",
      "The lake in this database belongs to another data folder, which holds its objects' bytes and its key. Start with that folder (--data); several processes cannot serve one lake yet.",
    );
  if (mark !== undefined || existsSync(folder.storePath))
    throw fault(
      "OtherStore",
      `${folder.path} holds the bytes of a lake whose rows lie elsewhere than in this database. Start a new lake with a fresh folder (--data).`,
    );
  const value = opaqueId(ID_BYTES);
  writeFileSync(markPath(folder), `${value}\n`, { mode: 0o600, flush: true });
  const claimed = await store.update(async (tx) => {
    if (await tx.get(settings, "folder")) return false;
    tx.put(settings, { name: "folder", value });
    return true;
  });
  if (!claimed) throw fault("OtherFolder", "Another process has just begun a lake in this database.");
}

const ID_BYTES = 12;
const markPath = ({ path }: DataFolder): string => join(path, "STORE");

/** @returns undefined for a folder that holds its own rows, or nothing yet. */
const markOf = (folder: DataFolder): string | undefined =>
  existsSync(markPath(folder)) ? readFileSync(markPath(folder), "utf8").trim() : undefined;

const elsewhere = ({ path }: DataFolder) =>
  fault(
    "RowsElsewhere",
    `${path} holds the bytes of a lake whose rows lie in a database. Start it with --store, as before.`,
  );
