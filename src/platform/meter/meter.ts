import { accountOf } from "../../access/request.ts";
import { monotonicMs, type Clock } from "../../base/clock.ts";
import { Turns } from "../../base/turns.ts";
import type { Store } from "../../store/store.ts";
import type { Happened } from "../happened.ts";
import { kindOf } from "../trail/classify.ts";
import type { Counters } from "./counters.ts";
import { FLUSH_MS, PREFIX_CHARACTERS, ROWS_AT_ONCE, SAMPLE_MS, SHORT_LOOK_MS } from "./limits.ts";
import { forgetUsage } from "./reading.ts";
import { lastSampleMs, sample } from "./sample.ts";
import { addUsage, usages, type Payer, type ServiceUsage, type Usage } from "./usage.ts";

/** Counts what is used, by hour, account, region, resource and principal; kept in memory and written down now and then. */
export interface Meter {
  /** A call is over. @param now when, by the lake clock. */
  tell(happened: Happened, now: Date): void;
  /** Looks at what lies there, so that the hours until now are counted: before and after the clock is moved. */
  sample(): Promise<void>;
  /** The same for a bill: of a lake so large that looking takes long, what was last seen is taken to lie there still. */
  refresh(): Promise<void>;
  /** Writes down what was counted. */
  flush(): Promise<void>;
  start(): void;
  stop(): Promise<void>;
}

export interface MeterGround {
  readonly store: Store;
  /** The lake's. */
  readonly clock: Clock;
  readonly counters: Counters;
  readonly usageOf: (service: string) => ServiceUsage | undefined;
  readonly services: readonly string[];
  readonly onMistake: (error: unknown) => void;
  /** Other processes write to the store too. */
  readonly isShared: boolean;
}

/** The service that events are counted for where no trail asks for them. */
export const DATA_EVENTS = "trail";

export function createMeter(ground: MeterGround): Meter {
  const { store, clock, counters, onMistake, isShared } = ground;
  counters.isOn = true;
  let ticking: NodeJS.Timeout | undefined;
  const turns = new Turns();
  let sampledMs: number | undefined;
  let lookTookMs = 0;
  /** Something was written here since the last sample, so that what lies there must be looked at again. */
  let changed = true;
  /** Accounts and regions in which something was made: a service need not look elsewhere. */
  const seen = new Set<string>();
  const places = (known: readonly Payer[]): readonly Payer[] => {
    const all = new Set([...seen, ...known.map(({ account, region }) => `${account} ${region}`)]);
    return [...all].map((place) => {
      const [account = "", region = ""] = place.split(" ");
      return { account, region };
    });
  };

  const flush = (): Promise<void> =>
    turns.take(async () => {
      const rows = counters.take();
      for (let at = 0; at < rows.length; at += ROWS_AT_ONCE) {
        try {
          await write(ground, rows.slice(at, at + ROWS_AT_ONCE));
        } catch (error) {
          counters.giveBack(rows.slice(at));
          throw error;
        }
      }
    });

  const takeSample = (mayTakeLong: boolean): Promise<void> =>
    turns.take(async () => {
      const look = (changed || isShared) && (mayTakeLong || lookTookMs <= SHORT_LOOK_MS);
      if (look) changed = false;
      const now = clock.now();
      sampledMs = now.getTime();
      await forgetUsage(store, now);
      const begunAt = monotonicMs();
      try {
        await sampleAll(ground, look, places);
      } catch (error) {
        changed ||= look;
        throw error;
      }
      if (look) lookTookMs = monotonicMs() - begunAt;
    });

  const tick = async (): Promise<void> => {
    await flush();
    // A start is no reason to look again.
    sampledMs ??= await lastSampleMs(store, ground.services);
    if (clock.now().getTime() - sampledMs >= SAMPLE_MS) await takeSample(true);
  };

  return {
    tell(happened, now) {
      counters.turn(now);
      count(ground, happened);
      const { api, operation, fault, caller } = happened;
      if (fault || operation === undefined) return;
      const { readOnly, management } = kindOf(api, operation);
      if (readOnly) return;
      changed = true;
      if (management && caller) seen.add(`${accountOf(caller.principal) ?? ""} ${caller.region}`);
    },
    sample() {
      // What timers did on the way is not known call by call.
      changed = true;
      return takeSample(true);
    },
    refresh: () => takeSample(false),
    flush,
    start() {
      ticking = setInterval(() => void tick().catch(onMistake), FLUSH_MS).unref();
    },
    async stop() {
      clearInterval(ticking);
      await flush();
    },
  };
}

/** @param look whether what lies there is looked at again, or taken to be what it was. */
async function sampleAll(
  { store, clock, services, usageOf }: MeterGround,
  look: boolean,
  places: (known: readonly Payer[]) => readonly Payer[],
): Promise<void> {
  for (const service of services) {
    const usage = usageOf(service);
    if (!usage?.stored) continue;
    const again = (known: readonly Payer[]) => usage.stored?.(store, places(known));
    await sample({ store, clock }, service, look ? again : undefined);
  }
}

function count({ counters, usageOf }: MeterGround, happened: Happened): void {
  const { api, operation, caller, input, output, fault } = happened;
  if (!caller || operation === undefined) return;
  const usage = usageOf(api);
  if (!usage || isFree(happened)) return;
  const resource = usage.resource(input);
  const cell = counters.cell(caller, api, resource);
  const type = usage.chargedAs({ operation, input, output });
  if (type !== undefined) cell.add(type, 1);
  if (usage.countsBytes && !fault) {
    if (happened.bytesIn > 0) cell.add("DataTransfer-In-Bytes", happened.bytesIn);
    if (happened.bytesOut > 0) cell.add("DataTransfer-Out-Bytes", happened.bytesOut);
  }
  const { management, counted } = kindOf(api, operation);
  if (!management) counters.cell(caller, DATA_EVENTS, prefixOf(resource, input)).add(counted, 1);
}

/** AWS charges nobody for its own mistakes, nor for what others were refused. Source: Amazon S3 User Guide, "Billing for Amazon S3 error responses". */
const isFree = ({ fault, denied, caller }: Happened): boolean =>
  fault !== undefined &&
  ((fault.status ?? 0) >= 500 || (denied !== undefined && caller?.principal.kind === "anonymous"));

/** "lake/orders/": a bucket and the first folder of the key. */
function prefixOf(resource: string, input: unknown): string {
  const key = (input as { readonly Key?: unknown } | undefined)?.Key;
  const slash = typeof key === "string" ? key.indexOf("/") : -1;
  if (typeof key !== "string" || slash < 0) return `${resource}/`;
  return `${resource}/${key.slice(0, Math.min(slash + 1, PREFIX_CHARACTERS))}`;
}

/** Adds rows to what is there; a resource's owner pays for what others do with it. */
async function write({ store, usageOf }: MeterGround, rows: readonly Usage[]): Promise<void> {
  await store.update(async (tx) => {
    const sums = new Map<string, Usage>();
    for (const row of rows) {
      const payer = (await usageOf(row.service)?.payer?.(row.resource, tx)) ?? row;
      const { account, region } = payer;
      if (account === "") continue;
      const paid = { ...row, account, region };
      const key = JSON.stringify(usages.keyOf(paid));
      sums.set(key, { ...paid, amount: (sums.get(key)?.amount ?? 0) + row.amount });
    }
    for (const row of sums.values()) await addUsage(tx, row);
  });
}
