import { mkdir, rm } from "node:fs/promises";
import { join } from "node:path";
import type { Run } from "./perform.ts";

/** A folder that a query may write to, gone when the work in it is over. */
export async function withScratch<T>(run: Run, work: (folder: string) => Promise<T>): Promise<T> {
  const folder = join(run.context.engines.scratchFolder, run.execution.id);
  await mkdir(folder, { recursive: true, mode: 0o700 });
  try {
    return await work(folder);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}
