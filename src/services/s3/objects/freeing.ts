import type { BlobId } from "../../../store/blobs/model.ts";
import type { Transaction } from "../../../store/store.ts";

export const FREE_TIMER = "s3.free-manifest";

/** The parts that a manifest lists are too many for the update that lets go of it. */
export const freeLater = (tx: Transaction, manifest: BlobId, now: Date): Promise<void> =>
  tx.timer(now, FREE_TIMER, manifest);
