import { GIB, HOUR_MS, TIB } from "../../base/units.ts";
import type { Price, Prices, Unit } from "./prices.ts";
import type { Usage } from "./usage.ts";

/** A month of usage with its prices: what AWS would ask for it. */
export interface Bill {
  /** "2026-11" */
  readonly month: string;
  readonly lines: readonly BillLine[];
  /** The sum of what is known. */
  readonly dollars: number;
  /** Lines whose price is not known are not in the sum. */
  readonly unknown: number;
}

export interface BillLine {
  readonly account: string;
  readonly region: string;
  readonly service: string;
  readonly type: string;
  /** Undefined where the price is not known, and so neither is what it is asked for. */
  readonly unit: Unit | undefined;
  /** In units; as counted where there is none. */
  readonly quantity: number;
  /** Null: not known. */
  readonly dollars: number | null;
  /** Each with its part of the line, largest first. */
  readonly resources: readonly BillPart[];
  readonly principals: readonly BillPart[];
}

export interface BillPart {
  readonly name: string;
  readonly quantity: number;
  readonly dollars: number | null;
}

/** Usage that costs nothing by itself, or whose cost depends on what cannot be seen here: where a client is. */
const NOT_BILLED = /^DataTransfer-/;

/** Pure: `usages` are those of one month. */
export function billOf(month: string, usages: readonly Usage[], pricesOf: (service: string) => Prices): Bill {
  const groups = new Map<string, Usage[]>();
  for (const usage of usages) {
    if (NOT_BILLED.test(usage.type)) continue;
    const key = [usage.account, usage.region, usage.service, usage.type].join("\n");
    const group = groups.get(key);
    if (group) group.push(usage);
    else groups.set(key, [usage]);
  }
  const hours = hoursOf(month);
  const lines = [...groups.values()].flatMap((group) => lineOf(group, { hours, pricesOf }) ?? []);
  return {
    month,
    lines: lines.toSorted((a, b) => (b.dollars ?? 0) - (a.dollars ?? 0)),
    dollars: lines.reduce((sum, { dollars }) => sum + (dollars ?? 0), 0),
    unknown: lines.filter(({ dollars }) => dollars === null).length,
  };
}

interface Pricing {
  readonly hours: number;
  readonly pricesOf: (service: string) => Prices;
}

function lineOf(group: readonly Usage[], { hours, pricesOf }: Pricing): BillLine | undefined {
  const [first] = group;
  if (!first) return undefined;
  const { account, region, service, type } = first;
  const price = pricesOf(service).regions[region]?.[type];
  const quantity = group.reduce((sum, { amount }) => sum + amount, 0) / unitAmount(price?.unit, hours);
  const dollars = price ? cost(price, quantity) : null;
  const parts = (nameOf: (usage: Usage) => string): BillPart[] =>
    partsOf(group, nameOf, { quantity, dollars, unitAmount: unitAmount(price?.unit, hours) });
  return {
    account,
    region,
    service,
    type,
    unit: price?.unit,
    quantity,
    dollars,
    resources: parts(({ resource }) => resource),
    principals: parts(({ principal }) => principal),
  };
}

/** How much of what is counted makes one unit. */
function unitAmount(unit: Unit | undefined, hours: number): number {
  switch (unit) {
    case "GB-Mo":
      return GIB * hours;
    case "Obj-Mo":
      return hours;
    case "TB":
      return TIB;
    default:
      return 1;
  }
}

/** @returns null as soon as a part of it lies in a tier whose price is not known. */
export function cost({ tiers }: Price, quantity: number): number | null {
  let sum = 0;
  let from = 0;
  for (const { to = Infinity, dollars } of tiers) {
    if (quantity <= from) break;
    if (dollars === null) return null;
    sum += (Math.min(quantity, to) - from) * dollars;
    from = to;
  }
  return sum;
}

/** Tiers belong to the account, so a part's cost is its share of the line's. */
function partsOf(
  group: readonly Usage[],
  nameOf: (usage: Usage) => string,
  line: { readonly quantity: number; readonly dollars: number | null; readonly unitAmount: number },
): BillPart[] {
  const sums = new Map<string, number>();
  for (const usage of group) sums.set(nameOf(usage), (sums.get(nameOf(usage)) ?? 0) + usage.amount);
  return [...sums]
    .map(([name, amount]) => {
      const quantity = amount / line.unitAmount;
      const share = line.quantity === 0 ? 0 : quantity / line.quantity;
      return { name, quantity, dollars: line.dollars === null ? null : line.dollars * share };
    })
    .toSorted((a, b) => b.quantity - a.quantity);
}

/** "2026-11" has 720 hours. */
export function hoursOf(month: string): number {
  const { fromMs, toMs } = monthBounds(month);
  return (toMs - fromMs) / HOUR_MS;
}

/** The second is not included. */
export function monthBounds(month: string): { readonly fromMs: number; readonly toMs: number } {
  const [year = 0, number = 1] = month.split("-").map(Number);
  return { fromMs: Date.UTC(year, number - 1), toMs: Date.UTC(year, number) };
}
