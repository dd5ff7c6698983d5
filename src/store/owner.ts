import { createHash } from "node:crypto";
import { connect, createServer, type Server } from "node:net";
import { rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fault } from "../base/fault.ts";

/**
 * The data folder has one owner, who answers on a Unix socket with what it is; LMDB itself would open twice
 * without complaint. A socket that nobody answers on was left by a crash and is taken over.
 */
export interface Owner {
  readonly pid: number;
  readonly version: string;
  /** Where it serves, once it does. */
  readonly endpoint: string;
}

export interface Ownership {
  announce(endpoint: string): void;
  release(): Promise<void>;
}

const ANSWER_TIMEOUT_MS = 2_000;
/** The longest path a Unix socket may have on Linux is 107 bytes. */
const MOST_PATH_BYTES = 100;

export function socketPath(folder: string): string {
  const path = join(folder, "owner.sock");
  if (Buffer.byteLength(path) <= MOST_PATH_BYTES) return path;
  return join(tmpdir(), `hosu-${createHash("sha256").update(folder).digest("hex").slice(0, 16)}.sock`);
}

/** @returns undefined when nobody holds the folder. */
export function askOwner(folder: string): Promise<Owner | undefined> {
  return new Promise((resolve) => {
    const socket = connect(socketPath(folder));
    let text = "";
    socket.setTimeout(ANSWER_TIMEOUT_MS, () => socket.destroy());
    socket.setEncoding("utf8");
    socket.on("data", (chunk: string) => {
      text += chunk;
    });
    socket.on("error", () => resolve(undefined));
    socket.on("close", () => resolve(text === "" ? undefined : (JSON.parse(text) as Owner)));
  });
}

/** @throws Fault when another process holds the folder. */
export async function takeOwnership(folder: string, version: string): Promise<Ownership> {
  const holder = await askOwner(folder);
  if (holder)
    throw fault(
      "FolderInUse",
      `${folder} is in use by process ${holder.pid} (hosu ${holder.version})${holder.endpoint === "" ? ", which is starting" : ` at ${holder.endpoint}`}.`,
    );
  const path = socketPath(folder);
  rmSync(path, { force: true });
  const owner = { pid: process.pid, version, endpoint: "" };
  const server = createServer((socket) => {
    socket.on("error", () => socket.destroy());
    socket.end(JSON.stringify(owner));
  });
  await listening(server, path);
  server.unref();
  return {
    announce: (endpoint) => {
      owner.endpoint = endpoint;
    },
    release: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
      }),
  };
}

function listening(server: Server, path: string): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once("error", reject);
    server.listen(path, resolve);
  });
}
