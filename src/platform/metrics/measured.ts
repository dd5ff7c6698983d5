import { monotonicMs } from "../../base/clock.ts";
import type { Disk, DiskFile } from "../../store/disk.ts";
import type { Pages } from "../../store/pages.ts";

/** Told how long a sync took, in seconds. */
type OnSync = (seconds: number) => void;

/** The same pages; every commit is told. */
export const measuredPages = (pages: Pages, onCommit: (rows: number, seconds: number) => void): Pages => ({
  get: (key) => pages.get(key),
  range: (stretch) => pages.range(stretch),
  snapshot: () => pages.snapshot(),
  async commit(writes) {
    const begunAt = monotonicMs();
    await pages.commit(writes);
    onCommit(writes.length, (monotonicMs() - begunAt) / 1_000);
  },
  close: () => pages.close(),
});

/** The same disk; every sync of a file is told. */
export const measuredDisk = (disk: Disk, onSync: OnSync): Disk => ({
  makeFolder: (path) => disk.makeFolder(path),
  list: (folder) => disk.list(folder),
  open: async (path) => measuredFile(await disk.open(path), onSync),
  openToRead: (path) => disk.openToRead(path),
  rename: (from, to) => disk.rename(from, to),
  remove: (path) => disk.remove(path),
  syncFolder: (path) => disk.syncFolder(path),
});

const measuredFile = (file: DiskFile, onSync: OnSync): DiskFile => ({
  size: () => file.size(),
  write: (buffers, position) => file.write(buffers, position),
  read: (into, position) => file.read(into, position),
  truncate: (bytes) => file.truncate(bytes),
  async sync() {
    const begunAt = monotonicMs();
    await file.sync();
    onSync((monotonicMs() - begunAt) / 1_000);
  },
  close: () => file.close(),
});
