import { existsSync, readdirSync, statSync } from "node:fs";
import { join } from "node:path";
import { fault } from "../base/fault.ts";
import { logFolder } from "./blobs/folder.ts";
import type { DataFolder } from "./folder.ts";

/**
 * A new store beside what an old one named would be an empty lake, and all the objects' bytes nobody's.
 * @throws Fault where the store is gone, or has lost every byte, and the folder has been in use.
 */
export function checkStoreIsThere({ path, storePath, blobsPath, trailPath }: DataFolder): void {
  if (existsSync(storePath) && statSync(storePath).size > 0) return;
  if (!hasBytes(logFolder(blobsPath)) && !hasBytes(trailPath)) return;
  throw fault(
    "MissingStore",
    `${storePath} is ${existsSync(storePath) ? "empty" : "missing"}, though ${path} has been in use. Put it back, or start from a snapshot in the folder or a backup.`,
  );
}

const hasBytes = (folder: string): boolean =>
  existsSync(folder) && readdirSync(folder).some((name) => statSync(join(folder, name)).size > 0);
