/** Conditions on partition keys, as a small tree that tells whether a partition may hold rows of the answer. */
import { unreachable } from "../../base/invariant.ts";
import type { TableUse, Typed } from "../typed.ts";
import { compareValues, constantOf, partitionValue, type Scalar } from "./values.ts";

export type Predicate =
  | { readonly kind: "true" }
  | { readonly kind: "and" | "or"; readonly terms: readonly Predicate[] }
  | { readonly kind: "not"; readonly term: Predicate }
  | {
      readonly kind: "compare";
      readonly column: string;
      readonly type: string;
      readonly operator: CompareOperator;
      readonly value: Scalar;
    }
  | {
      readonly kind: "in";
      readonly column: string;
      readonly type: string;
      readonly values: readonly Scalar[];
    }
  | {
      readonly kind: "like";
      readonly column: string;
      readonly pattern: string;
      readonly escape: string | undefined;
    }
  | { readonly kind: "is-null"; readonly column: string };

export type CompareOperator = "=" | "<>" | "<" | "<=" | ">" | ">=";

/** How Hive names the partition of NULL. */
export const NULL_PARTITION = "__HIVE_DEFAULT_PARTITION__";

const TRUE: Predicate = { kind: "true" };

/** The part of the conditions that partition keys alone decide; what they cannot decide counts as true. */
export function predicateOf(conjuncts: readonly Typed[], table: TableUse): Predicate {
  const terms = conjuncts.flatMap((term) => {
    const found = translate(term, table);
    return found ? [found] : [];
  });
  return terms.length === 0 ? TRUE : { kind: "and", terms };
}

/** May the partition with these values (column → text as in its path) hold rows of the answer? */
export function matches(predicate: Predicate, values: Readonly<Record<string, string>>): boolean {
  return unreadable(predicate, values) || decide(predicate, values) === true;
}

/** A value that is not of its key's type is for the engine to complain of: its partition is read. */
function unreadable(predicate: Predicate, values: Readonly<Record<string, string>>): boolean {
  if ("terms" in predicate) return predicate.terms.some((term) => unreadable(term, values));
  if (predicate.kind === "not") return unreadable(predicate.term, values);
  if (predicate.kind !== "compare" && predicate.kind !== "in") return false;
  const text = values[predicate.column];
  return text !== undefined && !isNull(text) && partitionValue(text, predicate.type) === undefined;
}

/** SQL's three values: undefined is unknown, which no WHERE lets pass. */
function decide(predicate: Predicate, values: Readonly<Record<string, string>>): boolean | undefined {
  switch (predicate.kind) {
    case "true":
      return true;
    case "not": {
      const inner = decide(predicate.term, values);
      return inner === undefined ? undefined : !inner;
    }
    case "and":
    case "or": {
      const stop = predicate.kind === "or";
      let unknown = false;
      for (const term of predicate.terms) {
        const one = decide(term, values);
        if (one === stop) return stop;
        if (one === undefined) unknown = true;
      }
      return unknown ? undefined : !stop;
    }
    case "is-null":
      return isNull(values[predicate.column]);
    default:
      return decideValue(predicate, values[predicate.column]);
  }
}

const isNull = (text: string | undefined): boolean => text === undefined || text === NULL_PARTITION;

type ValuePredicate = Extract<Predicate, { kind: "compare" | "in" | "like" }>;

function decideValue(predicate: ValuePredicate, text: string | undefined): boolean | undefined {
  if (text === undefined || isNull(text)) return undefined;
  if (predicate.kind === "like") return likeMatcher(predicate.pattern, predicate.escape).test(text);
  const value = partitionValue(text, predicate.type);
  if (value === undefined) return undefined;
  if (predicate.kind === "in") return predicate.values.some((other) => compareValues(value, other) === 0);
  return compares(value, predicate.operator, predicate.value);
}

export function compares(left: Scalar, operator: CompareOperator, right: Scalar): boolean {
  const order = compareValues(left, right);
  switch (operator) {
    case "=":
      return order === 0;
    case "<>":
      return order !== 0;
    case "<":
      return order < 0;
    case "<=":
      return order <= 0;
    case ">":
      return order > 0;
    case ">=":
      return order >= 0;
    default:
      return unreachable(operator);
  }
}

export function likeMatcher(pattern: string, escape: string | undefined): RegExp {
  let source = "";
  const characters = [...pattern];
  for (let at = 0; at < characters.length; at++) {
    const char = characters[at] ?? "";
    if (char === escape) source += literal(characters[++at] ?? "");
    else if (char === "%") source += ".*";
    else if (char === "_") source += ".";
    else source += literal(char);
  }
  return new RegExp(`^${source}$`, "su");
}

const literal = (char: string): string => char.replace(/[\\^$.*+?()[\]{}|/]/, String.raw`\$&`);

/** @returns undefined: not for partition keys to decide. */
function translate(node: Typed, table: TableUse): Predicate | undefined {
  switch (node.kind) {
    case "logical": {
      const terms = node.terms.map((term) => translate(term, table));
      const known = terms.flatMap((term) => (term ? [term] : []));
      if (node.operator === "AND") return known.length === 0 ? undefined : { kind: "and", terms: known };
      return known.length === terms.length ? { kind: "or", terms: known } : undefined;
    }
    case "not": {
      // Under NOT a part that was left out would turn from "may be" into "is not".
      const term = complete(node.operand, table) ? translate(node.operand, table) : undefined;
      return term && { kind: "not", term };
    }
    case "is-null": {
      const key = keyOf(node.operand, table);
      return key && { kind: "is-null", column: key.name };
    }
    case "comparison":
      return comparison(node, table);
    case "between": {
      const low = comparison({ operator: ">=", left: node.value, right: node.low }, table);
      const high = comparison({ operator: "<=", left: node.value, right: node.high }, table);
      return low && high && { kind: "and", terms: [low, high] };
    }
    case "in-list": {
      const key = keyOf(node.value, table);
      const values = node.list.map(constantOf);
      const known = values.flatMap((value) => (value === undefined ? [] : [value]));
      return key && known.length === values.length
        ? { kind: "in", column: key.name, type: key.type, values: known }
        : undefined;
    }
    case "call":
      return like(node, table);
    default:
      return undefined;
  }
}

function complete(node: Typed, table: TableUse): boolean {
  if (node.kind === "logical") return node.terms.every((term) => complete(term, table));
  if (node.kind === "not") return complete(node.operand, table);
  return translate(node, table) !== undefined;
}

const FLIPPED: Readonly<Record<string, CompareOperator>> = {
  "=": "=",
  "<>": "<>",
  "<": ">",
  "<=": ">=",
  ">": "<",
  ">=": "<=",
};
const isOperator = (operator: string): operator is CompareOperator => operator in FLIPPED;

function comparison(
  node: { readonly operator: string; readonly left: Typed; readonly right: Typed },
  table: TableUse,
): Predicate | undefined {
  const { operator } = node;
  if (!isOperator(operator)) return undefined;
  const left = keyOf(node.left, table);
  const right = left ? undefined : keyOf(node.right, table);
  const key = left ?? right;
  const value = constantOf(left ? node.right : node.left);
  if (!key || value === undefined) return undefined;
  return {
    kind: "compare",
    column: key.name,
    type: key.type,
    operator: left ? operator : (FLIPPED[operator] ?? "="),
    value,
  };
}

function like(node: Extract<Typed, { kind: "call" }>, table: TableUse): Predicate | undefined {
  const [value, pattern, escape] = node.args;
  if (node.row.name !== "$like" || !value || pattern?.kind !== "literal" || typeof pattern.value !== "string")
    return undefined;
  const key = keyOf(value, table);
  if (!key || key.type !== "varchar") return undefined;
  if (escape && (escape.kind !== "literal" || typeof escape.value !== "string")) return undefined;
  return {
    kind: "like",
    column: key.name,
    pattern: pattern.value,
    escape: escape?.kind === "literal" && typeof escape.value === "string" ? escape.value : undefined,
  };
}

/** A partition key of the table, also behind a cast that only widens it. */
function keyOf(node: Typed, table: TableUse): { readonly name: string; readonly type: string } | undefined {
  if (node.kind === "cast" && !node.safe && WIDENS[node.operand.type.name]?.includes(node.type.name))
    return keyOf(node.operand, table);
  if (node.kind !== "field" || node.field.relation !== table.relation) return undefined;
  const column = table.columns[node.field.index];
  return column?.partitionKey ? { name: column.name, type: column.type.name } : undefined;
}

const WIDENS: Readonly<Record<string, readonly string[]>> = {
  varchar: ["varchar"],
  tinyint: ["smallint", "integer", "bigint", "decimal"],
  smallint: ["integer", "bigint", "decimal"],
  integer: ["bigint", "decimal"],
  bigint: ["decimal"],
  date: ["timestamp"],
};
