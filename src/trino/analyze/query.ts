/** Queries: WITH, set operations, VALUES, ORDER BY and LIMIT. */
import type { Expression, NamedQuery, Query, QueryBody, SetOperation, SortItem, Values } from "../ast.ts";
import type { OutputColumn, Typed, TypedBody, TypedNamed, TypedQuery, TypedSort } from "../typed.ts";
import { commonType } from "../types/coercion.ts";
import { printType, type TrinoType } from "../types/type.ts";
import { sort } from "./aggregates.ts";
import { coerce } from "./coerce.ts";
import { faultAt, nextId, type NamedScope, type QueryContext, type Scope } from "./context.ts";
import { castQuery, fieldsOf, flatten, plainContext } from "./outputs.ts";
import { recursiveQuery } from "./recursive.ts";
import { select, type AnalyzedSelect } from "./select.ts";

export function query(node: Query, context: QueryContext): TypedQuery {
  let inner = context;
  for (const named of node.with) inner = withName(named, node, inner);
  return queryBody(node, inner);
}

function withName(node: NamedQuery, around: Query, context: QueryContext): QueryContext {
  const { analysis } = context;
  if (around.with.some((other) => other !== node && other.name === node.name && other.start < node.start))
    throw faultAt(
      analysis,
      "DUPLICATE_NAMED_QUERY",
      `WITH query name '${node.name}' specified more than once`,
      node,
    );
  const id = nextId(analysis);
  if (around.recursive) {
    const recursive = recursiveQuery(node, id, context);
    if (recursive) return recursive;
  }
  const typed = query(node.query, context);
  const columns = aliased(typed.columns, node, context);
  const entry: TypedNamed = { id, query: typed, recursive: false };
  analysis.named.push(entry);
  const scope: NamedScope = { name: node.name, id, fields: columns };
  return { ...context, named: [scope, ...context.named] };
}

export function aliased(
  columns: readonly OutputColumn[],
  node: NamedQuery,
  context: QueryContext,
): readonly OutputColumn[] {
  if (!node.columns) return columns;
  if (node.columns.length !== columns.length)
    throw faultAt(
      context.analysis,
      "MISMATCHED_COLUMN_ALIASES",
      `Column alias list has ${node.columns.length} entries but relation has ${columns.length} columns`,
      node,
    );
  return columns.map((column, index) => ({ ...column, name: node.columns?.[index]?.name }));
}

function queryBody(node: Query, context: QueryContext): TypedQuery {
  const limits = {
    offset: node.offset && rowCount(node.offset, context),
    limit: node.limit?.count && rowCount(node.limit.count, context),
    withTies: node.limit?.withTies ?? false,
  };
  if (limits.withTies && node.orderBy.length === 0)
    throw faultAt(
      context.analysis,
      "MISSING_ORDER_BY",
      "FETCH FIRST WITH TIES clause requires ORDER BY",
      node,
    );
  if (node.body.kind === "select") {
    const { body, columns, orderBy }: AnalyzedSelect = select(node.body, node.orderBy, context);
    return { body, columns, orderBy, ...limits };
  }
  const { body, columns } = otherBody(node.body, context);
  return { body, columns, orderBy: node.orderBy.map((item) => sortOutput(item, body, context)), ...limits };
}

function rowCount(node: Expression, context: QueryContext): string {
  if (node.kind === "number") return node.text;
  const value = node.kind === "parameter" ? context.analysis.parameters[node.index] : undefined;
  if (value?.kind === "literal" && typeof value.value === "string" && /^\d+$/.test(value.value))
    return value.value;
  throw faultAt(
    context.analysis,
    "INVALID_LIMIT_CLAUSE",
    "LIMIT row count must be a non-negative integer",
    node,
  );
}

type OtherBody = Exclude<TypedBody, { kind: "select" }>;

interface AnalyzedBody {
  readonly body: OtherBody;
  readonly columns: readonly OutputColumn[];
}

function otherBody(node: Exclude<QueryBody, { kind: "select" }>, context: QueryContext): AnalyzedBody {
  switch (node.kind) {
    case "set":
      return setOperation(node, context);
    case "values":
      return values(node, context);
    case "table": {
      const all = {
        kind: "all",
        of: undefined,
        aliases: undefined,
        start: node.start,
        end: node.end,
      } as const;
      const from = [{ ...node, kind: "table" } as const];
      const body = {
        kind: "select",
        distinct: false,
        items: [all],
        from,
        where: undefined,
        groupBy: undefined,
        having: undefined,
        windows: [],
        start: node.start,
        end: node.end,
      } as const;
      return nested(bodyQuery(body, context), context);
    }
    case "nested":
      return nested(query(node.query, context), context);
  }
}

function nested(inner: TypedQuery, context: QueryContext): AnalyzedBody {
  const id = nextId(context.analysis);
  return {
    body: { kind: "nested", id, query: inner, fields: fieldsOf(id, inner.columns) },
    columns: inner.columns,
  };
}

/** A body on its own, as a query without ORDER BY or LIMIT. */
export function bodyQuery(body: QueryBody, context: QueryContext): TypedQuery {
  const node: Query = {
    with: [],
    recursive: false,
    body,
    orderBy: [],
    offset: undefined,
    limit: undefined,
    start: body.start,
    end: body.end,
  };
  return queryBody(node, context);
}

/** A chain of one operator is one flat operation: `a UNION ALL b UNION ALL c`. */
function setOperation(node: SetOperation, context: QueryContext): AnalyzedBody {
  const bodies = flatten(node);
  const inputs = bodies.map((body) => bodyQuery(body, context));
  const [first] = inputs;
  const columns = (first?.columns ?? []).map((column, index): OutputColumn => {
    let { type } = column;
    for (const [position, input] of inputs.entries()) {
      const at = bodies[position] ?? node;
      if (input.columns.length !== first?.columns.length)
        throw faultAt(
          context.analysis,
          "TYPE_MISMATCH",
          `${node.operator} query has different number of fields: ${first?.columns.length}, ${input.columns.length}`,
          at,
        );
      const other = input.columns[index]?.type ?? type;
      const common = commonType(type, other);
      if (!common)
        throw faultAt(
          context.analysis,
          "TYPE_MISMATCH",
          `column ${index + 1} in ${node.operator} query has incompatible types: ${printType(type)}, ${printType(other)}`,
          at,
        );
      type = common;
    }
    return { name: column.name, type };
  });
  const id = nextId(context.analysis);
  const types = columns.map(({ type }) => type);
  const body: OtherBody = {
    kind: "set",
    id,
    operator: node.operator,
    all: node.all,
    inputs: inputs.map((input) => castQuery(input, types, context)),
    fields: fieldsOf(id, columns),
  };
  return { body, columns };
}

function values(node: Values, context: QueryContext): AnalyzedBody {
  const scope: Scope = { fields: [], outer: context.outer };
  const inner = plainContext(context, scope, "VALUES");
  const rows = node.rows.map((row) => {
    const typed = context.analysis.rules.expression(row, inner);
    if (typed.kind === "row") return typed.items;
    if (typed.type.name !== "row") return [typed];
    return typed.type.fields.map(({ type }, index): Typed => ({
      kind: "row-field",
      base: typed,
      index,
      type,
    }));
  });
  const width = rows[0]?.length ?? 0;
  const columns = Array.from({ length: width }, (_, index): OutputColumn => {
    let type: TrinoType = { name: "unknown" };
    for (const [position, row] of rows.entries()) {
      const at = node.rows[position] ?? node;
      if (row.length !== width)
        throw faultAt(
          context.analysis,
          "TYPE_MISMATCH",
          `Values rows have mismatched sizes: ${width} vs ${row.length}`,
          at,
        );
      const common = commonType(type, row[index]?.type ?? type);
      if (!common)
        throw faultAt(
          context.analysis,
          "TYPE_MISMATCH",
          `Values rows have mismatched types: ${printRow(rows[0] ?? [])} vs ${printRow(row)}`,
          at,
        );
      type = common;
    }
    return { name: undefined, type };
  });
  const id = nextId(context.analysis);
  const typed = rows.map((row) => row.map((item, index) => coerce(item, columns[index]?.type ?? item.type)));
  return { body: { kind: "values", id, rows: typed, fields: fieldsOf(id, columns) }, columns };
}

const printRow = (row: readonly Typed[]): string =>
  `row(${row.map(({ type }) => printType(type)).join(", ")})`;

/** ORDER BY after a set operation speaks of its columns alone. */
function sortOutput(item: SortItem, body: OtherBody, context: QueryContext): TypedSort {
  const { expression } = item;
  if (expression.kind === "number" && expression.form === "integer") {
    const field = body.fields[Number(expression.text) - 1];
    if (!field)
      throw faultAt(
        context.analysis,
        "INVALID_COLUMN_REFERENCE",
        `ORDER BY position ${expression.text} is not in select list`,
        expression,
      );
    return {
      expression: { kind: "field", field, type: field.type },
      descending: item.descending,
      nullsFirst: item.nullsFirst,
    };
  }
  const fields = body.fields.map((field) => ({ field, qualifier: [], name: field.name }));
  return sort(item, plainContext(context, { fields, outer: context.outer }, "ORDER BY clause"));
}
