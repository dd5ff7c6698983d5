import { createHash, randomBytes } from "node:crypto";
import { GIB } from "../../base/units.ts";
import type { Disk } from "../disk.ts";
import type { BlobBytes, BlobPart, PinnedFile } from "./blobs.ts";
import type { BlobFolder } from "./folder.ts";

/** How much the cache of files written for engines may hold; the one used longest ago goes first. */
const CACHE_BYTES = 8 * GIB;

interface EngineFile {
  readonly path: string;
  readonly bytes: number;
  readonly written: Promise<void>;
  users: number;
}

/** Files written for engines, in the order of their last use. */
export type EngineFiles = Map<string, EngineFile>;

export interface JoinGround {
  readonly disk: Disk;
  readonly folder: BlobFolder;
  readonly files: EngineFiles;
  readonly read: (part: BlobPart) => Promise<BlobBytes>;
  /** Lets go of the blobs; the written copy no longer needs them. */
  readonly release: () => void;
}

/** Parts of blobs, written once as one file; a blob never changes, so neither does the copy. */
export async function joinedFile(ground: JoinGround, parts: readonly BlobPart[]): Promise<PinnedFile> {
  const { files, folder } = ground;
  const name = createHash("sha256").update(JSON.stringify(parts)).digest("hex");
  let file = files.get(name);
  if (!file) {
    const bytes = parts.reduce((sum, part) => sum + part.bytes, 0);
    const path = folder.cachePath(name);
    file = { path, bytes, users: 0, written: writeParts(ground, path, parts) };
  }
  files.delete(name);
  files.set(name, file);
  file.users += 1;
  const used = file;
  try {
    await used.written;
  } catch (error) {
    files.delete(name);
    throw error;
  } finally {
    ground.release();
  }
  await evict(ground);
  return { path: used.path, bytes: used.bytes, release: releaseOnce(used) };
}

function releaseOnce(file: EngineFile): () => void {
  let held = true;
  return () => {
    if (held) file.users -= 1;
    held = false;
  };
}

async function writeParts({ disk, folder, read }: JoinGround, path: string, parts: readonly BlobPart[]) {
  const draft = folder.cachePath(`draft-${randomBytes(8).toString("hex")}`);
  const file = await disk.open(draft);
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
  await disk.rename(draft, path);
}

async function evict({ disk, files }: JoinGround): Promise<void> {
  let held = 0;
  for (const file of files.values()) held += file.bytes;
  for (const [name, file] of files) {
    if (held <= CACHE_BYTES) return;
    if (file.users > 0) continue;
    files.delete(name);
    held -= file.bytes;
    await disk.remove(file.path);
  }
}
