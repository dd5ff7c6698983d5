/** What the analysis of one statement carries along: session, catalog, what has been found so far. */
import type { Expression, Query, Span, WindowSpec } from "../ast.ts";
import { TrinoError, positionAt } from "../error.ts";
import type { Field, TableUse, Typed, TypedNamed, TypedQuery } from "../typed.ts";
import type { TrinoType } from "../types/type.ts";

/** Whose statement this is and what unqualified names mean. */
export interface Session {
  /** `awsdatacatalog`. */
  readonly catalog: string;
  readonly database: string | undefined;
  /** What current_timestamp and its like answer, in milliseconds since 1970 UTC. Athena's session zone is UTC. */
  readonly nowMs: number;
  readonly user: string;
}

export interface TableColumn {
  readonly name: string;
  readonly type: TrinoType;
  readonly partitionKey: boolean;
}

export type CatalogEntry =
  | { readonly kind: "table"; readonly columns: readonly TableColumn[] }
  | {
      readonly kind: "view";
      readonly sql: string;
      readonly catalog: string;
      readonly database: string;
    };

export interface TableName {
  readonly catalog: string;
  readonly database: string;
  readonly table: string;
}

/** Tables and views that the caller has loaded (and authorized) beforehand. */
export interface Catalog {
  readonly find: (name: TableName) => CatalogEntry | undefined;
  /** Does the database exist? Only for the error's words; taken as yes when absent. */
  readonly hasDatabase?: (catalog: string, database: string) => boolean;
}

export interface ScopeField {
  readonly field: Field;
  /** `[catalog, database, table]` of a table without alias, `[alias]`, or none. */
  readonly qualifier: readonly string[];
  readonly name: string | undefined;
  /** Not part of `*`: the second of two columns that USING made one. */
  readonly hidden?: boolean;
  /** What the name stands for when it is not the field itself: USING's coalesce(left, right). */
  readonly merged?: Typed;
}

export interface Scope {
  readonly fields: readonly ScopeField[];
  /** The query around a subquery. */
  readonly outer: Scope | undefined;
}

export const EMPTY_SCOPE: Scope = { fields: [], outer: undefined };

/** `WITH` names that can be read here. */
export interface NamedScope {
  readonly name: string;
  readonly id: number;
  readonly fields: readonly { readonly name: string | undefined; readonly type: TrinoType }[];
}

export interface Analysis {
  readonly text: string;
  readonly session: Session;
  readonly catalog: Catalog;
  readonly parameters: readonly Typed[];
  readonly tables: TableUse[];
  readonly named: TypedNamed[];
  readonly counter: { next: number };
  readonly rules: Rules;
  /** Names of views being read, outermost first: a view that reads itself is refused. */
  readonly views: readonly string[];
}

/** The rules that lead back to each other; handed in, as in the parser. */
export interface Rules {
  readonly query: (query: Query, context: QueryContext) => TypedQuery;
  readonly expression: (expression: Expression, context: ExpressionContext) => Typed;
}

export interface QueryContext {
  readonly analysis: Analysis;
  readonly outer: Scope | undefined;
  readonly named: readonly NamedScope[];
}

export interface ExpressionContext extends QueryContext {
  readonly scope: Scope;
  readonly lambda: ReadonlyMap<string, Typed>;
  /** How lambdas nest here: gives their variables names. */
  readonly lambdaDepth: number;
  /** Why aggregates and windows may not stand here; undefined: they may. */
  readonly noAggregates: string | undefined;
  readonly windows: ReadonlyMap<string, WindowSpec>;
}

export const nextId = (analysis: Analysis): number => analysis.counter.next++;

export const faultAt = (analysis: Analysis, kind: string, message: string, at: Span): TrinoError =>
  new TrinoError(kind, message, positionAt(analysis.text, at.at ?? at.start));

/** Runs `make` and gives an error without a place the node's. */
export function placed<T>(analysis: Analysis, at: Span, make: () => T): T {
  try {
    return make();
  } catch (error) {
    if (error instanceof TrinoError && error.line === undefined)
      throw faultAt(analysis, error.kind, error.message, at);
    throw error;
  }
}

export const sourceOf = (analysis: Analysis, at: Span): string => analysis.text.slice(at.start, at.end);
