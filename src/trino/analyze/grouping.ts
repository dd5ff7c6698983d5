/** GROUP BY: keys, sets, and the rewriting of what stands above them. */
import type { Expression, GroupingElement, Select, Span } from "../ast.ts";
import type { Field, Typed, TypedGrouping } from "../typed.ts";
import { printType } from "../types/type.ts";
import { faultAt, nextId, sourceOf, type ExpressionContext } from "./context.ts";
import { comparable } from "./subqueries.ts";
import { isAggregate, keyOf, mapChildren, mapQuery, type Mapper } from "./walk.ts";

/** Grouping sets of one query. Source: Trino's optimizer.max-grouping-sets default. */
const GROUPING_SETS_MAX = 2_048;

export interface Grouper {
  /** The expression over the grouped rows. @throws TrinoError when it reads a column that is neither key nor aggregated. */
  readonly rewrite: (typed: Typed, at: Span) => Typed;
  readonly finish: () => TypedGrouping;
}

interface OutputLike {
  readonly typed: Typed;
}

export function grouping(node: Select, outputs: readonly OutputLike[], context: ExpressionContext): Grouper {
  const id = nextId(context.analysis);
  const keys: Typed[] = [];
  const keyIndex = new Map<string, number>();
  const addKey = (expression: Expression): number => {
    const typed = keyExpression(expression, outputs, context);
    const key = keyOf(typed);
    const known = keyIndex.get(key);
    if (known !== undefined) return known;
    keyIndex.set(key, keys.length);
    return keys.push(typed) - 1;
  };
  const elements = node.groupBy?.elements ?? [];
  let sets = crossed(elements.map((element) => setsOf(element, addKey)));
  if (sets.length > GROUPING_SETS_MAX)
    throw faultAt(
      context.analysis,
      "TOO_MANY_GROUPING_SETS",
      `GROUP BY has ${sets.length} grouping sets but can contain at most ${GROUPING_SETS_MAX}`,
      node,
    );
  if (node.groupBy?.distinct)
    sets = [
      ...new Map(sets.map((set) => [[...new Set(set)].toSorted((a, b) => a - b).join(), set])).values(),
    ];
  const sourceIds = new Set(context.scope.fields.map(({ field }) => field.relation));
  return grouperOf({ id, keys, keyIndex, sets, sourceIds, context });
}

function keyExpression(node: Expression, outputs: readonly OutputLike[], context: ExpressionContext): Typed {
  const typed = keyOrPosition(node, outputs, context);
  if (!comparable(typed.type, "="))
    throw faultAt(
      context.analysis,
      "TYPE_MISMATCH",
      `${printType(typed.type)} is not comparable, and therefore cannot be used in GROUP BY`,
      node,
    );
  return typed;
}

function keyOrPosition(node: Expression, outputs: readonly OutputLike[], context: ExpressionContext): Typed {
  if (node.kind !== "number" || node.form !== "integer")
    return context.analysis.rules.expression(node, { ...context, noAggregates: "GROUP BY clause" });
  const output = outputs[Number(node.text) - 1];
  if (!output)
    throw faultAt(
      context.analysis,
      "INVALID_COLUMN_REFERENCE",
      `GROUP BY position ${node.text} is not in select list`,
      node,
    );
  let aggregated = false;
  const look = (typed: Typed): Typed => {
    if (typed.kind === "aggregate") aggregated = true;
    return mapChildren(typed, { expression: look, query: (query) => query });
  };
  look(output.typed);
  if (aggregated)
    throw faultAt(
      context.analysis,
      "EXPRESSION_NOT_SCALAR",
      `GROUP BY clause cannot contain aggregations, window functions or grouping operations: [${sourceOf(context.analysis, node)}]`,
      node,
    );
  return output.typed;
}

type Sets = readonly (readonly number[])[];

function setsOf(element: GroupingElement, addKey: (expression: Expression) => number): Sets {
  if (element.kind === "sets") return element.sets.map((set) => set.map(addKey));
  const indexes = element.expressions.map(addKey);
  if (element.kind === "simple") return [indexes];
  if (element.kind === "rollup")
    return Array.from({ length: indexes.length + 1 }, (_, drop) => indexes.slice(0, indexes.length - drop));
  const sets: number[][] = [];
  for (let bits = 2 ** Math.min(indexes.length, 12) - 1; bits >= 0; bits--)
    sets.push(indexes.filter((_, position) => (bits & (1 << (indexes.length - 1 - position))) !== 0));
  return sets;
}

/** Several elements multiply: every set of one with every set of the other. */
function crossed(elements: readonly Sets[]): Sets {
  let sets: Sets = [[]];
  for (const element of elements) {
    if (sets.length * element.length > GROUPING_SETS_MAX * 2) break;
    sets = sets.flatMap((left) => element.map((right) => [...left, ...right]));
  }
  return sets;
}

interface GrouperParts {
  readonly id: number;
  readonly keys: readonly Typed[];
  readonly keyIndex: ReadonlyMap<string, number>;
  readonly sets: Sets;
  readonly sourceIds: ReadonlySet<number>;
  readonly context: ExpressionContext;
}

function grouperOf(parts: GrouperParts): Grouper {
  const aggregates: Typed[] = [];
  const aggregateIndex = new Map<string, number>();
  const fieldAt = (index: number, type: Typed["type"]): Typed => {
    const field: Field = { relation: parts.id, index, name: undefined, type };
    return { kind: "field", field, type };
  };
  const addAggregate = (typed: Typed): Typed => {
    const key = keyOf(typed);
    const index = aggregateIndex.get(key) ?? aggregates.push(typed) - 1;
    aggregateIndex.set(key, index);
    return fieldAt(parts.keys.length + index, typed.type);
  };
  const rewriteIn = (at: Span): Mapper => {
    const map: Mapper = {
      expression(typed) {
        const key = parts.keyIndex.get(keyOf(typed));
        if (key !== undefined) return fieldAt(key, typed.type);
        if (isAggregate(typed)) return addAggregate(typed);
        if (typed.kind === "grouping") return addAggregate(checkedGrouping(typed, at, parts));
        if (typed.kind === "field" && parts.sourceIds.has(typed.field.relation))
          throw notGrouped(typed, at, parts.context);
        return mapChildren(typed, map);
      },
      query: (query) => mapQuery(query, map),
    };
    return map;
  };
  return {
    rewrite: (typed, at) => rewriteIn(at).expression(typed),
    finish() {
      const types = [...parts.keys, ...aggregates].map(({ type }) => type);
      const fields = types.map((type, index) => ({ relation: parts.id, index, name: undefined, type }));
      return { id: parts.id, keys: parts.keys, aggregates, sets: parts.sets, fields };
    },
  };
}

function checkedGrouping(typed: Typed & { readonly kind: "grouping" }, at: Span, parts: GrouperParts): Typed {
  for (const field of typed.fields)
    if (!parts.keyIndex.has(keyOf(field)))
      throw faultAt(
        parts.context.analysis,
        "INVALID_ARGUMENTS",
        "The arguments to GROUPING() must be expressions referenced by the GROUP BY at the associated query level. Mismatch due to key",
        at,
      );
  return typed;
}

function notGrouped(typed: Typed, at: Span, context: ExpressionContext): Error {
  const written = sourceOf(context.analysis, at);
  const name = typed.kind === "field" && written.length > 200 ? (typed.field.name ?? "") : written;
  return faultAt(
    context.analysis,
    "EXPRESSION_NOT_AGGREGATE",
    `'${name}' must be an aggregate expression or appear in GROUP BY clause`,
    at,
  );
}
