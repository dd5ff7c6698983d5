import { quoteText } from "../../../trino/emit/text.ts";
import { LINE_BYTES } from "../limits.ts";
import type { Compression } from "./serde.ts";

/** Text files of one compression, and the columns that their lines hold, in order. */
export interface LineFiles {
  /** A DuckDB list of paths. */
  readonly paths: string;
  readonly compression: Compression;
  readonly headerLines: number;
  /** Of the largest file as it lies there. */
  readonly largestBytes: number;
}

/** No text has it: U+FFFF is no character. */
const NEVER = "\uffff";

/**
 * Whole lines, `filename` and `line` (the empty one too): what is in a line is the SerDe's to say, and DuckDB's CSV
 * reader knows none of Hive's. Lines end with \n, \r or both, as Hadoop's LineRecordReader has it.
 */
export function linesOf({ paths, compression, headerLines, largestBytes }: LineFiles): string {
  const { least, most } = LINE_BYTES;
  const lineBytes = compression === "none" ? Math.min(most, Math.max(least, largestBytes)) : most;
  const options = [
    "auto_detect=false",
    "header=false",
    `skip=${headerLines}`,
    `delim=${quoteText(NEVER)}`,
    "quote=''",
    "escape=''",
    "strict_mode=false",
    `max_line_size=${lineBytes}`,
    `buffer_size=${4 * lineBytes}`,
    `compression=${quoteText(compression)}`,
    "columns={'line': 'VARCHAR'}",
    "filename=true",
  ];
  return `(SELECT filename, coalesce(line, '') AS line FROM read_csv(${paths}, ${options.join(", ")}))`;
}

/** A message that DuckDB raises when a row's value is as bad as it says; `$value` stands for the value. */
export function badData(message: string, value: string): string {
  const parts = message.split("$value").map((part) => quoteText(part));
  return `trino_fail(${parts.join(` || ${value} || `)}, ${value})`;
}
