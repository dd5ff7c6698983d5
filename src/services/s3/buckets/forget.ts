import type { House } from "../../../platform/context.ts";
import type { Table } from "../../../store/table.ts";
import { buckets, bucketsByAccount, objects, versions, type ObjectVersion } from "../model.ts";
import { abortAll } from "../multipart/uploads.ts";
import { freeContent } from "../objects/content.ts";

/** How many objects one update lets go of. */
const BATCH = 500;
const PAGE = 1_000;

/** Takes an account's buckets away with all they hold, at once: nothing is retained and nobody is asked. */
export async function forgetBuckets(house: House, account: string): Promise<void> {
  const { store, clock } = house;
  for (;;) {
    const owned = await store.read((read) => read.scan(bucketsByAccount, { within: [account], limit: PAGE }));
    for (const { name } of owned) {
      await empty(house, objects, name);
      await empty(house, versions, name);
      await abortAll(store, name, clock.now());
      await store.update(async (tx) => {
        tx.delete(buckets, name);
        tx.delete(bucketsByAccount, account, name);
      });
    }
    if (owned.length < PAGE) return;
  }
}

type Rows =
  | Table<ObjectVersion, readonly [string, string]>
  | Table<ObjectVersion, readonly [string, string, number]>;

async function empty({ store, blobs, clock }: House, of: Rows, bucket: string): Promise<void> {
  const table = of as Table<ObjectVersion, readonly (string | number)[]>;
  for (let found = BATCH; found === BATCH;) {
    found = await store.update(async (tx) => {
      const rows = await tx.scan(table, { within: [bucket], limit: BATCH });
      for (const row of rows) {
        if (!row.isDeleteMarker) await freeContent(tx, blobs, row.details.content, clock.now());
        tx.delete(table, ...table.keyOf(row));
      }
      return rows.length;
    });
  }
}
