/** A partition expression: what GetPartitions filters by. */
export type Comparison = "=" | "<>" | "<" | "<=" | ">" | ">=";

export interface Literal {
  readonly kind: "string" | "number";
  readonly text: string;
}

export type Expression =
  | { readonly kind: "and" | "or"; readonly operands: readonly Expression[] }
  | { readonly kind: "not"; readonly operand: Expression }
  | {
      readonly kind: "compare";
      readonly column: string;
      readonly operator: Comparison;
      readonly literal: Literal;
    }
  | { readonly kind: "in"; readonly column: string; readonly literals: readonly Literal[] }
  | { readonly kind: "between"; readonly column: string; readonly low: Literal; readonly high: Literal }
  | { readonly kind: "like"; readonly column: string; readonly pattern: Literal }
  | { readonly kind: "null"; readonly column: string };
