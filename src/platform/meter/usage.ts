import type { Reader, Store, Transaction } from "../../store/store.ts";
import { table } from "../../store/table.ts";

/** How much of one thing was used in one lake hour: a row of the bill before it has a price. */
export interface Usage {
  readonly account: string;
  readonly region: string;
  /** The hour's beginning. */
  readonly hourMs: number;
  /** "s3" */
  readonly service: string;
  /** AWS's usage type without its region: "Requests-Tier1", "TimedStorage-ByteHrs". */
  readonly type: string;
  /** A bucket, a work group; "" for what belongs to no resource. */
  readonly resource: string;
  /** Who used it: an ARN, a service's name; "" for what is merely there. */
  readonly principal: string;
  readonly amount: number;
}

export const usages = table("meter.usage", {
  scope: "region",
  key: ({ account, region, hourMs, service, type, resource, principal }: Usage) =>
    [account, region, hourMs, service, type, resource, principal] as const,
});

/** Where anything was ever used: usage lies by account and region. */
export const usedPlaces = table("meter.places", {
  scope: "global",
  key: ({ account, region }: Payer) => [account, region] as const,
});

/** What lay there at the last sample, so that its hours can be counted when it is sampled again. */
export interface Stored {
  readonly service: string;
  readonly account: string;
  readonly region: string;
  readonly resource: string;
  /** The usage type that an hour of it counts as. */
  readonly type: string;
  /** What it is part of: "current", "noncurrent", "uploads". */
  readonly part: string;
  readonly amount: number;
  readonly sinceMs: number;
}

export const storedAmounts = table("meter.stored", {
  scope: "global",
  key: ({ service, account, region, resource, type, part }: Stored) =>
    [service, account, region, resource, type, part] as const,
});

/** One call, as a service charges it. */
export interface ChargedCall {
  readonly operation: string;
  readonly input: unknown;
  /** Undefined where it failed. */
  readonly output: unknown;
}

/** What a service says of its own costs, so that they can be counted. Offered in its door. */
export interface ServiceUsage {
  /** The usage type of a call; undefined for one that is free. */
  chargedAs(call: ChargedCall): string | undefined;
  /** What the call was about, as the bill shows it. */
  resource(input: unknown): string;
  /** Whether the bodies of its calls are data that AWS counts. */
  readonly countsBytes?: boolean;
  /** Who pays for a resource, and where it is; the caller where it does not say. */
  payer?(resource: string, read: Reader): Promise<Payer | undefined>;
  /** Everything that costs by the hour, page by page; in these accounts and regions at least. */
  stored?(store: Store, places: readonly Payer[]): AsyncIterable<StoredNow>;
}

export interface Payer {
  readonly account: string;
  readonly region: string;
}

export type StoredNow = Omit<Stored, "service" | "sinceMs">;

export async function addUsage(tx: Transaction, row: Usage): Promise<void> {
  const { account, region } = row;
  const before = await tx.get(usages, ...usages.keyOf(row));
  tx.put(usages, { ...row, amount: row.amount + (before?.amount ?? 0) });
  if (!before && !(await tx.get(usedPlaces, account, region))) tx.put(usedPlaces, { account, region });
}
