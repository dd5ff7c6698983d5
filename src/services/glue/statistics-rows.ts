import type { Reader, Transaction } from "../../store/store.ts";
import { drop, keep, unkeep } from "./kept.ts";
import { CLEAR_ROWS } from "./limits.ts";
import { nameKey, statistics, statisticsKey, type ColumnStatistics } from "./model.ts";

/** Whose statistics: a table's own where there are no values, else a partition's. */
export interface Owner {
  readonly tableId: string;
  readonly values: readonly string[];
}

export async function statisticsOf(
  read: Reader,
  { tableId, values }: Owner,
  column: string,
): Promise<ColumnStatistics | undefined> {
  const row = await read.get(statistics, ...statisticsKey(tableId, values, nameKey(column)));
  return row && unkeep(read, row.statistics);
}

export async function putStatistics(
  tx: Transaction,
  { tableId, values }: Owner,
  given: ColumnStatistics,
): Promise<void> {
  const column = nameKey(given.ColumnName);
  const old = await tx.get(statistics, ...statisticsKey(tableId, values, column));
  if (old) drop(tx, old.statistics);
  tx.put(statistics, { tableId, values, column, statistics: keep(tx, given) });
}

/** @returns whether there were any. */
export async function deleteColumn(
  tx: Transaction,
  { tableId, values }: Owner,
  column: string,
): Promise<boolean> {
  const row = await tx.get(statistics, ...statisticsKey(tableId, values, nameKey(column)));
  if (!row) return false;
  drop(tx, row.statistics);
  tx.delete(statistics, ...statistics.keyOf(row));
  return true;
}

/** Of every column of one owner; a table has fewer columns than an update rows. */
export async function deleteStatistics(
  tx: Transaction,
  tableId: string,
  values: readonly string[],
): Promise<void> {
  const within = statisticsKey(tableId, values, "").slice(0, -1);
  for (const row of await tx.scan(statistics, { within, limit: CLEAR_ROWS })) {
    drop(tx, row.statistics);
    tx.delete(statistics, ...statistics.keyOf(row));
  }
}
