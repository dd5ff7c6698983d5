import { setTimeout as rest } from "node:timers/promises";
import type { Clock, LakeClock, LakeTime } from "../base/clock.ts";
import { opaqueId } from "../base/ids.ts";
import { Turns } from "../base/turns.ts";
import { DAY_MS, SECOND_MS } from "../base/units.ts";
import { SCAN_ROWS, type Reader, type Store } from "../store/store.ts";
import { table } from "../store/table.ts";
import { clockState } from "./clock-state.ts";
import { perHouse } from "./per-house.ts";

/** A process that serves the lake, where several do. */
interface Member {
  readonly id: string;
  /** By the real clock. */
  readonly seenMs: number;
  /** Since when it may be reading what it found in the store. */
  readonly readsSinceMs: number;
  /** The lake's time that it goes by. */
  readonly lakeTime: LakeTime;
}

const members = table("members", { scope: "global", key: (member: Member) => [member.id] as const });

const BEAT_MS = 1 * SECOND_MS;
/** Whoever was not heard of for so long is gone. The clocks of the machines must not differ by as much. */
const GONE_MS = 30 * SECOND_MS;
const FORGET_MS = DAY_MS;
const ASK_AGAIN_MS = 50;
const ID_BYTES = 12;

/** Names this run of the program: what another one had under way was lost with it, unless it is a member that lives. */
export const runOf = perHouse<{ readonly store: Store }, string>(() => opaqueId(ID_BYTES));

/** Whether this run of the program is under way now, here or elsewhere on the same store. */
export async function isUnderWay(read: Reader, run: string, realClock: Clock): Promise<boolean> {
  const member = await read.get(members, run);
  return member !== undefined && member.seenMs > realClock.now().getTime() - GONE_MS;
}

/** What the processes on one store tell each other, by a row each that they write anew every second. */
export interface Membership {
  /** Resolves once the others can hear of it. */
  join(): Promise<void>;
  /** Since when any of the others may be reading. */
  othersReadSinceMs(): Promise<number>;
  /** Resolves once whoever lives goes by the lake's time as it is here. */
  agreed(): Promise<void>;
  leave(): Promise<void>;
}

export interface MembershipGround {
  readonly store: Store;
  /** Follows whichever process moved it last. */
  readonly clock: LakeClock;
  readonly realClock: Clock;
  readonly readsSinceMs: () => number;
  /** A beat that failed: the store is out of reach for a while. */
  readonly onFailure: (error: unknown) => void;
}

export function membership(ground: MembershipGround): Membership {
  const { store, clock, realClock, onFailure } = ground;
  const id = runOf({ store });
  const turns = new Turns();
  let beating: NodeJS.Timeout | undefined;

  const all = (): Promise<readonly Member[]> =>
    store.read((read) => read.scan(members, { within: [], limit: SCAN_ROWS }));
  const living = async (): Promise<readonly Member[]> => {
    const sinceMs = realClock.now().getTime() - GONE_MS;
    return (await all()).filter(({ seenMs }) => seenMs > sinceMs);
  };
  const instantOf = (time: LakeTime): number =>
    time.kind === "still" ? time.atMs : realClock.now().getTime() + time.offsetMs;
  const isOther = (member: Member): boolean => member.id !== id;

  const beat = (): Promise<void> =>
    turns.take(async () => {
      // Before anything that is read from here on.
      const seenMs = realClock.now().getTime();
      const readsSinceMs = Math.min(seenMs, ground.readsSinceMs());
      const inStore = await store.read((read) => read.get(clockState, "lake"));
      // It is only ever moved forward: what lies behind was read before it was moved here.
      if (inStore && instantOf(inStore) > instantOf(clock.time)) clock.set(inStore);
      const { time: lakeTime } = clock;
      await store.update(async (tx) => tx.put(members, { id, seenMs, readsSinceMs, lakeTime }));
    });

  return {
    async join() {
      await beat();
      const longAgoMs = realClock.now().getTime() - FORGET_MS;
      for (const { id: gone, seenMs } of await all())
        if (seenMs < longAgoMs) await store.update(async (tx) => tx.delete(members, gone));
      beating = setInterval(() => void beat().catch(onFailure), BEAT_MS).unref();
    },
    async othersReadSinceMs() {
      const others = (await living()).filter(isOther);
      return Math.min(realClock.now().getTime(), ...others.map(({ readsSinceMs }) => readsSinceMs));
    },
    async agreed() {
      const differ = async (): Promise<boolean> =>
        (await living()).some((member) => isOther(member) && !isSame(member.lakeTime, clock.time));
      while (await differ()) await rest(ASK_AGAIN_MS);
    },
    async leave() {
      clearInterval(beating);
      await turns.over();
      // Where the store is out of reach, it is forgotten by itself.
      await store.update(async (tx) => tx.delete(members, id)).catch(onFailure);
    },
  };
}

const isSame = (a: LakeTime, b: LakeTime): boolean =>
  a.kind === "still"
    ? b.kind === "still" && a.atMs === b.atMs
    : b.kind === "running" && a.offsetMs === b.offsetMs;
