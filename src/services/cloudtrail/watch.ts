import type { House } from "../../platform/context.ts";
import type { TrailWatcher } from "../../platform/doors/trail.ts";
import { perHouse } from "../../platform/per-house.ts";
import type { TrailEvent } from "../../platform/trail/event.ts";
import { selectionFor } from "./find.ts";
import { trails, type Place, type Trail } from "./model.ts";
import { scheduled } from "./schedule.ts";
import { asksForData, takes } from "./selectors.ts";

interface Watched {
  readonly trail: Trail;
  readonly takes: (event: TrailEvent) => boolean;
}

/** Trails that log, read at once; an account has five a Region. */
const PAGE = 1_000;

/**
 * Knows in memory what the trails that log ask for. A trail's first event since its last delivery begins the wait for
 * the next, so that one with nothing to deliver costs nothing, however far the clock is moved.
 */
class Watch implements TrailWatcher {
  ofData = false;
  readonly #house: House;
  #watched: readonly Watched[] = [];
  /** Trails whose delivery is due some time; the others wait for an event. */
  readonly #awaited = new Set<string>();
  readonly #begun = new Set<Promise<void>>();

  constructor(house: House) {
    this.#house = house;
  }

  /** Reads again what the trails ask for. */
  async load(): Promise<void> {
    const { store, doors } = this.#house;
    if (doors.trail.keeps !== "every call") return;
    const read = await store.read(async (reader) => {
      const logging = (await reader.scan(trails, { within: [], limit: PAGE })).filter((one) => one.isLogging);
      return Promise.all(
        logging.map(async (trail) => ({ trail, selection: await selectionFor(reader, trail) })),
      );
    });
    this.ofData = read.some(({ selection }) => asksForData(selection));
    this.#watched = read.map(({ trail, selection }) => ({ trail, takes: takes(trail, selection) }));
    doors.trail.watch(read.length > 0 ? this : undefined);
  }

  /** A run before this one may have ended before it could say that something is to be delivered. */
  awaitAll(): void {
    for (const { trail } of this.#watched) this.#await(trail);
  }

  notice(event: TrailEvent): boolean {
    let isAskedFor = false;
    for (const one of this.#watched) {
      if (!one.takes(event)) continue;
      isAskedFor = true;
      this.#await(one.trail);
    }
    return isAskedFor;
  }

  /** What happens from now on is not seen by the delivery that begins. */
  begins(trail: Place): void {
    this.#awaited.delete(keyOf(trail));
  }

  async settle(): Promise<void> {
    await Promise.all(this.#begun);
  }

  #await(trail: Trail): void {
    const key = keyOf(trail);
    if (this.#awaited.has(key)) return;
    this.#awaited.add(key);
    const { store, clock } = this.#house;
    const work = store
      .update((tx) => scheduled(tx, trail, clock.now()))
      // A store that fails now is said by everyone else; the next event tries again.
      .catch(() => void this.#awaited.delete(key))
      .finally(() => void this.#begun.delete(work));
    this.#begun.add(work);
  }
}

const keyOf = ({ account, region, name }: Place): string => [account, region, name].join(" ");

export const watchOf = perHouse((house: House) => new Watch(house));
