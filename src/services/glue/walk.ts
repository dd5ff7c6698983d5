import { setImmediate as nextTurn } from "node:timers/promises";
import type { Key } from "../../store/keys.ts";
import type { Reader, Store } from "../../store/store.ts";
import type { Table } from "../../store/table.ts";
import { SCAN_CHUNK } from "./limits.ts";

/** Sees one row. @returns false to stop before it. */
export type Visit<Row> = (row: Row, read: Reader) => Promise<boolean> | boolean;

/**
 * Visits rows in the order of their keys, a chunk at a time, each its own snapshot, with a turn of the event loop
 * between: a long walk keeps nobody waiting. @returns whether it came to the end.
 */
export async function walk<Row, K extends Key>(
  store: Store,
  of: Table<Row, K>,
  range: { readonly within: Key; readonly after?: Key | undefined },
  visit: Visit<Row>,
): Promise<boolean> {
  let { after } = range;
  for (;;) {
    const going = await store.read(async (read) => {
      const rows = await read.scan(of, {
        within: range.within,
        limit: SCAN_CHUNK,
        ...(after ? { after } : {}),
      });
      for (const row of rows) {
        if (!(await visit(row, read))) return "stopped";
        after = of.keyOf(row);
      }
      return rows.length < SCAN_CHUNK ? "ended" : "on";
    });
    if (going !== "on") return going === "ended";
    await nextTurn();
  }
}
