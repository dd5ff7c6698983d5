/** Relations of FROM. */
import { invariant, unreachable } from "../../base/invariant.ts";
import { columnsOf } from "../analyze/unnest.ts";
import type { TypedRelation } from "../typed.ts";
import { fieldName } from "../types/duckdb.ts";
import type { EmitContext } from "./context.ts";
import { expressionText } from "./expression.ts";
import { quoteName, quoteText } from "./text.ts";

export function relationText(node: TypedRelation, context: EmitContext): string {
  switch (node.kind) {
    case "table": {
      const use = context.tables[node.table];
      invariant(use, "a table that the analysis found");
      const columns = node.columns.map((name, index) => `${quoteName(name)} AS c${index}`);
      return `(SELECT ${columns.length === 0 ? "1 AS c0" : columns.join(", ")} FROM ${context.relationFor(use)}) AS r${node.id}`;
    }
    case "named":
      return `n${node.named} AS r${node.id}`;
    case "query":
      return `${node.lateral ? "LATERAL " : ""}(${context.rules.query(node.query, context)}) AS r${node.id}`;
    case "unnest":
      return unnestText(node, context);
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
    node.right.kind === "join" ? `(${relationText(node.right, context)})` : relationText(node.right, context);
  if (node.type === "CROSS") return `${left} CROSS JOIN ${right}`;
  const on = node.on ? expressionText(node.on, context) : "TRUE";
  return `${left} ${node.type} JOIN ${right} ON ${on}`;
}

/** All arrays in step, the shorter ones filled with NULL. */
function unnestText(node: Extract<TypedRelation, { kind: "unnest" }>, context: EmitContext): string {
  const inner: string[] = [];
  const outer: string[] = [];
  const lengths: string[] = [];
  for (const [index, item] of node.items.entries()) {
    const sql = expressionText(item, context);
    const isMap = item.type.name === "map";
    lengths.push(isMap ? `cardinality(${sql})` : `len(${sql})`);
    inner.push(`unnest(${isMap ? `map_entries(${sql})` : sql}) AS u${index}`);
    const element = item.type.name === "array" ? item.type.element : undefined;
    const columns = columnsOf(item.type) ?? [];
    if (isMap) outer.push(`u${index}.key`, `u${index}.value`);
    else if (element?.name === "row")
      outer.push(
        ...columns.map((_, field) => `struct_extract(u${index}, ${quoteText(fieldName(element, field))})`),
      );
    else outer.push(`u${index}`);
  }
  if (node.ordinality) {
    const longest = lengths.map((length) => `coalesce(${length}, 0)`);
    inner.push(
      `unnest(range(1, CAST(greatest(${longest.join(", ")}) AS BIGINT) + 1)) AS u${node.items.length}`,
    );
    outer.push(`u${node.items.length}`);
  }
  const columns = outer.map((text, index) => `${text} AS c${index}`).join(", ");
  return `LATERAL (SELECT ${columns} FROM (SELECT ${inner.join(", ")}) AS u) AS r${node.id}`;
}
