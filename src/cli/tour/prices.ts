import prices from "../../../contracts/prices/athena.json" with { type: "json" };
import { MIB, TIB } from "../../base/units.ts";

/** Where the figures stand, and when they were read. */
export const PRICE_SOURCE = { page: prices.source, date: prices.date } as const;
export const MINIMUM_BYTES = prices.minimumMegabytes * MIB;

const DOLLARS: Readonly<Record<string, number | null>> = prices.dollarsPerTerabyte;

/** US dollars for a terabyte read in `region`; undefined where it is not known. */
export const dollarsPerTerabyte = (region: string): number | undefined => DOLLARS[region] ?? undefined;

/** US dollars for one query: whole megabytes, ten at least. Source: Amazon Athena Pricing, "SQL queries". */
export function queryDollars(region: string, scannedBytes: number): number | undefined {
  const rate = dollarsPerTerabyte(region);
  if (rate === undefined) return undefined;
  const counted = Math.max(MINIMUM_BYTES, Math.ceil(scannedBytes / MIB) * MIB);
  return (counted / TIB) * rate;
}
