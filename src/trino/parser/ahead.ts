/** Looking further than one token, where the grammar needs it. */
import type { TokenStream } from "./stream.ts";

/**
 * Does a query start here, rather than an expression or a relation? `((SELECT 1) + 1)` and `((SELECT 1) t JOIN …)`
 * also start with parentheses before a SELECT: what follows the closing one tells.
 */
export function startsQuery(stream: TokenStream): boolean {
  let opened = 0;
  while (stream.looksAt("(", opened)) opened++;
  if (!QUERY_STARTS.some((word) => stream.looksAt(word, opened))) return false;
  let depth = opened;
  for (let ahead = opened; depth > 0; ahead++) {
    if (stream.peek(ahead).kind === "end") return true;
    if (stream.looksAt("(", ahead)) depth++;
    else if (stream.looksAt(")", ahead)) {
      depth--;
      if (depth < opened && !AFTER_NESTED_QUERY.some((word) => stream.looksAt(word, ahead + 1))) return false;
      if (depth < opened) opened = depth;
    }
  }
  return true;
}

const QUERY_STARTS = ["SELECT", "WITH", "VALUES", "TABLE"];
const AFTER_NESTED_QUERY = ["UNION", "EXCEPT", "INTERSECT", "ORDER", "OFFSET", "LIMIT", "FETCH", ")"];
