/** What a query needs of each table: which columns, and which partitions its WHERE leaves. */
import type { Analyzed } from "./analyze.ts";
import type { TableUse, Typed } from "./typed.ts";
import { conjunctsOf } from "./prune/conjuncts.ts";
import { usageOf } from "./prune/usage.ts";
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
  const used = usageOf(analyzed);
  const conjuncts = new Map<number, Typed[]>();
  for (const query of [analyzed.query, ...analyzed.named.map((named) => named.query)]) {
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
