/** SQL text: names and strings, quoted. */
import { notSupported } from "../error.ts";

export const quoteName = (name: string): string => `"${name.replaceAll('"', '""')}"`;

/** @throws TrinoError for a NUL, which ends a literal in DuckDB's parser. */
export function quoteText(text: string): string {
  if (text.includes("\0")) throw notSupported("A NUL character in a string literal");
  return `'${text.replaceAll("'", "''")}'`;
}
