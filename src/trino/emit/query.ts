/** Typed queries → DuckDB's. Every relation is `rN`, every column `cN`: names of the user's never reach DuckDB but at the tables. */
import { unreachable } from "../../base/invariant.ts";
import { notSupported } from "../error.ts";
import type { Field, Typed, TypedBody, TypedGrouping, TypedQuery, TypedSelect, TypedSort } from "../typed.ts";
import { comparedBy } from "./comparison.ts";
import { fieldText, type EmitContext } from "./context.ts";
import { conditionText, expressionText, sortText } from "./expression.ts";
import { relationText } from "./relation.ts";

export function queryText(query: TypedQuery, context: EmitContext): string {
  if (query.withTies) throw notSupported("FETCH FIRST WITH TIES");
  const limits = `${query.limit === undefined ? "" : ` LIMIT ${query.limit}`}${query.offset === undefined ? "" : ` OFFSET ${query.offset}`}`;
  const { body } = query;
  if (body.kind === "select") return selectText(body, query.orderBy, context) + limits;
  const text = bodyText(body, context);
  if (query.orderBy.length === 0 && limits === "") return text;
  const columns = body.fields.map((_, index) => `${fieldText(body.id, index)} AS c${index}`).join(", ");
  const orderBy = query.orderBy.length === 0 ? "" : ` ORDER BY ${sortText(query.orderBy, context)}`;
  return `SELECT ${columns} FROM (${text}) AS r${body.id}${orderBy}${limits}`;
}

function bodyText(body: Exclude<TypedBody, { kind: "select" }>, context: EmitContext): string {
  switch (body.kind) {
    case "nested":
      return queryText(body.query, context);
    case "set": {
      if (!body.all) refuseZoned(body.fields);
      const inputs = body.inputs.map((input) => `(${queryText(input, context)})`);
      return inputs.join(` ${body.operator}${body.all ? " ALL" : ""} `);
    }
    case "values": {
      const names = body.fields.map((_, index) => `c${index}`).join(", ");
      const rows = body.rows.map((row) => `(${row.map((item) => expressionText(item, context)).join(", ")})`);
      return `SELECT ${names} FROM (VALUES ${rows.join(", ")}) AS r${body.id}(${names})`;
    }
    default:
      return unreachable(body);
  }
}

/** Two zoned timestamps of one instant are equal whatever their zones: DuckDB would see two structs. */
function refuseZoned(fields: readonly Field[]): void {
  if (fields.some(({ type }) => type.name === "timestamp with time zone"))
    throw notSupported("A set operation that compares timestamp with time zone");
}

function selectText(body: TypedSelect, orderBy: readonly TypedSort[], context: EmitContext): string {
  const outputs = body.outputs.map((output) => expressionText(output, context));
  const items = outputs.map((text, index) => `${text} AS c${index}`).join(", ");
  const positions = new Map(outputs.map((text, index) => [text, index] as const).toReversed());
  const sorted = orderBy.length === 0 ? "" : ` ORDER BY ${sortText(orderBy, context, positions)}`;
  const distinct = body.distinct ? `${distinctText(body.outputs, outputs)} ` : "";
  const { from, where } = sourceText(body, context);
  return `SELECT ${distinct}${items}${from}${where}${sorted}`;
}

function distinctText(outputs: readonly Typed[], texts: readonly string[]): string {
  if (!outputs.some(({ type }) => type.name === "timestamp with time zone")) return "DISTINCT";
  return `DISTINCT ON (${outputs.map(({ type }, index) => comparedBy(texts[index] ?? "", type)).join(", ")})`;
}

function sourceText(
  body: TypedSelect,
  context: EmitContext,
): { readonly from: string; readonly where: string } {
  const from =
    body.from.length === 0
      ? ""
      : ` FROM ${body.from.map((relation) => relationText(relation, context)).join(", ")}`;
  const where = body.where ? ` WHERE ${conditionText(body.where, context)}` : "";
  if (!body.grouped) return { from, where };
  const inner = groupedText(body.grouped, from + where, context);
  return {
    from: ` FROM (${inner}) AS r${body.grouped.id}`,
    where: body.having ? ` WHERE ${conditionText(body.having, context)}` : "",
  };
}

function groupedText(grouped: TypedGrouping, source: string, context: EmitContext): string {
  const keys = grouped.keys.map((key) => ({ key, text: expressionText(key, context) }));
  const by = keys.map(({ key, text }) => comparedBy(text, key.type));
  const shown = keys.map(({ text }, index) =>
    by[index] === text ? text : `struct_pack(t := ${by[index]}, z := any_value((${text}).z))`,
  );
  const aggregates = grouped.aggregates.map((aggregate) => expressionText(aggregate, context));
  const items = [...shown, ...aggregates].map((text, index) => `${text} AS c${index}`);
  // A global aggregate of nothing but constants still is one row.
  const list = items.length === 0 ? "count(*) AS c0" : items.join(", ");
  return `SELECT ${list}${source}${groupByText(grouped, by)}`;
}

function groupByText(grouped: TypedGrouping, by: readonly string[]): string {
  const [only] = grouped.sets;
  if (grouped.sets.length === 1 && only) {
    if (by.length === 0) return "";
    return ` GROUP BY ${by.join(", ")}`;
  }
  const sets = grouped.sets.map((set) => `(${[...new Set(set)].map((index) => by[index]).join(", ")})`);
  return ` GROUP BY GROUPING SETS (${sets.join(", ")})`;
}
