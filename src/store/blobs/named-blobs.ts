import type { Clock } from "../../base/clock.ts";
import { invariant } from "../../base/invariant.ts";
import { Turns } from "../../base/turns.ts";
import type { Disk } from "../disk.ts";
import type { Store, Transaction } from "../store.ts";
import type { BlobBytes, BlobPart, Blobs, Draft, PinnedFile } from "./blobs.ts";
import type { CacheFolder } from "./cache-folder.ts";
import { blobIds } from "./ids.ts";
import { joinedFile, noEngineFiles, type CacheBounds, type EngineFiles } from "./joined.ts";
import { blobs, type Blob, type BlobId } from "./model.ts";
import { freeBlob, nameDraft, shareBlob } from "./owners.ts";
import { UNPACED, type Pace } from "./pace.ts";
import type { Pins } from "./pins.ts";

export interface NamedBlobsParts {
  readonly store: Store;
  readonly disk: Disk;
  readonly realClock: Clock;
  readonly pins: Pins;
  readonly cacheFolder: CacheFolder;
  readonly cache: CacheBounds | undefined;
}

/** A stretch of a blob that is being read. */
export interface Stretch {
  readonly from: number;
  readonly bytes: number;
  /** Whoever returns chunks calls it after the last. */
  readonly release: () => void;
}

/** What blobs are by their rows, wherever the bytes of larger ones lie. */
export abstract class NamedBlobs implements Blobs {
  protected readonly newId = blobIds();
  /** What is on its way in. */
  protected readonly drafts = new Set<BlobId>();
  readonly #parts: NamedBlobsParts;
  readonly #engineFiles: EngineFiles;
  readonly #sweeps = new Turns();

  constructor(parts: NamedBlobsParts) {
    this.#parts = parts;
    this.#engineFiles = noEngineFiles(parts.cache);
  }

  abstract draft(): Draft;
  abstract lookAgain(): void;
  abstract close(): Promise<void>;
  /** A stretch of a blob whose bytes do not lie in its row. */
  protected abstract readPlaced(blob: Blob, stretch: Stretch): Promise<BlobBytes>;
  protected abstract sweepOnce(pace: Pace): Promise<number>;
  /** Where a blob lies as a local file of its own already. */
  protected abstract pathOf(blob: Blob): string | undefined;

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
    return (await this.find(id))?.bytes;
  }

  async read(id: BlobId, from: number, bytes: number): Promise<BlobBytes> {
    const release = this.pin([id]);
    let kept = false;
    try {
      const blob = await this.blob(id);
      invariant(from >= 0 && from + bytes <= blob.bytes, "a read stays inside its blob");
      if (blob.place.kind === "row") return blob.place.data.subarray(from, from + bytes);
      const read = await this.readPlaced(blob, { from, bytes, release });
      kept = !(read instanceof Uint8Array);
      return read;
    } finally {
      if (!kept) release();
    }
  }

  async file(id: BlobId): Promise<PinnedFile> {
    const blob = await this.blob(id);
    return this.joined([{ blob: id, offset: 0, bytes: blob.bytes }]);
  }

  async joined(parts: readonly BlobPart[]): Promise<PinnedFile> {
    const release = this.pin(parts.map(({ blob }) => blob));
    const [only] = parts;
    if (parts.length === 1 && only) {
      const blob = await this.find(only.blob);
      const path = blob && only.offset === 0 && only.bytes === blob.bytes ? this.pathOf(blob) : undefined;
      if (path !== undefined) return { path, bytes: only.bytes, release };
    }
    const { disk, cacheFolder: folder } = this.#parts;
    const read = (part: BlobPart) => this.read(part.blob, part.offset, part.bytes);
    return joinedFile({ disk, folder, files: this.#engineFiles, read, release }, parts);
  }

  pin(ids: readonly BlobId[]): () => void {
    return this.#parts.pins.pin(ids);
  }

  hold(): () => void {
    return this.#parts.pins.hold();
  }

  sweep(pace: Pace = UNPACED): Promise<number> {
    return this.#sweeps.take(async () => (this.#parts.pins.isHeld ? 0 : this.sweepOnce(pace)));
  }

  protected find(id: BlobId): Promise<Blob | undefined> {
    return this.#parts.store.read((read) => read.get(blobs, id));
  }

  protected async isNamed(id: BlobId): Promise<boolean> {
    return (await this.find(id)) !== undefined;
  }

  protected async blob(id: BlobId): Promise<Blob> {
    const blob = await this.find(id);
    invariant(blob, `blob ${id} is there`);
    return blob;
  }
}
