import { resolve } from "node:path";
import { fault } from "../../base/fault.ts";
import { MIB } from "../../base/units.ts";
import { adminCall } from "../admin-call.ts";
import type { Options } from "../options.ts";

/** Copies the lake into a folder of its own while it is served. */
export async function backup(options: Options): Promise<void> {
  const [folder, ...more] = options.words;
  if (folder === undefined || more.length > 0) throw fault("Usage", "hosu backup DIR");
  const done = await adminCall(options, "POST", "/_hosu/backup", { folder: resolve(folder) });
  const size = (Number(done["bytes"]) / MIB).toFixed(1);
  process.stdout.write(
    [
      `${String(done["folder"])} holds the lake: the store and ${String(done["files"])} files, ${size} MiB.`,
      "Snapshots are left out. The keys are in it; keep it as you keep them.",
      `Start on it with: hosu start --data ${String(done["folder"])}`,
      "",
    ].join("\n"),
  );
}
