import { rowsOf } from "../../platform/meter/rows.ts";
import type { Payer, ServiceUsage, StoredNow } from "../../platform/meter/usage.ts";
import type { Store } from "../../store/store.ts";
import { databases, partitions, statistics, tables } from "./model.ts";

/**
 * What the Data Catalog charges: requests, and objects by the month: databases, tables, their versions and indexes,
 * partitions, statistics. Source: AWS Glue Pricing, "Data Catalog".
 */
export const usage: ServiceUsage = {
  chargedAs: () => "Catalog-Request",
  resource: () => "",
  stored,
};

async function* stored(store: Store, places: readonly Payer[]): AsyncGenerator<StoredNow> {
  for (const { account, region } of places) {
    if (account === "") continue;
    for await (const database of rowsOf(store, databases, [account, region])) {
      let amount = 1;
      for await (const table of rowsOf(store, tables, [database.id])) {
        amount += 1 + table.archived + table.indexes.length;
        for await (const _partition of rowsOf(store, partitions, [table.id])) amount += 1;
        for await (const _one of rowsOf(store, statistics, [table.id])) amount += 1;
      }
      yield { account, region, resource: database.name, type: "Catalog-Storage", part: "objects", amount };
    }
  }
}
