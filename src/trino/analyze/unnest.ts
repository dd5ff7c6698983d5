/** UNNEST. Source: https://trino.io/docs/current/sql/select.html#unnest */
import type { Relation } from "../ast.ts";
import type { Field } from "../typed.ts";
import { BIGINT, printType, type RowField, type TrinoType } from "../types/type.ts";
import { faultAt, nextId, type ExpressionContext } from "./context.ts";
import type { AnalyzedRelation } from "./relation.ts";

/** A map gives two columns, an array of rows one for each field, any other array one. */
export function unnest(
  node: Extract<Relation, { kind: "unnest" }>,
  context: ExpressionContext,
): AnalyzedRelation {
  const id = nextId(context.analysis);
  const items = node.items.map((item) => context.analysis.rules.expression(item, context));
  const columns: RowField[] = [];
  for (const [index, { type }] of items.entries()) {
    const found = columnsOf(type);
    if (!found)
      throw faultAt(
        context.analysis,
        "TYPE_MISMATCH",
        `Cannot unnest type: ${printType(type)}`,
        node.items[index] ?? node,
      );
    columns.push(...found);
  }
  if (node.ordinality) columns.push({ name: undefined, type: BIGINT });
  const fields = columns.map(({ name, type }, index): Field => ({ relation: id, index, name, type }));
  return {
    relation: { kind: "unnest", id, items, ordinality: node.ordinality, fields },
    fields: fields.map((field) => ({ field, qualifier: [], name: field.name })),
  };
}

export function columnsOf(type: TrinoType): readonly RowField[] | undefined {
  if (type.name === "map")
    return [
      { name: undefined, type: type.key },
      { name: undefined, type: type.value },
    ];
  if (type.name !== "array") return undefined;
  return type.element.name === "row" ? type.element.fields : [{ name: undefined, type: type.element }];
}
