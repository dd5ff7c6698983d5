import type { Key } from "../../../store/keys.ts";
import type { Range, Reader } from "../../../store/store.ts";
import type { Table } from "../../../store/table.ts";

/** Where a page begins: behind a key, or behind every key of a common prefix. */
export interface Position {
  readonly kind: "key" | "prefix";
  readonly text: string;
}

export interface Walk {
  readonly bucket: string;
  readonly prefix: string;
  readonly delimiter: string | undefined;
  /** Nothing up to and with this text is shown. */
  readonly after: Position | undefined;
  /** Keys and common prefixes together. */
  readonly limit: number;
}

export interface WalkedPage<Row> {
  readonly rows: readonly Row[];
  readonly commonPrefixes: readonly string[];
  /** Present when there is more. */
  readonly last: Position | undefined;
}

const CHUNK_ROWS = { first: 1_001, afterJump: 32, most: 1_001 } as const;

/**
 * One page of keys in order. Keys that share the text from the prefix to the next delimiter show as one common
 * prefix, and the walk jumps behind it rather than read them. Source: Amazon S3 User Guide, "Organizing objects using prefixes".
 */
export async function walk<Row extends { readonly key: string }, K extends Key>(
  read: Reader,
  of: Table<Row, K>,
  asked: Walk,
): Promise<WalkedPage<Row>> {
  const page = { rows: [] as Row[], commonPrefixes: [] as string[], last: undefined as Position | undefined };
  if (asked.limit === 0) return page;
  let position = asked.after;
  let chunk: number = Math.min(CHUNK_ROWS.first, asked.limit + 1);
  for (;;) {
    const rows = await read.scan(of, rangeFrom(asked, position, chunk));
    const outcome = take(asked, page, rows);
    if (outcome === "full") return page;
    if (rows.length < chunk) return { ...page, last: undefined };
    position = outcome;
    chunk = outcome.kind === "prefix" ? CHUNK_ROWS.afterJump : Math.min(chunk * 2, CHUNK_ROWS.most);
  }
}

function rangeFrom({ bucket, prefix }: Walk, position: Position | undefined, limit: number): Range {
  return {
    within: [bucket],
    ...(prefix === "" ? {} : { startsWith: prefix }),
    ...(position?.kind === "prefix" ? { behind: position.text } : {}),
    ...(position?.kind === "key" ? { after: [bucket, position.text] } : {}),
    limit,
  };
}

interface Filling<Row> {
  readonly rows: Row[];
  readonly commonPrefixes: string[];
  last: Position | undefined;
}

/** Adds a chunk to the page. @returns where to go on, or that the page is full and more is to come. */
function take<Row extends { readonly key: string }>(
  asked: Walk,
  page: Filling<Row>,
  rows: readonly Row[],
): Position | "full" {
  let reached: Position = page.last ?? { kind: "key", text: "" };
  for (const row of rows) {
    const shared = commonPrefix(asked, row.key);
    if (shared !== undefined && isShown(asked, page, shared)) {
      reached = { kind: "prefix", text: shared };
      continue;
    }
    if (page.rows.length + page.commonPrefixes.length >= asked.limit) return "full";
    if (shared === undefined) page.rows.push(row);
    else page.commonPrefixes.push(shared);
    reached = shared === undefined ? { kind: "key", text: row.key } : { kind: "prefix", text: shared };
    page.last = reached;
  }
  return reached;
}

/** What a key shows as where the delimiter comes after the prefix; undefined for a key that shows as itself. */
export function commonPrefix(
  { prefix, delimiter }: Pick<Walk, "prefix" | "delimiter">,
  key: string,
): string | undefined {
  if (!delimiter) return undefined;
  const at = key.indexOf(delimiter, prefix.length);
  return at < 0 ? undefined : key.slice(0, at + delimiter.length);
}

/** On this page, or on one before it. */
function isShown<Row>({ after }: Walk, page: Filling<Row>, shared: string): boolean {
  return page.commonPrefixes.at(-1) === shared || after?.text === shared;
}
