import type { TimerContext } from "../../../platform/context.ts";
import type { BlobId } from "../../../store/blobs/model.ts";
import { manifestOf, PUT_HOLDER } from "./content.ts";

/** How many blobs one update lets go of. */
const BATCH = 1_000;

/** Runs again from the start after a crash: to free a blob twice is to free it once. */
export async function freeManifest({ store, blobs, key: [id] }: TimerContext): Promise<void> {
  const manifest = String(id) as BlobId;
  if ((await blobs.size(manifest)) === undefined) return;
  const { parts } = await manifestOf(blobs, { parts: [], manifest });
  for (let from = 0; from < parts.length; from += BATCH) {
    await store.update(async (tx) => {
      for (const part of parts.slice(from, from + BATCH)) await blobs.free(tx, part.blob, part.holder);
    });
  }
  await store.update((tx) => blobs.free(tx, manifest, PUT_HOLDER));
}
