import { join } from "node:path";
import type { Disk } from "../disk.ts";
import { openCacheFolder, type CacheFolder } from "./cache-folder.ts";
import type { BlobId } from "./model.ts";

const SHELF_NAMES = Array.from({ length: 256 }, (_, i) => i.toString(16).padStart(2, "0"));

/** The files of blobs too large for the log: 256 shelves, and a corner for drafts. */
export interface BlobFolder extends CacheFolder {
  path(id: BlobId): string;
  draftPath(id: BlobId): string;
  /** A finished draft gets its name, durably. */
  publish(id: BlobId): Promise<void>;
  remove(id: BlobId): Promise<void>;
  removeDraft(id: BlobId): Promise<void>;
  /** Every file there is, a shelf at a time. */
  shelves(): AsyncIterable<readonly BlobId[]>;
  drafts(): Promise<readonly BlobId[]>;
}

/** The folder of a blob's file, by its last digits: new ids begin alike. */
export const shelfOf = (id: BlobId): string => id.slice(-2);

/** Where the log's segments lie. */
export const logFolder = (root: string): string => join(root, "log");

export async function openBlobFolder(disk: Disk, root: string): Promise<BlobFolder> {
  const draftFolder = join(root, "drafts");
  await disk.makeFolder(draftFolder);
  const cache = await openCacheFolder(disk, root);
  const there = new Set(await disk.list(root));
  for (const shelf of SHELF_NAMES) if (!there.has(shelf)) await disk.makeFolder(join(root, shelf));
  await disk.syncFolder(root);

  const shelfPath = (id: BlobId): string => join(root, shelfOf(id));
  const syncs = new GroupedSyncs(disk);
  return {
    ...cache,
    path: (id) => join(shelfPath(id), id),
    draftPath: (id) => join(draftFolder, id),
    async publish(id) {
      // To a fresh name: renaming over a live one is slow on ext4.
      await disk.rename(join(draftFolder, id), join(shelfPath(id), id));
      await syncs.sync(shelfPath(id));
    },
    remove: (id) => disk.remove(join(shelfPath(id), id)),
    removeDraft: (id) => disk.remove(join(draftFolder, id)),
    async *shelves() {
      for (const shelf of SHELF_NAMES) yield (await disk.list(join(root, shelf))) as BlobId[];
    },
    drafts: async () => (await disk.list(draftFolder)) as BlobId[],
  };
}

/** One sync of a folder serves all who renamed into it before it began. */
class GroupedSyncs {
  readonly #disk: Disk;
  readonly #next = new Map<string, Promise<void>>();
  readonly #running = new Map<string, Promise<void>>();

  constructor(disk: Disk) {
    this.#disk = disk;
  }

  sync(folder: string): Promise<void> {
    const waiting = this.#next.get(folder);
    if (waiting) return waiting;
    const before = this.#running.get(folder) ?? Promise.resolve();
    const begun = before
      .catch(() => undefined)
      .then(() => {
        this.#next.delete(folder);
        this.#running.set(folder, begun);
        return this.#disk.syncFolder(folder);
      });
    this.#next.set(folder, begun);
    return begun;
  }
}
