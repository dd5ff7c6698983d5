import { invariant } from "../../base/invariant.ts";
import { MIB } from "../../base/units.ts";
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

  constructor(id: BlobId, parts: DraftParts) {
    this.id = id;
    this.#parts = parts;
  }

  write(chunk: Uint8Array): Promise<void> | undefined {
    this.#held.push(chunk);
    this.#heldBytes += chunk.length;
    this.bytes += chunk.length;
    const room = this.#file ? BATCH_BYTES : PLACE_BYTES.segment;
    return this.#heldBytes > room ? this.#flush() : undefined;
  }

  async finish(): Promise<void> {
    invariant(!this.place, "a draft is finished once");
    if (this.#file) {
      await this.#flush();
      await this.#file.file.sync();
      await this.#file.file.close();
      await this.#parts.folder.publish(this.id);
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
    if (this.place?.kind === "file") {
      if (!(await this.#parts.isNamed(this.id))) await this.#parts.folder.remove(this.id);
    } else if (this.#file) {
      await this.#file.file.close();
      await this.#parts.folder.removeDraft(this.id);
    }
    this.end();
  }

  end(): void {
    this.#parts.onEnd(this);
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
