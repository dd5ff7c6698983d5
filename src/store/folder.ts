import { randomBytes } from "node:crypto";
import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fault } from "../base/fault.ts";
import { checkFormat, markFormat } from "./format.ts";

/** Where everything that survives lies. */
export interface DataFolder {
  readonly path: string;
  /** 32 bytes under which secrets and tokens are sealed. */
  readonly key: Uint8Array;
  readonly storePath: string;
  readonly blobsPath: string;
  readonly trailPath: string;
  readonly tlsPath: string;
}

const KEY_BYTES = 32;

/**
 * Opens the folder, making it on the first start. @param keyFile where the key lies elsewhere. @throws Fault for a
 * folder of another format.
 */
export function openDataFolder(path: string, keyFile?: string): DataFolder {
  mkdirSync(path, { recursive: true, mode: 0o700 });
  checkFormat(path);
  markFormat(path);
  return {
    path,
    key: keyFile === undefined ? folderKey(join(path, "key")) : readKey(keyFile),
    storePath: join(path, "store.mdb"),
    blobsPath: join(path, "blobs"),
    trailPath: join(path, "trail"),
    tlsPath: tlsFolder(path),
  };
}

/** Where the local certificate authority lies. */
export const tlsFolder = (path: string): string => join(path, "tls");

function folderKey(path: string): Uint8Array {
  if (!existsSync(path)) writeFileSync(path, randomBytes(KEY_BYTES), { mode: 0o600, flush: true });
  return readKey(path);
}

function readKey(path: string): Uint8Array {
  const key = readFileSync(path);
  if (key.length !== KEY_BYTES)
    throw fault("BrokenKey", `${path} must hold ${KEY_BYTES} bytes; it holds ${key.length}.`);
  return key;
}
