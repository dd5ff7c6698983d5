import { fault } from "../../base/fault.ts";
import { monotonicMs } from "../../base/clock.ts";
import { KIB, MIB, SECOND_MS } from "../../base/units.ts";
import { cliWords, shellLine, type Call } from "./calls.ts";
import { queryDollars } from "./prices.ts";
import { ask, describeQuery, resultsOf, rowsOf, startQuery, type Asked, type Desk } from "./queries.ts";
import { bold, cyan, dim, green, say } from "./screen.ts";
import * as sql from "./statements.ts";
import type { TableWords, Words } from "./words.ts";

export interface Job extends Desk {
  readonly region: string;
  readonly words: Words;
  /** Where the files lie. */
  readonly folder: string;
}

/** One way to ask the question, and what it took. */
export interface Way {
  readonly name: string;
  readonly asked: Asked;
  readonly rows: readonly (readonly string[])[];
}

export interface Told {
  readonly ways: readonly Way[];
  /** Every query that read data, writing the tables included. */
  readonly queries: readonly Asked[];
}

export const removals = ({ bucket, database }: Pick<Desk, "bucket" | "database">): readonly Call[] => [
  { kind: "operation", service: "glue", operation: "DeleteDatabase", input: { Name: database } },
  { kind: "remove-bucket", bucket },
];

/** The whole job: bucket, upload, database, and the question over four tables. */
export async function doJob(job: Job): Promise<Told> {
  const { words, bucket, folder } = job;
  const queries: Asked[] = [];
  const asking = async (statement: string): Promise<Asked> => {
    const asked = await ask(job, statement);
    // DDL reads nothing, and costs nothing.
    if (asked.scannedBytes > 0) queries.push(asked);
    return asked;
  };
  await step(job, { title: words.bucket, lesson: words.bucketLesson, call: { kind: "make-bucket", bucket } });
  const upload: Call = { kind: "upload", folder, bucket, prefix: "orders" };
  await step(job, { title: words.upload, lesson: words.uploadLesson, call: upload });
  heading(words.database, words.databaseLesson);
  show(startQuery(job, sql.createDatabase(job.database)));
  await asking(sql.createDatabase(job.database));

  const ways: Way[] = [];
  const tables: readonly (readonly [TableWords, string, string])[] = [
    [words.tables.csv, "orders_csv", sql.csvTable(bucket)],
    [words.tables.csvByMonth, "orders_csv_by_month", sql.csvByMonthTable(bucket)],
    [words.tables.parquet, "orders_parquet", sql.parquetTable(bucket)],
    [words.tables.parquetByMonth, "orders_parquet_by_month", sql.parquetByMonthTable(bucket)],
  ];
  for (const [table, name, create] of tables) {
    heading(table.title, table.lesson);
    showQuery(job, create);
    const made = await asking(create);
    if (made.scannedBytes > 0) took(job, made);
    if (name === "orders_csv_by_month") {
      say(`    ${dim(words.foldersLesson)}`);
      showQuery(job, sql.repair);
      await asking(sql.repair);
    }
    say(`    ${dim(table.question)}`);
    showQuery(job, sql.question(name));
    const asked = await asking(sql.question(name));
    took(job, asked);
    if (ways.length === 0) {
      say(`    ${dim(words.waiting)}`);
      show(describeQuery(asked.queryId));
      show(resultsOf(asked.queryId));
    }
    ways.push({ name: table.name, asked, rows: await rowsOf(job, asked.queryId) });
  }
  const [first, ...others] = ways.map(({ rows }) => JSON.stringify(rows));
  if (others.some((rows) => rows !== first))
    throw fault("AnswersDiffer", "The four tables gave different answers.");
  return { ways, queries };
}

interface Step {
  readonly title: string;
  readonly lesson: string;
  readonly call: Call;
}

async function step({ client }: Job, { title, lesson, call }: Step): Promise<void> {
  heading(title, lesson);
  show(call);
  const startedMs = monotonicMs();
  await client.call(call);
  say(`    ${green("✓")} ${seconds(monotonicMs() - startedMs)}`);
}

function heading(title: string, lesson: string): void {
  say();
  say(`  ${bold(title)}`);
  say(`    ${dim(lesson)}`);
}

/** As a person would type it. */
export const show = (call: Call): void => say(`    ${cyan(`$ aws ${shellLine(cliWords(call))}`)}`);

/** The same as `show`, with its SQL on lines of its own. */
function showQuery(desk: Desk, statement: string): void {
  const words = cliWords(startQuery(desk, statement)).slice(0, -1);
  const context = words.indexOf("--query-execution-context") + 2;
  say(`    ${cyan(`$ aws ${shellLine(words.slice(0, context))} \\`)}`);
  const quote = statement.includes("'") ? '"' : "'";
  say(`    ${cyan(`    ${shellLine(words.slice(context))} ${quote}`)}`);
  for (const line of statement.split("\n")) say(`      ${cyan(line)}`);
  say(`    ${cyan(quote)}`);
}

function took({ words, region }: Job, { scannedBytes, milliseconds }: Asked): void {
  const price = dollars(queryDollars(region, scannedBytes), words);
  say(`    ${green("✓")} ${words.read(size(scannedBytes), seconds(milliseconds), bold(price))}`);
}

export const size = (bytes: number): string =>
  bytes < MIB ? `${Math.ceil(bytes / KIB)} KB` : `${(bytes / MIB).toFixed(1)} MB`;
export const seconds = (milliseconds: number): string => `${(milliseconds / SECOND_MS).toFixed(2)} s`;

/** Cents where there are some, else as many places as tell something. */
export function dollars(value: number | undefined, words: Words): string {
  if (value === undefined) return words.unknownPrice;
  if (value >= 0.01) return `$${value.toFixed(2)}`;
  return value >= 0.001 ? `$${value.toFixed(3)}` : `$${value.toFixed(6)}`;
}
