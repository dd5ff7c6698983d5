/** Expressions: the typed tree of each kind of node. */
import { unreachable } from "../../base/invariant.ts";
import type { Expression } from "../ast.ts";
import type { Typed } from "../typed.ts";
import { BIGINT, BOOLEAN, UNKNOWN, VARBINARY, arrayOf, printType, resolveTypeName } from "../types/type.ts";
import { applyOperator, applyRows, call } from "./calls.ts";
import { checkCast } from "./casts.ts";
import { commonOf, unify } from "./coerce.ts";
import { faultAt, placed, type ExpressionContext } from "./context.ts";
import { currentValue } from "./current.ts";
import { intervalLiteral, literal, numberLiteral, textLiteral, typedLiteral } from "./literals.ts";
import { boolean, caseNode, comparison, mismatch, predicate } from "./predicates.ts";
import { resolveName, rowField } from "./names.ts";
import { inQuery, quantified, scalarQuery } from "./subqueries.ts";

export function expression(node: Expression, context: ExpressionContext): Typed {
  return placed(context.analysis, node, () => typedNode(node, context));
}

function typedNode(node: Expression, context: ExpressionContext): Typed {
  const inner = (child: Expression): Typed => expression(child, context);
  switch (node.kind) {
    case "null":
      return literal(UNKNOWN, null);
    case "boolean":
      return literal(BOOLEAN, node.value);
    case "number":
      return numberLiteral(node.form, node.text);
    case "string":
      return textLiteral(node.value);
    case "binary":
      return literal(VARBINARY, node.hex);
    case "typed-literal":
      if (node.type.base === "json") return applyRows("json_parse", [textLiteral(node.value)], node, context);
      return typedLiteral(node) ?? cast(textLiteral(node.value), node, false);
    case "interval":
      return intervalLiteral(node);
    case "identifier":
      return resolveName(node, [node.name], context);
    case "dereference":
      return dereference(node, context);
    case "subscript":
      return subscript(node, inner(node.base), inner(node.index), context);
    case "parameter":
      return parameter(node, context);
    case "call":
      return call(node, context);
    case "lambda":
      throw faultAt(
        context.analysis,
        "TYPE_MISMATCH",
        "Lambda expression should always be used inside a function",
        node,
      );
    case "unary":
      return unary(node, context);
    case "not":
      return {
        kind: "not",
        operand: boolean(node.operand, context, "Value of logical NOT expression"),
        type: BOOLEAN,
      };
    case "arithmetic":
      return applyOperator(node.operator, [inner(node.left), inner(node.right)], node, context);
    case "comparison":
      return comparison(node.operator, inner(node.left), inner(node.right), { node, context });
    case "logical":
      return {
        kind: "logical",
        operator: node.operator,
        terms: node.terms.map((term) => boolean(term, context, "Logical expression term")),
        type: BOOLEAN,
      };
    case "concat":
      return node.terms.map(inner).reduce((left, right) => applyRows("concat", [left, right], node, context));
    case "between":
    case "in-list":
    case "like":
    case "is-null":
    case "is-distinct":
      return predicate(node, context);
    case "in-query":
      return inQuery(node, inner(node.value), context);
    case "quantified":
      return quantified(node, inner(node.left), context);
    case "exists":
      return { kind: "exists", query: subquery(node.query, context), type: BOOLEAN };
    case "subquery":
      return scalarQuery(node, context);
    case "case":
      return caseNode(node, context);
    case "cast":
      return cast(inner(node.operand), node, node.safe);
    case "at-time-zone":
      return applyRows("$at_timezone", [inner(node.value), inner(node.zone)], node, context);
    case "extract":
      return applyRows(extractName(node.field, node, context), [inner(node.value)], node, context);
    case "row": {
      const items = node.items.map(inner);
      return {
        kind: "row",
        items,
        type: { name: "row", fields: items.map(({ type }) => ({ name: undefined, type })) },
      };
    }
    case "array": {
      const items = unify(node.items.map(inner), (index, common) =>
        mismatch(
          node.items[index] ?? node,
          context,
          `All ARRAY elements must be the same type: ${printType(common)}`,
        ),
      );
      return { kind: "array", items, type: arrayOf(commonOf(items.map(({ type }) => type)) ?? UNKNOWN) };
    }
    case "current":
      return currentValue(node.what, node.precision, context.analysis.session);
    default:
      return unreachable(node);
  }
}

const subquery = (query: Extract<Expression, { kind: "exists" }>["query"], context: ExpressionContext) =>
  context.analysis.rules.query(query, { ...context, outer: context.scope });

function dereference(node: Extract<Expression, { kind: "dereference" }>, context: ExpressionContext): Typed {
  const parts: string[] = [];
  let base: Expression = node;
  while (base.kind === "dereference") {
    parts.unshift(base.field);
    base = base.base;
  }
  if (base.kind === "identifier") return resolveName(node, [base.name, ...parts], context);
  return rowField(expression(node.base, context), node.field, node, context);
}

function subscript(
  node: Expression & { readonly index: Expression },
  base: Typed,
  index: Typed,
  context: ExpressionContext,
): Typed {
  if (base.type.name === "row") {
    const position = index.kind === "literal" && typeof index.value === "string" ? Number(index.value) : 0;
    const field = base.type.fields[position - 1];
    if (index.kind !== "literal")
      throw mismatch(node.index, context, "Subscript expression on ROW requires a constant index");
    if (!field)
      throw faultAt(
        context.analysis,
        "INVALID_FUNCTION_ARGUMENT",
        `Invalid subscript index: ${position}. ROW indices start at 1`,
        node.index,
      );
    return { kind: "row-field", base, index: position - 1, type: field.type };
  }
  return applyRows("$subscript", [base, index], node, context);
}

function parameter(node: Extract<Expression, { kind: "parameter" }>, context: ExpressionContext): Typed {
  const value = context.analysis.parameters[node.index];
  if (!value)
    throw faultAt(
      context.analysis,
      "INVALID_PARAMETER_USAGE",
      "Incorrect number of parameters: the statement has more than were given",
      node,
    );
  return value;
}

function unary(node: Extract<Expression, { kind: "unary" }>, context: ExpressionContext): Typed {
  const { operand } = node;
  // -9223372036854775808 is a bigint though its digits alone are none.
  if (node.operator === "-" && operand.kind === "number") {
    if (operand.form === "integer" && operand.text === "9223372036854775808")
      return literal(BIGINT, "-9223372036854775808");
    const positive = numberLiteral(operand.form, operand.text);
    return positive.kind === "literal" ? { ...positive, value: `-${positive.value}` } : positive;
  }
  const value = expression(operand, context);
  return node.operator === "+" ? value : applyOperator("negate", [value], node, context);
}

function cast(
  operand: Typed,
  node: Extract<Expression, { kind: "cast" | "typed-literal" }>,
  safe: boolean,
): Typed {
  const type = resolveTypeName(node.type);
  checkCast(operand.type, type);
  return { kind: "cast", operand, safe, type };
}

const EXTRACTS: Readonly<Record<string, string>> = {
  year: "year",
  quarter: "quarter",
  month: "month",
  week: "week",
  day: "day",
  day_of_month: "day",
  day_of_week: "day_of_week",
  dow: "day_of_week",
  day_of_year: "day_of_year",
  doy: "day_of_year",
  year_of_week: "year_of_week",
  yow: "year_of_week",
  hour: "hour",
  minute: "minute",
  second: "second",
  timezone_hour: "timezone_hour",
  timezone_minute: "timezone_minute",
};

function extractName(field: string, node: Expression, context: ExpressionContext): string {
  const name = EXTRACTS[field];
  if (name === undefined)
    throw faultAt(context.analysis, "SYNTAX_ERROR", `Invalid EXTRACT field: ${field}`, node);
  return name;
}
