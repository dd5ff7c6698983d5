import type { TimerContext } from "../../../platform/context.ts";
import type { Transaction } from "../../../store/store.ts";
import { endedUploads, uploadedParts, uploads, type Upload } from "../model.ts";

export const FORGET_TIMER = "s3.forget-parts";
/** How many part rows one update clears away. */
const BATCH = 500;

/** The upload is no more; its part rows, up to ten thousand, are cleared away by a timer. */
export async function endUpload(
  tx: Transaction,
  upload: Upload,
  used: readonly number[],
  now: Date,
): Promise<void> {
  const { bucket, key, uploadId } = upload;
  tx.delete(uploads, bucket, key, uploadId);
  tx.put(endedUploads, { uploadId, used });
  await tx.timer(now, FORGET_TIMER, uploadId);
}

/** Deletes the part rows; the blobs of parts that no object took lose their owner. */
export async function forgetParts({ store, blobs, key: [id] }: TimerContext): Promise<void> {
  const uploadId = String(id);
  for (let left = BATCH; left === BATCH;) {
    left = await store.update(async (tx) => {
      const ended = await tx.get(endedUploads, uploadId);
      if (!ended) return 0;
      const used = new Set(ended.used);
      const rows = await tx.scan(uploadedParts, { within: [uploadId], limit: BATCH });
      for (const row of rows) {
        if (!used.has(row.number))
          for (const { blob, holder } of row.parts) await blobs.free(tx, blob, holder);
        tx.delete(uploadedParts, uploadId, row.number);
      }
      if (rows.length < BATCH) tx.delete(endedUploads, uploadId);
      return rows.length;
    });
  }
}
