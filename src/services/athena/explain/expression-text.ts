import type { Typed, TypedAggregate } from "../../../trino/typed.ts";
import { printType } from "../../../trino/types/type.ts";

const list = (items: readonly Typed[]): string => items.map(printExpression).join(", ");

/** An expression as Trino's plans show it, near enough to be read. */
export function printExpression(node: Typed): string {
  switch (node.kind) {
    case "literal":
      return node.value === null ? "null" : `${printType(node.type)} '${String(node.value)}'`;
    case "field":
      return node.field.name ?? `field_${node.field.index}`;
    case "variable":
      return node.name;
    case "call":
      return `${node.row.name}(${list(node.args)})`;
    case "lambda":
      return `(${node.parameters.join(", ")}) -> ${printExpression(node.body)}`;
    case "cast":
      return `${node.safe ? "TRY_CAST" : "CAST"}(${printExpression(node.operand)} AS ${printType(node.type)})`;
    case "logical":
      return `(${node.terms.map(printExpression).join(` ${node.operator} `)})`;
    case "not":
      return `(NOT ${printExpression(node.operand)})`;
    case "is-null":
      return `(${printExpression(node.operand)} IS NULL)`;
    case "comparison":
      return `(${printExpression(node.left)} ${node.operator} ${printExpression(node.right)})`;
    case "between":
      return `(${printExpression(node.value)} BETWEEN ${printExpression(node.low)} AND ${printExpression(node.high)})`;
    case "in-list":
      return `(${printExpression(node.value)} IN (${list(node.list)}))`;
    case "in-query":
      return `(${printExpression(node.value)} IN (subquery))`;
    case "quantified":
      return `(${printExpression(node.left)} ${node.operator} ${node.quantifier} (subquery))`;
    case "exists":
      return "EXISTS (subquery)";
    case "scalar":
      return "(subquery)";
    case "case":
      return `CASE ${node.whens.map(({ when, result }) => `WHEN ${printExpression(when)} THEN ${printExpression(result)}`).join(" ")}${node.otherwise ? ` ELSE ${printExpression(node.otherwise)}` : ""} END`;
    case "coalesce":
      return `COALESCE(${list(node.items)})`;
    case "try":
      return `TRY(${printExpression(node.operand)})`;
    case "row":
      return `ROW(${list(node.items)})`;
    case "array":
      return `ARRAY[${list(node.items)}]`;
    case "row-field":
      return `${printExpression(node.base)}[${node.index + 1}]`;
    case "aggregate":
      return aggregateText(node);
    default:
      return `GROUPING(${list(node.fields)})`;
  }
}

function aggregateText({ row, args, distinct, filter, over }: TypedAggregate): string {
  const condition = filter ? ` FILTER (WHERE ${printExpression(filter)})` : "";
  const call = `${row.name}(${distinct ? "DISTINCT " : ""}${args.length === 0 && row.name === "count" ? "*" : list(args)})${condition}`;
  if (!over) return call;
  const parts = [
    over.partitionBy.length > 0 ? `PARTITION BY ${list(over.partitionBy)}` : "",
    over.orderBy.length > 0
      ? `ORDER BY ${over.orderBy.map(({ expression, descending }) => `${printExpression(expression)}${descending ? " DESC" : ""}`).join(", ")}`
      : "",
  ];
  return `${call} OVER (${parts.filter((part) => part !== "").join(" ")})`;
}

/** The window functions of an output, however deep they stand. */
export function windowsIn(node: Typed): readonly Typed[] {
  if (node.kind === "aggregate") return node.over ? [node] : [];
  return Object.values(node)
    .flatMap((value: unknown) => (Array.isArray(value) ? value : [value]))
    .flatMap((value) => (isTyped(value) ? windowsIn(value) : []));
}

const isTyped = (value: unknown): value is Typed =>
  typeof value === "object" && value !== null && "kind" in value && "type" in value;
