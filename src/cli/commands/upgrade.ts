import { resolve } from "node:path";
import { fault } from "../../base/fault.ts";
import { checkFormat, folderFormat, FORMAT_NUMBER } from "../../store/format.ts";
import { askOwner } from "../../store/owner.ts";
import type { Options } from "../options.ts";

/** Brings the data folder to today's format. @throws Fault for one that this program cannot bring there, with what to do. */
export async function upgrade(options: Options): Promise<void> {
  const path = resolve(options.data);
  const owner = await askOwner(path);
  if (owner) throw fault("FolderInUse", `Process ${owner.pid} serves ${path}; stop it first: hosu stop`);
  const format = folderFormat(path);
  if (format === undefined) throw fault("NoFolder", `${path} is no data folder of Hosu.`);
  checkFormat(path);
  process.stdout.write(`${path} is of format ${FORMAT_NUMBER}, which is today's: there is nothing to do.\n`);
}
