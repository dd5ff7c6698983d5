import type { Bill, BillLine } from "../../platform/meter/bill.ts";
import type { CleanUp } from "../../platform/meter/cleanup.ts";
import { adminCall } from "../admin-call.ts";
import type { Options } from "../options.ts";
import { bold, columns, dim, say } from "../tour/screen.ts";
import { billWords, type BillWords } from "./bill-words.ts";

interface ToldBill extends Bill {
  readonly until: string;
  readonly cleanUps: readonly CleanUp[];
  readonly sources: readonly { readonly service: string; readonly source: string; readonly date: string }[];
}

/** `bill` is this month's so far, on the lake clock; `bill 2026-10` an earlier one's. */
export async function bill(options: Options): Promise<void> {
  const [month] = options.words;
  const path = month === undefined ? "/_hosu/bill" : `/_hosu/bill?month=${encodeURIComponent(month)}`;
  const told = (await adminCall(options, "GET", path)) as unknown as ToldBill;
  if (options.flags["json"] === true) return say(JSON.stringify(told, undefined, 2));
  const words = billWords(options.language);
  say(bold(words.title(told.month, told.until)));
  say();
  if (told.lines.length === 0) return say(words.nothing);
  table(told.lines.map((line) => lineCells(line, words)));
  say();
  say(bold(words.total(money(told.dollars))));
  if (told.unknown > 0) say(words.unknown(told.unknown));
  parts(
    words.byResource,
    told.lines.map(({ service, resources }) => ({ service, of: resources })),
    words,
  );
  parts(
    words.byPrincipal,
    told.lines.map(({ service, principals }) => ({ service, of: principals })),
    words,
  );
  cleanUp(told.cleanUps, words);
  say();
  for (const line of words.leftOut) say(dim(line));
  for (const { source, date, service } of told.sources)
    if (source !== "") say(dim(words.source(service, source, date)));
}

const lineCells = (
  { region, service, type, quantity, unit, dollars }: BillLine,
  words: BillWords,
): string[] => [
  `${service} ${region}`,
  type,
  unit === undefined ? quantityText(quantity) : `${quantityText(quantity)} ${unit}`,
  priceText(dollars, words),
];

function table(rows: readonly (readonly string[])[]): void {
  for (const row of columns(rows)) say(`  ${row}`);
}

interface PartsOfLine {
  readonly service: string;
  readonly of: BillLine["resources"];
}

/** How much of the whole each bucket, work group or user is; what belongs to none is left out. */
function parts(title: string, lines: readonly PartsOfLine[], words: BillWords): void {
  const sums = new Map<string, { dollars: number; unknown: boolean }>();
  for (const { service, of } of lines)
    for (const { name, dollars } of of) {
      if (name === "") continue;
      const key = title === words.byResource ? `${service}  ${name}` : name;
      const sum = sums.get(key) ?? { dollars: 0, unknown: false };
      sums.set(key, { dollars: sum.dollars + (dollars ?? 0), unknown: sum.unknown || dollars === null });
    }
  if (sums.size === 0) return;
  say();
  say(bold(title));
  const rows = [...sums].toSorted(([, a], [, b]) => b.dollars - a.dollars).slice(0, MOST_PARTS);
  table(
    rows.map(([name, { dollars, unknown }]) => [
      name,
      `${money(dollars)}${unknown ? ` + ${words.unknownPrice}` : ""}`,
    ]),
  );
}

const MOST_PARTS = 10;

function cleanUp(found: readonly CleanUp[], words: BillWords): void {
  if (found.length === 0) return;
  say();
  say(bold(words.cleanUp));
  table(
    found
      .slice(0, MOST_PARTS)
      .map(({ kind, bucket, bytes, dollarsAMonth }) => [
        `${bucket}: ${words.kinds[kind]}`,
        bytesText(bytes),
        words.aMonth(priceText(dollarsAMonth, words)),
      ]),
  );
}

const priceText = (dollars: number | null, { unknownPrice }: BillWords): string =>
  dollars === null ? unknownPrice : money(dollars);

/** Nobody pays for less. */
const LEAST = 1e-6;

/** Small sums keep two digits that say something. */
export function money(dollars: number): string {
  if (dollars === 0) return "$0";
  if (dollars < LEAST) return "< $0.000001";
  if (dollars >= 0.01) return `$${dollars.toFixed(2)}`;
  return `$${dollars.toFixed(1 - Math.floor(Math.log10(dollars)))}`;
}

function quantityText(quantity: number): string {
  if (Number.isInteger(quantity)) return quantity.toLocaleString("en");
  return quantity < LEAST ? "< 0.000001" : String(Number(quantity.toPrecision(4)));
}

const UNITS = ["B", "KiB", "MiB", "GiB", "TiB"];

export function bytesText(bytes: number): string {
  const power = bytes < 1 ? 0 : Math.min(Math.floor(Math.log2(bytes) / 10), UNITS.length - 1);
  return `${Number((bytes / 1_024 ** power).toPrecision(3))} ${UNITS[power] ?? ""}`;
}
