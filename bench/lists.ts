import { join } from "node:path";
import { objects } from "../src/services/s3/model.ts";
import { walk } from "../src/services/s3/listing/walk.ts";
import { openLmdbPages } from "../src/store/lmdb-pages.ts";
import { localStore } from "../src/store/local-store.ts";
import type { Store } from "../src/store/store.ts";
import type { Figure, Scale } from "./bench.ts";
import { median, timed } from "./measure.ts";
import { scratchFolder } from "./processes.ts";

const BATCH = 5_000;
const PAGES = 200;

/** A page of 1,000 keys out of a bucket of a million: what the store does for it. */
export async function lists({ keys }: Scale): Promise<Figure[]> {
  const store = localStore(openLmdbPages(join(scratchFolder("lists"), "store.mdb")));
  await seed(store, keys);
  const times: number[] = [];
  for (let page = 0; page < PAGES; page++) {
    const after = { kind: "key", text: name(Math.floor((keys * ((page * 7_919) % PAGES)) / PAGES)) } as const;
    times.push(
      await timed(() =>
        store.read(async (read) => {
          const asked = { bucket: "bench", prefix: "", delimiter: undefined, after, limit: 1_000 };
          const found = await walk(read, objects, asked);
          // What a list shows of each row.
          for (const row of found.rows)
            void (row.key.length + row.bytes + row.lastModifiedMs + row.etag.length);
        }),
      ),
    );
  }
  await store.close();
  const value = median(times);
  return [
    {
      name: `ListObjectsV2 page of 1,000 in ${keys.toLocaleString("en")} keys, store part`,
      value: `${value.toFixed(2)} ms`,
      goal: "1 ms",
      met: value <= 1,
    },
  ];
}

const name = (index: number): string => `logs/2026/${String(index).padStart(9, "0")}.json`;

async function seed(store: Store, keys: number): Promise<void> {
  for (let from = 0; from < keys; from += BATCH) {
    await store.update(async (tx) => {
      for (let index = from; index < Math.min(from + BATCH, keys); index++)
        tx.put(objects, {
          bucket: "bench",
          key: name(index),
          versionId: "null",
          sequence: index,
          isDeleteMarker: false,
          bytes: 1_024,
          lastModifiedMs: 1_760_000_000_000 + index,
          etag: "0123456789abcdef0123456789abcdef",
          storageClass: "STANDARD",
          details: { account: "111122223333", content: { parts: [] }, headers: {}, metadata: {} },
        });
    });
  }
}
