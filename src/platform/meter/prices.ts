import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { contractsFolder } from "../../contract/load.ts";

/** `contracts/prices/<service>.json`: what AWS asks, from which page, and when it was read. */
export interface Prices {
  readonly service: string;
  readonly source: string;
  readonly date: string;
  readonly notes: string;
  /** By region and usage type. */
  readonly regions: Readonly<Record<string, Readonly<Record<string, Price>>>>;
}

export interface Price {
  readonly unit: Unit;
  /** In order; the last has no end. */
  readonly tiers: readonly PriceTier[];
}

export interface PriceTier {
  /** Units a month up to which it holds. */
  readonly to?: number;
  /** For one unit; null where nobody has verified it. */
  readonly dollars: number | null;
}

/** What usage is counted in, and what one unit of its price is. */
export type Unit = "GB-Mo" | "Obj-Mo" | "Requests" | "TB";

const read = new Map<string, Prices>();

/** A service whose prices nobody looked up has none. */
export function pricesOf(service: string): Prices {
  const known = read.get(service);
  if (known) return known;
  const path = join(contractsFolder(), "prices", `${service}.json`);
  const prices: Prices = existsSync(path)
    ? JSON.parse(readFileSync(path, "utf8"))
    : { service, source: "", date: "", notes: "", regions: {} };
  read.set(service, prices);
  return prices;
}
