import { createReadStream, existsSync, statSync, watch } from "node:fs";
import { join, resolve } from "node:path";
import { fault } from "../../base/fault.ts";
import { KIB } from "../../base/units.ts";
import type { Options } from "../options.ts";

/** How much of the end is shown. */
const TAIL_BYTES = 64 * KIB;

export async function logs(options: Options): Promise<void> {
  const path = join(resolve(options.data), "hosu.log");
  if (!existsSync(path)) throw fault("NoLog", `There is no log in ${resolve(options.data)} yet.`);
  let shown = await show(path, Math.max(0, statSync(path).size - TAIL_BYTES));
  if (options.flags["follow"] !== true) return;
  for await (const _change of watchFile(path)) {
    const size = statSync(path).size;
    // A smaller file is a new one: the old was rotated away.
    shown = await show(path, size < shown ? 0 : shown);
  }
}

async function show(path: string, from: number): Promise<number> {
  let at = from;
  for await (const chunk of createReadStream(path, { start: from }) as AsyncIterable<Buffer>) {
    process.stdout.write(chunk);
    at += chunk.length;
  }
  return at;
}

async function* watchFile(path: string): AsyncGenerator<void> {
  for (;;) {
    await new Promise<void>((resolve) => {
      const watcher = watch(path, () => {
        watcher.close();
        resolve();
      });
    });
    yield;
  }
}
