import { join } from "node:path";
import { invariant } from "../../base/invariant.ts";
import type { Disk } from "../disk.ts";
import { openLog, type Log } from "../log.ts";
import type { Store, Transaction } from "../store.ts";
import type { BlobBytes, BlobPart, Blobs, Draft, PinnedFile } from "./blobs.ts";
import { DiskDraft } from "./draft.ts";
import { openBlobFolder, type BlobFolder } from "./folder.ts";
import { blobIds } from "./ids.ts";
import { joinedFile, type EngineFiles } from "./joined.ts";
import { blobs, freed, references, segmentMembers, type Blob, type BlobId } from "./model.ts";
import { Pins } from "./pins.ts";
import { fileChunks } from "./reading.ts";
import { sweepFreed, sweepOrphans } from "./sweeper.ts";

export interface DiskBlobsOptions {
  readonly store: Store;
  readonly disk: Disk;
  /** The folder for the files, the log and the cache. */
  readonly folder: string;
}

export async function openDiskBlobs({ store, disk, folder }: DiskBlobsOptions): Promise<Blobs> {
  const log = await openLog(disk, join(folder, "log"));
  const files = await openBlobFolder(disk, folder);
  return new DiskBlobs({ store, disk, log, folder: files });
}

interface Parts {
  readonly store: Store;
  readonly disk: Disk;
  readonly log: Log;
  readonly folder: BlobFolder;
}

class DiskBlobs implements Blobs {
  readonly #parts: Parts;
  readonly #pins = new Pins();
  readonly #newId = blobIds();
  readonly #drafts = new Set<BlobId>();
  readonly #engineFiles: EngineFiles = new Map();
  #orphansSwept = false;

  constructor(parts: Parts) {
    this.#parts = parts;
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
    invariant(draft instanceof DiskDraft && draft.place, "only a finished draft is named");
    const { id, bytes, place } = draft;
    tx.put(blobs, { id, bytes, place, owner });
    if (place.kind === "segment") tx.put(segmentMembers, { segment: place.frame.segment, blob: id });
  }

  async share(tx: Transaction, id: BlobId, owner: string): Promise<void> {
    // Reading the row makes this update and the sweeper's exclude one another.
    invariant(await tx.get(blobs, id), `blob ${id} is there to be shared`);
    tx.put(references, { blob: id, owner });
  }

  async free(tx: Transaction, id: BlobId, owner: string): Promise<void> {
    const blob = await tx.get(blobs, id);
    if (!blob) return;
    if (blob.owner === owner) tx.put(blobs, { ...blob, owner: undefined });
    else tx.delete(references, id, owner);
    tx.put(freed, { blob: id });
  }

  async size(id: BlobId): Promise<number | undefined> {
    return (await this.#find(id))?.bytes;
  }

  async read(id: BlobId, from: number, bytes: number): Promise<BlobBytes> {
    const release = this.#pins.pin(id);
    let kept = false;
    try {
      const blob = await this.#blob(id);
      invariant(from >= 0 && from + bytes <= blob.bytes, "a read stays inside its blob");
      const { place } = blob;
      if (place.kind === "row") return place.data.subarray(from, from + bytes);
      if (place.kind === "segment") return await this.#parts.log.read(place.frame, from, bytes);
      kept = true;
      return fileChunks({ disk: this.#parts.disk, path: this.#parts.folder.path(id), from, bytes, release });
    } finally {
      if (!kept) release();
    }
  }

  async file(id: BlobId): Promise<PinnedFile> {
    const blob = await this.#blob(id);
    return this.joined([{ blob: id, offset: 0, bytes: blob.bytes }]);
  }

  async joined(parts: readonly BlobPart[]): Promise<PinnedFile> {
    const releases = parts.map((part) => this.#pins.pin(part.blob));
    const release = () => releases.forEach((one) => one());
    const [only] = parts;
    if (parts.length === 1 && only) {
      const blob = await this.#blob(only.blob);
      if (blob.place.kind === "file" && only.offset === 0 && only.bytes === blob.bytes)
        return { path: this.#parts.folder.path(blob.id), bytes: blob.bytes, release };
    }
    const { disk, folder } = this.#parts;
    const read = (part: BlobPart) => this.read(part.blob, part.offset, part.bytes);
    return joinedFile({ disk, folder, files: this.#engineFiles, read, release }, parts);
  }

  async sweep(): Promise<number> {
    const { store, folder, log } = this.#parts;
    const ground = { store, folder, log, pins: this.#pins };
    if (!this.#orphansSwept) {
      await sweepOrphans(ground, this.#drafts);
      this.#orphansSwept = true;
    }
    return sweepFreed(ground, this.#drafts);
  }

  close(): Promise<void> {
    return this.#parts.log.close();
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
