/** A query's outputs: as fields for the query around it, and as other types. */
import type { QueryBody, SetOperation } from "../ast.ts";
import type { Field, OutputColumn, Typed, TypedQuery } from "../typed.ts";
import { printType, type TrinoType } from "../types/type.ts";
import { coerce } from "./coerce.ts";
import { nextId, type ExpressionContext, type QueryContext, type Scope } from "./context.ts";

export const fieldsOf = (relation: number, columns: readonly OutputColumn[]): readonly Field[] =>
  columns.map(({ name, type }, index) => ({ relation, index, name, type }));

/** The query with its columns as `types`, by one more query around it where they differ. */
export function castQuery(inner: TypedQuery, types: readonly TrinoType[], context: QueryContext): TypedQuery {
  if (inner.columns.every(({ type }, index) => printType(type) === printType(types[index] ?? type)))
    return inner;
  const id = nextId(context.analysis);
  const fields = fieldsOf(id, inner.columns);
  const outputs = fields.map((field, index): Typed =>
    coerce({ kind: "field", field, type: field.type }, types[index] ?? field.type),
  );
  return {
    body: {
      kind: "select",
      distinct: false,
      outputs,
      from: [{ kind: "query", id, query: inner, lateral: false, fields }],
      where: undefined,
      grouped: undefined,
      having: undefined,
    },
    columns: inner.columns.map((column, index) => ({ ...column, type: types[index] ?? column.type })),
    orderBy: [],
    offset: undefined,
    limit: undefined,
    withTies: false,
  };
}

export const plainContext = (
  context: QueryContext,
  scope: Scope,
  noAggregates: string | undefined,
): ExpressionContext => ({
  ...context,
  scope,
  lambda: new Map(),
  lambdaDepth: 0,
  noAggregates,
  windows: new Map(),
});

/** `a UNION ALL b UNION ALL c` as one list; EXCEPT and INTERSECT in pairs. */
export function flatten(node: SetOperation): readonly QueryBody[] {
  const right: QueryBody[] = [];
  let left: QueryBody = node;
  while (left.kind === "set" && left.operator === node.operator && left.all === node.all) {
    right.unshift(left.right);
    left = left.left;
    if (node.operator !== "UNION" && left.kind === "set") break;
  }
  return [left, ...right];
}
