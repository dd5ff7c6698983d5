/** Typed expressions → DuckDB's. Everything that comes out stands on its own: no parentheses are needed around it. */
import { invariant, unreachable } from "../../base/invariant.ts";
import { TrinoError, notSupported } from "../error.ts";
import type { EmitCall } from "../functions/row.ts";
import type { Typed, TypedAggregate, TypedSort, TypedWindow } from "../typed.ts";
import { duckType, fieldName } from "../types/duckdb.ts";
import { isText, printType } from "../types/type.ts";
import { contains } from "../analyze/walk.ts";
import { castText } from "./cast.ts";
import { comparisonText, comparedBy } from "./comparison.ts";
import { fieldText, type EmitContext } from "./context.ts";
import { literalText } from "./literal.ts";
import { aggregateCalls, expand } from "./template.ts";
import { quoteName } from "./text.ts";

export function expressionText(node: Typed, context: EmitContext): string {
  const one = (child: Typed): string => expressionText(child, context);
  const list = (nodes: readonly Typed[]): string => nodes.map(one).join(", ");
  const query = (inner: Parameters<typeof context.rules.query>[0]): string =>
    context.rules.query(inner, context);
  switch (node.kind) {
    case "literal":
      return literalText(node.type, node.value);
    case "field":
      return fieldText(node.field.relation, node.field.index);
    case "variable":
      return context.variables.get(node.name) ?? node.name;
    case "call":
      return expand(node.row.details.sql, emitCall(node, context));
    case "lambda":
      return `lambda ${node.parameters.join(", ")}: ${one(node.body)}`;
    case "cast":
      return castText(one(node.operand), node.operand.type, node.type, node.safe);
    case "logical":
      return node.terms.slice(1).some(mayRaise)
        ? guarded(node.operator, node.terms.map(one))
        : `(${node.terms.map(one).join(` ${node.operator} `)})`;
    case "not":
      return `(NOT ${one(node.operand)})`;
    case "is-null":
      return `(${one(node.operand)} IS NULL)`;
    case "comparison":
      return comparisonText(node.operator, { left: node.left, right: node.right }, one);
    case "between":
      return `(${compared(node.value, one)} BETWEEN ${compared(node.low, one)} AND ${compared(node.high, one)})`;
    case "in-list":
      return `(${compared(node.value, one)} IN (${node.list.map((item) => compared(item, one)).join(", ")}))`;
    case "in-query":
      refuseZoned(node.value);
      return `(${one(node.value)} IN (${query(node.query)}))`;
    case "quantified":
      refuseZoned(node.left);
      return `(${one(node.left)} ${node.operator} ${node.quantifier} (${query(node.query)}))`;
    case "exists":
      return `EXISTS (${query(node.query)})`;
    case "scalar":
      return `(${query(node.query)})`;
    case "case": {
      const whens = node.whens.map(({ when, result }) => `WHEN ${one(when)} THEN ${one(result)}`).join(" ");
      return `CASE ${whens}${node.otherwise ? ` ELSE ${one(node.otherwise)}` : ""} END`;
    }
    case "coalesce":
      return `coalesce(${list(node.items)})`;
    case "try":
      return tryText(node.operand, one(node.operand));
    case "row":
      return `struct_pack(${node.items.map((item, index) => `${quoteName(fieldName(node.type, index))} := ${one(item)}`).join(", ")})`;
    case "array":
      return node.items.length === 0 ? `CAST([] AS ${duckType(node.type)})` : `[${list(node.items)}]`;
    case "row-field":
      return `struct_extract(${one(node.base)}, '${fieldName(node.base.type, node.index).replaceAll("'", "''")}')`;
    case "aggregate":
      return aggregateText(node, node, context);
    case "grouping":
      return `CAST(GROUPING(${list(node.fields)}) AS INTEGER)`;
    default:
      return unreachable(node);
  }
}

/** A condition of WHERE, HAVING or ON: its ANDs stay plain, so that DuckDB can push them down; it keeps terms that raise in their place. */
export function conditionText(node: Typed, context: EmitContext): string {
  if (node.kind !== "logical" || node.operator !== "AND") return expressionText(node, context);
  return `(${node.terms.map((term) => conditionText(term, context)).join(" AND ")})`;
}

/** Can the expression end the query? What stands before it in an AND or OR may be there to keep it from that. */
const mayRaise = (node: Typed): boolean =>
  contains(
    node,
    (inner) =>
      (inner.kind === "cast" && !inner.safe && isText(inner.operand.type)) ||
      (inner.kind === "call" && RAISING.has(inner.row.name)),
  );

const RAISING: ReadonlySet<string> = new Set([
  "$divide",
  "$modulus",
  "mod",
  "$subscript",
  "date_parse",
  "parse_datetime",
  "json_parse",
  "from_iso8601_timestamp",
  "from_iso8601_date",
  "from_hex",
  "date",
]);

/** Term by term, as Trino goes: DuckDB's AND computes both sides, and sorts the terms of a filter by their cost. */
function guarded(operator: "AND" | "OR", terms: readonly string[]): string {
  const decides = operator === "AND" ? "FALSE" : "TRUE";
  return terms.reduceRight(
    (rest, term) => `CASE WHEN ${term} IS ${decides} THEN ${decides} ELSE (${term} ${operator} ${rest}) END`,
  );
}

const compared = (node: Typed, one: (child: Typed) => string): string => comparedBy(one(node), node.type);

function refuseZoned(node: Typed): void {
  if (printType(node.type).includes("with time zone"))
    throw notSupported(`Comparing ${printType(node.type)} with a subquery`);
}

function emitCall(
  node: { readonly args: readonly Typed[]; readonly type: EmitCall["result"] },
  context: EmitContext,
): EmitCall {
  return {
    args: node.args.map((arg) => expressionText(arg, context)),
    types: node.args.map(({ type }) => type),
    result: node.type,
    constants: node.args.map(constantOf),
    apply: (index, values) => applied(node.args[index], values, context),
  };
}

function applied(lambda: Typed | undefined, values: readonly string[], context: EmitContext): string {
  invariant(lambda?.kind === "lambda", "the translation applies a lambda");
  const variables = new Map(context.variables);
  for (const [index, name] of lambda.parameters.entries()) variables.set(name, values[index] ?? "NULL");
  return expressionText(lambda.body, { ...context, variables });
}

function constantOf(node: Typed): string | undefined {
  if (node.kind === "literal") return typeof node.value === "string" ? node.value : undefined;
  return node.kind === "cast" && !node.safe ? constantOf(node.operand) : undefined;
}

/** DuckDB's TRY catches what an expression raises, but takes no subquery and nothing volatile. */
function tryText(operand: Typed, sql: string): string {
  if (
    contains(
      operand,
      (inner) => inner.kind === "scalar" || inner.kind === "exists" || inner.kind === "in-query",
    )
  )
    throw notSupported("A subquery inside TRY");
  if (contains(operand, (inner) => inner.kind === "call" && inner.row.details.volatile === true))
    throw notSupported("A function that differs at every call inside TRY");
  if (contains(operand, (inner) => inner.kind === "aggregate")) throw notSupported("An aggregate inside TRY");
  return `TRY(${sql})`;
}

/** Braces in the arguments' own text (struct literals, strings) must not be taken for the template's. */
const MASK_OPEN = "\u0001";

function aggregateText(node: TypedAggregate, typed: Typed, context: EmitContext): string {
  const masked = emitCall({ args: node.args, type: typed.type }, context);
  const call = { ...masked, args: masked.args.map((arg) => arg.replaceAll("{", MASK_OPEN)) };
  const filter = node.filter ? ` FILTER (WHERE ${expressionText(node.filter, context)})` : "";
  const over = node.over ? ` OVER (${windowText(node.over, context)})` : "";
  const text = aggregateCalls(expand(node.row.details.sql, call), {
    distinct: node.distinct,
    orderBy: node.orderBy.length === 0 ? "" : `ORDER BY ${sortText(node.orderBy, context)}`,
    ignoreNulls: node.ignoreNulls,
    behind: filter + over,
  });
  return text.replaceAll(MASK_OPEN, "{");
}

function windowText(over: TypedWindow, context: EmitContext): string {
  const parts: string[] = [];
  if (over.partitionBy.length > 0)
    parts.push(
      `PARTITION BY ${over.partitionBy.map((key) => comparedBy(expressionText(key, context), key.type)).join(", ")}`,
    );
  if (over.orderBy.length > 0) parts.push(`ORDER BY ${sortText(over.orderBy, context)}`);
  const { frame } = over;
  if (frame) {
    const bound = ({
      kind,
      distance,
    }: {
      readonly kind: string;
      readonly distance: Typed | undefined;
    }): string => (distance ? `${expressionText(distance, context)} ${kind}` : kind);
    const to = frame.to ? `BETWEEN ${bound(frame.from)} AND ${bound(frame.to)}` : bound(frame.from);
    parts.push(`${frame.unit} ${to}`);
  }
  return parts.join(" ");
}

export function sortText(
  sorts: readonly TypedSort[],
  context: EmitContext,
  outputs: ReadonlyMap<string, number> = new Map(),
): string {
  return sorts
    .map(({ expression, descending, nullsFirst }) => {
      const text = expressionText(expression, context);
      const position = outputs.get(text);
      const shown = position === undefined ? comparedBy(text, expression.type) : `c${position}`;
      return `${shown} ${descending ? "DESC" : "ASC"} NULLS ${nullsFirst ? "FIRST" : "LAST"}`;
    })
    .join(", ");
}

export const tooLarge = (): TrinoError =>
  new TrinoError("COMPILER_ERROR", "Query exceeds maximum size after translation");
