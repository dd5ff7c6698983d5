/** What emitting carries along. */
import type { TableUse, Typed, TypedQuery } from "../typed.ts";

export interface EmitContext {
  /** The SQL of each used table's rows: a relation with the catalog's column names. */
  readonly relationFor: (table: TableUse) => string;
  readonly tables: readonly TableUse[];
  readonly rules: EmitRules;
  /** What lambda variables stand for, where a translation puts values in their place. */
  readonly variables: ReadonlyMap<string, string>;
}

export interface EmitRules {
  readonly expression: (typed: Typed, context: EmitContext) => string;
  readonly query: (query: TypedQuery, context: EmitContext) => string;
}

export const fieldText = (relation: number, index: number): string => `r${relation}.c${index}`;
