import { collect } from "../../../base/bytes.ts";
import type { Clock } from "../../../base/clock.ts";
import { DAY_MS, HOUR_MS, MINUTE_MS } from "../../../base/units.ts";
import type { Disk } from "../../disk.ts";
import type { Store } from "../../store.ts";
import type { BlobBytes, Blobs, Draft } from "../blobs.ts";
import { openCacheFolder, type CacheFolder } from "../cache-folder.ts";
import { heldBy } from "../held.ts";
import type { CacheBounds } from "../joined.ts";
import { CHUNK_BYTES, type Blob, type BlobId } from "../model.ts";
import { NamedBlobs, type Stretch } from "../named-blobs.ts";
import type { Pace } from "../pace.ts";
import { endingWith } from "../reading.ts";
import {
  nothingSwept,
  sweepCache,
  sweepFiles,
  sweepFreed,
  sweepOrphans,
  type SweepGround,
} from "../sweeper.ts";
import type { Bucket } from "./bucket.ts";
import { S3Draft } from "./s3-draft.ts";
import { TimedPins } from "./timed-pins.ts";

/** Blobs that several processes share: small ones in rows, the others as objects in a bucket. */
export interface SharedBlobs extends Blobs {
  /** Since when something is being read here, by the real clock. */
  readsSinceMs(): number;
}

export interface S3BlobsOptions {
  readonly store: Store;
  readonly bucket: Bucket;
  readonly disk: Disk;
  /** The folder for the copies that engines read. */
  readonly folder: string;
  readonly realClock: Clock;
  /** Whether this process is the one that sweeps for all. */
  readonly maySweep: () => Promise<boolean>;
  /** Since when the other processes may be reading what they found. */
  readonly othersReadSinceMs: () => Promise<number>;
  readonly garbageAgeMs?: number;
  readonly cache?: CacheBounds | undefined;
}

/** An object is named at once when it is there; one that is not by then was left behind by a kill. */
const ORPHAN_MS = 1 * HOUR_MS;
/** A slow client may take days for an upload. */
const LOST_UPLOAD_MS = 7 * DAY_MS;
/** Others may be killed while this one runs. */
const ORPHANS_AGAIN_MS = 1 * DAY_MS;

export async function openS3Blobs(options: S3BlobsOptions): Promise<SharedBlobs> {
  return new S3Blobs(options, await openCacheFolder(options.disk, options.folder));
}

class S3Blobs extends NamedBlobs implements SharedBlobs {
  readonly #options: S3BlobsOptions;
  readonly #pins: TimedPins;
  readonly #sweepGround: SweepGround;
  #isCacheSwept = false;
  #orphansAtMs = Number.NEGATIVE_INFINITY;

  constructor(options: S3BlobsOptions, cacheFolder: CacheFolder) {
    const { bucket, garbageAgeMs = MINUTE_MS, realClock, cache } = options;
    const pins = new TimedPins(realClock);
    super({ ...options, pins, cacheFolder, cache });
    this.#options = options;
    this.#pins = pins;
    const ago = (ms: number): Date => new Date(realClock.now().getTime() - ms);
    this.#sweepGround = {
      ...options,
      garbageAgeMs,
      folder: {
        ...cacheFolder,
        remove: (id) => bucket.remove(id),
        shelves: () => bucket.objectsBefore(ago(ORPHAN_MS)),
        drafts: () => bucket.uploadsBefore(ago(LOST_UPLOAD_MS)),
        removeDraft: (id) => bucket.abortUploads(id),
      },
      pins,
      held: heldBy(() => []),
      drafts: this.drafts,
      memory: nothingSwept(),
    };
  }

  draft(): Draft {
    const id = this.newId();
    this.drafts.add(id);
    const isNamed = (one: BlobId) => this.isNamed(one);
    const onEnd = (draft: S3Draft) => this.drafts.delete(draft.id);
    return new S3Draft(id, { bucket: this.#options.bucket, isNamed, onEnd });
  }

  readsSinceMs(): number {
    return this.#pins.sinceMs();
  }

  lookAgain(): void {
    this.#orphansAtMs = Number.NEGATIVE_INFINITY;
  }

  async close(): Promise<void> {
    this.#options.bucket.close();
  }

  protected async readPlaced({ id }: Blob, { from, bytes, release }: Stretch): Promise<BlobBytes> {
    if (bytes === 0) return new Uint8Array();
    const chunks = await this.#options.bucket.read(id, from, bytes);
    return bytes <= CHUNK_BYTES ? collect(chunks) : endingWith(chunks, release);
  }

  /** None lies here. */
  protected pathOf(): undefined {
    return undefined;
  }

  protected async sweepOnce(pace: Pace): Promise<number> {
    const ground = this.#sweepGround;
    if (!this.#isCacheSwept) this.#isCacheSwept = await sweepCache(ground, pace);
    if (!(await this.#options.maySweep())) return 0;
    const nowMs = this.#options.realClock.now().getTime();
    if (nowMs - this.#orphansAtMs >= ORPHANS_AGAIN_MS && (await sweepOrphans(ground, pace)))
      this.#orphansAtMs = nowMs;
    const swept = await sweepFreed(ground, pace);
    await sweepFiles(ground, pace);
    return swept;
  }
}
