/** Walking and rewriting typed trees. */
import { unreachable } from "../../base/invariant.ts";
import type {
  Typed,
  TypedAggregate,
  TypedBody,
  TypedQuery,
  TypedRelation,
  TypedSort,
  TypedWindow,
} from "../typed.ts";

export const isAggregate = (node: Typed): boolean => node.kind === "aggregate" && node.over === undefined;

/** Is there such a node in it, itself included? Does not look into subqueries. */
export function contains(node: Typed, test: (node: Typed) => boolean): boolean {
  if (test(node)) return true;
  let found = false;
  mapChildren(node, {
    expression: (child) => ((found ||= contains(child, test)), child),
    query: (query) => query,
  });
  return found;
}

export interface Mapper {
  readonly expression: (node: Typed) => Typed;
  /** For queries inside the expression. */
  readonly query: (query: TypedQuery) => TypedQuery;
}

/** The same node over mapped children. */
export function mapChildren(node: Typed, map: Mapper): Typed {
  const one = map.expression;
  const all = (nodes: readonly Typed[]): readonly Typed[] => nodes.map(one);
  switch (node.kind) {
    case "literal":
    case "field":
    case "variable":
      return node;
    case "call":
      return { ...node, args: all(node.args) };
    case "lambda":
      return { ...node, body: one(node.body) };
    case "cast":
    case "not":
    case "is-null":
    case "try":
      return { ...node, operand: one(node.operand) };
    case "logical":
      return { ...node, terms: all(node.terms) };
    case "comparison":
      return { ...node, left: one(node.left), right: one(node.right) };
    case "between":
      return { ...node, value: one(node.value), low: one(node.low), high: one(node.high) };
    case "in-list":
      return { ...node, value: one(node.value), list: all(node.list) };
    case "in-query":
      return { ...node, value: one(node.value), query: map.query(node.query) };
    case "quantified":
      return { ...node, left: one(node.left), query: map.query(node.query) };
    case "exists":
    case "scalar":
      return { ...node, query: map.query(node.query) };
    case "case":
      return {
        ...node,
        whens: node.whens.map(({ when, result }) => ({ when: one(when), result: one(result) })),
        otherwise: node.otherwise && one(node.otherwise),
      };
    case "coalesce":
    case "row":
    case "array":
      return { ...node, items: all(node.items) };
    case "row-field":
      return { ...node, base: one(node.base) };
    case "aggregate":
      return { ...node, ...mapAggregate(node, map) };
    case "grouping":
      return { ...node, fields: all(node.fields) };
    default:
      return unreachable(node);
  }
}

export const mapSorts = (sorts: readonly TypedSort[], one: Mapper["expression"]): readonly TypedSort[] =>
  sorts.map((sort) => ({ ...sort, expression: one(sort.expression) }));

function mapAggregate(
  node: TypedAggregate,
  map: Mapper,
): Pick<TypedAggregate, "args" | "orderBy" | "filter" | "over"> {
  const one = map.expression;
  return {
    args: node.args.map(one),
    orderBy: mapSorts(node.orderBy, one),
    filter: node.filter && one(node.filter),
    over: node.over && mapWindow(node.over, one),
  };
}

function mapWindow(over: TypedWindow, one: Mapper["expression"]): TypedWindow {
  return {
    partitionBy: over.partitionBy.map(one),
    orderBy: mapSorts(over.orderBy, one),
    frame: over.frame && {
      unit: over.frame.unit,
      from: { ...over.frame.from, distance: over.frame.from.distance && one(over.frame.from.distance) },
      to: over.frame.to && {
        ...over.frame.to,
        distance: over.frame.to.distance && one(over.frame.to.distance),
      },
    },
  };
}

/** Every expression of a query, its subqueries and relations included, mapped. */
export function mapQuery(query: TypedQuery, map: Mapper): TypedQuery {
  return { ...query, body: mapBody(query.body, map), orderBy: mapSorts(query.orderBy, map.expression) };
}

function mapBody(body: TypedBody, map: Mapper): TypedBody {
  const one = map.expression;
  switch (body.kind) {
    case "set":
      return { ...body, inputs: body.inputs.map((input) => mapQuery(input, map)) };
    case "values":
      return { ...body, rows: body.rows.map((row) => row.map(one)) };
    case "nested":
      return { ...body, query: mapQuery(body.query, map) };
    case "select":
      return {
        ...body,
        outputs: body.outputs.map(one),
        from: body.from.map((relation) => mapRelation(relation, map)),
        where: body.where && one(body.where),
        having: body.having && one(body.having),
        grouped: body.grouped && {
          ...body.grouped,
          keys: body.grouped.keys.map(one),
          aggregates: body.grouped.aggregates.map(one),
        },
      };
    default:
      return unreachable(body);
  }
}

function mapRelation(relation: TypedRelation, map: Mapper): TypedRelation {
  switch (relation.kind) {
    case "table":
    case "named":
      return relation;
    case "query":
      return { ...relation, query: mapQuery(relation.query, map) };
    case "unnest":
      return { ...relation, items: relation.items.map(map.expression) };
    case "sample":
      return { ...relation, relation: mapRelation(relation.relation, map) };
    case "join":
      return {
        ...relation,
        left: mapRelation(relation.left, map),
        right: mapRelation(relation.right, map),
        on: relation.on && map.expression(relation.on),
      };
    default:
      return unreachable(relation);
  }
}

/** A text that two expressions share exactly when they mean the same. */
export function keyOf(node: Typed): string {
  return JSON.stringify(node, (name, value: unknown) => {
    if (name === "row" && isRow(value)) return `${value.name}|${value.written}`;
    if (name === "fields" && Array.isArray(value) && value.length > 50) return value.length;
    return value;
  });
}

const isRow = (value: unknown): value is { name: string; written: string } =>
  typeof value === "object" && value !== null && "written" in value;
