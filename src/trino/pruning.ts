/** What a query needs of each table: which columns, and which partitions its WHERE leaves. */
import type { Analyzed } from "./analyze.ts";
import type { TableUse, Typed, TypedQuery } from "./typed.ts";
import { mapChildren, mapQuery, type Mapper } from "./analyze/walk.ts";
import { conjunctsOf } from "./prune/conjuncts.ts";
import { predicateOf, type Predicate } from "./prune/predicate.ts";

export interface TableNeeds {
  readonly table: TableUse;
  /** Names of the columns that the query reads, in the table's order. */
  readonly columns: readonly string[];
  /** What a partition must satisfy to hold rows of the answer; `{ kind: "true" }`: any may. */
  readonly predicate: Predicate;
}

/** For each entry of `analyzed.tables`, in that order. */
export function tableNeeds(analyzed: Analyzed): readonly TableNeeds[] {
  const used = new Map<number, Set<number>>();
  const conjuncts = new Map<number, Typed[]>();
  for (const query of [analyzed.query, ...analyzed.named.map((named) => named.query)]) {
    noteFields(query, used);
    for (const { relation, term } of conjunctsOf(query)) {
      const terms = conjuncts.get(relation);
      if (terms) terms.push(term);
      else conjuncts.set(relation, [term]);
    }
  }
  return analyzed.tables.map((table) => ({
    table,
    columns: table.columns.filter((_, index) => used.get(table.relation)?.has(index)).map(({ name }) => name),
    predicate: predicateOf(conjuncts.get(table.relation) ?? [], table),
  }));
}

function noteFields(query: TypedQuery, used: Map<number, Set<number>>): void {
  const map: Mapper = {
    expression(node) {
      if (node.kind === "field") {
        const indexes = used.get(node.field.relation);
        if (indexes) indexes.add(node.field.index);
        else used.set(node.field.relation, new Set([node.field.index]));
      }
      return mapChildren(node, map);
    },
    query: (inner) => mapQuery(inner, map),
  };
  mapQuery(query, map);
}
