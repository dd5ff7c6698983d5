/** Expressions, by operator precedence. */
import type { Arithmetic, Comparison, Expression } from "../ast.ts";
import { CHAIN_MAX } from "../limits.ts";
import { primary } from "./primary.ts";
import { startsQuery } from "./ahead.ts";
import type { TokenStream } from "./stream.ts";

export function expression(stream: TokenStream): Expression {
  return stream.nested(() => logical(stream, "OR"));
}

function logical(stream: TokenStream, operator: "AND" | "OR"): Expression {
  const operand = (): Expression => (operator === "OR" ? logical(stream, "AND") : negation(stream));
  const first = operand();
  if (!stream.is(operator)) return first;
  const terms = [first];
  while (stream.accept(operator)) terms.push(operand());
  return { kind: "logical", operator, terms, start: first.start, end: stream.lastEnd };
}

function negation(stream: TokenStream): Expression {
  const start = stream.peek().start;
  if (!stream.accept("NOT")) return predicate(stream);
  const operand = stream.nested(() => negation(stream));
  return { kind: "not", operand, start, end: stream.lastEnd };
}

const COMPARISONS: Readonly<Record<string, Comparison>> = {
  "=": "=",
  "<>": "<>",
  "!=": "<>",
  "<": "<",
  "<=": "<=",
  ">": ">",
  ">=": ">=",
};

function predicate(stream: TokenStream): Expression {
  let left = additive(stream);
  for (let length = 0; ; length++) {
    if (length > CHAIN_MAX) throw stream.fault("statement is too large (stack overflow while parsing)");
    const next = predicateTail(stream, left);
    if (!next) return left;
    left = next;
  }
}

function predicateTail(stream: TokenStream, left: Expression): Expression | undefined {
  const { start } = left;
  const at = stream.peek().start;
  for (const symbol of ["=", "<>", "!=", "<=", ">=", "<", ">"]) {
    if (!stream.is(symbol)) continue;
    stream.next();
    return { ...comparisonTail(stream, left, COMPARISONS[symbol] ?? "="), at };
  }
  if (stream.accept("IS")) {
    const negated = stream.accept("NOT");
    const done = (node: Expression): Expression =>
      negated ? { kind: "not", operand: { ...node, at }, start, end: stream.lastEnd } : { ...node, at };
    if (stream.accept("NULL")) return done({ kind: "is-null", operand: left, start, end: stream.lastEnd });
    stream.expect("DISTINCT", "FROM");
    const right = additive(stream);
    return done({ kind: "is-distinct", left, right, start, end: stream.lastEnd });
  }
  const mark = stream.mark();
  const negated = stream.accept("NOT");
  const tail = negatableTail(stream, left);
  if (!tail) {
    if (negated) stream.reset(mark);
    return undefined;
  }
  const placed: Expression = { ...tail, at };
  return negated ? { kind: "not", operand: placed, start, end: stream.lastEnd } : placed;
}

function negatableTail(stream: TokenStream, left: Expression): Expression | undefined {
  const { start } = left;
  if (stream.accept("BETWEEN")) {
    const low = additive(stream);
    stream.expect("AND");
    const high = additive(stream);
    return { kind: "between", value: left, low, high, start, end: stream.lastEnd };
  }
  if (stream.accept("LIKE")) {
    const pattern = additive(stream);
    const escape = stream.accept("ESCAPE") ? additive(stream) : undefined;
    return { kind: "like", value: left, pattern, escape, start, end: stream.lastEnd };
  }
  if (!stream.accept("IN")) return undefined;
  stream.expect("(");
  if (startsQuery(stream)) {
    const inner = stream.query();
    stream.expect(")");
    return { kind: "in-query", value: left, query: inner, start, end: stream.lastEnd };
  }
  const list = stream.list(() => stream.expression());
  stream.expect(")");
  return { kind: "in-list", value: left, list, start, end: stream.lastEnd };
}

function comparisonTail(stream: TokenStream, left: Expression, operator: Comparison): Expression {
  const { start } = left;
  const quantifier = stream.looksAt("(", 1) ? stream.acceptOne(["ALL", "SOME", "ANY"]) : undefined;
  if (quantifier) {
    stream.expect("(");
    const inner = stream.query();
    stream.expect(")");
    const word = quantifier === "ALL" ? "ALL" : "ANY";
    return { kind: "quantified", operator, quantifier: word, left, query: inner, start, end: stream.lastEnd };
  }
  const right = additive(stream);
  return { kind: "comparison", operator, left, right, start, end: stream.lastEnd };
}

/** `+`, `-` and `||` are one level in Trino, and lean left. */
function additive(stream: TokenStream): Expression {
  let left = multiplicative(stream);
  for (let length = 0; ; length++) {
    const at = stream.peek().start;
    const operator = stream.acceptOne(["+", "-", "||"]);
    if (!operator) return left;
    if (length > CHAIN_MAX) throw stream.fault("statement is too large (stack overflow while parsing)");
    const right = multiplicative(stream);
    const span = { start: left.start, end: stream.lastEnd, at };
    if (operator !== "||") left = { kind: "arithmetic", operator, left, right, ...span };
    else if (left.kind === "concat") left = { kind: "concat", terms: [...left.terms, right], ...span };
    else left = { kind: "concat", terms: [left, right], ...span };
  }
}

function multiplicative(stream: TokenStream): Expression {
  let left = unary(stream);
  for (let length = 0; ; length++) {
    const at = stream.peek().start;
    const operator: Arithmetic | undefined = stream.acceptOne(["*", "/", "%"]);
    if (!operator) return left;
    if (length > CHAIN_MAX) throw stream.fault("statement is too large (stack overflow while parsing)");
    const right = unary(stream);
    left = { kind: "arithmetic", operator, left, right, start: left.start, end: stream.lastEnd, at };
  }
}

function unary(stream: TokenStream): Expression {
  const start = stream.peek().start;
  const operator = stream.acceptOne(["-", "+"]);
  if (!operator) return zoned(stream);
  const operand = stream.nested(() => unary(stream));
  return { kind: "unary", operator, operand, start, end: stream.lastEnd };
}

function zoned(stream: TokenStream): Expression {
  let value = postfix(stream);
  while (stream.accept("AT", "TIME", "ZONE")) {
    const zone = postfix(stream);
    value = { kind: "at-time-zone", value, zone, start: value.start, end: stream.lastEnd };
  }
  return value;
}

function postfix(stream: TokenStream): Expression {
  let base = primary(stream);
  for (let length = 0; length <= CHAIN_MAX; length++) {
    const { start } = base;
    if (stream.accept("[")) {
      const index = stream.expression();
      stream.expect("]");
      base = { kind: "subscript", base, index, start, end: stream.lastEnd };
    } else if (stream.is(".") && !stream.looksAt("*", 1)) {
      stream.next();
      const field = stream.identifier().name;
      base = { kind: "dereference", base, field, start, end: stream.lastEnd };
    } else return base;
  }
  throw stream.fault("statement is too large (stack overflow while parsing)");
}
