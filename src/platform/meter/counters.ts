import { accountOf } from "../../access/request.ts";
import type { Clock } from "../../base/clock.ts";
import { HOUR_MS } from "../../base/units.ts";
import type { Caller } from "../caller.ts";
import { perHouse } from "../per-house.ts";
import type { Store } from "../../store/store.ts";
import { MOST_CELLS, MOST_NAME_CHARACTERS } from "./limits.ts";
import type { Usage } from "./usage.ts";

/** What one principal used of one resource in this hour; adding to it is a look into a map. */
class Cell {
  readonly amounts = new Map<string, number>();

  add(type: string, amount: number): void {
    this.amounts.set(type, (this.amounts.get(type) ?? 0) + amount);
  }
}

export type { Cell };

interface Where {
  readonly account: string;
  readonly region: string;
  readonly principal: string;
  readonly services: Map<string, Map<string, Cell>>;
}

/**
 * The usage of the running hour, in memory until the meter writes it down. A service adds what no call shows: bytes
 * that a query scanned.
 */
export class Counters {
  /** Nothing is counted until somebody is there to write it down. */
  isOn = false;
  #hourMs = 0;
  #cells = 0;
  /** By principal and region. */
  #wheres = new Map<string, Map<string, Where>>();
  #sealed: Usage[] = [];
  readonly #clock: Clock;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  add(
    caller: Caller,
    service: string,
    used: { readonly type: string; readonly resource: string; readonly amount: number },
  ): void {
    if (!this.isOn || used.amount <= 0) return;
    this.turn(this.#clock.now());
    this.cell(caller, service, used.resource).add(used.type, used.amount);
  }

  /** What is counted from here on was used then. */
  turn(now: Date): void {
    const ms = now.getTime();
    if (ms >= this.#hourMs && ms < this.#hourMs + HOUR_MS) return;
    this.#seal();
    this.#hourMs = Math.floor(ms / HOUR_MS) * HOUR_MS;
  }

  /** Where to add what `caller` uses of `resource`. To be used at once: the hour may pass. */
  cell({ principal, region }: Caller, service: string, resource: string): Cell {
    let regions = this.#wheres.get(principal.arn);
    if (!regions) this.#wheres.set(principal.arn, (regions = new Map()));
    let where = regions.get(region);
    if (!where) {
      const account = accountOf(principal) ?? "";
      regions.set(region, (where = { account, region, principal: principal.arn, services: new Map() }));
    }
    let resources = where.services.get(service);
    if (!resources) where.services.set(service, (resources = new Map()));
    // Beyond the bound what is rare is counted as one: the sums stay right.
    const name = this.#cells >= MOST_CELLS && !resources.has(resource) ? "" : resource;
    let cell = resources.get(name);
    if (!cell) {
      resources.set(name, (cell = new Cell()));
      this.#cells += 1;
    }
    return cell;
  }

  /** Everything counted so far; the counters begin anew. */
  take(): Usage[] {
    this.#seal();
    const taken = this.#sealed;
    this.#sealed = [];
    return taken;
  }

  /** What could not be written down waits for the next time; of a store that cannot be written for long, the newest. */
  giveBack(usages: readonly Usage[]): void {
    this.#sealed = [...usages, ...this.#sealed].slice(-MOST_CELLS);
  }

  #seal(): void {
    const hourMs = this.#hourMs;
    for (const regions of this.#wheres.values())
      for (const { account, region, principal, services } of regions.values())
        for (const [service, resources] of services)
          for (const [resource, { amounts }] of resources)
            for (const [type, amount] of amounts)
              this.#sealed.push({
                account,
                region,
                hourMs,
                service,
                type,
                resource: resource.slice(0, MOST_NAME_CHARACTERS),
                principal: principal.slice(0, MOST_NAME_CHARACTERS),
                amount,
              });
    this.#wheres = new Map();
    this.#cells = 0;
  }
}

/** The counters of a house, for services that know of usage which no call shows. */
export const countersOf = perHouse<{ readonly store: Store; readonly clock: Clock }, Counters>(
  ({ clock }) => new Counters(clock),
);
