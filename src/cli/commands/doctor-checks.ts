import { spawnSync } from "node:child_process";
import {
  accessSync,
  closeSync,
  constants,
  existsSync,
  fdatasyncSync,
  openSync,
  rmSync,
  statfsSync,
  statSync,
  writeSync,
} from "node:fs";
import { createServer } from "node:net";
import { dirname, join } from "node:path";
import { monotonicMs, realClock } from "../../base/clock.ts";
import { GIB } from "../../base/units.ts";
import { certificatePathIn, readCertificate } from "../../gateway/tls/authority.ts";
import { tlsFolder } from "../../store/folder.ts";
import type { Options } from "../options.ts";
import { bytesText } from "./bill.ts";
import type { DoctorWords } from "./doctor-words.ts";

export type Judgement = "good" | "unwell" | "broken";

export interface Finding {
  readonly judgement: Judgement;
  readonly name: string;
  readonly text: string;
}

/** As package.json's "engines" says. */
const OLDEST_NODE = [20, 19] as const;
/** Below this a query's spill or an upload soon finds no room. */
const LITTLE_ROOM_BYTES = GIB;
/** A write waits for one sync; beyond this the disk is what one waits for. */
const SLOW_SYNC_MS = 20;
const SYNCS = 20;

export function nodeVersion(words: DoctorWords): Finding {
  const [major = 0, minor = 0] = process.versions.node.split(".").map(Number);
  const [oldest, oldestMinor] = OLDEST_NODE;
  const isNew = major > oldest || (major === oldest && minor >= oldestMinor);
  const text = isNew ? process.versions.node : words.oldNode(process.versions.node, OLDEST_NODE.join("."));
  return { judgement: isNew ? "good" : "broken", name: "Node.js", text };
}

/** An engine that is missing is no failure of the program: what it unlocks is missing. */
export async function engine(name: string, from: string, words: DoctorWords): Promise<Finding> {
  try {
    const loaded = (await import(from)) as { readonly version?: () => string };
    return { judgement: "good", name, text: words.engine(loaded.version?.() ?? "", words.unlocks.duckDb) };
  } catch {
    return { judgement: "unwell", name, text: words.noEngine(words.unlocks.duckDb, "npm install hosu") };
  }
}

export function awsCli(words: DoctorWords): Finding {
  const { status, stdout } = spawnSync("aws", ["--version"], { encoding: "utf8" });
  const version = status === 0 ? (stdout.split(" ")[0] ?? "") : "";
  return version === ""
    ? { judgement: "unwell", name: "AWS CLI", text: words.noAwsCli }
    : { judgement: "good", name: "AWS CLI", text: version };
}

export function dataFolder(folder: string, words: DoctorWords): Finding[] {
  const name = words.folder;
  if (!existsSync(folder))
    return [
      { judgement: "good", name, text: words.newFolder(folder) },
      diskRoom(existingAbove(folder), words),
    ];
  if (!isWritable(folder)) return [{ judgement: "broken", name, text: words.notWritable(folder) }];
  const open = (statSync(folder).mode & 0o077) !== 0;
  const syncMs = medianSyncMs(folder);
  return [
    { judgement: open ? "unwell" : "good", name, text: open ? words.openToOthers(folder) : folder },
    diskRoom(folder, words),
    {
      judgement: syncMs > SLOW_SYNC_MS ? "unwell" : "good",
      name: "fsync",
      text: syncMs > SLOW_SYNC_MS ? words.slowSync(syncMs) : words.sync(syncMs),
    },
  ];
}

function diskRoom(folder: string, words: DoctorWords): Finding {
  const free = roomOf(folder);
  return {
    judgement: free < LITTLE_ROOM_BYTES ? "unwell" : "good",
    name: words.disk,
    text: words.free(bytesText(free)),
  };
}

const existingAbove = (path: string): string => (existsSync(path) ? path : existingAbove(dirname(path)));

function isWritable(folder: string): boolean {
  try {
    accessSync(folder, constants.R_OK | constants.W_OK | constants.X_OK);
    return true;
  } catch {
    return false;
  }
}

function roomOf(path: string): number {
  const { bavail, bsize } = statfsSync(path);
  return bavail * bsize;
}

/** What the disk takes to make one small write durable. */
function medianSyncMs(folder: string): number {
  const path = join(folder, `doctor-${process.pid}`);
  const file = openSync(path, "w", 0o600);
  try {
    const times: number[] = [];
    for (let round = 0; round < SYNCS; round++) {
      const begunAt = monotonicMs();
      writeSync(file, Buffer.alloc(4_096, round), 0, 4_096, 0);
      fdatasyncSync(file);
      times.push(monotonicMs() - begunAt);
    }
    return times.toSorted((a, b) => a - b)[SYNCS / 2] ?? 0;
  } finally {
    closeSync(file);
    rmSync(path, { force: true });
  }
}

/** What clients must trust who come by https://. */
export function authority(dataFolder: string, words: DoctorWords): Finding {
  const folder = tlsFolder(dataFolder);
  const certificate = readCertificate(folder);
  if (!certificate) return { judgement: "good", name: "https", text: words.noAuthority };
  const until = new Date(certificate.validTo);
  return {
    judgement: until < realClock.now() ? "unwell" : "good",
    name: "https",
    text: words.authority(certificatePathIn(folder), until.toISOString().slice(0, 10)),
  };
}

/** Whether the port can be listened on. */
export function portOf({ host, port }: Options, words: DoctorWords): Promise<Finding> {
  return new Promise((resolve) => {
    const server = createServer();
    server.once("error", (error) => {
      const code = "code" in error ? String(error.code) : "";
      resolve({ judgement: "broken", name: words.port, text: words.taken(port, code) });
    });
    server.listen({ host, port }, () => {
      server.close(() => resolve({ judgement: "good", name: words.port, text: words.isFree(port) }));
    });
  });
}
