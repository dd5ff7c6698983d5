import type { Transaction } from "../../store/store.ts";
import { tooMany } from "./faults.ts";
import { counts } from "./model.ts";

/** What is counted, and how Glue calls it when there are too many. */
export interface Quota {
  readonly of: string;
  readonly limit: number;
  readonly called: string;
}

/** @throws Fault ResourceNumberLimitExceededException */
export async function countOne(tx: Transaction, { of, limit, called }: Quota): Promise<void> {
  const count = (await tx.get(counts, of))?.count ?? 0;
  if (count >= limit) throw tooMany(called, limit);
  tx.put(counts, { of, count: count + 1 });
}

export async function uncount(tx: Transaction, of: string, by = 1): Promise<void> {
  const count = (await tx.get(counts, of))?.count ?? 0;
  tx.put(counts, { of, count: Math.max(count - by, 0) });
}
