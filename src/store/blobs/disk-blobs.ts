import { realClock, type Clock } from "../../base/clock.ts";
import { invariant } from "../../base/invariant.ts";
import { MINUTE_MS } from "../../base/units.ts";
import { orRefusal } from "../disk-faults.ts";
import type { Disk } from "../disk.ts";
import { openLog, type FramePlace, type Log } from "../log.ts";
import type { Store } from "../store.ts";
import type { BlobBytes, Blobs, Draft } from "./blobs.ts";
import { namedEnd, sweepSegments, type CompactionGround } from "./compaction.ts";
import { DiskDraft } from "./draft.ts";
import { logFolder, openBlobFolder, type BlobFolder } from "./folder.ts";
import { heldBy, type Held } from "./held.ts";
import type { CacheBounds } from "./joined.ts";
import type { Blob, BlobId } from "./model.ts";
import { NamedBlobs, type Stretch } from "./named-blobs.ts";
import type { Pace } from "./pace.ts";
import { Pins } from "./pins.ts";
import { fileChunks } from "./reading.ts";
import { nothingSwept, sweepCache, sweepFiles, sweepFreed, sweepOrphans } from "./sweeper.ts";

export interface DiskBlobsOptions {
  readonly store: Store;
  readonly disk: Disk;
  /** The folder for the files, the log and the cache. */
  readonly folder: string;
  readonly realClock?: Clock;
  /** How long a blob must have been free before it is swept. */
  readonly garbageAgeMs?: number;
  /** Told of bytes that a crash had left half written at the end of the log; nobody was told that they are safe. */
  readonly onTornTail?: (bytes: number) => void;
  /** The log can no longer be written: nothing that would lie there is acknowledged any more. */
  readonly onBroken?: (error: unknown) => void;
  /** How much the copies for engines may hold together. */
  readonly cache?: CacheBounds | undefined;
  /** When the log begins a new segment. */
  readonly segmentBytes?: number;
  /** What saved states of the store need. */
  readonly held?: Held;
}

export async function openDiskBlobs(options: DiskBlobsOptions): Promise<Blobs> {
  const { store, disk, folder, held = heldBy(() => []) } = options;
  const log = await openLog(disk, logFolder(folder), {
    segmentBytes: options.segmentBytes,
    onBroken: options.onBroken,
    // Behind a damaged frame there may be some that only a saved state names.
    namedEnd: async (segment, size) =>
      Math.max(await namedEnd(store, segment), (await held.hasSegment(segment)) ? size : 0),
  });
  if (log.cutBytes > 0) options.onTornTail?.(log.cutBytes);
  const files = await openBlobFolder(disk, folder);
  const { realClock: clock = realClock, garbageAgeMs = MINUTE_MS } = options;
  return new DiskBlobs({
    store,
    disk,
    log,
    folder: files,
    realClock: clock,
    garbageAgeMs,
    cache: options.cache,
    held,
  });
}

interface Parts {
  readonly store: Store;
  readonly disk: Disk;
  readonly log: Log;
  readonly folder: BlobFolder;
  readonly realClock: Clock;
  readonly garbageAgeMs: number;
  readonly cache: CacheBounds | undefined;
  readonly held: Held;
}

class DiskBlobs extends NamedBlobs {
  readonly #parts: Parts;
  readonly #sweepGround: CompactionGround;
  #orphansSwept = false;

  constructor(parts: Parts) {
    const pins = new Pins();
    super({ ...parts, pins, cacheFolder: parts.folder });
    this.#parts = parts;
    this.#sweepGround = { ...parts, pins, drafts: this.drafts, memory: nothingSwept() };
  }

  draft(): Draft {
    const id = this.newId();
    this.drafts.add(id);
    const { disk, folder, log } = this.#parts;
    const isNamed = (one: BlobId) => this.isNamed(one);
    const onEnd = (draft: DiskDraft) => this.drafts.delete(draft.id);
    return new DiskDraft(id, { disk, folder, log, isNamed, onEnd });
  }

  lookAgain(): void {
    this.#orphansSwept = false;
    this.#sweepGround.memory.settledSegments.clear();
  }

  close(): Promise<void> {
    return this.#parts.log.close();
  }

  protected async readPlaced({ id, place }: Blob, stretch: Stretch): Promise<BlobBytes> {
    const { disk, folder } = this.#parts;
    if (place.kind === "segment") return this.#readFrame(id, place.frame, stretch);
    return orRefusal(fileChunks({ disk, path: folder.path(id), ...stretch }));
  }

  protected pathOf({ id, place }: Blob): string | undefined {
    return place.kind === "file" ? this.#parts.folder.path(id) : undefined;
  }

  protected async sweepOnce(pace: Pace): Promise<number> {
    const ground = this.#sweepGround;
    if (!this.#orphansSwept)
      this.#orphansSwept = (await sweepCache(ground, pace)) && (await sweepOrphans(ground, pace));
    const swept = await sweepFreed(ground, pace);
    await sweepFiles(ground, pace);
    await sweepSegments(ground, pace);
    return swept;
  }

  /** A frame may have been moved since its row was read. */
  async #readFrame(id: BlobId, frame: FramePlace, { from, bytes }: Stretch): Promise<Uint8Array> {
    if (this.#parts.log.has(frame.segment)) return orRefusal(this.#parts.log.read(frame, from, bytes));
    const { place } = await this.blob(id);
    invariant(place.kind === "segment", "compaction moves a frame to another segment");
    return orRefusal(this.#parts.log.read(place.frame, from, bytes));
  }
}
