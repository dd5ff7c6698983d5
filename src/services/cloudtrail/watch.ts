import { Turns } from "../../base/turns.ts";
import type { House } from "../../platform/context.ts";
import type { TrailWatcher } from "../../platform/doors/trail.ts";
import { rowsOf } from "../../platform/meter/rows.ts";
import { perHouse } from "../../platform/per-house.ts";
import type { TrailEvent } from "../../platform/trail/event.ts";
import { selectionFor } from "./find.ts";
import { trails, type Place, type Selection, type Trail } from "./model.ts";
import { scheduled } from "./schedule.ts";
import { asksForData, takes } from "./selectors.ts";

interface Watched {
  readonly trail: Trail;
  readonly takes: (event: TrailEvent) => boolean;
}

/**
 * Knows in memory what the trails that log ask for. A trail's first event since its last delivery begins the wait for
 * the next, so that one with nothing to deliver costs nothing, however far the clock is moved.
 */
class Watch implements TrailWatcher {
  ofData = false;
  readonly #house: House;
  readonly #turns = new Turns();
  #watched: readonly Watched[] = [];
  /** Trails whose delivery is due some time; the others wait for an event. */
  readonly #awaited = new Set<string>();
  readonly #begun = new Set<Promise<void>>();

  constructor(house: House) {
    this.#house = house;
  }

  /** Reads again what the trails ask for; one after another, so that the last to be asked is the last to read. */
  load(): Promise<void> {
    return this.#turns.take(() => this.#load());
  }

  async #load(): Promise<void> {
    const { store, doors } = this.#house;
    if (doors.trail.keeps !== "every call") return;
    const read: { readonly trail: Trail; readonly selection: Selection }[] = [];
    for await (const trail of rowsOf(store, trails, [])) {
      if (!trail.isLogging) continue;
      read.push({ trail, selection: await store.read((reader) => selectionFor(reader, trail)) });
    }
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
