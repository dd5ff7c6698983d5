import { basename, join } from "node:path";
import type { Trail } from "../platform/trail/trail.ts";
import { copyDurably, linkTo, makeFolder, namesIn, nextOf, remove, syncFolder } from "./files.ts";

/** The trail's segments as they are now: those that are over under a second name, the last as a copy up to here. */
export async function saveTrail(trail: Trail, folder: string): Promise<void> {
  await makeFolder(folder);
  for (const { path, bytes } of await trail.ends()) {
    const to = join(folder, basename(path));
    await (bytes === undefined ? linkTo(path, to) : copyDurably(path, to, bytes));
  }
  await syncFolder(folder);
}

/** Makes ready the folder that takes the trail's place. @param saved undefined for an empty one. A run never writes to the segments of an earlier one. */
export async function putTrail(saved: string | undefined, trail: string): Promise<void> {
  const next = nextOf(trail);
  await remove(next);
  await makeFolder(next);
  if (saved !== undefined)
    for (const name of await namesIn(saved)) await linkTo(join(saved, name), join(next, name));
  await syncFolder(next);
}
