/**
 * `npm run seed -- --data DIR --objects 10000000`: fills a bucket through the store, to see how Hosu stands with
 * many objects. The folder must have been started once, and must not be running. `--bucket` (seeded), `--bytes` (100).
 */
import { resolve } from "node:path";
import { parseArgs } from "node:util";
import { invariant } from "../src/base/invariant.ts";
import { buckets, bucketsByAccount } from "../src/services/s3/model.ts";
import { openDiskBlobs } from "../src/store/blobs/disk-blobs.ts";
import { realDisk } from "../src/store/disk.ts";
import { openDataFolder } from "../src/store/folder.ts";
import { openLmdbPages } from "../src/store/lmdb-pages.ts";
import { localStore } from "../src/store/local-store.ts";
import { takeOwnership } from "../src/store/owner.ts";
import { settings } from "../src/store/settings.ts";
import type { Store } from "../src/store/store.ts";
import { seedObjects } from "./seed-objects.ts";

const REGION = "us-east-1";
const SAY_EVERY_MS = 2_000;

async function main(): Promise<void> {
  const { values } = parseArgs({
    options: {
      data: { type: "string" },
      objects: { type: "string" },
      bucket: { type: "string", default: "seeded" },
      bytes: { type: "string", default: "100" },
    },
  });
  const { bucket } = values;
  const count = Number(values.objects);
  invariant(values.data !== undefined && count > 0, "say --data DIR and --objects N");
  const folder = openDataFolder(resolve(values.data));
  const ownership = await takeOwnership(folder.path, "seed");
  const store = localStore(openLmdbPages(folder.storePath));
  const blobs = await openDiskBlobs({ store, disk: realDisk, folder: folder.blobsPath });
  const account = await bucketAccount(store, bucket);

  const begun = performance.now();
  let saidMs = begun;
  const perSecond = (done: number): string =>
    Math.round((done / (performance.now() - begun)) * 1_000).toLocaleString("en");
  await seedObjects({
    store,
    blobs,
    bucket,
    account,
    objects: count,
    bytes: Number(values.bytes),
    onProgress(done) {
      if (performance.now() - saidMs < SAY_EVERY_MS) return;
      saidMs = performance.now();
      process.stdout.write(`${done.toLocaleString("en")} objects, ${perSecond(done)} a second\n`);
    },
  });
  process.stdout.write(
    `${count.toLocaleString("en")} objects in s3://${bucket}, ${perSecond(count)} a second\n`,
  );
  await blobs.close();
  await store.close();
  await ownership.release();
}

/** The bucket is made where it is not there. @returns whose it is. */
const bucketAccount = (store: Store, name: string): Promise<string> =>
  store.update(async (tx) => {
    const bucket = await tx.get(buckets, name);
    if (bucket) return bucket.account;
    const account = (await tx.get(settings, "account"))?.value;
    invariant(account, "the folder has an account: start Hosu on it once");
    tx.put(buckets, { name, account, region: REGION, createdMs: Date.now() });
    tx.put(bucketsByAccount, { account, name });
    return account;
  });

await main();
