import type { TokenStream } from "./stream.ts";

/** Words that are no reserved ones, so that they could be an alias, yet begin a clause by what follows them. */
export function startsClause(stream: TokenStream): boolean {
  if (stream.looksAt("LIMIT") || stream.looksAt("OFFSET"))
    return stream.peek(1).kind === "integer" || stream.looksAt("?", 1) || stream.looksAt("ALL", 1);
  if (stream.looksAt("FETCH")) return stream.looksAt("FIRST", 1) || stream.looksAt("NEXT", 1);
  return stream.looksAt("WINDOW") && stream.atIdentifier(1) && stream.looksAt("AS", 2);
}
