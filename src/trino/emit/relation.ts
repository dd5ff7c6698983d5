/** Relations of FROM. */
import { invariant, unreachable } from "../../base/invariant.ts";
import { contains } from "../analyze/walk.ts";
import type { Typed, TypedRelation } from "../typed.ts";
import { fieldName } from "../types/duckdb.ts";
import type { EmitContext } from "./context.ts";
import { conditionText, expressionText } from "./expression.ts";
import { variable } from "./print.ts";
import { quoteName, quoteText } from "./text.ts";

export function relationText(node: TypedRelation, context: EmitContext): string {
  switch (node.kind) {
    case "table": {
      const use = context.tables[node.table];
      invariant(use, "a table that the analysis found");
      const columns = node.columns.map((name, index) => {
        const isChar = node.fields[index]?.type.name === "char";
        return `${isChar ? `rtrim(${quoteName(name)}, ' ')` : quoteName(name)} AS c${index}`;
      });
      return `(SELECT ${columns.length === 0 ? "1 AS c0" : columns.join(", ")} FROM ${context.relationFor(use)}) AS r${node.id}`;
    }
    case "named":
      return `n${node.named} AS r${node.id}`;
    case "query":
      return `${node.lateral ? "LATERAL " : ""}(${context.rules.query(node.query, context)}) AS r${node.id}`;
    case "unnest":
      return unnestText(node, context, ", ");
    case "sample":
      return `${relationText(node.relation, context)} TABLESAMPLE ${node.method}(${node.percentage} PERCENT)`;
    case "join":
      return joinText(node, context);
    default:
      return unreachable(node);
  }
}

function joinText(node: Extract<TypedRelation, { kind: "join" }>, context: EmitContext): string {
  const left = relationText(node.left, context);
  const right =
    node.right.kind === "unnest"
      ? unnestText(node.right, context, undefined)
      : node.right.kind === "join"
        ? `(${relationText(node.right, context)})`
        : relationText(node.right, context);
  if (node.type === "CROSS") {
    if (node.right.kind === "unnest")
      return `${left} CROSS JOIN ${unnestText(node.right, context, " CROSS JOIN ")}`;
    return `${left} CROSS JOIN ${right}`;
  }
  const on = node.on ? conditionText(node.on, context) : "TRUE";
  return `${left} ${node.type} JOIN ${right} ON ${on}`;
}

/** All arrays in step, the shorter ones filled with NULL. One flat SELECT: DuckDB turns that into a plain UNNEST, in order. */
function unnestText(
  node: Extract<TypedRelation, { kind: "unnest" }>,
  context: EmitContext,
  chain: string | undefined,
): string {
  const lists: string[] = [];
  const lengths: string[] = [];
  for (const item of node.items) {
    const sql = expressionText(item, context);
    const element = item.type.name === "array" ? item.type.element : undefined;
    lengths.push(item.type.name === "map" ? `CAST(cardinality(${sql}) AS BIGINT)` : `len(${sql})`);
    if (item.type.name === "map") lists.push(`map_keys(${sql})`, `map_values(${sql})`);
    else if (element?.name === "row") {
      const name = variable(sql);
      for (const field of element.fields.keys())
        lists.push(
          `list_transform(${sql}, lambda ${name}: struct_extract(${name}, ${quoteText(fieldName(element, field))}))`,
        );
    } else lists.push(sql);
  }
  if (node.ordinality) {
    const longest = lengths.map((length) => `coalesce(${length}, 0)`);
    lists.push(`range(1, greatest(${longest.join(", ")}) + 1)`);
  }
  const select = (texts: readonly string[], as: string): string =>
    texts.map((text, index) => `${as === "c" ? `unnest(${text})` : text} AS ${as}${index}`).join(", ");
  const captured = node.items.some(hasLambda) ? shadowed(node.items) : "";
  // DuckDB unnests plain columns in their order; an expression is made a column first, where the join's kind lets it.
  if (lists.every((text) => /^r\d+\.c\d+$/.test(text)) || chain === undefined)
    return `LATERAL (SELECT ${select(lists, "c")}${captured}) AS r${node.id}`;
  const made = lists.map((_, index) => `x${node.id}.u${index}`);
  return `LATERAL (SELECT ${select(lists, "u")}${captured}) AS x${node.id}${chain}LATERAL (SELECT ${select(made, "c")}) AS r${node.id}`;
}

const hasLambda = (node: Typed): boolean => contains(node, (inner) => inner.kind === "lambda");

/** DuckDB's lambdas cannot see the columns of a neighbour: those are read first, into a relation of the same name that hides it. */
function shadowed(items: readonly Typed[]): string {
  const found = new Map<number, Set<number>>();
  for (const item of items)
    contains(item, (inner) => {
      if (inner.kind === "field") {
        const indexes = found.get(inner.field.relation) ?? new Set<number>();
        found.set(inner.field.relation, indexes.add(inner.field.index));
      }
      return false;
    });
  const sources = [...found].map(
    ([relation, indexes]) =>
      `(SELECT ${[...indexes].map((index) => `r${relation}.c${index} AS c${index}`).join(", ")}) AS r${relation}`,
  );
  return sources.length === 0 ? "" : ` FROM ${sources.join(", ")}`;
}
