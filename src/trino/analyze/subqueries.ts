/** Queries inside expressions. */
import type { Expression } from "../ast.ts";
import type { Typed, TypedQuery } from "../typed.ts";
import { commonType } from "../types/coercion.ts";
import { BOOLEAN, printType, UNKNOWN, type TrinoType } from "../types/type.ts";
import { coerce } from "./coerce.ts";
import { faultAt, type ExpressionContext } from "./context.ts";

/** Does Trino compare values of this type with this operator? */
export function comparable(type: TrinoType, operator: string): boolean {
  const ordering = operator !== "=" && operator !== "<>" && operator !== "IS DISTINCT FROM";
  switch (type.name) {
    case "function":
      return false;
    case "json":
      return !ordering;
    case "map":
      return !ordering && comparable(type.key, operator) && comparable(type.value, operator);
    case "array":
      return comparable(type.element, operator);
    case "row":
      return type.fields.every((field) => comparable(field.type, operator));
    default:
      return true;
  }
}

function inside(
  query: Extract<Expression, { kind: "subquery" }>["query"],
  context: ExpressionContext,
): TypedQuery {
  return context.analysis.rules.query(query, { ...context, outer: context.scope });
}

function oneColumn(node: Expression, query: TypedQuery, context: ExpressionContext): TrinoType {
  const [column] = query.columns;
  if (query.columns.length !== 1 || !column)
    throw faultAt(
      context.analysis,
      "NOT_SUPPORTED",
      `Multiple columns returned by subquery are not yet supported. Found ${query.columns.length}`,
      node,
    );
  return column.type;
}

export function scalarQuery(
  node: Extract<Expression, { kind: "subquery" }>,
  context: ExpressionContext,
): Typed {
  const query = inside(node.query, context);
  return { kind: "scalar", query, type: oneColumn(node, query, context) };
}

/** The query's column as `type`: by one more query around it. */
function castColumn(query: TypedQuery, type: TrinoType, context: ExpressionContext): TypedQuery {
  const [column] = query.columns;
  if (!column || printType(column.type) === printType(type)) return query;
  const id = context.analysis.counter.next++;
  const field = { relation: id, index: 0, name: column.name, type: column.type };
  return {
    body: {
      kind: "select",
      distinct: false,
      outputs: [coerce({ kind: "field", field, type: column.type }, type)],
      from: [{ kind: "query", id, query, lateral: false, fields: [field] }],
      where: undefined,
      grouped: undefined,
      having: undefined,
    },
    orderBy: [],
    offset: undefined,
    limit: undefined,
    withTies: false,
    columns: [{ name: column.name, type }],
  };
}

export function inQuery(
  node: Extract<Expression, { kind: "in-query" }>,
  value: Typed,
  context: ExpressionContext,
): Typed {
  const query = inside(node.query, context);
  const column = oneColumn(node, query, context);
  const type = commonType(value.type, column);
  if (!type)
    throw faultAt(
      context.analysis,
      "TYPE_MISMATCH",
      `Value expression and result of subquery must be of the same type: ${printType(value.type)} vs row(${printType(column)})`,
      node,
    );
  return {
    kind: "in-query",
    value: coerce(value, type),
    query: castColumn(query, type, context),
    type: BOOLEAN,
  };
}

export function quantified(
  node: Extract<Expression, { kind: "quantified" }>,
  left: Typed,
  context: ExpressionContext,
): Typed {
  const query = inside(node.query, context);
  const type = commonType(left.type, oneColumn(node, query, context)) ?? UNKNOWN;
  if (type.name === "unknown" || !comparable(type, node.operator))
    throw faultAt(
      context.analysis,
      "TYPE_MISMATCH",
      `Value expression and result of subquery must be of the same type`,
      node,
    );
  const { operator, quantifier } = node;
  return {
    kind: "quantified",
    operator,
    quantifier,
    left: coerce(left, type),
    query: castColumn(query, type, context),
    type: BOOLEAN,
  };
}
