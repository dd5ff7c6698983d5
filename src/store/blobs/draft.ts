import { invariant } from "../../base/invariant.ts";
import { MIB } from "../../base/units.ts";
import { orRefusal } from "../disk-faults.ts";
import type { Disk, DiskFile } from "../disk.ts";
import type { Log } from "../log.ts";
import type { Draft } from "./blobs.ts";
import type { BlobFolder } from "./folder.ts";
import { PLACE_BYTES, type BlobId, type BlobPlace } from "./model.ts";

/** Written in batches of this size: each write costs a trip to the thread pool. */
const BATCH_BYTES = 1 * MIB;

export interface DraftParts {
  readonly disk: Disk;
  readonly folder: BlobFolder;
  readonly log: Log;
  readonly isNamed: (id: BlobId) => Promise<boolean>;
  /** The draft is over, named or not. */
  readonly onEnd: (draft: DiskDraft) => void;
}

/** Holds the first bytes in memory; what grows past a log frame's size goes to a file from there on. */
export class DiskDraft implements Draft {
  readonly id: BlobId;
  bytes = 0;
  place: BlobPlace | undefined;
  readonly #parts: DraftParts;
  #held: Uint8Array[] = [];
  #heldBytes = 0;
  #file: { readonly file: DiskFile; written: number } | undefined;
  /** Whether the file may have its name already. */
  #isPublishing = false;
  #isOver = false;

  constructor(id: BlobId, parts: DraftParts) {
    this.id = id;
    this.#parts = parts;
  }

  write(chunk: Uint8Array): Promise<void> | undefined {
    this.#held.push(chunk);
    this.#heldBytes += chunk.length;
    this.bytes += chunk.length;
    const room = this.#file ? BATCH_BYTES : PLACE_BYTES.segment;
    return this.#heldBytes > room ? orRefusal(this.#flush()) : undefined;
  }

  async finish(): Promise<void> {
    invariant(!this.place, "a draft is finished once");
    if (this.#file) {
      await orRefusal(this.#publish(this.#file.file));
      this.place = { kind: "file" };
      return;
    }
    const data = Buffer.concat(this.#held);
    this.#held = [];
    this.place =
      data.length <= PLACE_BYTES.row
        ? { kind: "row", data }
        : { kind: "segment", frame: await this.#parts.log.append(data) };
  }

  async abandon(): Promise<void> {
    this.#held = [];
    if (this.#file && !this.#isPublishing) {
      await this.#file.file.close();
      await this.#parts.folder.removeDraft(this.id);
    } else if (this.#file && !(await this.#parts.isNamed(this.id))) {
      await this.#parts.folder.removeDraft(this.id);
      await this.#parts.folder.remove(this.id);
    }
    this.end();
  }

  end(): void {
    if (this.#isOver) return;
    this.#isOver = true;
    if (this.place?.kind === "segment") this.#parts.log.settle(this.place.frame);
    this.#parts.onEnd(this);
  }

  async #publish(file: DiskFile): Promise<void> {
    await this.#flush();
    await file.sync();
    this.#isPublishing = true;
    await file.close();
    await this.#parts.folder.publish(this.id);
  }

  async #flush(): Promise<void> {
    const batch = this.#held;
    this.#held = [];
    this.#heldBytes = 0;
    this.#file ??= { file: await this.#parts.disk.open(this.#parts.folder.draftPath(this.id)), written: 0 };
    const at = this.#file.written;
    this.#file.written = this.bytes;
    await this.#file.file.write(batch, at);
  }
}
