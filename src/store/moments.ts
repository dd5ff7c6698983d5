import type { Key } from "./keys.ts";
import { reader } from "./local-transaction.ts";
import type { Pages, PageSnapshot } from "./pages.ts";
import type { Range, Reader } from "./store.ts";
import type { Table } from "./table.ts";

/**
 * Snapshots that are shared: between two commits the store stands still, so all who read then may read the same
 * snapshot, and a row that was decoded for one is there for the next. A snapshot is let go of once a commit has
 * passed it and nobody reads it any more.
 */
export class Moments implements Pick<Reader, "get"> {
  readonly #pages: Pages;
  #current: Moment | undefined;

  constructor(pages: Pages) {
    this.#pages = pages;
  }

  take(): Moment {
    const moment = (this.#current ??= new Moment(this.#pages.snapshot()));
    moment.readers += 1;
    return moment;
  }

  release(moment: Moment): void {
    moment.readers -= 1;
    if (moment.readers === 0 && moment !== this.#current) moment.snapshot.done();
  }

  /** One row as of now. */
  get<Row, K extends Key>(of: Table<Row, K>, ...key: K): Promise<Row | undefined> {
    const moment = this.take();
    try {
      // Its bytes are read by the time that the promise is there.
      return moment.reader.get(of, ...key);
    } finally {
      this.release(moment);
    }
  }

  /** A commit has landed: who reads from now on must see it. */
  pass(): void {
    const passed = this.#current;
    this.#current = undefined;
    if (passed?.readers === 0) passed.snapshot.done();
  }
}

/** How many decoded rows a snapshot remembers. */
const ROWS = 2_000;

class Moment {
  readonly snapshot: PageSnapshot;
  readonly reader: Reader;
  readers = 0;

  constructor(snapshot: PageSnapshot) {
    this.snapshot = snapshot;
    this.reader = remembering(reader(snapshot));
  }
}

function remembering(inner: Reader): Reader {
  const rows = new Map<string, Promise<unknown>>();
  return {
    get<Row, K extends Key>(of: Table<Row, K>, ...key: K): Promise<Row | undefined> {
      if (!of.remembered) return inner.get(of, ...key);
      const name = `${of.name}\0${key.join("\0")}`;
      const known = rows.get(name);
      if (known !== undefined) return known as Promise<Row | undefined>;
      const row = inner.get(of, ...key);
      if (rows.size >= ROWS) rows.clear();
      rows.set(name, row);
      return row;
    },
    scan: <Row, K extends Key>(of: Table<Row, K>, range: Range) => inner.scan(of, range),
  };
}
