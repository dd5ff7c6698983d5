import type { Transaction } from "../../../store/store.ts";
import { noSuchBucket } from "../faults.ts";
import { buckets, type Bucket } from "../model.ts";

/** Changes one bucket's row. @throws Fault NoSuchBucket */
export async function changeBucket(
  tx: Transaction,
  name: string,
  change: (bucket: Bucket) => Bucket,
): Promise<void> {
  const bucket = await tx.get(buckets, name);
  if (!bucket) throw noSuchBucket(name);
  tx.put(buckets, change(bucket));
}
