import { realClock, type Clock } from "../../base/clock.ts";
import { invariant } from "../../base/invariant.ts";
import { Turns } from "../../base/turns.ts";
import { MINUTE_MS } from "../../base/units.ts";
import { orRefusal } from "../disk-faults.ts";
import type { Disk } from "../disk.ts";
import { openLog, type FramePlace, type Log } from "../log.ts";
import type { Store, Transaction } from "../store.ts";
import type { BlobBytes, BlobPart, Blobs, Draft, PinnedFile } from "./blobs.ts";
import { DiskDraft } from "./draft.ts";
import { logFolder, openBlobFolder, type BlobFolder } from "./folder.ts";
import { heldBy, type Held } from "./held.ts";
import { blobIds } from "./ids.ts";
import { namedEnd, sweepSegments, type CompactionGround } from "./compaction.ts";
import { joinedFile, noEngineFiles, type CacheBounds, type EngineFiles } from "./joined.ts";
import { blobs, type Blob, type BlobId } from "./model.ts";
import { freeBlob, nameDraft, shareBlob } from "./owners.ts";
import { Pins } from "./pins.ts";
import { UNPACED, type Pace } from "./pace.ts";
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

class DiskBlobs implements Blobs {
  readonly #parts: Parts;
  readonly #pins = new Pins();
  readonly #newId = blobIds();
  readonly #drafts = new Set<BlobId>();
  readonly #engineFiles: EngineFiles;
  readonly #sweepGround: CompactionGround;
  #orphansSwept = false;
  readonly #sweeps = new Turns();

  constructor(parts: Parts) {
    this.#parts = parts;
    this.#engineFiles = noEngineFiles(parts.cache);
    this.#sweepGround = { ...parts, pins: this.#pins, drafts: this.#drafts, memory: nothingSwept() };
  }

  draft(): Draft {
    const id = this.#newId();
    this.#drafts.add(id);
    const { disk, folder, log } = this.#parts;
    const isNamed = async (one: BlobId) => (await this.#find(one)) !== undefined;
    const onEnd = (draft: DiskDraft) => this.#drafts.delete(draft.id);
    return new DiskDraft(id, { disk, folder, log, isNamed, onEnd });
  }

  name(tx: Transaction, draft: Draft, owner: string): void {
    nameDraft(tx, draft, owner);
  }

  share(tx: Transaction, id: BlobId, owner: string): Promise<void> {
    return shareBlob(tx, id, owner);
  }

  free(tx: Transaction, id: BlobId, owner: string): Promise<void> {
    return freeBlob(tx, id, { owner, now: this.#parts.realClock.now() });
  }

  async size(id: BlobId): Promise<number | undefined> {
    return (await this.#find(id))?.bytes;
  }

  async read(id: BlobId, from: number, bytes: number): Promise<BlobBytes> {
    const release = this.#pins.pin([id]);
    let kept = false;
    try {
      const blob = await this.#blob(id);
      invariant(from >= 0 && from + bytes <= blob.bytes, "a read stays inside its blob");
      const { place } = blob;
      if (place.kind === "row") return place.data.subarray(from, from + bytes);
      if (place.kind === "segment") return await this.#readFrame(id, place.frame, from, bytes);
      const path = this.#parts.folder.path(id);
      const chunks = await orRefusal(fileChunks({ disk: this.#parts.disk, path, from, bytes, release }));
      kept = true;
      return chunks;
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
    const [only] = parts;
    if (parts.length === 1 && only) {
      const blob = await this.#find(only.blob);
      if (blob?.place.kind === "file" && only.offset === 0 && only.bytes === blob.bytes)
        return { path: this.#parts.folder.path(blob.id), bytes: blob.bytes, release };
    }
    const { disk, folder } = this.#parts;
    const read = (part: BlobPart) => this.read(part.blob, part.offset, part.bytes);
    return joinedFile({ disk, folder, files: this.#engineFiles, read, release }, parts);
  }

  pin(ids: readonly BlobId[]): () => void {
    return this.#pins.pin(ids);
  }

  hold(): () => void {
    return this.#pins.hold();
  }

  sweep(pace: Pace = UNPACED): Promise<number> {
    return this.#sweeps.take(() => this.#sweep(pace));
  }

  async #sweep(pace: Pace): Promise<number> {
    const ground = this.#sweepGround;
    if (ground.pins.isHeld) return 0;
    if (!this.#orphansSwept)
      this.#orphansSwept = (await sweepCache(ground, pace)) && (await sweepOrphans(ground, pace));
    const swept = await sweepFreed(ground, pace);
    await sweepFiles(ground, pace);
    await sweepSegments(ground, pace);
    return swept;
  }

  lookAgain(): void {
    this.#orphansSwept = false;
    this.#sweepGround.memory.settledSegments.clear();
  }

  close(): Promise<void> {
    return this.#parts.log.close();
  }

  /** A frame may have been moved since its row was read. */
  async #readFrame(id: BlobId, frame: FramePlace, from: number, bytes: number): Promise<Uint8Array> {
    if (this.#parts.log.has(frame.segment)) return orRefusal(this.#parts.log.read(frame, from, bytes));
    const { place } = await this.#blob(id);
    invariant(place.kind === "segment", "compaction moves a frame to another segment");
    return orRefusal(this.#parts.log.read(place.frame, from, bytes));
  }

  #find(id: BlobId): Promise<Blob | undefined> {
    return this.#parts.store.read((read) => read.get(blobs, id));
  }

  async #blob(id: BlobId): Promise<Blob> {
    const blob = await this.#find(id);
    invariant(blob, `blob ${id} is there`);
    return blob;
  }
}
