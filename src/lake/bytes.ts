import type { LakeClock } from "../base/clock.ts";
import { membership, type Membership } from "../platform/membership.ts";
import type { Blobs } from "../store/blobs/blobs.ts";
import { openDiskBlobs } from "../store/blobs/disk-blobs.ts";
import type { Held } from "../store/blobs/held.ts";
import type { Bucket } from "../store/blobs/s3/bucket.ts";
import type { SharedBlobs } from "../store/blobs/s3/s3-blobs.ts";
import { leaseOf } from "../store/lease.ts";
import type { LakeGround } from "./ground.ts";
import type { Rows } from "./rows.ts";

/** The bytes of a lake, and the processes that share them. */
export interface Bytes {
  readonly blobs: Blobs;
  /** None where one process is alone with its data folder. */
  readonly members: Membership | undefined;
  close(): Promise<void>;
}

export interface BytesGround {
  readonly rows: Rows;
  readonly clock: LakeClock;
  readonly held: Held;
  readonly onBroken: (error: unknown) => void;
}

export async function openBytes(ground: LakeGround, bytesGround: BytesGround): Promise<Bytes> {
  const { rows, held, onBroken } = bytesGround;
  const { folder, disk, realClock, options } = ground;
  if (rows.bytes) return openShared(ground, bytesGround, rows.bytes.bucket);
  const blobs = await openDiskBlobs({
    store: rows.store,
    disk,
    folder: folder.blobsPath,
    realClock,
    held,
    onTornTail: (bytes) => options.log({ kind: "torn", bytes }),
    onBroken,
  });
  return { blobs, members: undefined, close: () => blobs.close() };
}

async function openShared(
  { folder, disk, realClock, options }: LakeGround,
  { rows: { store }, clock }: BytesGround,
  bucket: Bucket,
): Promise<Bytes> {
  const { openS3Blobs } = await import("../store/blobs/s3/s3-blobs.ts");
  const late: { blobs?: SharedBlobs } = {};
  const members = membership({
    store,
    clock,
    realClock,
    readsSinceMs: () => late.blobs?.readsSinceMs() ?? realClock.now().getTime(),
    onFailure: (error) => options.log({ kind: "mistake", error, requestId: "" }),
  });
  const sweeping = leaseOf({ store, realClock }, "sweeper");
  const blobs = await openS3Blobs({
    store,
    bucket,
    disk,
    folder: folder.blobsPath,
    realClock,
    maySweep: () => sweeping.hold(),
    othersReadSinceMs: () => members.othersReadSinceMs(),
  });
  late.blobs = blobs;
  await members.join();
  return {
    blobs,
    members,
    async close() {
      // Where the store is out of reach, it runs out by itself.
      await sweeping.release().catch(() => undefined);
      await members.leave();
      await blobs.close();
    },
  };
}
