/** What a parsed text is: Trino's queries and expressions. Statements are in ast-statements.ts. */

/** Offsets into the text: where a node starts and ends. */
export interface Span {
  readonly start: number;
  readonly end: number;
  /** Where Trino says an error of this node is, when that is not its start: the operator. */
  readonly at?: number;
}

export interface Identifier extends Span {
  /** In lower case, as Athena's catalog keeps names. */
  readonly name: string;
}

/** One to three parts: catalog, database, table. */
export interface QualifiedName extends Span {
  readonly parts: readonly string[];
}

export interface TypeName extends Span {
  /** In lower case: `varchar`, `timestamp with time zone`, `array`, `row` … */
  readonly base: string;
  readonly parameters: readonly TypeParameter[];
}

export type TypeParameter =
  | { readonly kind: "number"; readonly value: number }
  | { readonly kind: "type"; readonly type: TypeName }
  | { readonly kind: "field"; readonly name: string | undefined; readonly type: TypeName };

export type Expression = Span & ExpressionNode;

type ExpressionNode =
  | { readonly kind: "null" }
  | { readonly kind: "boolean"; readonly value: boolean }
  | { readonly kind: "number"; readonly form: "integer" | "decimal" | "double"; readonly text: string }
  | { readonly kind: "string"; readonly value: string }
  | { readonly kind: "binary"; readonly hex: string }
  | { readonly kind: "typed-literal"; readonly type: TypeName; readonly value: string }
  | IntervalNode
  | { readonly kind: "identifier"; readonly name: string }
  | { readonly kind: "dereference"; readonly base: Expression; readonly field: string }
  | { readonly kind: "subscript"; readonly base: Expression; readonly index: Expression }
  | { readonly kind: "parameter"; readonly index: number }
  | CallNode
  | { readonly kind: "lambda"; readonly parameters: readonly string[]; readonly body: Expression }
  | { readonly kind: "unary"; readonly operator: "+" | "-"; readonly operand: Expression }
  | { readonly kind: "not"; readonly operand: Expression }
  | {
      readonly kind: "arithmetic";
      readonly operator: Arithmetic;
      readonly left: Expression;
      readonly right: Expression;
    }
  | {
      readonly kind: "comparison";
      readonly operator: Comparison;
      readonly left: Expression;
      readonly right: Expression;
    }
  | { readonly kind: "logical"; readonly operator: "AND" | "OR"; readonly terms: readonly Expression[] }
  | { readonly kind: "concat"; readonly terms: readonly Expression[] }
  | {
      readonly kind: "between";
      readonly value: Expression;
      readonly low: Expression;
      readonly high: Expression;
    }
  | { readonly kind: "in-list"; readonly value: Expression; readonly list: readonly Expression[] }
  | { readonly kind: "in-query"; readonly value: Expression; readonly query: Query }
  | {
      readonly kind: "like";
      readonly value: Expression;
      readonly pattern: Expression;
      readonly escape: Expression | undefined;
    }
  | { readonly kind: "is-null"; readonly operand: Expression }
  | { readonly kind: "is-distinct"; readonly left: Expression; readonly right: Expression }
  | {
      readonly kind: "quantified";
      readonly operator: Comparison;
      readonly quantifier: "ALL" | "ANY";
      readonly left: Expression;
      readonly query: Query;
    }
  | { readonly kind: "exists"; readonly query: Query }
  | { readonly kind: "subquery"; readonly query: Query }
  | {
      readonly kind: "case";
      readonly operand: Expression | undefined;
      readonly whens: readonly { readonly when: Expression; readonly result: Expression }[];
      readonly otherwise: Expression | undefined;
    }
  | { readonly kind: "cast"; readonly operand: Expression; readonly type: TypeName; readonly safe: boolean }
  | { readonly kind: "at-time-zone"; readonly value: Expression; readonly zone: Expression }
  | { readonly kind: "extract"; readonly field: string; readonly value: Expression }
  | { readonly kind: "row"; readonly items: readonly Expression[] }
  | { readonly kind: "array"; readonly items: readonly Expression[] }
  | { readonly kind: "current"; readonly what: string; readonly precision: number | undefined };

export interface IntervalNode {
  readonly kind: "interval";
  readonly negative: boolean;
  readonly value: string;
  readonly from: string;
  readonly to: string | undefined;
}

export interface CallNode {
  readonly kind: "call";
  /** In lower case. */
  readonly name: string;
  readonly args: readonly Expression[];
  /** `count(*)`. */
  readonly star: boolean;
  readonly distinct: boolean;
  readonly orderBy: readonly SortItem[];
  readonly filter: Expression | undefined;
  readonly nulls: "IGNORE" | "RESPECT" | undefined;
  readonly over: WindowSpec | string | undefined;
}

export type Arithmetic = "+" | "-" | "*" | "/" | "%";
export type Comparison = "=" | "<>" | "<" | "<=" | ">" | ">=";

export interface SortItem extends Span {
  readonly expression: Expression;
  readonly descending: boolean;
  readonly nullsFirst: boolean;
}

export interface WindowSpec extends Span {
  readonly base: string | undefined;
  readonly partitionBy: readonly Expression[];
  readonly orderBy: readonly SortItem[];
  readonly frame: Frame | undefined;
}

export interface Frame extends Span {
  readonly unit: "ROWS" | "RANGE" | "GROUPS";
  readonly from: FrameBound;
  readonly to: FrameBound | undefined;
}

export interface FrameBound {
  readonly kind: "UNBOUNDED PRECEDING" | "UNBOUNDED FOLLOWING" | "CURRENT ROW" | "PRECEDING" | "FOLLOWING";
  readonly distance: Expression | undefined;
}

export interface Query extends Span {
  readonly with: readonly NamedQuery[];
  readonly recursive: boolean;
  readonly body: QueryBody;
  readonly orderBy: readonly SortItem[];
  readonly offset: Expression | undefined;
  readonly limit: Limit | undefined;
}

export interface Limit {
  /** undefined: ALL. */
  readonly count: Expression | undefined;
  readonly withTies: boolean;
}

export interface NamedQuery extends Span {
  readonly name: string;
  readonly columns: readonly Identifier[] | undefined;
  readonly query: Query;
}

export type QueryBody = Select | SetOperation | Values | TableBody | NestedQuery;

export interface Select extends Span {
  readonly kind: "select";
  readonly distinct: boolean;
  readonly items: readonly SelectItem[];
  readonly from: readonly Relation[];
  readonly where: Expression | undefined;
  readonly groupBy: GroupBy | undefined;
  readonly having: Expression | undefined;
  readonly windows: readonly { readonly name: string; readonly spec: WindowSpec }[];
}

export type SelectItem = Span &
  (
    | { readonly kind: "expression"; readonly expression: Expression; readonly alias: string | undefined }
    | {
        readonly kind: "all";
        readonly of: Expression | undefined;
        readonly aliases: readonly string[] | undefined;
      }
  );

export interface GroupBy extends Span {
  readonly distinct: boolean;
  readonly elements: readonly GroupingElement[];
}

export type GroupingElement =
  | { readonly kind: "simple"; readonly expressions: readonly Expression[] }
  | { readonly kind: "rollup" | "cube"; readonly expressions: readonly Expression[] }
  | { readonly kind: "sets"; readonly sets: readonly (readonly Expression[])[] };

export interface SetOperation extends Span {
  readonly kind: "set";
  readonly operator: "UNION" | "INTERSECT" | "EXCEPT";
  readonly all: boolean;
  readonly left: QueryBody;
  readonly right: QueryBody;
}

export interface Values extends Span {
  readonly kind: "values";
  readonly rows: readonly Expression[];
}

export interface TableBody extends Span {
  readonly kind: "table";
  readonly name: QualifiedName;
}

export interface NestedQuery extends Span {
  readonly kind: "nested";
  readonly query: Query;
}

export type Relation = Span &
  (
    | { readonly kind: "table"; readonly name: QualifiedName }
    | {
        readonly kind: "aliased";
        readonly relation: Relation;
        readonly alias: string;
        readonly columns: readonly Identifier[] | undefined;
      }
    | { readonly kind: "query"; readonly query: Query; readonly lateral: boolean }
    | { readonly kind: "unnest"; readonly items: readonly Expression[]; readonly ordinality: boolean }
    | {
        readonly kind: "sample";
        readonly relation: Relation;
        readonly method: string;
        readonly percentage: Expression;
      }
    | JoinNode
  );

export interface JoinNode {
  readonly kind: "join";
  readonly type: "CROSS" | "INNER" | "LEFT" | "RIGHT" | "FULL";
  readonly left: Relation;
  readonly right: Relation;
  readonly on: Expression | undefined;
  readonly using: readonly Identifier[] | undefined;
  readonly natural: boolean;
}
