import type { Context } from "../../platform/context.ts";
import { batchesOf } from "../../store/batches.ts";
import type { KeyPart } from "../../store/keys.ts";
import type { Reader } from "../../store/store.ts";
import type { Table } from "../../store/table.ts";
import { invalidMarker } from "./faults.ts";
import { DEFAULT_PAGE_ITEMS, SCAN_CHUNK } from "./limits.ts";

/** What IAM's lists take and give. */
export interface PageInput {
  readonly Marker?: string | undefined;
  readonly MaxItems?: number | undefined;
}

export interface PageOutput {
  readonly IsTruncated: boolean;
  readonly Marker?: string;
}

export interface Paged<Row> {
  readonly items: readonly Row[];
  /** To be spread into the answer. */
  readonly page: PageOutput;
}

/** One page of a list that lies whole in one row, in the order of `keyOf`. @param bound what must not change between pages. */
export function pageList<Row>(
  context: Context,
  input: PageInput,
  list: {
    readonly rows: readonly Row[];
    readonly keyOf: (row: Row) => string;
    readonly bound?: readonly unknown[];
  },
): Paged<Row> {
  const { rows, keyOf, bound = [] } = list;
  const after = context.pages(...bound).after(input.Marker, invalidMarker)?.[0];
  const sorted = rows.toSorted((a, b) => compare(keyOf(a), keyOf(b)));
  const left = typeof after === "string" ? sorted.filter((row) => compare(keyOf(row), after) > 0) : sorted;
  const limit = input.MaxItems ?? DEFAULT_PAGE_ITEMS;
  return cut(context, left.slice(0, limit + 1), { limit, bound, keyOf: (row) => [keyOf(row)] });
}

const compare = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0);

export interface TableList<Row, K extends readonly KeyPart[]> {
  readonly of: Table<Row, K>;
  readonly within: readonly KeyPart[];
  readonly keep?: (row: Row) => boolean | Promise<boolean>;
  readonly bound?: readonly unknown[];
}

/** One page of a table's rows, those that `keep` lets through. */
export async function pageTable<Row, K extends readonly KeyPart[]>(
  context: Context,
  read: Reader,
  input: PageInput,
  list: TableList<Row, K>,
): Promise<Paged<Row>> {
  const { of, within, keep = () => true, bound = [] } = list;
  const limit = input.MaxItems ?? DEFAULT_PAGE_ITEMS;
  const after = context.pages(...bound).after(input.Marker, invalidMarker);
  const found: Row[] = [];
  for await (const rows of batchesOf(read, of, { within, limit: SCAN_CHUNK, ...(after ? { after } : {}) })) {
    for (const row of rows) if (found.length <= limit && (await keep(row))) found.push(row);
    if (found.length > limit) break;
  }
  return cut(context, found, { limit, bound, keyOf: of.keyOf });
}

function cut<Row>(
  context: Context,
  rows: readonly Row[],
  how: {
    readonly limit: number;
    readonly bound: readonly unknown[];
    readonly keyOf: (row: Row) => readonly KeyPart[];
  },
): Paged<Row> {
  const items = rows.slice(0, how.limit);
  const last = items.at(-1);
  if (rows.length <= how.limit || last === undefined) return { items, page: { IsTruncated: false } };
  return { items, page: { IsTruncated: true, Marker: context.pages(...how.bound).next(how.keyOf(last)) } };
}

/** Every row, for the few places that need all of an account's. */
export async function scanAll<Row, K extends readonly KeyPart[]>(
  read: Reader,
  of: Table<Row, K>,
  within: readonly KeyPart[],
): Promise<readonly Row[]> {
  const all: Row[] = [];
  for await (const rows of batchesOf(read, of, { within, limit: SCAN_CHUNK })) all.push(...rows);
  return all;
}
