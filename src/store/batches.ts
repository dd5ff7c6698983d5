import type { Key } from "./keys.ts";
import type { Range, Reader, Store } from "./store.ts";
import type { Table } from "./table.ts";

export type Scanner = Pick<Reader, "scan">;

/** All rows of a range in the order of their keys, `limit` of them at a time; the last batch holds fewer, or none. */
export async function* batchesOf<Row, K extends Key>(
  from: Scanner,
  of: Table<Row, K>,
  range: Range,
): AsyncGenerator<readonly Row[]> {
  let { after } = range;
  for (;;) {
    const rows: readonly Row[] = await from.scan(of, after ? { ...range, after } : range);
    yield rows;
    const last = rows.at(-1);
    if (rows.length < range.limit || last === undefined) return;
    after = of.keyOf(last);
  }
}

/** Scans of which each is a read of its own: a long walk holds no moment of the store for long. */
export const shortReads = (store: Store): Scanner => ({
  scan: (of, range) => store.read((read) => read.scan(of, range)),
});
