import type { Clock } from "../base/clock.ts";
import type { Disk } from "../store/disk.ts";
import type { Store } from "../store/store.ts";
import type { EventTrail, TrailWatcher } from "./doors/trail.ts";
import type { Happened } from "./happened.ts";
import { countersOf } from "./meter/counters.ts";
import { createMeter, type Meter } from "./meter/meter.ts";
import type { Service } from "./service.ts";
import { kindOf } from "./trail/classify.ts";
import { createDenials, type Denials } from "./trail/denials.ts";
import { describe } from "./trail/describe.ts";
import { openTrail, type Trail } from "./trail/trail.ts";
import type { OnLost } from "./trail/log.ts";

/** What the house writes down of everything that happens in it. */
export interface Books {
  readonly trail: Trail;
  /** The trail as services see it. */
  readonly door: EventTrail;
  readonly denials: Denials;
  /** Undefined where nothing is written down. */
  readonly meter: Meter | undefined;
  /** One call is over. Never throws, and never waits. */
  tell(happened: Happened): void;
  close(): Promise<void>;
}

export interface BooksGround {
  readonly store: Store;
  readonly services: ReadonlyMap<string, Service>;
  readonly disk: Disk;
  /** Where the trail lies. */
  readonly folder: string;
  /** The lake's. */
  readonly clock: Clock;
  readonly homeAccount: string;
  /** Other processes write to the store too. */
  readonly isShared: boolean;
  readonly onLost: OnLost;
  /** A call could not be written down: our mistake. */
  readonly onMistake: (error: unknown, requestId: string) => void;
}

/** One after another they cost half of what each costs between two requests; and nobody waits for them. */
const MOST_PENDING = 128;
const PENDING_MS = 10;

interface Pending {
  readonly happened: Happened;
  readonly now: Date;
}

export async function openBooks(ground: BooksGround): Promise<Books> {
  const { clock, homeAccount, onMistake } = ground;
  const trail = await openTrail(ground);
  const denials = createDenials();
  const meter = houseMeter(ground);
  let pending: Pending[] = [];
  let waiting: NodeJS.Timeout | undefined;
  let watcher: TrailWatcher | undefined;

  const writeDown = ({ happened, now }: Pending): void => {
    const { api, operation, requestId } = happened;
    try {
      meter.tell(happened, now);
      if (operation === undefined) return;
      const { management } = kindOf(api, operation);
      // Data events are written down where somebody asks for them; the others are only counted.
      if (!management && watcher?.ofData !== true) return;
      const event = describe(happened, { now, homeAccount });
      if (!event) return;
      const isAskedFor = watcher?.notice(event) === true;
      if (management || isAskedFor) trail.append(event);
    } catch (error) {
      onMistake(error, requestId);
    }
  };

  const settle = (): void => {
    clearTimeout(waiting);
    waiting = undefined;
    const all = pending;
    pending = [];
    for (const one of all) writeDown(one);
  };
  /** Whoever looks into the books finds everything in them. */
  const settled =
    <A extends readonly unknown[], R>(work: (...args: A) => R) =>
    (...args: A): R => {
      settle();
      return work(...args);
    };

  const door: EventTrail = {
    keeps: ground.isShared ? "own calls" : "every call",
    read: settled(trail.read),
    follow: settled(trail.follow),
    end: settled(trail.end),
    watch(who) {
      watcher = who;
    },
  };
  return {
    trail: { ...trail, read: door.read, ends: settled(trail.ends) },
    door,
    denials,
    meter: {
      ...meter,
      flush: settled(meter.flush),
      sample: settled(meter.sample),
      refresh: settled(meter.refresh),
    },
    tell(happened) {
      const now = clock.now();
      if (happened.denied) denials.add(happened, now);
      pending.push({ happened, now });
      if (pending.length >= MOST_PENDING) settle();
      else waiting ??= setTimeout(settle, PENDING_MS);
    },
    async close() {
      settle();
      await meter.stop();
      await trail.close();
    },
  };
}

function houseMeter({ store, clock, services, isShared, onMistake }: BooksGround): Meter {
  const meter = createMeter({
    store,
    clock,
    counters: countersOf({ store, clock }),
    usageOf: (service) => services.get(service)?.usage,
    services: [...services.keys()],
    isShared,
    onMistake: (error) => onMistake(error, ""),
  });
  meter.start();
  return meter;
}

const NO_EVENTS: Pick<Trail, "read" | "follow" | "end"> = {
  read: async () => ({ events: [] }),
  follow: async ({ to }) => ({ events: [], next: to }),
  end: async () => ({ segment: 1, index: 0 }),
};

/** Books in which nothing is written: what is asked of them is not there. */
export const closedBooks = (): Books => ({
  trail: {
    append: () => undefined,
    ...NO_EVENTS,
    ends: async () => [],
    forget: async () => undefined,
    close: async () => undefined,
  },
  door: { keeps: "nothing", ...NO_EVENTS, watch: () => undefined },
  denials: createDenials(),
  meter: undefined,
  tell: () => undefined,
  close: async () => undefined,
});
