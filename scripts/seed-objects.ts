import { createHash, randomBytes } from "node:crypto";
import { crc64nvme } from "../src/base/crc.ts";
import { objects, type ObjectVersion } from "../src/services/s3/model.ts";
import { PUT_HOLDER } from "../src/services/s3/objects/content.ts";
import type { Blobs, Draft } from "../src/store/blobs/blobs.ts";
import type { Store } from "../src/store/store.ts";

/** Many objects at once, as PutObject leaves them behind; only quicker, since thousands share one update. */
export interface Seeding {
  readonly store: Store;
  readonly blobs: Blobs;
  readonly bucket: string;
  readonly account: string;
  readonly objects: number;
  /** Of each object; up to 4 KiB lies in the row. */
  readonly bytes: number;
  readonly onProgress?: (done: number) => void;
}

/** An update holds 10,000 rows and 8 MB; an object is two rows of about half a kilobyte together, and its bytes. */
const MOST_BATCH = 4_000;
const BATCH_BYTES = 6_000_000;
const ROW_BYTES = 500;

/** How many keys share a folder, so that lists by delimiter have something to roll up. */
const KEYS_PER_FOLDER = 10_000;
const DIGITS = 9;

export const seededKey = (index: number): string =>
  `logs/${padded(Math.floor(index / KEYS_PER_FOLDER))}/${padded(index)}.json`;

const padded = (value: number): string => String(value).padStart(DIGITS, "0");

export async function seedObjects(seeding: Seeding): Promise<void> {
  const { objects: count, bytes, onProgress } = seeding;
  const body = bodyOf(bytes);
  const batch = Math.max(1, Math.min(MOST_BATCH, Math.floor(BATCH_BYTES / (ROW_BYTES + bytes))));
  let under: Promise<void> = Promise.resolve();
  for (let from = 0; from < count; from += batch) {
    const to = Math.min(from + batch, count);
    const drafts = await draftsOf(seeding.blobs, body.bytes, to - from);
    // The next rows are made while the last are written.
    const before = under;
    under = putBatch(seeding, body, from, drafts);
    await before;
    onProgress?.(to);
  }
  await under;
}

interface Body {
  readonly bytes: Buffer;
  readonly md5: string;
  readonly crc64nvme: string;
}

function bodyOf(count: number): Body {
  const bytes = randomBytes(count);
  const sum = crc64nvme.start();
  sum.update(bytes);
  return {
    bytes,
    md5: createHash("md5").update(bytes).digest("hex"),
    crc64nvme: sum.digest().toString("base64"),
  };
}

function draftsOf(blobs: Blobs, body: Buffer, count: number): Promise<Draft[]> {
  return Promise.all(
    Array.from({ length: count }, async () => {
      const draft = blobs.draft();
      await draft.write(body);
      await draft.finish();
      return draft;
    }),
  );
}

async function putBatch(
  { store, blobs, bucket, account }: Seeding,
  body: Body,
  from: number,
  drafts: readonly Draft[],
): Promise<void> {
  const now = Date.now();
  await store.update(async (tx) => {
    for (const [offset, draft] of drafts.entries()) {
      blobs.name(tx, draft, PUT_HOLDER);
      const parts = [{ blob: draft.id, offset: 0, bytes: draft.bytes, holder: PUT_HOLDER }];
      tx.put(objects, {
        bucket,
        key: seededKey(from + offset),
        versionId: "null",
        sequence: now * 1_000,
        isDeleteMarker: false,
        bytes: draft.bytes,
        lastModifiedMs: now,
        etag: body.md5,
        storageClass: "STANDARD",
        details: {
          account,
          content: { parts },
          headers: { ContentType: "application/json" },
          metadata: {},
          checksum: { algorithm: "CRC64NVME", value: body.crc64nvme, type: "FULL_OBJECT" },
        },
      } satisfies ObjectVersion);
    }
  });
  for (const draft of drafts) draft.end();
}
