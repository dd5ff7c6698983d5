import { once } from "node:events";
import { createWriteStream } from "node:fs";
import { mkdir } from "node:fs/promises";
import { join } from "node:path";
import { MIB } from "../../base/units.ts";

/** Two years of orders, one CSV file a month. The same size gives the same bytes, on every machine. */
const YEARS = [2024, 2025] as const;
const MONTHS = 12;
const CHUNK_CHARACTERS = 256 * 1_024;

/** What `orders.csv` begins with. */
export const HEADER =
  "order_id,ordered_on,customer_id,city,category,product,quantity,amount,payment,delivery_note\n";

const CATEGORIES = ["books", "coffee", "garden", "music", "toys"] as const;
const PRODUCTS_EACH = 12;
const CITIES = [
  "Seoul",
  "Busan",
  "Incheon",
  "Daegu",
  "Daejeon",
  "Gwangju",
  "Suwon",
  "Ulsan",
  "Jeju",
] as const;
const PAYMENTS = ["card", "card", "card", "transfer", "points"] as const;
const NOTES = [
  "please leave it at the front door",
  "call me when you are five minutes away",
  "hand it to the guard in the lobby please",
  "no hurry: any day of the week will do",
] as const;

/** Numbers that look random and are not. Source: G. Marsaglia, "Xorshift RNGs", 2003. */
export function xorshift(seed: number): (below: number) => number {
  let state = seed | 0 || 1;
  return (below) => {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    return (state >>> 0) % below;
  };
}

export const monthNames = (): string[] =>
  YEARS.flatMap((year) =>
    Array.from({ length: MONTHS }, (_, index) => `${year}-${String(index + 1).padStart(2, "0")}`),
  );

/** The lines of one month, about `bytes` in all, in pieces of some hundred kilobytes. */
export function* monthOfOrders(month: string, bytes: number): Generator<string> {
  const index = monthNames().indexOf(month);
  const random = xorshift(index + 1);
  const days = daysOf(month);
  let orderId = index * 100_000_000;
  let text = HEADER;
  let written = 0;
  while (written + text.length < bytes) {
    orderId += 1;
    const day = 1 + Math.floor(((written + text.length) / bytes) * days);
    text += orderLine(orderId, `${month}-${day < 10 ? "0" : ""}${day}`, random);
    if (text.length < CHUNK_CHARACTERS) continue;
    yield text;
    written += text.length;
    text = "";
  }
  yield text;
}

const pick = <T>(list: readonly T[], random: (below: number) => number): T => {
  const one = list[random(list.length)];
  return one as T;
};

function orderLine(orderId: number, day: string, random: (below: number) => number): string {
  const category = random(CATEGORIES.length);
  const product = random(PRODUCTS_EACH);
  const quantity = 1 + random(4);
  // In won: a price for every product, the same all year.
  const amount = quantity * (4_900 + category * 3_000 + product * 1_700);
  const name = CATEGORIES[category] ?? "";
  return `${orderId},${day},C${100_000 + random(60_000)},${pick(CITIES, random)},${name},${name} no. ${product + 1},${quantity},${amount},${pick(PAYMENTS, random)},${pick(NOTES, random)}\n`;
}

function daysOf(month: string): number {
  const [year = 0, number = 1] = month.split("-").map(Number);
  return new Date(Date.UTC(year, number, 0)).getUTCDate();
}

/** Writes `folder/month=2024-01/orders.csv` and so on, asking before each. Returns how many bytes in how many files. */
export async function writeOrders(
  folder: string,
  megabytes: number,
  mayGoOn: () => void,
): Promise<{ readonly bytes: number; readonly files: number }> {
  const months = monthNames();
  let bytes = 0;
  for (const month of months) {
    mayGoOn();
    await mkdir(join(folder, `month=${month}`), { recursive: true });
    const file = createWriteStream(join(folder, `month=${month}`, "orders.csv"), { encoding: "latin1" });
    for (const text of monthOfOrders(month, (megabytes * MIB) / months.length)) {
      bytes += text.length;
      if (!file.write(text)) await once(file, "drain");
    }
    file.end();
    await once(file, "finish");
  }
  return { bytes, files: months.length };
}
