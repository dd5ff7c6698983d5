import * as fs from "node:fs";
import { promisify } from "node:util";

/**
 * Every file call of the store. One module, so that a test double can drop or tear whatever was not synced:
 * `kill -9` alone proves nothing about fsync.
 */
export interface Disk {
  makeFolder(path: string): Promise<void>;
  list(folder: string): Promise<readonly string[]>;
  /** Creates or opens for reading and writing. */
  open(path: string): Promise<DiskFile>;
  /** @throws ENOENT when it is not there. */
  openToRead(path: string): Promise<DiskFile>;
  rename(from: string, to: string): Promise<void>;
  remove(path: string): Promise<void>;
  /** Makes the folder's names (created, renamed, removed) durable. */
  syncFolder(path: string): Promise<void>;
}

export interface DiskFile {
  size(): Promise<number>;
  /** Writes all of it at `position`. */
  write(buffers: readonly Uint8Array[], position: number): Promise<void>;
  /** @returns how many bytes were read, 0 at the end. */
  read(into: Uint8Array, position: number): Promise<number>;
  truncate(bytes: number): Promise<void>;
  /** The bytes are durable; the name needs `syncFolder`. */
  sync(): Promise<void>;
  close(): Promise<void>;
}

const openFile = promisify(fs.open);
const closeFile = promisify(fs.close);
const fdatasync = promisify(fs.fdatasync);
const fsync = promisify(fs.fsync);
const fstat = promisify(fs.fstat);
const ftruncate = promisify(fs.ftruncate);

export const realDisk: Disk = {
  makeFolder: async (path) => {
    await fs.promises.mkdir(path, { recursive: true, mode: 0o700 });
  },
  list: (folder) => fs.promises.readdir(folder),
  open: async (path) => diskFile(await openFile(path, fs.constants.O_RDWR | fs.constants.O_CREAT, 0o600)),
  openToRead: async (path) => diskFile(await openFile(path, fs.constants.O_RDONLY)),
  rename: (from, to) => fs.promises.rename(from, to),
  remove: (path) => fs.promises.rm(path, { force: true }),
  syncFolder: async (path) => {
    const folder = await openFile(path, fs.constants.O_RDONLY);
    try {
      await fsync(folder);
    } finally {
      await closeFile(folder);
    }
  },
};

function diskFile(descriptor: number): DiskFile {
  return {
    size: async () => (await fstat(descriptor)).size,
    write: (buffers, position) => writeAll(descriptor, buffers, position),
    read: (into, position) =>
      new Promise((resolve, reject) => {
        fs.read(descriptor, into, 0, into.length, position, (error, bytes) =>
          error ? reject(error) : resolve(bytes),
        );
      }),
    truncate: (bytes) => ftruncate(descriptor, bytes),
    sync: () => fdatasync(descriptor),
    close: () => closeFile(descriptor),
  };
}

/** `writev` may write less than it was given; the rest is written again from where it stopped. */
async function writeAll(descriptor: number, buffers: readonly Uint8Array[], position: number): Promise<void> {
  let rest = buffers.filter((buffer) => buffer.length > 0);
  let at = position;
  while (rest.length > 0) {
    const written = await writeOnce(descriptor, rest, at);
    at += written;
    rest = dropBytes(rest, written);
  }
}

const writeOnce = (descriptor: number, buffers: Uint8Array[], position: number): Promise<number> =>
  new Promise((resolve, reject) => {
    fs.writev(descriptor, buffers, position, (error, bytes) => (error ? reject(error) : resolve(bytes)));
  });

function dropBytes(buffers: readonly Uint8Array[], bytes: number): Uint8Array[] {
  let left = bytes;
  const rest: Uint8Array[] = [];
  for (const buffer of buffers) {
    if (left >= buffer.length) left -= buffer.length;
    else {
      rest.push(buffer.subarray(left));
      left = 0;
    }
  }
  return rest;
}
