/** WITH RECURSIVE. Source: https://trino.io/docs/current/sql/select.html#with-recursive-clause */
import type { NamedQuery } from "../ast.ts";
import { notSupported } from "../error.ts";
import type { QueryContext } from "./context.ts";

/** Refused by name as yet; a query that only stands under the word RECURSIVE is an ordinary one. */
export function recursiveQuery(
  node: NamedQuery,
  _id: number,
  context: QueryContext,
): QueryContext | undefined {
  const text = context.analysis.text.slice(node.query.start, node.query.end).toLowerCase();
  if (text.includes(node.name)) throw notSupported(`Recursive WITH query '${node.name}'`);
  return undefined;
}
