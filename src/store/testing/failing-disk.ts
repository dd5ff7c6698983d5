import type { Disk, DiskFile } from "../disk.ts";

export type DiskCall = "open" | "read" | "write" | "sync" | "syncFolder" | "rename";

/** @returns the error's code where this call is to fail. */
export type DiskRule = (call: DiskCall, path: string) => string | undefined;

/** A disk that fails when it is told to. A write that fails has written half of its bytes. */
export interface FailingDisk extends Disk {
  rule: DiskRule | undefined;
}

export function failingDisk(disk: Disk): FailingDisk {
  const check = (call: DiskCall, path: string): void => {
    const code = failing.rule?.(call, path);
    if (code !== undefined) throw Object.assign(new Error(`${code}: ${call} ${path}`), { code });
  };
  const failingFile = (file: DiskFile, path: string): DiskFile => ({
    ...file,
    async write(buffers, position) {
      try {
        check("write", path);
      } catch (error) {
        const bytes = Buffer.concat(buffers);
        await file.write([bytes.subarray(0, bytes.length / 2)], position);
        throw error;
      }
      await file.write(buffers, position);
    },
    async read(into, position) {
      check("read", path);
      return file.read(into, position);
    },
    async sync() {
      check("sync", path);
      await file.sync();
    },
  });
  const failing: FailingDisk = {
    ...disk,
    rule: undefined,
    async open(path) {
      check("open", path);
      return failingFile(await disk.open(path), path);
    },
    async openToRead(path) {
      check("open", path);
      return failingFile(await disk.openToRead(path), path);
    },
    async rename(from, to) {
      check("rename", from);
      await disk.rename(from, to);
    },
    async syncFolder(path) {
      check("syncFolder", path);
      await disk.syncFolder(path);
    },
  };
  return failing;
}
