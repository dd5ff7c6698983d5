import { randomBytes } from "node:crypto";
import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fault } from "../base/fault.ts";

/** Where everything that survives lies. */
export interface DataFolder {
  readonly path: string;
  /** 32 bytes under which secrets and tokens are sealed. */
  readonly key: Uint8Array;
  readonly storePath: string;
  readonly blobsPath: string;
}

/** What the folder's layout is; a program refuses one that is newer than it knows. */
const FORMAT = "hosu-folder 1\n";
const KEY_BYTES = 32;

/** Opens the folder, making it on the first start. @throws Fault for one that a newer program has written. */
export function openDataFolder(path: string): DataFolder {
  mkdirSync(path, { recursive: true, mode: 0o700 });
  const formatPath = join(path, "FORMAT");
  if (!existsSync(formatPath)) writeFileSync(formatPath, FORMAT, { mode: 0o600, flush: true });
  const format = readFileSync(formatPath, "utf8");
  if (format !== FORMAT)
    throw fault(
      "UnknownFormat",
      `${path} was written by another version of Hosu (${format.trim()}); this one reads ${FORMAT.trim()}.`,
    );
  return {
    path,
    key: folderKey(join(path, "key")),
    storePath: join(path, "store.mdb"),
    blobsPath: join(path, "blobs"),
  };
}

function folderKey(path: string): Uint8Array {
  if (!existsSync(path)) writeFileSync(path, randomBytes(KEY_BYTES), { mode: 0o600, flush: true });
  const key = readFileSync(path);
  if (key.length !== KEY_BYTES)
    throw fault("BrokenKey", `${path} must hold ${KEY_BYTES} bytes; it holds ${key.length}.`);
  return key;
}
