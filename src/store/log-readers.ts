import type { Disk, DiskFile } from "./disk.ts";

/** How many segments stay open for reading: a lake has more of them than a process may have files. */
const OPEN_SEGMENTS = 128;

interface OpenSegment {
  readonly file: Promise<DiskFile>;
  users: number;
}

/** Segments opened for reading, in the order of their last use; the one used longest ago is closed first. */
export class SegmentReaders {
  readonly #disk: Disk;
  readonly #path: (segment: number) => string;
  readonly #open = new Map<number, OpenSegment>();

  constructor(disk: Disk, path: (segment: number) => string) {
    this.#disk = disk;
    this.#path = path;
  }

  /** Keeps the segment's file open while `work` runs. */
  async use<T>(segment: number, work: (file: DiskFile) => Promise<T>): Promise<T> {
    const opened = this.#take(segment);
    opened.users += 1;
    try {
      return await work(await opened.file);
    } catch (error) {
      // A file that could not be opened (no handle left) may be opened later.
      const isOpen = await opened.file.then(
        () => true,
        () => false,
      );
      if (!isOpen && this.#open.get(segment) === opened) this.#open.delete(segment);
      throw error;
    } finally {
      opened.users -= 1;
    }
  }

  isUsed(segment: number): boolean {
    return (this.#open.get(segment)?.users ?? 0) > 0;
  }

  async close(segment: number): Promise<void> {
    const opened = this.#open.get(segment);
    this.#open.delete(segment);
    if (opened) await (await opened.file).close();
  }

  async closeAll(): Promise<void> {
    for (const segment of this.#open.keys()) await this.close(segment);
  }

  #take(segment: number): OpenSegment {
    const known = this.#open.get(segment);
    const opened = known ?? { file: this.#disk.openToRead(this.#path(segment)), users: 0 };
    if (known) this.#open.delete(segment);
    this.#open.set(segment, opened);
    if (!known) this.#closeOldest();
    return opened;
  }

  #closeOldest(): void {
    if (this.#open.size <= OPEN_SEGMENTS) return;
    for (const [segment, { file, users }] of this.#open) {
      if (users > 0) continue;
      this.#open.delete(segment);
      // One that was never opened needs no closing; whoever asked for it has heard why.
      void file.then((one) => one.close()).catch(() => undefined);
      return;
    }
  }
}
