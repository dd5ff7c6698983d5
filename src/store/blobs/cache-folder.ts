import { randomBytes } from "node:crypto";
import { join } from "node:path";
import type { Disk } from "../disk.ts";

/** Where copies lie that were written for engines. */
export interface CacheFolder {
  /** A fresh place for a copy. */
  cachePath(): string;
  /** Copies that an earlier run wrote and nobody knows any more. */
  oldCache(): Promise<readonly string[]>;
  removeCache(path: string): Promise<void>;
}

const RUN_BYTES = 6;

export async function openCacheFolder(disk: Disk, root: string): Promise<CacheFolder> {
  const folder = join(root, "cache");
  await disk.makeFolder(folder);
  // No name is used twice, so that to remove an old file never takes a new one.
  const run = randomBytes(RUN_BYTES).toString("hex");
  let written = 0;
  return {
    cachePath: () => join(folder, `${run}-${written++}`),
    async oldCache() {
      const names = await disk.list(folder);
      return names.filter((name) => !name.startsWith(run)).map((name) => join(folder, name));
    },
    removeCache: (path) => disk.remove(path),
  };
}
