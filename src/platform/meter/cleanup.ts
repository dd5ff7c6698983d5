import type { Stored } from "./usage.ts";
import { cost } from "./bill.ts";
import type { Prices } from "./prices.ts";
import { GIB } from "../../base/units.ts";

/** What costs by the hour and may be of no use any more. */
export interface CleanUp {
  /** "uploads": parts of uploads that were never completed; "noncurrent": versions that a newer one hides. */
  readonly kind: "uploads" | "noncurrent";
  readonly bucket: string;
  readonly region: string;
  readonly bytes: number;
  /** A month of it; null where the price is not known. */
  readonly dollarsAMonth: number | null;
}

/** Of what lies in S3 now; largest first. */
export function cleanUps(stored: readonly Stored[], prices: Prices): CleanUp[] {
  const found = new Map<string, CleanUp>();
  for (const { part: kind, resource: bucket, region, type, amount } of stored) {
    if ((kind !== "uploads" && kind !== "noncurrent") || amount === 0) continue;
    const price = prices.regions[region]?.[type];
    const dollars = price ? cost(price, amount / GIB) : null;
    const key = `${kind} ${bucket}`;
    const before = found.get(key);
    const sum = before ? before.dollarsAMonth : 0;
    found.set(key, {
      kind,
      bucket,
      region,
      bytes: amount + (before?.bytes ?? 0),
      dollarsAMonth: dollars === null || sum === null ? null : dollars + sum,
    });
  }
  return [...found.values()].toSorted((a, b) => b.bytes - a.bytes);
}
