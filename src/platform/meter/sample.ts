import type { Clock } from "../../base/clock.ts";
import { HOUR_MS } from "../../base/units.ts";
import type { Reader, Store, Transaction } from "../../store/store.ts";
import { SCAN_ROWS } from "../../store/store.ts";
import { ROWS_AT_ONCE } from "./limits.ts";
import { addUsage, storedAmounts, type Stored, type StoredNow } from "./usage.ts";

interface SampleGround {
  readonly store: Store;
  readonly clock: Clock;
}

/**
 * Counts the hours of what lay there since the last sample, and remembers what lies there now.
 * @param look is given what was known; undefined where nothing has changed since.
 */
export async function sample(
  { store, clock }: SampleGround,
  service: string,
  look: ((known: readonly Stored[]) => AsyncIterable<StoredNow> | undefined) | undefined,
): Promise<void> {
  const before = await store.read((read) => storedRows(read, service));
  const sinceMs = clock.now().getTime();
  const after = new Map<string, Stored>();
  const keep = (row: Stored): void => void after.set(JSON.stringify(storedAmounts.keyOf(row)), row);
  const now = look?.(before);
  if (now) for await (const row of now) keep({ ...row, service, sinceMs });
  else for (const row of before) keep({ ...row, sinceMs });
  for (let at = 0; at < before.length; at += ROWS_AT_ONCE) {
    const rows = before.slice(at, at + ROWS_AT_ONCE);
    await store.update(async (tx) => {
      for (const row of rows) {
        // In the commit that counts its hours, so that none is counted twice, by whichever process.
        const counted = await tx.get(storedAmounts, ...storedAmounts.keyOf(row));
        if (counted) await countHours(tx, counted, sinceMs);
        const key = JSON.stringify(storedAmounts.keyOf(row));
        const next = after.get(key);
        if (next) tx.put(storedAmounts, next);
        else tx.delete(storedAmounts, ...storedAmounts.keyOf(row));
      }
    });
    for (const row of rows) after.delete(JSON.stringify(storedAmounts.keyOf(row)));
  }
  const rows = [...after.values()];
  for (let at = 0; at < rows.length; at += ROWS_AT_ONCE)
    await store.update(async (tx) => {
      for (const row of rows.slice(at, at + ROWS_AT_ONCE)) tx.put(storedAmounts, row);
    });
}

async function countHours(tx: Transaction, row: Stored, untilMs: number): Promise<void> {
  const { account, region, service, type, resource } = row;
  for (const { hourMs, hours } of months(row.sinceMs, untilMs)) {
    const amount = row.amount * hours;
    if (amount > 0)
      await addUsage(tx, { account, region, hourMs, service, type, resource, principal: "", amount });
  }
}

/** Up to a scan's bound: so many buckets and catalogs one lake does not have. */
export const storedRows = (read: Reader, service: string): Promise<readonly Stored[]> =>
  read.scan(storedAmounts, { within: [service], limit: SCAN_ROWS });

/** When it was last looked, by the lake clock; long ago where it never was. */
export async function lastSampleMs(store: Store, services: readonly string[]): Promise<number> {
  let last = -Infinity;
  for (const service of services)
    for (const { sinceMs } of await store.read((read) => storedRows(read, service)))
      last = Math.max(last, sinceMs);
  return last;
}

interface MonthPart {
  /** The hour that the usage is written under. */
  readonly hourMs: number;
  readonly hours: number;
}

/** A stretch of time, cut where months end: each is billed apart. A clock that was set back counts nothing. */
export function months(fromMs: number, toMs: number): MonthPart[] {
  const parts: MonthPart[] = [];
  for (let at = fromMs; at < toMs;) {
    const date = new Date(at);
    const next = Math.min(Date.UTC(date.getUTCFullYear(), date.getUTCMonth() + 1), toMs);
    parts.push({ hourMs: Math.floor(at / HOUR_MS) * HOUR_MS, hours: (next - at) / HOUR_MS });
    at = next;
  }
  return parts;
}
