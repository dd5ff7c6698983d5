/** SELECT: its sources, its outputs, its grouping. */
import type { Expression, Relation, Select, SelectItem, SortItem } from "../ast.ts";
import type { OutputColumn, Typed, TypedRelation, TypedSelect, TypedSort } from "../typed.ts";
import { printType } from "../types/type.ts";
import { expectBoolean } from "./coerce.ts";
import {
  faultAt,
  sourceOf,
  type ExpressionContext,
  type QueryContext,
  type Scope,
  type ScopeField,
} from "./context.ts";
import { grouping, type Grouper } from "./grouping.ts";
import { asTyped, hasQualifier } from "./names.ts";
import { relation } from "./relation.ts";
import { comparable } from "./subqueries.ts";
import { contains, isAggregate, keyOf } from "./walk.ts";

export interface AnalyzedSelect {
  readonly body: TypedSelect;
  readonly columns: readonly OutputColumn[];
  readonly orderBy: readonly TypedSort[];
}

interface Output {
  readonly name: string | undefined;
  readonly typed: Typed;
  readonly node: Expression | undefined;
}

export function select(node: Select, orderBy: readonly SortItem[], context: QueryContext): AnalyzedSelect {
  const { analysis } = context;
  const { relations, scope } = sources(node.from, context);
  const windows = new Map(node.windows.map(({ name, spec }) => [name, spec]));
  const inner: ExpressionContext = {
    ...context,
    scope,
    lambda: new Map(),
    lambdaDepth: 0,
    noAggregates: undefined,
    windows,
  };
  const where =
    node.where &&
    expectBoolean(
      analysis.rules.expression(node.where, { ...inner, noAggregates: "WHERE clause" }),
      analysis,
      node.where,
      "WHERE clause",
    );
  const outputs = node.items.flatMap((item) => outputsOf(item, inner));
  const having =
    node.having &&
    expectBoolean(analysis.rules.expression(node.having, inner), analysis, node.having, "HAVING clause");
  const sorts = orderBy.map((item) => sortBy(item, outputs, inner));
  const everything = [
    ...outputs.map(({ typed }) => typed),
    ...(having ? [having] : []),
    ...sorts.map(({ expression }) => expression),
  ];
  const isGrouped =
    node.groupBy !== undefined ||
    having !== undefined ||
    everything.some((typed) => contains(typed, isAggregate));
  const done = {
    outputs: outputs.map(({ typed }) => typed),
    having,
    sorts,
    grouped: undefined as TypedSelect["grouped"],
  };
  if (isGrouped) {
    const grouper = grouping(node, outputs, inner);
    regroup(done, outputs, node, grouper);
    done.grouped = grouper.finish();
  }
  if (node.distinct)
    checkDistinct(node, outputs, orderBy, { context: inner, outputs: done.outputs, sorts: done.sorts });
  return {
    body: {
      kind: "select",
      distinct: node.distinct,
      outputs: done.outputs,
      from: relations,
      where,
      grouped: done.grouped,
      having: done.having,
    },
    columns: outputs.map(({ name, typed }) => ({ name, type: typed.type })),
    orderBy: done.sorts,
  };
}

function regroup(
  done: { outputs: Typed[]; having: Typed | undefined; sorts: readonly TypedSort[] },
  outputs: readonly Output[],
  node: Select,
  grouper: Grouper,
): void {
  done.outputs = outputs.map((output) => grouper.rewrite(output.typed, output.node ?? node));
  done.having = done.having && grouper.rewrite(done.having, node.having ?? node);
  done.sorts = done.sorts.map((sort) => ({ ...sort, expression: grouper.rewrite(sort.expression, node) }));
}

/** Relations after a comma see those before them only when LATERAL or UNNEST. */
export function sources(
  from: readonly Relation[],
  context: QueryContext,
): { relations: readonly TypedRelation[]; scope: Scope } {
  const relations: TypedRelation[] = [];
  let fields: readonly ScopeField[] = [];
  for (const node of from) {
    const found = relation(node, context, { fields, outer: context.outer });
    relations.push(found.relation);
    fields = [...fields, ...found.fields];
  }
  return { relations, scope: { fields, outer: context.outer } };
}

function outputsOf(item: SelectItem, context: ExpressionContext): readonly Output[] {
  if (item.kind === "expression") {
    const { expression } = item;
    const typed = context.analysis.rules.expression(expression, context);
    const implied =
      expression.kind === "identifier"
        ? expression.name
        : expression.kind === "dereference"
          ? expression.field
          : undefined;
    return [{ name: item.alias ?? implied, typed, node: expression }];
  }
  return item.of
    ? qualifiedAll(item, item.of, context)
    : allOf(
        context.scope.fields.filter((field) => field.hidden !== true),
        item,
        context,
      );
}

function allOf(
  fields: readonly ScopeField[],
  item: SelectItem,
  context: ExpressionContext,
): readonly Output[] {
  if (fields.length === 0)
    throw faultAt(
      context.analysis,
      "COLUMN_NOT_FOUND",
      "SELECT * not allowed from relation that has no columns",
      item,
    );
  return fields.map((field) => ({ name: field.name, typed: asTyped(field), node: undefined }));
}

/** `t.*` of a relation, or `x.*` of a row. */
function qualifiedAll(
  item: Extract<SelectItem, { kind: "all" }>,
  of: Expression,
  context: ExpressionContext,
): readonly Output[] {
  const parts = nameParts(of);
  const rename = (outputs: readonly Output[]): readonly Output[] => {
    if (item.aliases && item.aliases.length !== outputs.length)
      throw faultAt(
        context.analysis,
        "MISMATCHED_COLUMN_ALIASES",
        `Column alias list has ${item.aliases.length} entries but relation has ${outputs.length} columns`,
        item,
      );
    return outputs.map((output, index) => ({ ...output, name: item.aliases?.[index] ?? output.name }));
  };
  for (let scope: Scope | undefined = context.scope; parts && scope; scope = scope.outer) {
    const fields = scope.fields.filter((field) => hasQualifier(field, parts) && field.qualifier.length > 0);
    if (fields.length > 0)
      return rename(
        fields.map((field) => ({
          name: field.name,
          typed: { kind: "field", field: field.field, type: field.field.type },
          node: undefined,
        })),
      );
  }
  if (parts && !context.scope.fields.some((field) => field.name === parts[0]))
    throw faultAt(context.analysis, "TABLE_NOT_FOUND", `Unable to resolve reference ${parts.join(".")}`, of);
  const base = context.analysis.rules.expression(of, context);
  if (base.type.name !== "row")
    throw faultAt(
      context.analysis,
      "TYPE_MISMATCH",
      `expected type of ROW but found ${printType(base.type)}`,
      of,
    );
  return rename(
    base.type.fields.map(({ name, type }, index) => ({
      name,
      typed: { kind: "row-field", base, index, type },
      node: of,
    })),
  );
}

function nameParts(node: Expression): readonly string[] | undefined {
  if (node.kind === "identifier") return [node.name];
  if (node.kind !== "dereference") return undefined;
  const base = nameParts(node.base);
  return base && [...base, node.field];
}

/** A number is a position, a name an output's alias before it is a source's column. */
function sortBy(item: SortItem, outputs: readonly Output[], context: ExpressionContext): TypedSort {
  const { expression: node, descending, nullsFirst } = item;
  const done = (expression: Typed): TypedSort => {
    if (!comparable(expression.type, "<"))
      throw faultAt(
        context.analysis,
        "TYPE_MISMATCH",
        `Type ${printType(expression.type)} is not orderable, and therefore cannot be used in ORDER BY: ${sourceOf(context.analysis, node)}`,
        node,
      );
    return { expression, descending, nullsFirst };
  };
  if (node.kind === "number" && node.form === "integer") {
    const output = outputs[Number(node.text) - 1];
    if (!output)
      throw faultAt(
        context.analysis,
        "INVALID_COLUMN_REFERENCE",
        `ORDER BY position ${node.text} is not in select list`,
        node,
      );
    return done(output.typed);
  }
  return done(orderExpression(node, outputs, context));
}

/** Aliases also count inside an expression: their names come before the sources' in a scope of their own. */
function orderExpression(node: Expression, outputs: readonly Output[], context: ExpressionContext): Typed {
  if (node.kind === "identifier") {
    const named = outputs.filter(({ name }) => name === node.name);
    const keys = new Set(named.map(({ typed }) => keyOf(typed)));
    if (keys.size > 1)
      throw faultAt(context.analysis, "AMBIGUOUS_NAME", `Column '${node.name}' is ambiguous`, node);
    if (named[0]) return named[0].typed;
  }
  const aliases = new Map<string, Typed>(context.lambda);
  for (const { name, typed, node: written } of outputs)
    if (name !== undefined && written !== undefined && !aliases.has(name)) aliases.set(name, typed);
  return context.analysis.rules.expression(node, { ...context, lambda: aliases });
}

interface DistinctCheck {
  readonly context: ExpressionContext;
  readonly outputs: readonly Typed[];
  readonly sorts: readonly TypedSort[];
}

function checkDistinct(
  node: Select,
  outputs: readonly Output[],
  orderBy: readonly SortItem[],
  check: DistinctCheck,
): void {
  const { analysis } = check.context;
  for (const { typed } of outputs)
    if (!comparable(typed.type, "="))
      throw faultAt(
        analysis,
        "TYPE_MISMATCH",
        `DISTINCT can only be applied to comparable types (actual: ${printType(typed.type)})`,
        node,
      );
  const keys = new Set(check.outputs.map(keyOf));
  for (const [index, { expression }] of check.sorts.entries())
    if (!keys.has(keyOf(expression)))
      throw faultAt(
        analysis,
        "EXPRESSION_NOT_IN_DISTINCT",
        "For SELECT DISTINCT, ORDER BY expressions must appear in select list",
        orderBy[index] ?? node,
      );
}
