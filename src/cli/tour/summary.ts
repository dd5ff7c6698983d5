import { MIB } from "../../base/units.ts";
import { dollars, seconds, size, type Job, type Told } from "./job.ts";
import { dollarsPerTerabyte, MINIMUM_BYTES, PRICE_SOURCE, queryDollars } from "./prices.ts";
import { bold, columns, dim, green, say } from "./screen.ts";

/** The answer, and the four ways beside each other. */
export function summarize(job: Job, { ways, queries }: Told, dataBytes: number): void {
  const { words, region } = job;
  say();
  say(`  ${bold(words.answer)}`);
  for (const line of columns(ways[0]?.rows ?? [])) say(`    ${line}`);
  say(`    ${green("✓")} ${words.sameAnswer}`);
  say();
  say(`  ${bold(words.summary)}`);
  const rate = dollarsPerTerabyte(region);
  const rows = ways.map(({ name, asked }) => [
    name,
    size(asked.scannedBytes),
    seconds(asked.milliseconds),
    dollars(queryDollars(region, asked.scannedBytes), words),
    dollars(rate === undefined ? undefined : (asked.scannedBytes / dataBytes) * rate, words),
  ]);
  const [headings = "", ...lines] = columns([words.headings(region), ...rows]);
  say(`    ${dim(headings)}`);
  for (const line of lines) say(`    ${bold(line)}`);
  say();
  const all = queries.map(({ scannedBytes }) => queryDollars(region, scannedBytes));
  const total = all.some((one) => one === undefined)
    ? undefined
    : all.reduce<number>((sum, one) => sum + (one ?? 0), 0);
  for (const line of [
    words.minimum(MINIMUM_BYTES / MIB),
    words.scale,
    words.all(dollars(total, words)),
    words.source(PRICE_SOURCE.page, PRICE_SOURCE.date),
  ])
    say(`    ${dim(line)}`);
}
