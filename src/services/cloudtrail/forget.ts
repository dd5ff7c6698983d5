import type { House } from "../../platform/context.ts";
import { trailsOf } from "./find.ts";
import { selections, trails } from "./model.ts";
import { watchOf } from "./watch.ts";

/** Takes an account's trails away; what they have delivered is their buckets'. */
export async function forgetTrails(house: House, account: string): Promise<void> {
  await house.store.update(async (tx) => {
    for (const { region, name } of await trailsOf(tx, account)) {
      tx.delete(trails, account, region, name);
      tx.delete(selections, account, region, name);
    }
  });
  await watchOf(house).load();
}
