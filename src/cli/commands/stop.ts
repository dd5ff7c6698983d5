import { resolve } from "node:path";
import { setTimeout as wait } from "node:timers/promises";
import { monotonicMs } from "../../base/clock.ts";
import { fault } from "../../base/fault.ts";
import { MINUTE_MS } from "../../base/units.ts";
import { askOwner } from "../../store/owner.ts";
import type { Options } from "../options.ts";

const LOOK_EVERY_MS = 50;

/** Asks whoever serves the folder to finish, and waits until it has let go. */
export async function stop(options: Options): Promise<void> {
  const dataFolder = resolve(options.data);
  const owner = await askOwner(dataFolder);
  if (!owner) {
    process.stdout.write(`Nobody serves ${dataFolder}.\n`);
    return;
  }
  process.kill(owner.pid, "SIGTERM");
  const late = monotonicMs() + MINUTE_MS;
  while (await askOwner(dataFolder)) {
    if (monotonicMs() > late)
      throw fault("StillRunning", `Process ${owner.pid} has not stopped within a minute.`);
    await wait(LOOK_EVERY_MS);
  }
  process.stdout.write(`Process ${owner.pid} has stopped.\n`);
}
