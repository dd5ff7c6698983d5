import type { TimerContext } from "../../platform/context.ts";
import type { Transaction } from "../../store/store.ts";
import { drop, piecesOf, type Kept } from "./kept.ts";
import { CLEAR_ROWS } from "./limits.ts";
import { partitions, shapes, statistics, tables, versions, type Table } from "./model.ts";

/** What a deleted database or table leaves is cleared away afterwards, a few thousand rows an update. */
export const CLEAR_DATABASE_TIMER = "glue.clear-database";
export const CLEAR_TABLE_TIMER = "glue.clear-table";

/** The table is no more; what lies under it waits to be cleared away. */
export async function forgetTable(tx: Transaction, table: Table, now: Date): Promise<void> {
  drop(tx, table.input);
  tx.delete(tables, table.databaseId, table.name);
  await tx.timer(now, CLEAR_TABLE_TIMER, table.id);
}

export async function clearDatabase({ store, clock, key: [id] }: TimerContext): Promise<void> {
  const databaseId = String(id);
  for (let left = 1; left > 0;) {
    left = await store.update(async (tx) => {
      // A table takes five rows: itself, its description's, and a timer's three.
      const rows = await tx.scan(tables, { within: [databaseId], limit: CLEAR_ROWS / 10 });
      for (const table of rows) await forgetTable(tx, table, clock.now());
      return rows.length;
    });
  }
}

export async function clearTable({ store, key: [id] }: TimerContext): Promise<void> {
  const tableId = String(id);
  const range = { within: [tableId], limit: CLEAR_ROWS };
  for (let left = 1; left > 0;) {
    left = await store.update(async (tx) => {
      const budget = new Budget();
      for (const row of await tx.scan(partitions, range))
        if (budget.takes(tx, row.facts)) tx.delete(partitions, ...partitions.keyOf(row));
      for (const row of await tx.scan(versions, range))
        if (budget.takes(tx, row.input)) tx.delete(versions, tableId, row.version);
      for (const row of await tx.scan(statistics, range))
        if (budget.takes(tx, row.statistics)) tx.delete(statistics, ...statistics.keyOf(row));
      for (const row of await tx.scan(shapes, range))
        if (budget.takes(tx, row.descriptor)) tx.delete(shapes, tableId, row.hash);
      return budget.taken;
    });
  }
}

/** How many rows one update has removed so far. */
class Budget {
  taken = 0;

  /** Drops the pieces, and says whether the row may go too. One row always may. */
  takes(tx: Transaction, kept: Kept<unknown>): boolean {
    if (this.taken >= CLEAR_ROWS) return false;
    this.taken += 1 + piecesOf(kept);
    drop(tx, kept);
    return true;
  }
}
