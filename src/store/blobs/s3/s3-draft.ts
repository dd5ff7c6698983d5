import { invariant } from "../../../base/invariant.ts";
import { MIB } from "../../../base/units.ts";
import type { Draft } from "../blobs.ts";
import { PLACE_BYTES, type BlobId, type BlobPlace } from "../model.ts";
import type { Bucket, Upload } from "./bucket.ts";

/** A part: with S3's 10,000 of them more than an object may have. */
const PART_BYTES = 8 * MIB;

export interface S3DraftParts {
  readonly bucket: Bucket;
  readonly isNamed: (id: BlobId) => Promise<boolean>;
  /** The draft is over, named or not. */
  readonly onEnd: (draft: S3Draft) => void;
}

/** Holds one part in memory while the one before it is on its way; what is no longer than that goes in one put. */
export class S3Draft implements Draft {
  readonly id: BlobId;
  bytes = 0;
  place: BlobPlace | undefined;
  readonly #parts: S3DraftParts;
  #held: Uint8Array[] = [];
  #heldBytes = 0;
  #upload: Upload | undefined;
  #sending: Promise<void> = Promise.resolve();
  /** Whether the object may be there already. */
  #isPublishing = false;
  #isOver = false;

  constructor(id: BlobId, parts: S3DraftParts) {
    this.id = id;
    this.#parts = parts;
  }

  write(chunk: Uint8Array): Promise<void> | undefined {
    this.#held.push(chunk);
    this.#heldBytes += chunk.length;
    this.bytes += chunk.length;
    return this.#heldBytes >= PART_BYTES ? this.#sendPart() : undefined;
  }

  async finish(): Promise<void> {
    invariant(!this.place, "a draft is finished once");
    if (this.#upload) {
      if (this.#heldBytes > 0) await this.#sendPart();
      await this.#sending;
      this.#isPublishing = true;
      await this.#upload.complete();
      this.place = { kind: "file" };
      return;
    }
    const data = this.#take();
    if (data.length <= PLACE_BYTES.row) {
      this.place = { kind: "row", data };
      return;
    }
    this.#isPublishing = true;
    await this.#parts.bucket.put(this.id, data);
    this.place = { kind: "file" };
  }

  async abandon(): Promise<void> {
    this.#held = [];
    try {
      await this.#sending.catch(() => undefined);
      if (!this.#isPublishing) await this.#upload?.abort();
      else if (!(await this.#parts.isNamed(this.id))) await this.#parts.bucket.remove(this.id);
    } catch {
      // The bucket is out of reach: what is left there has no owner, and is swept as such.
    }
    this.end();
  }

  end(): void {
    if (this.#isOver) return;
    this.#isOver = true;
    this.#parts.onEnd(this);
  }

  async #sendPart(): Promise<void> {
    const data = this.#take();
    const before = this.#sending;
    const send = async (): Promise<void> => {
      await before;
      this.#upload ??= await this.#parts.bucket.beginUpload(this.id);
      await this.#upload.part(data);
    };
    this.#sending = send();
    // Whoever waits for the next part, or for the end, hears of it.
    this.#sending.catch(() => undefined);
    await before;
  }

  #take(): Buffer {
    const data = Buffer.concat(this.#held);
    this.#held = [];
    this.#heldBytes = 0;
    return data;
  }
}
