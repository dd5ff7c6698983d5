import { createHash } from "node:crypto";
import { GIB } from "../../base/units.ts";
import { orRefusal } from "../disk-faults.ts";
import type { Disk } from "../disk.ts";
import type { BlobBytes, BlobPart, PinnedFile } from "./blobs.ts";
import type { CacheFolder } from "./cache-folder.ts";

/** How much the cache of files written for engines may hold; the one used longest ago goes first. */
const CACHE: CacheBounds = { bytes: 8 * GIB, files: 100_000 };

export interface CacheBounds {
  readonly bytes: number;
  readonly files: number;
}

interface EngineFile {
  readonly path: string;
  readonly bytes: number;
  readonly written: Promise<void>;
  users: number;
}

/** Files written for engines, in the order of their last use. */
export interface EngineFiles {
  readonly byName: Map<string, EngineFile>;
  readonly bounds: CacheBounds;
  bytes: number;
}

export const noEngineFiles = (bounds = CACHE): EngineFiles => ({ byName: new Map(), bounds, bytes: 0 });

export interface JoinGround {
  readonly disk: Disk;
  readonly folder: CacheFolder;
  readonly files: EngineFiles;
  readonly read: (part: BlobPart) => Promise<BlobBytes>;
  /** Lets go of the blobs; the written copy no longer needs them. */
  readonly release: () => void;
}

/** Parts of blobs, written once as one file; a blob never changes, so neither does the copy. */
export async function joinedFile(ground: JoinGround, parts: readonly BlobPart[]): Promise<PinnedFile> {
  const { files, folder } = ground;
  const name = createHash("sha256").update(JSON.stringify(parts)).digest("hex");
  let file = files.byName.get(name);
  if (!file) {
    const bytes = parts.reduce((sum, part) => sum + part.bytes, 0);
    const path = folder.cachePath();
    file = { path, bytes, users: 0, written: orRefusal(writeParts(ground, path, parts)) };
    files.bytes += bytes;
  }
  files.byName.delete(name);
  files.byName.set(name, file);
  file.users += 1;
  const used = file;
  try {
    await used.written;
  } catch (error) {
    if (files.byName.get(name) === used) forget(files, name, used);
    throw error;
  } finally {
    ground.release();
  }
  await evict(ground);
  return { path: used.path, bytes: used.bytes, release: releaseOnce(used) };
}

function forget(files: EngineFiles, name: string, file: EngineFile): void {
  files.byName.delete(name);
  files.bytes -= file.bytes;
}

function releaseOnce(file: EngineFile): () => void {
  let held = true;
  return () => {
    if (held) file.users -= 1;
    held = false;
  };
}

async function writeParts({ disk, folder, read }: JoinGround, path: string, parts: readonly BlobPart[]) {
  try {
    const file = await disk.open(path);
    try {
      let at = 0;
      for (const part of parts) {
        const bytes = await read(part);
        for await (const chunk of bytes instanceof Uint8Array ? [bytes] : bytes) {
          await file.write([chunk], at);
          at += chunk.length;
        }
      }
    } finally {
      await file.close();
    }
  } catch (error) {
    await folder.removeCache(path);
    throw error;
  }
}

async function evict({ folder, files }: JoinGround): Promise<void> {
  for (const [name, file] of files.byName) {
    if (files.bytes <= files.bounds.bytes && files.byName.size <= files.bounds.files) return;
    if (file.users > 0) continue;
    forget(files, name, file);
    await folder.removeCache(file.path);
  }
}
