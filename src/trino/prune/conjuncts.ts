/** The conditions that every row of a relation must meet to reach the answer: WHERE and inner joins, down through plain subqueries. */
import type { Field, Typed, TypedQuery, TypedRelation } from "../typed.ts";
import { mapChildren, type Mapper } from "../analyze/walk.ts";

export interface Conjunct {
  /** The table relation it speaks of, and of nothing else. */
  readonly relation: number;
  readonly term: Typed;
}

/** Of a query and everything inside it. */
export function conjunctsOf(query: TypedQuery): readonly Conjunct[] {
  const found: Conjunct[] = [];
  visitQuery(query, [], found);
  return found;
}

/** @param above - conditions on this query's columns, in terms of its own outputs. */
function visitQuery(query: TypedQuery, above: readonly Typed[], found: Conjunct[]): void {
  const { body } = query;
  const passes = query.limit === undefined && query.offset === undefined;
  if (body.kind === "nested") visitQuery(body.query, passes ? above : [], found);
  else if (body.kind === "set")
    for (const input of body.inputs) visitQuery(input, passes ? above : [], found);
  else if (body.kind === "select") {
    const own = body.where ? termsOf(body.where) : [];
    // Through a GROUP BY only what speaks of keys could pass: left out.
    const lowered =
      passes && !body.grouped && !hasWindow(body.outputs)
        ? above.map((term) => lower(term, body.outputs))
        : [];
    const terms = [...own, ...lowered.flatMap((term) => (term ? [term] : []))];
    for (const relation of body.from) visitRelation(relation, terms, found);
  }
  visitSubqueries(query, found);
}

const hasWindow = (outputs: readonly Typed[]): boolean => {
  let found = false;
  const look = (node: Typed): Typed => {
    if (node.kind === "aggregate") found = true;
    return mapChildren(node, { expression: look, query: (query) => query });
  };
  for (const output of outputs) look(output);
  return found;
};

/** A condition on a query's outputs (fields of relation 0) as one on what they are made of. */
function lower(term: Typed, outputs: readonly Typed[]): Typed | undefined {
  let complete = true;
  const map: Mapper = {
    expression(node) {
      if (node.kind !== "field") return mapChildren(node, map);
      const output = node.field.relation === 0 ? outputs[node.field.index] : undefined;
      if (!output) complete = false;
      return output ?? node;
    },
    query: (query) => query,
  };
  const lowered = map.expression(term);
  return complete ? lowered : undefined;
}

export function termsOf(condition: Typed): readonly Typed[] {
  return condition.kind === "logical" && condition.operator === "AND"
    ? condition.terms.flatMap(termsOf)
    : [condition];
}

function visitRelation(relation: TypedRelation, terms: readonly Typed[], found: Conjunct[]): void {
  switch (relation.kind) {
    case "table":
      for (const term of terms)
        if (speaksOnlyOf(term, relation.id)) found.push({ relation: relation.id, term });
      return;
    case "query": {
      const own = terms
        .filter((term) => speaksOnlyOf(term, relation.id))
        .map((term) => asOutputs(term, relation.id));
      visitQuery(relation.query, own, found);
      return;
    }
    case "join": {
      const on = relation.on ? termsOf(relation.on) : [];
      const inner = relation.type === "INNER" || relation.type === "CROSS";
      // A condition of an outer join's ON limits its inner side; one of WHERE limits the side that is kept whole,
      // and the other too wherever it is not true of NULLs: left out.
      const left = [
        ...(inner || relation.type === "LEFT" ? terms : []),
        ...(inner || relation.type === "RIGHT" ? on : []),
      ];
      const right = [
        ...(inner || relation.type === "RIGHT" ? terms : []),
        ...(inner || relation.type === "LEFT" ? on : []),
      ];
      visitRelation(relation.left, left, found);
      visitRelation(relation.right, right, found);
      return;
    }
    case "sample":
      visitRelation(relation.relation, terms, found);
      return;
    default:
      return;
  }
}

const asOutputs = (term: Typed, relation: number): Typed => {
  const map: Mapper = {
    expression(node) {
      if (node.kind !== "field" || node.field.relation !== relation) return mapChildren(node, map);
      const field: Field = { ...node.field, relation: 0 };
      return { ...node, field };
    },
    query: (query) => query,
  };
  return map.expression(term);
};

function speaksOnlyOf(term: Typed, relation: number): boolean {
  let only = true;
  let any = false;
  const map: Mapper = {
    expression(node) {
      if (node.kind === "field") {
        if (node.field.relation === relation) any = true;
        else only = false;
      }
      return mapChildren(node, map);
    },
    query(query) {
      only = false;
      return query;
    },
  };
  map.expression(term);
  return any && only;
}

/** Subqueries inside expressions have conditions of their own. */
function visitSubqueries(query: TypedQuery, found: Conjunct[]): void {
  const map: Mapper = {
    expression: (node) => mapChildren(node, map),
    query(inner) {
      visitQuery(inner, [], found);
      return inner;
    },
  };
  const { body } = query;
  if (body.kind === "select") {
    for (const node of [
      ...body.outputs,
      ...(body.where ? [body.where] : []),
      ...(body.having ? [body.having] : []),
    ])
      map.expression(node);
    for (const node of body.grouped ? [...body.grouped.keys, ...body.grouped.aggregates] : [])
      map.expression(node);
  }
  for (const { expression } of query.orderBy) map.expression(expression);
}
