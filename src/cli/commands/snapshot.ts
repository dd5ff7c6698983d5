import { fault } from "../../base/fault.ts";
import { monotonicMs } from "../../base/clock.ts";
import { MIB } from "../../base/units.ts";
import { adminCall } from "../admin-call.ts";
import type { Options } from "../options.ts";

const USAGE = "hosu snapshot save NAME, restore NAME, delete NAME, or list";
const PATHS = new Map(
  Object.entries({
    save: { path: "/_hosu/snapshots", said: "Saved" },
    restore: { path: "/_hosu/snapshots/restore", said: "Restored" },
    delete: { path: "/_hosu/snapshots/delete", said: "Deleted" },
  }),
);

/** Saves the lake under a name, and puts it back. */
export async function snapshot(options: Options): Promise<void> {
  const [verb = "list", name, ...more] = options.words;
  if (verb === "list" && name === undefined) return list(options);
  const known = PATHS.get(verb);
  if (!known || name === undefined || more.length > 0) throw fault("Usage", USAGE);
  const begunAt = monotonicMs();
  await adminCall(options, "POST", known.path, { name });
  process.stdout.write(`${known.said} "${name}" in ${Math.round(monotonicMs() - begunAt)} ms.\n`);
}

async function list(options: Options): Promise<void> {
  const { snapshots } = await adminCall(options, "GET", "/_hosu/snapshots");
  const rows = Array.isArray(snapshots) ? (snapshots as readonly Readonly<Record<string, unknown>>[]) : [];
  if (rows.length === 0) process.stdout.write("There is no snapshot.\n");
  for (const { name, savedAt, storeBytes } of rows)
    process.stdout.write(
      `${String(name).padEnd(24)} ${String(savedAt)}  ${(Number(storeBytes) / MIB).toFixed(1)} MiB\n`,
    );
}
