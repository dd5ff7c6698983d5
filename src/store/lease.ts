import { setTimeout as rest } from "node:timers/promises";
import type { Clock } from "../base/clock.ts";
import { opaqueId } from "../base/ids.ts";
import { Turns } from "../base/turns.ts";
import { SECOND_MS } from "../base/units.ts";
import type { Store } from "./store.ts";
import { table } from "./table.ts";

/** What only one of several processes does at a time; another takes it over when that one is gone. */
export interface Lease {
  /** Takes it where it is free, keeps it where it is ours. @returns whether it is ours for now. */
  hold(): Promise<boolean>;
  /** Waits until it is ours; whoever has it gives it up at the next `hold`. */
  claim(): Promise<void>;
  release(): Promise<void>;
}

/** By the real clock: the clocks of the machines must not differ by as much. */
const LEASE_MS = 10 * SECOND_MS;
const RENEW_MS = LEASE_MS / 4;
const CLAIM_AGAIN_MS = 200;

interface Holding {
  readonly name: string;
  readonly holder: string;
  readonly untilMs: number;
  /** Who asks for it. */
  readonly wantedBy: string | undefined;
}

const holdings = table("leases", { scope: "global", key: (holding: Holding) => [holding.name] as const });

export interface LeaseGround {
  readonly store: Store;
  readonly realClock: Clock;
}

export function leaseOf({ store, realClock }: LeaseGround, name: string): Lease {
  const holder = opaqueId(ID_BYTES);
  let renewAtMs = 0;
  let renewing: NodeJS.Timeout | undefined;
  const turns = new Turns();

  const ask = (isClaim: boolean): Promise<boolean> =>
    store.update(async (tx) => {
      const nowMs = realClock.now().getTime();
      const now = await tx.get(holdings, name);
      const isOurs = now?.holder === holder && now.untilMs > nowMs;
      const isFree = now === undefined || now.untilMs <= nowMs;
      const isForOther = now?.wantedBy !== undefined && now.wantedBy !== holder;
      if (isOurs && isForOther) {
        // It is the other's from here on, for as long as it may take to hear of it.
        tx.put(holdings, {
          name,
          holder: now.wantedBy ?? "",
          untilMs: nowMs + LEASE_MS,
          wantedBy: undefined,
        });
        return false;
      }
      if (isOurs || isFree) {
        tx.put(holdings, { name, holder, untilMs: nowMs + LEASE_MS, wantedBy: undefined });
        return true;
      }
      if (isClaim && now.wantedBy === undefined) tx.put(holdings, { ...now, wantedBy: holder });
      return false;
    });

  const renew = async (isClaim: boolean): Promise<boolean> => {
    const isHeld = await ask(isClaim);
    renewAtMs = isHeld ? realClock.now().getTime() + RENEW_MS : 0;
    if (!isHeld) clearInterval(renewing);
    // What runs under it may take long.
    else if (renewing === undefined)
      renewing = setInterval(
        () => void turns.take(() => renew(false)).catch(() => undefined),
        RENEW_MS,
      ).unref();
    if (!isHeld) renewing = undefined;
    return isHeld;
  };

  return {
    hold: () => turns.take(async () => realClock.now().getTime() < renewAtMs || (await renew(false))),
    async claim() {
      while (!(await turns.take(() => renew(true)))) await rest(CLAIM_AGAIN_MS);
    },
    release: () =>
      turns.take(async () => {
        clearInterval(renewing);
        renewing = undefined;
        renewAtMs = 0;
        await store.update(async (tx) => {
          if ((await tx.get(holdings, name))?.holder === holder) tx.delete(holdings, name);
        });
      }),
  };
}

const ID_BYTES = 9;
