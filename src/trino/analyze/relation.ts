/** What stands after FROM. */
import { parseQuery } from "../parse.ts";
import type { Identifier, JoinNode, QualifiedName, Relation } from "../ast.ts";
import { TrinoError, notSupported } from "../error.ts";
import type { Field, OutputColumn, Typed, TypedRelation } from "../typed.ts";
import { printType } from "../types/type.ts";
import { expectBoolean, unify } from "./coerce.ts";
import {
  EMPTY_SCOPE,
  faultAt,
  nextId,
  placed,
  type ExpressionContext,
  type QueryContext,
  type Scope,
  type ScopeField,
  type TableName,
} from "./context.ts";
import { asTyped } from "./names.ts";
import { unnest } from "./unnest.ts";

export interface AnalyzedRelation {
  readonly relation: TypedRelation;
  readonly fields: readonly ScopeField[];
}

/** @param before - what LATERAL and UNNEST may read: the relations to the left. */
export function relation(node: Relation, context: QueryContext, before: Scope): AnalyzedRelation {
  switch (node.kind) {
    case "table":
      return namedQuery(node.name, context) ?? table(node.name, context);
    case "aliased":
      return aliased(node, relation(node.relation, context, before), context);
    case "query": {
      const inner = { ...context, outer: node.lateral ? before : context.outer };
      const query = context.analysis.rules.query(node.query, inner);
      const id = nextId(context.analysis);
      const fields = fieldsOf(id, query.columns);
      return {
        relation: { kind: "query", id, query, lateral: node.lateral, fields },
        fields: scoped(fields, []),
      };
    }
    case "unnest":
      return unnest(node, expressionContext(context, before));
    case "sample": {
      const inner = relation(node.relation, context, before);
      const typed = context.analysis.rules.expression(
        node.percentage,
        expressionContext(context, EMPTY_SCOPE),
      );
      const percentage = typed.kind === "literal" ? Number(typed.value) : Number.NaN;
      if (!(percentage >= 0 && percentage <= 100))
        throw faultAt(
          context.analysis,
          "NUMERIC_VALUE_OUT_OF_RANGE",
          "Sample percentage must be between 0 and 100, inclusive",
          node.percentage,
        );
      return {
        ...inner,
        relation: { kind: "sample", relation: inner.relation, method: node.method, percentage },
      };
    }
    case "join":
      return join(node, context, before);
  }
}

const expressionContext = (context: QueryContext, scope: Scope): ExpressionContext => ({
  ...context,
  scope,
  lambda: new Map(),
  lambdaDepth: 0,
  noAggregates: "UNNEST",
  windows: new Map(),
});

const fieldsOf = (relationId: number, columns: readonly OutputColumn[]): readonly Field[] =>
  columns.map(({ name, type }, index) => ({ relation: relationId, index, name, type }));

const scoped = (fields: readonly Field[], qualifier: readonly string[]): readonly ScopeField[] =>
  fields.map((field) => ({ field, qualifier, name: field.name }));

function namedQuery(name: QualifiedName, context: QueryContext): AnalyzedRelation | undefined {
  const [only] = name.parts;
  if (only === undefined || name.parts.length !== 1) return undefined;
  const named = context.named.find((candidate) => candidate.name === only);
  if (!named) return undefined;
  const id = nextId(context.analysis);
  const fields = fieldsOf(id, named.fields);
  return { relation: { kind: "named", id, named: named.id, fields }, fields: scoped(fields, [only]) };
}

/** @throws TrinoError when no database is chosen. */
export function fullName(
  name: QualifiedName,
  session: { readonly catalog: string; readonly database: string | undefined },
): TableName {
  const [table, database = session.database, catalog = session.catalog] = name.parts.toReversed();
  if (database === undefined)
    throw new TrinoError("MISSING_SCHEMA_NAME", "Schema must be specified when session schema is not set");
  if (name.parts.length > 3)
    throw new TrinoError("SYNTAX_ERROR", `Too many dots in table name: ${name.parts.join(".")}`);
  return { catalog, database, table: table ?? "" };
}

function table(name: QualifiedName, context: QueryContext): AnalyzedRelation {
  const { analysis } = context;
  const full = placed(analysis, name, () => fullName(name, analysis.session));
  const entry = analysis.catalog.find(full);
  const shown = `${full.catalog}.${full.database}.${full.table}`;
  if (!entry) {
    if (analysis.catalog.hasDatabase?.(full.catalog, full.database) === false)
      throw faultAt(analysis, "SCHEMA_NOT_FOUND", `Schema '${full.database}' does not exist`, name);
    throw faultAt(analysis, "TABLE_NOT_FOUND", `Table '${shown}' does not exist`, name);
  }
  const qualifier = [full.catalog, full.database, full.table];
  const id = nextId(analysis);
  if (entry.kind === "view") {
    if (analysis.views.includes(shown))
      throw faultAt(analysis, "VIEW_IS_RECURSIVE", "View is recursive", name);
    const query = placed(analysis, name, () => {
      const session = { ...analysis.session, catalog: entry.catalog, database: entry.database };
      const inner = {
        ...analysis,
        text: entry.sql,
        session,
        views: [...analysis.views, shown],
        parameters: [],
      };
      try {
        return analysis.rules.query(parseQuery(entry.sql), { analysis: inner, outer: undefined, named: [] });
      } catch (error) {
        if (!(error instanceof TrinoError)) throw error;
        throw new TrinoError("INVALID_VIEW", `Failed analyzing stored view '${shown}': ${error.text}`);
      }
    });
    const fields = fieldsOf(id, query.columns);
    return {
      relation: { kind: "query", id, query, lateral: false, fields },
      fields: scoped(fields, qualifier),
    };
  }
  const fields = fieldsOf(id, entry.columns);
  const index = analysis.tables.push({ ...full, columns: entry.columns, relation: id }) - 1;
  const columns = entry.columns.map((column) => column.name);
  return {
    relation: { kind: "table", id, table: index, columns, fields },
    fields: scoped(fields, qualifier),
  };
}

function aliased(
  node: Extract<Relation, { kind: "aliased" }>,
  inner: AnalyzedRelation,
  context: QueryContext,
): AnalyzedRelation {
  const visible = inner.fields.filter((field) => field.hidden !== true);
  if (node.columns && node.columns.length !== visible.length)
    throw faultAt(
      context.analysis,
      "MISMATCHED_COLUMN_ALIASES",
      `Column alias list has ${node.columns.length} entries but '${node.alias}' has ${visible.length} columns available`,
      node,
    );
  const fields = visible.map((field, index): ScopeField => ({
    field: field.field,
    qualifier: [node.alias],
    name: node.columns?.[index]?.name ?? field.name,
    ...(field.merged ? { merged: field.merged } : {}),
  }));
  return { relation: inner.relation, fields };
}

function join(node: JoinNode & Relation, context: QueryContext, before: Scope): AnalyzedRelation {
  const left = relation(node.left, context, before);
  const right = relation(node.right, context, {
    fields: [...before.fields, ...left.fields],
    outer: before.outer,
  });
  checkLateral(node, right.relation);
  const fields = [...left.fields, ...right.fields];
  const done = (on: Typed | undefined, visible = fields): AnalyzedRelation => ({
    relation: { kind: "join", type: node.type, left: left.relation, right: right.relation, on },
    fields: visible,
  });
  if (node.using || node.natural) return joinUsing(node, { left, right, done, context });
  if (!node.on) return done(undefined);
  const inner = {
    ...expressionContext(context, { fields, outer: context.outer }),
    noAggregates: "JOIN clause",
  };
  const typed = context.analysis.rules.expression(node.on, inner);
  return done(expectBoolean(typed, context.analysis, node.on, "JOIN ON clause"));
}

/** DuckDB mishandles lateral right and full joins, and Trino allows them on a constant TRUE only. */
function checkLateral(node: JoinNode & Relation, right: TypedRelation): void {
  const lateral =
    (right.kind === "query" && right.lateral) ||
    (right.kind === "unnest" && node.type !== "CROSS" && node.type !== "INNER");
  if (!lateral || node.type === "CROSS") return;
  const onTrue = node.on?.kind === "boolean" && node.on.value;
  if (node.type === "RIGHT" || node.type === "FULL" || (node.type === "LEFT" && right.kind === "query"))
    throw notSupported(`${node.type} JOIN involving ${right.kind === "unnest" ? "UNNEST" : "LATERAL"}`);
  if (!onTrue)
    throw notSupported(
      `${node.type} JOIN involving ${right.kind === "unnest" ? "UNNEST" : "LATERAL"} with condition other than ON TRUE`,
    );
}

interface UsingParts {
  readonly left: AnalyzedRelation;
  readonly right: AnalyzedRelation;
  readonly done: (on: Typed | undefined, visible?: ScopeField[]) => AnalyzedRelation;
  readonly context: QueryContext;
}

/** USING gives one column for each name, first in `*`; the two it was made of stay reachable by their tables' names. */
function joinUsing(node: JoinNode & Relation, { left, right, done, context }: UsingParts): AnalyzedRelation {
  const names = node.using ?? sharedNames(left, right, node);
  const terms: Typed[] = [];
  const merged: ScopeField[] = [];
  const used = new Set<ScopeField>();
  for (const name of names) {
    const one = oneNamed(left, name, "left", context);
    const other = oneNamed(right, name, "right", context);
    const [a, b] = unify([asTyped(one), asTyped(other)], () =>
      faultAt(
        context.analysis,
        "TYPE_MISMATCH",
        `Column types of JOIN USING ${name.name} do not match: ${printType(one.field.type)}, ${printType(other.field.type)}`,
        name,
      ),
    );
    if (!a || !b) continue;
    terms.push({ kind: "comparison", operator: "=", left: a, right: b, type: { name: "boolean" } });
    const value: Typed =
      node.type === "RIGHT"
        ? b
        : node.type === "FULL"
          ? { kind: "coalesce", items: [a, b], type: a.type }
          : a;
    merged.push({ field: one.field, qualifier: [], name: name.name, merged: value });
    used.add(one).add(other);
  }
  const rest = [...left.fields, ...right.fields].map((field) =>
    used.has(field) ? { ...field, hidden: true } : field,
  );
  const on: Typed | undefined =
    terms.length === 0 ? undefined : { kind: "logical", operator: "AND", terms, type: { name: "boolean" } };
  return done(on, [...merged, ...rest]);
}

function sharedNames(left: AnalyzedRelation, right: AnalyzedRelation, at: Relation): readonly Identifier[] {
  const theirs = new Set(
    right.fields.flatMap(({ name, hidden }) => (name !== undefined && hidden !== true ? [name] : [])),
  );
  return left.fields.flatMap(({ name, hidden }) =>
    name !== undefined && hidden !== true && theirs.has(name) ? [{ name, start: at.start, end: at.end }] : [],
  );
}

function oneNamed(side: AnalyzedRelation, name: Identifier, word: string, context: QueryContext): ScopeField {
  const found = side.fields.filter((field) => field.name === name.name && field.hidden !== true);
  const [only, second] = found;
  if (second) throw faultAt(context.analysis, "AMBIGUOUS_NAME", `Column '${name.name}' is ambiguous`, name);
  if (!only)
    throw faultAt(
      context.analysis,
      "COLUMN_NOT_FOUND",
      `Column '${name.name}' is missing from ${word} side of join`,
      name,
    );
  return only;
}
