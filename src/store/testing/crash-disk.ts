import { invariant } from "../../base/invariant.ts";
import type { Disk, DiskFile } from "../disk.ts";
import type { Random } from "./random.ts";

/**
 * A disk in memory that can lose its power: bytes that were not synced are kept, dropped or torn sector by sector,
 * names that were not synced with their folder stay or go. Nothing that was synced is ever lost.
 */
export interface CrashDisk extends Disk {
  /** The power goes. @returns the disk as it is found afterwards; the old one must not be used any more. */
  crash(): CrashDisk;
  /** As somebody who copies the folder, file by file, would have it. */
  copy(): CrashDisk;
}

interface Inode {
  volatile: Buffer;
  durable: Buffer;
}

/** A name given or taken away since its folder was last synced. */
interface NameChange {
  readonly path: string;
  readonly inode: Inode | undefined;
  /** A rename takes the old name away with it. */
  readonly from: string | undefined;
}

const SECTOR_BYTES = 512;

export function crashDisk(random: Random, durable: ReadonlyMap<string, Inode> = new Map()): CrashDisk {
  const durableNames = new Map(durable);
  const names = new Map(durable);
  let changes: NameChange[] = [];

  const change = (one: NameChange): void => {
    changes.push(one);
    apply(names, one);
  };
  const fileAt = (path: string): Inode => {
    const inode = names.get(path);
    if (!inode) throw Object.assign(new Error(`ENOENT: ${path}`), { code: "ENOENT" });
    return inode;
  };

  return {
    makeFolder: async () => undefined,
    list: async (folder) =>
      [...names.keys()]
        .filter((path) => folderOf(path) === folder)
        .map((path) => path.slice(folder.length + 1)),
    async open(path) {
      if (!names.has(path))
        change({ path, inode: { volatile: Buffer.alloc(0), durable: Buffer.alloc(0) }, from: undefined });
      return openInode(fileAt(path));
    },
    openToRead: async (path) => openInode(fileAt(path)),
    rename: async (from, to) => change({ path: to, inode: fileAt(from), from }),
    async remove(path) {
      if (names.has(path)) change({ path, inode: undefined, from: undefined });
    },
    async syncFolder(folder) {
      const touches = ({ path, from }: NameChange) =>
        folderOf(path) === folder || (from !== undefined && folderOf(from) === folder);
      for (const one of changes.filter(touches)) apply(durableNames, one);
      changes = changes.filter((one) => !touches(one));
    },
    copy() {
      const found = new Map<string, Inode>();
      for (const [path, { volatile }] of names)
        found.set(path, { volatile: Buffer.from(volatile), durable: Buffer.from(volatile) });
      return crashDisk(random, found);
    },
    crash() {
      for (const one of changes) if (random.chance(0.5)) apply(durableNames, one);
      const found = new Map<string, Inode>();
      for (const [path, inode] of durableNames) {
        const bytes = torn(inode, random);
        found.set(path, { volatile: Buffer.from(bytes), durable: bytes });
      }
      return crashDisk(random, found);
    },
  };
}

const folderOf = (path: string): string => path.slice(0, path.lastIndexOf("/"));

function apply(names: Map<string, Inode>, { path, inode, from }: NameChange): void {
  if (from !== undefined) names.delete(from);
  if (inode) names.set(path, inode);
  else names.delete(path);
}

/** What the platter holds of a file: its synced bytes, with some of the newer sectors over them. */
function torn({ volatile, durable }: Inode, random: Random): Buffer {
  if (volatile.equals(durable)) return durable;
  const size = random.between(
    Math.min(durable.length, volatile.length),
    Math.max(durable.length, volatile.length),
  );
  const bytes = Buffer.alloc(size);
  durable.copy(bytes);
  for (let at = 0; at < size; at += SECTOR_BYTES)
    if (random.chance(0.5)) volatile.copy(bytes, at, at, Math.min(at + SECTOR_BYTES, size));
  return bytes;
}

function openInode(inode: Inode): DiskFile {
  return {
    size: async () => inode.volatile.length,
    async write(buffers, position) {
      const written = Buffer.concat(buffers);
      const end = position + written.length;
      if (end > inode.volatile.length)
        inode.volatile = Buffer.concat([inode.volatile, Buffer.alloc(end - inode.volatile.length)]);
      written.copy(inode.volatile, position);
    },
    async read(into, position) {
      invariant(position >= 0, "a read begins inside its file");
      return inode.volatile.copy(into, 0, position);
    },
    async truncate(bytes) {
      inode.volatile = Buffer.from(inode.volatile.subarray(0, bytes));
    },
    async sync() {
      inode.durable = Buffer.from(inode.volatile);
    },
    close: async () => undefined,
  };
}
