import { resolve } from "node:path";
import { askOwner } from "../../store/owner.ts";
import type { Options } from "../options.ts";

export async function status(options: Options): Promise<void> {
  const dataFolder = resolve(options.data);
  const owner = await askOwner(dataFolder);
  if (!owner) {
    process.stdout.write(`Nobody serves ${dataFolder}.\n`);
    process.exitCode = 3;
    return;
  }
  process.stdout.write(
    `Hosu ${owner.version} serves ${dataFolder} at ${owner.endpoint} (process ${owner.pid}).\n`,
  );
}
