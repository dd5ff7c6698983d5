/** The typed tree: names resolved to fields, every expression with its Trino type. What emit/ reads. */
import type { FunctionRow } from "./functions/row.ts";
import type { TrinoType } from "./types/type.ts";

/** A column of one relation; found by identity, so names may repeat. */
export interface Field {
  readonly relation: number;
  readonly index: number;
  readonly name: string | undefined;
  readonly type: TrinoType;
}

export type Typed = { readonly type: TrinoType } & TypedNode;

export type TypedNode =
  | { readonly kind: "literal"; readonly value: string | boolean | null }
  | { readonly kind: "field"; readonly field: Field }
  | { readonly kind: "variable"; readonly name: string }
  | { readonly kind: "call"; readonly row: FunctionRow; readonly args: readonly Typed[] }
  | { readonly kind: "lambda"; readonly parameters: readonly string[]; readonly body: Typed }
  | { readonly kind: "cast"; readonly operand: Typed; readonly safe: boolean }
  | { readonly kind: "logical"; readonly operator: "AND" | "OR"; readonly terms: readonly Typed[] }
  | { readonly kind: "not"; readonly operand: Typed }
  | { readonly kind: "is-null"; readonly operand: Typed }
  | { readonly kind: "comparison"; readonly operator: string; readonly left: Typed; readonly right: Typed }
  | { readonly kind: "between"; readonly value: Typed; readonly low: Typed; readonly high: Typed }
  | { readonly kind: "in-list"; readonly value: Typed; readonly list: readonly Typed[] }
  | { readonly kind: "in-query"; readonly value: Typed; readonly query: TypedQuery }
  | {
      readonly kind: "quantified";
      readonly operator: string;
      readonly quantifier: "ALL" | "ANY";
      readonly left: Typed;
      readonly query: TypedQuery;
    }
  | { readonly kind: "exists"; readonly query: TypedQuery }
  | { readonly kind: "scalar"; readonly query: TypedQuery }
  | {
      readonly kind: "case";
      readonly whens: readonly { readonly when: Typed; readonly result: Typed }[];
      readonly otherwise: Typed | undefined;
    }
  | { readonly kind: "coalesce"; readonly items: readonly Typed[] }
  | { readonly kind: "try"; readonly operand: Typed }
  | { readonly kind: "row"; readonly items: readonly Typed[] }
  | { readonly kind: "array"; readonly items: readonly Typed[] }
  | { readonly kind: "row-field"; readonly base: Typed; readonly index: number }
  | TypedAggregate
  | { readonly kind: "grouping"; readonly fields: readonly Typed[] };

/** An aggregate, or with `over` a window function. */
export interface TypedAggregate {
  readonly kind: "aggregate";
  readonly row: FunctionRow;
  readonly args: readonly Typed[];
  readonly distinct: boolean;
  readonly orderBy: readonly TypedSort[];
  readonly filter: Typed | undefined;
  readonly ignoreNulls: boolean;
  readonly over: TypedWindow | undefined;
}

export interface TypedSort {
  readonly expression: Typed;
  readonly descending: boolean;
  readonly nullsFirst: boolean;
}

export interface TypedWindow {
  readonly partitionBy: readonly Typed[];
  readonly orderBy: readonly TypedSort[];
  readonly frame: TypedFrame | undefined;
}

export interface TypedFrame {
  readonly unit: "ROWS" | "RANGE" | "GROUPS";
  readonly from: TypedBound;
  readonly to: TypedBound | undefined;
}

export interface TypedBound {
  readonly kind: string;
  readonly distance: Typed | undefined;
}

export type TypedRelation =
  | {
      readonly kind: "table";
      readonly id: number;
      readonly table: number;
      readonly columns: readonly string[];
      readonly fields: readonly Field[];
    }
  | {
      readonly kind: "query";
      readonly id: number;
      readonly query: TypedQuery;
      readonly lateral: boolean;
      readonly fields: readonly Field[];
    }
  | { readonly kind: "named"; readonly id: number; readonly named: number; readonly fields: readonly Field[] }
  | {
      readonly kind: "unnest";
      readonly id: number;
      readonly items: readonly Typed[];
      readonly ordinality: boolean;
      readonly fields: readonly Field[];
    }
  | {
      readonly kind: "join";
      readonly type: "CROSS" | "INNER" | "LEFT" | "RIGHT" | "FULL";
      readonly left: TypedRelation;
      readonly right: TypedRelation;
      readonly on: Typed | undefined;
    }
  | {
      readonly kind: "sample";
      readonly relation: TypedRelation;
      readonly method: string;
      readonly percentage: number;
    };

export interface OutputColumn {
  /** undefined: Trino calls it `_colN`. */
  readonly name: string | undefined;
  readonly type: TrinoType;
}

export interface TypedQuery {
  readonly body: TypedBody;
  readonly orderBy: readonly TypedSort[];
  readonly offset: string | undefined;
  readonly limit: string | undefined;
  readonly withTies: boolean;
  readonly columns: readonly OutputColumn[];
}

export type TypedBody =
  | TypedSelect
  | {
      readonly kind: "set";
      readonly id: number;
      readonly operator: "UNION" | "INTERSECT" | "EXCEPT";
      readonly all: boolean;
      readonly inputs: readonly TypedQuery[];
      readonly fields: readonly Field[];
    }
  | {
      readonly kind: "values";
      readonly id: number;
      readonly rows: readonly (readonly Typed[])[];
      readonly fields: readonly Field[];
    }
  | {
      readonly kind: "nested";
      readonly id: number;
      readonly query: TypedQuery;
      readonly fields: readonly Field[];
    };

export interface TypedSelect {
  readonly kind: "select";
  readonly distinct: boolean;
  readonly outputs: readonly Typed[];
  readonly from: readonly TypedRelation[];
  readonly where: Typed | undefined;
  readonly grouped: TypedGrouping | undefined;
  readonly having: Typed | undefined;
}

/** The grouped rows are a relation of their own: keys first, then aggregates, then one number that tells the grouping set. */
export interface TypedGrouping {
  readonly id: number;
  readonly keys: readonly Typed[];
  readonly aggregates: readonly Typed[];
  /** Each a list of key indexes; one set that holds all keys is a plain GROUP BY. */
  readonly sets: readonly (readonly number[])[];
  readonly fields: readonly Field[];
}

/** One `name AS (…)`, made once however often it is read. */
export interface TypedNamed {
  readonly id: number;
  readonly query: TypedQuery;
  /** For a recursive one: the field ids it is read by inside itself. */
  readonly recursive: boolean;
}

export interface TableUse {
  readonly catalog: string;
  readonly database: string;
  readonly table: string;
  readonly columns: readonly {
    readonly name: string;
    readonly type: TrinoType;
    readonly partitionKey: boolean;
  }[];
  readonly relation: number;
}
