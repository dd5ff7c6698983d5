import { setTimeout as rest } from "node:timers/promises";
import { batchesOf, shortReads } from "../../store/batches.ts";
import type { Key } from "../../store/keys.ts";
import type { Store } from "../../store/store.ts";
import type { Table } from "../../store/table.ts";

const PAGE_ROWS = 1_000;
/** What is looked at for a bill leaves the processor to who waits for an answer. */
const PAUSE_MS = 1;

/** A table's rows in pages, each its own short read, with others' requests in between: for looking at all there is. */
export async function* rowsOf<Row extends object, K extends Key>(
  store: Store,
  of: Table<Row, K>,
  within: Key,
): AsyncGenerator<Row> {
  for await (const rows of batchesOf(shortReads(store), of, { within, limit: PAGE_ROWS })) {
    yield* rows;
    if (rows.length === PAGE_ROWS) await rest(PAUSE_MS);
  }
}
