import { unreachable } from "../../../base/invariant.ts";
import { invalidExpression, invalidInput, unreadableValue } from "../faults.ts";
import { likeMatcher } from "./like.ts";
import { parseExpression } from "./parse.ts";
import type { Comparison, Expression, Literal } from "./tree.ts";
import { keyType, type KeyType, type Typed } from "./values.ts";

export interface PartitionKey {
  readonly Name: string;
  readonly Type?: string;
}

export interface Filter {
  /** What a row's partition values must be. @throws Fault InvalidStateException for one that is not of its key's type. */
  readonly matches: (values: readonly string[]) => boolean;
  /** The first values of every partition that matches, as far as they are certain: all others need not be read. */
  readonly leading: readonly string[];
}

/** How Hive writes a partition value that is null. */
export const HIVE_NULL = "__HIVE_DEFAULT_PARTITION__";

/**
 * Compiles a partition expression once for all partitions of a table.
 * @throws Fault InvalidInputException for an expression that is none, or that names what is no partition key.
 */
export function compileExpression(text: string, keys: readonly PartitionKey[]): Filter {
  const expression = parseExpression(text);
  const test = compile(expression, keys);
  return { matches: (values) => test(values) === true, leading: leadingValues(expression, keys) };
}

/** What the first keys must be equal to, while they are strings: the only type whose equal values are written alike. */
function leadingValues(expression: Expression, keys: readonly PartitionKey[]): readonly string[] {
  const conditions = expression.kind === "and" ? expression.operands : [expression];
  const leading: string[] = [];
  for (const { Name, Type } of keys) {
    const equal = conditions.find(
      (one) => one.kind === "compare" && one.operator === "=" && sameColumn(one.column, Name),
    );
    const isText = keyType(Type ?? "string")?.unlike === undefined;
    if (equal?.kind !== "compare" || !isText) break;
    leading.push(equal.literal.text);
  }
  return leading;
}

const sameColumn = (a: string, b: string): boolean => a.toLowerCase() === b.toLowerCase();

/** SQL's three values: undefined is unknown. */
type Test = (values: readonly string[]) => boolean | undefined;

function compile(expression: Expression, keys: readonly PartitionKey[]): Test {
  switch (expression.kind) {
    case "and":
      return all(expression.operands.map((operand) => compile(operand, keys)));
    case "or":
      return any(expression.operands.map((operand) => compile(operand, keys)));
    case "not":
      return not(compile(expression.operand, keys));
    default:
      return compileCondition(expression, columnOf(expression.column, keys));
  }
}

const all =
  (tests: readonly Test[]): Test =>
  (values) => {
    let result: boolean | undefined = true;
    for (const test of tests) {
      const one = test(values);
      if (one === false) return false;
      if (one === undefined) result = undefined;
    }
    return result;
  };

const any =
  (tests: readonly Test[]): Test =>
  (values) => {
    let result: boolean | undefined = false;
    for (const test of tests) {
      const one = test(values);
      if (one === true) return true;
      if (one === undefined) result = undefined;
    }
    return result;
  };

const not =
  (test: Test): Test =>
  (values) => {
    const result = test(values);
    return result === undefined ? undefined : !result;
  };

interface KeyColumn {
  readonly index: number;
  readonly type: KeyType;
}

function columnOf(name: string, keys: readonly PartitionKey[]): KeyColumn {
  const index = keys.findIndex(({ Name }) => sameColumn(Name, name));
  const key = keys[index];
  if (!key) throw invalidExpression();
  const type = keyType(key.Type ?? "string");
  if (!type) throw invalidInput(`Unknown type : '${key.Type}'`);
  return { index, type };
}

type Condition = Exclude<Expression, { readonly kind: "and" | "or" | "not" }>;

function compileCondition(condition: Condition, { index, type }: KeyColumn): Test {
  const literal = (one: Literal): Typed => literalOf(type, one);
  const tested = (test: (value: Typed) => boolean): Test => {
    return (values) => {
      const text = values[index];
      return text === undefined || text === HIVE_NULL ? undefined : test(valueOf(type, text));
    };
  };
  switch (condition.kind) {
    case "null":
      return (values) => values[index] === undefined || values[index] === HIVE_NULL;
    case "compare": {
      const wanted = literal(condition.literal);
      const holds = HOLDS[condition.operator];
      return tested((value) => holds(compare(value, wanted)));
    }
    case "between": {
      const [low, high] = [literal(condition.low), literal(condition.high)];
      return tested((value) => compare(low, value) <= 0 && compare(value, high) <= 0);
    }
    case "in": {
      const wanted = new Set(condition.literals.map(literal));
      return tested((value) => wanted.has(value));
    }
    case "like": {
      if (type.unlike) throw invalidInput(`${type.unlike} data type doesn't support operation 'LIKE'`);
      const matches = likeMatcher(condition.pattern.text);
      return tested((value) => matches(String(value)));
    }
    default:
      return unreachable(condition);
  }
}

const HOLDS: Readonly<Record<Comparison, (order: number) => boolean>> = {
  "=": (order) => order === 0,
  "<>": (order) => order !== 0,
  "<": (order) => order < 0,
  "<=": (order) => order <= 0,
  ">": (order) => order > 0,
  ">=": (order) => order >= 0,
};

/** Both are of one type. */
const compare = (a: Typed, b: Typed): number => (a < b ? -1 : a > b ? 1 : 0);

function literalOf(type: KeyType, { text }: Literal): Typed {
  const read = type.read(text);
  if ("wrong" in read) throw invalidInput(read.wrong);
  return read.value;
}

function valueOf(type: KeyType, text: string): Typed {
  const read = type.read(text);
  if ("wrong" in read) throw unreadableValue(`For input string: ${read.wrong}`);
  return read.value;
}
