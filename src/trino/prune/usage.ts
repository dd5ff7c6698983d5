/** Which columns a query really reads: a subquery's outputs count only where something above uses them. */
import type { Analyzed } from "../analyze.ts";
import { mapChildren, type Mapper } from "../analyze/walk.ts";
import type { Typed, TypedQuery, TypedRelation, TypedSelect } from "../typed.ts";

/** Relation → indexes of its fields. */
export type Usage = ReadonlyMap<number, ReadonlySet<number>>;

interface Noting {
  readonly used: Map<number, Set<number>>;
  /** WITH queries: which of their outputs are read, by the named query's id. */
  readonly named: Map<number, Set<number>>;
}

export function usageOf(analyzed: Analyzed): Usage {
  const noting: Noting = { used: new Map(), named: new Map() };
  noteQuery(analyzed.query, "all", noting);
  // Later WITH queries read earlier ones: from the last to the first, every reader is known before the read.
  for (const { id, query } of analyzed.named.toReversed())
    noteQuery(query, noting.named.get(id) ?? new Set(), noting);
  return noting.used;
}

type Needed = ReadonlySet<number> | "all";

function noteQuery(query: TypedQuery, needed: Needed, noting: Noting): void {
  const { body } = query;
  for (const { expression } of query.orderBy) noteExpression(expression, noting);
  if (body.kind === "values")
    for (const row of body.rows) for (const item of row) noteExpression(item, noting);
  if (body.kind === "select") noteSelect(body, needed, noting);
  const sorted = noting.used.get("id" in body ? body.id : -1) ?? new Set<number>();
  const passed: Needed = needed === "all" ? "all" : new Set([...needed, ...sorted]);
  if (body.kind === "nested") noteQuery(body.query, passed, noting);
  // Rows that are compared whole need all their columns.
  if (body.kind === "set")
    for (const input of body.inputs)
      noteQuery(input, body.operator === "UNION" && body.all ? passed : "all", noting);
}

function noteSelect(body: TypedSelect, needed: Needed, noting: Noting): void {
  for (const [index, output] of body.outputs.entries())
    if (needed === "all" || body.distinct || needed.has(index)) noteExpression(output, noting);
  for (const condition of [body.where, body.having]) if (condition) noteExpression(condition, noting);
  for (const item of body.grouped ? [...body.grouped.keys, ...body.grouped.aggregates] : [])
    noteExpression(item, noting);
  for (const relation of body.from) noteConditions(relation, noting);
  for (const relation of body.from) noteRelation(relation, noting);
}

/** What joins and UNNEST read, before the relations inside are entered. */
function noteConditions(relation: TypedRelation, noting: Noting): void {
  if (relation.kind === "join") {
    if (relation.on) noteExpression(relation.on, noting);
    noteConditions(relation.left, noting);
    noteConditions(relation.right, noting);
  } else if (relation.kind === "unnest") for (const item of relation.items) noteExpression(item, noting);
  else if (relation.kind === "sample") noteConditions(relation.relation, noting);
  // A lateral query reads its neighbours.
  else if (relation.kind === "query" && relation.lateral) noteQuery(relation.query, "all", noting);
}

function noteRelation(relation: TypedRelation, noting: Noting): void {
  switch (relation.kind) {
    case "join":
      noteRelation(relation.left, noting);
      noteRelation(relation.right, noting);
      return;
    case "sample":
      noteRelation(relation.relation, noting);
      return;
    case "query":
      if (!relation.lateral) noteQuery(relation.query, noting.used.get(relation.id) ?? new Set(), noting);
      return;
    case "named":
      for (const index of noting.used.get(relation.id) ?? []) add(noting.named, relation.named, index);
      return;
    default:
      return;
  }
}

function noteExpression(node: Typed, noting: Noting): void {
  const map: Mapper = {
    expression(inner) {
      if (inner.kind === "exists") {
        noteQuery(inner.query, new Set(), noting);
        return inner;
      }
      if (inner.kind === "field") add(noting.used, inner.field.relation, inner.field.index);
      return mapChildren(inner, map);
    },
    query(query) {
      noteQuery(query, "all", noting);
      return query;
    },
  };
  map.expression(node);
}

function add(to: Map<number, Set<number>>, key: number, index: number): void {
  const found = to.get(key);
  if (found) found.add(index);
  else to.set(key, new Set([index]));
}
