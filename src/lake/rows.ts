import { fault } from "../base/fault.ts";
import { measuredPages } from "../platform/metrics/measured.ts";
import type { DataFolder } from "../store/folder.ts";
import { leaseOf, type Lease } from "../store/lease.ts";
import { nameOfPlace } from "../store/blobs/s3/place.ts";
import { openLmdbPages, type LmdbPages } from "../store/lmdb-pages.ts";
import { checkStoreIsThere } from "../store/missing-store.ts";
import { localStore, type LocalStoreOptions } from "../store/local-store.ts";
import type { Store } from "../store/store.ts";
import { claimLake, markOf, type BytesElsewhere } from "./claim.ts";
import type { LakeGround } from "./ground.ts";

/** Where the rows of a lake lie. */
export interface Rows {
  readonly store: Store;
  /** Where they lie in the data folder. */
  readonly pages: LmdbPages | undefined;
  /** Where others may reach them too: whoever holds it runs the timers. */
  readonly lease: Lease | undefined;
  /** Where the bytes lie when not in the data folder. */
  readonly bytes: BytesElsewhere | undefined;
}

export async function openRows(ground: LakeGround, options: LocalStoreOptions): Promise<Rows> {
  const { folder, figures, realClock } = ground;
  const url = ground.options.store;
  if (url === undefined) {
    if (markOf(folder) !== undefined) throw elsewhere(folder);
    checkStoreIsThere(folder);
    const pages = openLmdbPages(folder.storePath, () =>
      ground.options.log({ kind: "mended", path: folder.storePath }),
    );
    const store = localStore(measuredPages(pages, figures.committed), options);
    return { pages, store, lease: undefined, bytes: undefined };
  }
  // Loaded here: whoever has no such store does not pay for it.
  const { openPostgresStore } = await import("../store/postgres/postgres-store.ts");
  const store = await openPostgresStore(url, options);
  const bytes = await bytesElsewhere(ground);
  try {
    await claimLake(store, folder, bytes);
  } catch (error) {
    bytes?.bucket.close();
    await store.close();
    throw error;
  }
  return { pages: undefined, store, lease: leaseOf({ store, realClock }, "timers"), bytes };
}

/** Loaded here too: the client of another S3 is large. */
async function bytesElsewhere({ options: { blobs } }: LakeGround): Promise<BytesElsewhere | undefined> {
  if (blobs === undefined) return undefined;
  const { openBucket } = await import("../store/blobs/s3/bucket.ts");
  return { name: nameOfPlace(blobs), bucket: openBucket(blobs) };
}

const elsewhere = ({ path }: DataFolder) =>
  fault(
    "RowsElsewhere",
    `${path} holds the bytes of a lake whose rows lie in a database. Start it with --store, as before.`,
  );
