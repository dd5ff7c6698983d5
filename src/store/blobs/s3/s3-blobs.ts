import { collect } from "../../../base/bytes.ts";
import type { Clock } from "../../../base/clock.ts";
import { invariant } from "../../../base/invariant.ts";
import { Turns } from "../../../base/turns.ts";
import { DAY_MS, HOUR_MS, MINUTE_MS } from "../../../base/units.ts";
import type { Disk } from "../../disk.ts";
import type { Store, Transaction } from "../../store.ts";
import type { BlobBytes, BlobPart, Blobs, Draft, PinnedFile } from "../blobs.ts";
import { openCacheFolder, type CacheFolder } from "../cache-folder.ts";
import { heldBy } from "../held.ts";
import { blobIds } from "../ids.ts";
import { joinedFile, noEngineFiles, type CacheBounds, type EngineFiles } from "../joined.ts";
import { blobs, CHUNK_BYTES, type Blob, type BlobId } from "../model.ts";
import { freeBlob, nameDraft, shareBlob } from "../owners.ts";
import { UNPACED, type Pace } from "../pace.ts";
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

class S3Blobs implements SharedBlobs {
  readonly #options: S3BlobsOptions;
  readonly #pins: TimedPins;
  readonly #newId = blobIds();
  readonly #drafts = new Set<BlobId>();
  readonly #engineFiles: EngineFiles;
  readonly #cacheFolder: CacheFolder;
  readonly #sweepGround: SweepGround;
  readonly #sweeps = new Turns();
  #isCacheSwept = false;
  #orphansAtMs = Number.NEGATIVE_INFINITY;

  constructor(options: S3BlobsOptions, cacheFolder: CacheFolder) {
    const { bucket, garbageAgeMs = MINUTE_MS, realClock } = options;
    this.#options = options;
    this.#cacheFolder = cacheFolder;
    this.#pins = new TimedPins(realClock);
    this.#engineFiles = noEngineFiles(options.cache);
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
      pins: this.#pins,
      held: heldBy(() => []),
      drafts: this.#drafts,
      memory: nothingSwept(),
    };
  }

  draft(): Draft {
    const id = this.#newId();
    this.#drafts.add(id);
    const isNamed = async (one: BlobId) => (await this.#find(one)) !== undefined;
    const onEnd = (draft: S3Draft) => this.#drafts.delete(draft.id);
    return new S3Draft(id, { bucket: this.#options.bucket, isNamed, onEnd });
  }

  name(tx: Transaction, draft: Draft, owner: string): void {
    nameDraft(tx, draft, owner);
  }

  share(tx: Transaction, id: BlobId, owner: string): Promise<void> {
    return shareBlob(tx, id, owner);
  }

  free(tx: Transaction, id: BlobId, owner: string): Promise<void> {
    return freeBlob(tx, id, { owner, now: this.#options.realClock.now() });
  }

  async size(id: BlobId): Promise<number | undefined> {
    return (await this.#find(id))?.bytes;
  }

  async read(id: BlobId, from: number, bytes: number): Promise<BlobBytes> {
    const release = this.pin([id]);
    let kept = false;
    try {
      const blob = await this.#blob(id);
      invariant(from >= 0 && from + bytes <= blob.bytes, "a read stays inside its blob");
      if (blob.place.kind === "row") return blob.place.data.subarray(from, from + bytes);
      if (bytes === 0) return new Uint8Array();
      const chunks = await this.#options.bucket.read(id, from, bytes);
      if (bytes <= CHUNK_BYTES) return await collect(chunks);
      kept = true;
      return endingWith(chunks, release);
    } finally {
      if (!kept) release();
    }
  }

  async file(id: BlobId): Promise<PinnedFile> {
    const blob = await this.#blob(id);
    return this.joined([{ blob: id, offset: 0, bytes: blob.bytes }]);
  }

  async joined(parts: readonly BlobPart[]): Promise<PinnedFile> {
    const release = this.pin(parts.map(({ blob }) => blob));
    const read = (part: BlobPart) => this.read(part.blob, part.offset, part.bytes);
    const { disk } = this.#options;
    return joinedFile({ disk, folder: this.#cacheFolder, files: this.#engineFiles, read, release }, parts);
  }

  pin(ids: readonly BlobId[]): () => void {
    return this.#pins.pin(ids);
  }

  hold(): () => void {
    return this.#pins.hold();
  }

  readsSinceMs(): number {
    return this.#pins.sinceMs();
  }

  sweep(pace: Pace = UNPACED): Promise<number> {
    return this.#sweeps.take(() => this.#sweep(pace));
  }

  async #sweep(pace: Pace): Promise<number> {
    const ground = this.#sweepGround;
    if (ground.pins.isHeld) return 0;
    if (!this.#isCacheSwept) this.#isCacheSwept = await sweepCache(ground, pace);
    if (!(await this.#options.maySweep())) return 0;
    const nowMs = this.#options.realClock.now().getTime();
    if (nowMs - this.#orphansAtMs >= ORPHANS_AGAIN_MS && (await sweepOrphans(ground, pace)))
      this.#orphansAtMs = nowMs;
    const swept = await sweepFreed(ground, pace);
    await sweepFiles(ground, pace);
    return swept;
  }

  lookAgain(): void {
    this.#orphansAtMs = Number.NEGATIVE_INFINITY;
  }

  async close(): Promise<void> {
    this.#options.bucket.close();
  }

  #find(id: BlobId): Promise<Blob | undefined> {
    return this.#options.store.read((read) => read.get(blobs, id));
  }

  async #blob(id: BlobId): Promise<Blob> {
    const blob = await this.#find(id);
    invariant(blob, `blob ${id} is there`);
    return blob;
  }
}
