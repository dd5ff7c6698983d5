import { storedKey, type Table } from "./table.ts";
import type { Key } from "./keys.ts";
import type { Entry, Stretch } from "./pages.ts";
import type { Range, Reader } from "./store.ts";
import { latin1, laidOver, stretchOf, WritingTransaction } from "./transaction.ts";

/** Where a reader takes its bytes from. */
export interface PageReader {
  get(key: Buffer): Uint8Array | undefined;
  range(stretch: Stretch): readonly Entry[];
}

export function reader(pages: PageReader): Reader {
  return {
    // Not async: what is read on every request need not be wrapped twice.
    get(of, ...key) {
      const stored = storedKey(of, key);
      const value = pages.get(stored);
      return Promise.resolve(value && of.codec.decode(value, stored));
    },
    scan(of, range) {
      const entries = pages.range(stretchOf(of, range));
      return Promise.resolve(entries.map(({ key, value }) => of.codec.decode(value, key)));
    },
  };
}

/** One attempt of an update over pages of this process. */
export class LocalTransaction extends WritingTransaction {
  readonly #pages: PageReader;
  readonly #remembered: Pick<Reader, "get"> | undefined;

  /** @param remembered where rows of remembered tables are read instead, decoded already: as new as `pages`, or what is newer conflicts. */
  constructor(pages: PageReader, remembered?: Pick<Reader, "get">) {
    super();
    this.#pages = pages;
    this.#remembered = remembered;
  }

  get<Row, K extends Key>(of: Table<Row, K>, ...key: K): Promise<Row | undefined> {
    const stored = storedKey(of, key);
    const text = latin1(stored);
    const written = this.writes.get(text);
    if (!written) {
      this.reads.keys.add(text);
      if (of.remembered && this.#remembered) return this.#remembered.get(of, ...key);
    }
    const value = written ? written.value : this.#pages.get(stored);
    return Promise.resolve(value && of.codec.decode(value, stored));
  }

  async scan<Row, K extends Key>(of: Table<Row, K>, range: Range): Promise<readonly Row[]> {
    const stretch = stretchOf(of, range);
    this.reads.stretches.push({ start: latin1(stretch.start), end: latin1(stretch.end) });
    const own = this.writtenIn(stretch);
    const stored = this.#pages.range({ ...stretch, limit: stretch.limit + own.length });
    return laidOver(stored, own, stretch).map(({ key, value }) => of.codec.decode(value, key));
  }
}
