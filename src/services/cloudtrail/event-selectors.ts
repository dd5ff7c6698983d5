import { operation } from "../../platform/operation.ts";
import { trailCheck } from "./authority.ts";
import { selectionOf } from "./check-selectors.ts";
import { deliverBefore } from "./delivery.ts";
import { ownTrailOf, selectionFor, trailOf } from "./find.ts";
import { selections, trailArn, type Selection, type Trail } from "./model.ts";
import { watchOf } from "./watch.ts";

export const put = operation("cloudtrail:PutEventSelectors", {
  authorize: async ({ TrailName }, scope) => [
    await trailCheck("cloudtrail:PutEventSelectors", TrailName, scope),
  ],
  async handle(input, context) {
    const selection = selectionOf(input);
    await deliverBefore(context, input.TrailName);
    const trail = await context.store.update(async (tx) => {
      const own = await ownTrailOf(tx, input.TrailName, context.caller);
      const { account, region, name } = own;
      tx.put(selections, { account, region, name, selection });
      return own;
    });
    await watchOf(context).load();
    return described(trail, selection);
  },
});

export const get = operation("cloudtrail:GetEventSelectors", {
  authorize: async ({ TrailName }, scope) => [
    await trailCheck("cloudtrail:GetEventSelectors", TrailName, scope),
  ],
  handle: ({ TrailName }, { store, caller }) =>
    store.read(async (read) => {
      const trail = await trailOf(read, TrailName, caller);
      return described(trail, await selectionFor(read, trail));
    }),
});

const described = (trail: Trail, { kind, selectors }: Selection) => ({
  TrailARN: trailArn(trail),
  ...(kind === "basic" ? { EventSelectors: selectors } : { AdvancedEventSelectors: selectors }),
});
