import { MIB, TIB } from "../../base/units.ts";
import { pricesOf } from "../../platform/meter/prices.ts";
import { countedBytes, MINIMUM_MEGABYTES } from "../../platform/meter/athena.ts";

const prices = pricesOf("athena");

/** Where the figures stand, and when they were read. */
export const PRICE_SOURCE = { page: prices.source, date: prices.date } as const;
export const MINIMUM_BYTES = MINIMUM_MEGABYTES * MIB;

/** US dollars for a terabyte read in `region`; undefined where it is not known. */
export const dollarsPerTerabyte = (region: string): number | undefined =>
  prices.regions[region]?.["DataScannedInTB"]?.tiers[0]?.dollars ?? undefined;

/** US dollars for one query: whole megabytes, ten at least. Source: Amazon Athena Pricing, "SQL queries". */
export function queryDollars(region: string, scannedBytes: number): number | undefined {
  const rate = dollarsPerTerabyte(region);
  return rate === undefined ? undefined : (countedBytes(scannedBytes) / TIB) * rate;
}
