/** Rows of a result's CSV: every value in quotes but NULL, which is nothing at all. */
const QUOTE = 0x22;
const COMMA = 0x2c;
const NEWLINE = 0x0a;

export interface CsvRow {
  readonly values: readonly (string | undefined)[];
  /** Where the next row begins, counted from the start of the bytes. */
  readonly end: number;
}

/** Whole rows at the start of `bytes`, at most `limit`; the last one must end with a newline. */
export function readRows(bytes: Buffer, limit: number): CsvRow[] {
  const rows: CsvRow[] = [];
  let at = 0;
  while (rows.length < limit) {
    const row = readRow(bytes, at);
    if (!row) break;
    rows.push(row);
    at = row.end;
  }
  return rows;
}

function readRow(bytes: Buffer, start: number): CsvRow | undefined {
  const values: (string | undefined)[] = [];
  let at = start;
  for (;;) {
    if (at >= bytes.length) return undefined;
    if (bytes[at] === QUOTE) {
      const close = closingQuote(bytes, at + 1);
      if (close === undefined) return undefined;
      values.push(bytes.toString("utf8", at + 1, close).replaceAll('""', '"'));
      at = close + 1;
    } else {
      values.push(undefined);
    }
    if (at >= bytes.length) return undefined;
    if (bytes[at] === NEWLINE) return { values, end: at + 1 };
    if (bytes[at] !== COMMA) return undefined;
    at += 1;
  }
}

function closingQuote(bytes: Buffer, from: number): number | undefined {
  let at = from;
  for (;;) {
    const quote = bytes.indexOf(QUOTE, at);
    // A quote that ends the bytes may be the first of two.
    if (quote < 0 || quote + 1 >= bytes.length) return undefined;
    if (bytes[quote + 1] !== QUOTE) return quote;
    at = quote + 2;
  }
}
