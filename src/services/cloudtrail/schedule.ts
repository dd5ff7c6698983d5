import type { Transaction } from "../../store/store.ts";
import { timerKey, timersByName } from "../../store/timers.ts";
import { DELIVERY_MS } from "./limits.ts";
import type { Place } from "./model.ts";

export const DELIVER_TIMER = "cloudtrail.deliver";

/** A delivery is due so long from now, unless one is due before; one that is due by now has begun, and may not see what is new. */
export async function scheduled(
  tx: Transaction,
  { account, region, name }: Place,
  now: Date,
  waitMs: number = DELIVERY_MS,
): Promise<void> {
  const key = [account, region, name] as const;
  const nowMs = now.getTime();
  const set = await tx.get(timersByName, ...timerKey(DELIVER_TIMER, key));
  if (set && set.atMs > nowMs && set.atMs <= nowMs + waitMs) return;
  await tx.timer(new Date(nowMs + waitMs), DELIVER_TIMER, ...key);
}
