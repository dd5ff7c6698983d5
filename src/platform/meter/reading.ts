import { batchesOf, shortReads } from "../../store/batches.ts";
import { SCAN_ROWS, type Store } from "../../store/store.ts";
import { KEEP_MS, ROWS_AT_ONCE } from "./limits.ts";
import { usages, usedPlaces, type Payer, type Usage } from "./usage.ts";

export interface Hours {
  readonly fromMs: number;
  /** Not included. */
  readonly toMs: number;
}

/** What an account used in these hours, everywhere. */
export async function usageIn(store: Store, account: string, { fromMs, toMs }: Hours): Promise<Usage[]> {
  const found: Usage[] = [];
  for (const place of await placesOf(store)) {
    if (place.account !== account) continue;
    for await (const usage of usageSince(store, place, fromMs)) {
      if (usage.hourMs >= toMs) break;
      found.push(usage);
    }
  }
  return found;
}

/** Removes what is older than Cost Explorer looks back. */
export async function forgetUsage(store: Store, now: Date): Promise<void> {
  const before = now.getTime() - KEEP_MS;
  for (const place of await placesOf(store)) {
    for (;;) {
      const rows = await store.read((read) =>
        read.scan(usages, { within: [place.account, place.region], limit: ROWS_AT_ONCE }),
      );
      const old = rows.filter(({ hourMs }) => hourMs < before);
      if (old.length === 0) break;
      await store.update(async (tx) => {
        for (const row of old) tx.delete(usages, ...usages.keyOf(row));
      });
    }
  }
}

const placesOf = (store: Store): Promise<readonly Payer[]> =>
  store.read((read) => read.scan(usedPlaces, { within: [], limit: SCAN_ROWS }));

async function* usageSince(store: Store, { account, region }: Payer, fromMs: number): AsyncGenerator<Usage> {
  const from = [account, region, fromMs, "", "", "", ""];
  const range = { within: [account, region], from, limit: ROWS_AT_ONCE };
  for await (const rows of batchesOf(shortReads(store), usages, range)) yield* rows;
}
