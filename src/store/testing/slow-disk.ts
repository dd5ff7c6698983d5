import type { Disk, DiskFile } from "../disk.ts";
import type { Random } from "./random.ts";

/** A disk that takes its time, so that others come in between: every call waits a few turns of the event loop, or none. */
export function slowDisk(disk: Disk, random: Random): Disk {
  const late = async <T>(work: () => Promise<T>): Promise<T> => {
    for (let turns = random.between(0, 2); turns > 0; turns--) await turn();
    return work();
  };
  const lateFile = (file: DiskFile): DiskFile => ({
    size: () => late(() => file.size()),
    write: (buffers, position) => late(() => file.write(buffers, position)),
    read: (into, position) => late(() => file.read(into, position)),
    truncate: (bytes) => late(() => file.truncate(bytes)),
    sync: () => late(() => file.sync()),
    close: () => late(() => file.close()),
  });
  return {
    makeFolder: (path) => disk.makeFolder(path),
    // At once: a sweep lists hundreds of folders before it does anything else.
    list: (folder) => disk.list(folder),
    open: (path) => late(async () => lateFile(await disk.open(path))),
    openToRead: (path) => late(async () => lateFile(await disk.openToRead(path))),
    rename: (from, to) => late(() => disk.rename(from, to)),
    remove: (path) => late(() => disk.remove(path)),
    syncFolder: (path) => late(() => disk.syncFolder(path)),
  };
}

export const turn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));
