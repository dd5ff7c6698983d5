import { spawn, type ChildProcess } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { fault } from "../../base/fault.ts";
import { invariant } from "../../base/invariant.ts";
import { askOwner } from "../../store/owner.ts";
import { readAdminKey, type AdminKey } from "../admin-key.ts";
import type { Options } from "../options.ts";

/** Where the tour takes place: whoever serves the data folder, else a house that is gone afterwards. */
export interface Place {
  readonly endpoint: string;
  readonly region: string;
  readonly key: AdminKey;
  readonly temporary: boolean;
  close(): Promise<void>;
}

export async function openPlace({ data, region }: Options): Promise<Place> {
  const folder = resolve(data);
  const owner = await askOwner(folder);
  if (!owner) return openTemporary(region);
  const key = readAdminKey(folder);
  return { endpoint: owner.endpoint, region, key, temporary: false, close: () => Promise.resolve() };
}

async function openTemporary(region: string): Promise<Place> {
  const folder = await mkdtemp(join(tmpdir(), "hosu-tour-"));
  const program = process.argv[1];
  invariant(program !== undefined, "the program knows its own path");
  const child = spawn(
    process.execPath,
    [program, "start", "--data", folder, "--port", "0", "--region", region],
    {
      stdio: ["ignore", "pipe", "pipe"],
      // Ctrl-C is for the tour, which stops it when it has tidied up.
      detached: true,
    },
  );
  const close = async (): Promise<void> => {
    if (child.exitCode === null && child.signalCode === null) {
      child.kill("SIGTERM");
      await once(child, "exit");
    }
    await rm(folder, { recursive: true, force: true });
  };
  try {
    await started(child);
    const owner = await askOwner(folder);
    invariant(owner, "who says that it is ready answers");
    return { endpoint: owner.endpoint, region, key: readAdminKey(folder), temporary: true, close };
  } catch (error) {
    await close();
    throw error;
  }
}

/** Resolves with its first words, which it says when it is ready. */
function started(child: ChildProcess): Promise<void> {
  return new Promise((resolve, reject) => {
    let told = "";
    child.stdout?.on("data", () => resolve());
    child.stderr?.on("data", (chunk: Buffer) => (told += chunk.toString("utf8")));
    child.once("exit", (code) => reject(fault("NotStarted", `hosu start ended with ${code}.\n${told}`)));
  });
}
