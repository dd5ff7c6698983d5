/** The leaves of expressions: literals, names, calls, CASE, CAST, parentheses and Trino's special forms. */
import type { Expression, Span } from "../ast.ts";
import { call, specialCall } from "./call.ts";
import { startsQuery } from "./ahead.ts";
import type { TokenStream } from "./stream.ts";
import { typeName } from "./types.ts";

const CURRENT = new Set([
  "CURRENT_DATE",
  "CURRENT_TIME",
  "CURRENT_TIMESTAMP",
  "LOCALTIME",
  "LOCALTIMESTAMP",
  "CURRENT_USER",
  "CURRENT_CATALOG",
  "CURRENT_SCHEMA",
]);

export function primary(stream: TokenStream): Expression {
  const token = stream.peek();
  const { start } = token;
  const span = (): Span => ({ start, end: stream.lastEnd });
  switch (token.kind) {
    case "integer":
    case "decimal":
    case "double":
      stream.next();
      return { kind: "number", form: token.kind, text: token.value.replaceAll("_", ""), ...span() };
    case "string":
      stream.next();
      return { kind: "string", value: token.value, ...span() };
    case "binary":
      stream.next();
      if (!/^([0-9a-fA-F]{2})*$/.test(token.value))
        throw stream.fault("Binary literal must contain an even number of hexadecimal digits", start);
      return { kind: "binary", hex: token.value.toUpperCase(), ...span() };
    case "operator":
      return operatorPrimary(stream);
    case "word":
      return wordPrimary(stream);
    default:
      return name(stream);
  }
}

function operatorPrimary(stream: TokenStream): Expression {
  const { start } = stream.peek();
  if (stream.accept("?"))
    return { kind: "parameter", index: stream.nextParameter(), start, end: stream.lastEnd };
  if (lambdaAhead(stream)) return lambda(stream);
  stream.expecting("<expression>");
  if (!stream.looksAt("(")) throw stream.mismatch();
  stream.next();
  if (startsQuery(stream)) {
    const inner = stream.query();
    stream.expect(")");
    return { kind: "subquery", query: inner, start, end: stream.lastEnd };
  }
  const items = stream.list(() => stream.expression());
  stream.expect(")");
  const [only] = items;
  if (items.length === 1 && only) return { ...only, start, end: stream.lastEnd };
  return { kind: "row", items, start, end: stream.lastEnd };
}

/** `(a, b) ->` or `() ->`. */
function lambdaAhead(stream: TokenStream): boolean {
  if (!stream.looksAt("(")) return false;
  let ahead = 1;
  if (!stream.looksAt(")", ahead)) {
    for (;;) {
      if (!stream.atIdentifier(ahead)) return false;
      ahead++;
      if (!stream.looksAt(",", ahead)) break;
      ahead++;
    }
  }
  return stream.looksAt(")", ahead) && stream.looksAt("->", ahead + 1);
}

function lambda(stream: TokenStream): Expression {
  const { start } = stream.peek();
  const parameters: string[] = [];
  if (stream.accept("(")) {
    if (!stream.looksAt(")")) parameters.push(...stream.list(() => stream.identifier().name));
    stream.expect(")");
  } else parameters.push(stream.identifier().name);
  stream.expect("->");
  const body = stream.expression();
  return { kind: "lambda", parameters, body, start, end: stream.lastEnd };
}

function wordPrimary(stream: TokenStream): Expression {
  const { value: word, start } = stream.peek();
  const span = (): Span => ({ start, end: stream.lastEnd });
  if (word === "NULL" || word === "TRUE" || word === "FALSE") {
    stream.next();
    return word === "NULL"
      ? { kind: "null", ...span() }
      : { kind: "boolean", value: word === "TRUE", ...span() };
  }
  if (CURRENT.has(word)) {
    stream.next();
    let precision: number | undefined;
    if (stream.looksAt("(") && stream.peek(1).kind === "integer") {
      stream.next();
      precision = stream.integer();
      stream.expect(")");
    }
    return { kind: "current", what: word, precision, ...span() };
  }
  if (word === "CASE") return caseExpression(stream);
  if (stream.looksAt("(", 1)) {
    const special = specialForm(stream, word) ?? specialCall(stream, word);
    if (special) return special;
  }
  if (word === "ARRAY" && stream.looksAt("[", 1)) {
    stream.next();
    stream.next();
    const items = stream.looksAt("]") ? [] : stream.list(() => stream.expression());
    stream.expect("]");
    return { kind: "array", items, ...span() };
  }
  if (word === "INTERVAL" && intervalAhead(stream)) return interval(stream);
  return typedLiteral(stream) ?? name(stream);
}

function specialForm(stream: TokenStream, word: string): Expression | undefined {
  const { start } = stream.peek();
  const enter = (): void => {
    stream.next();
    stream.next();
  };
  const close = (): Span => {
    stream.expect(")");
    return { start, end: stream.lastEnd };
  };
  if (word === "CAST" || word === "TRY_CAST") {
    enter();
    const operand = stream.expression();
    stream.expect("AS");
    const type = typeName(stream);
    return { kind: "cast", operand, type, safe: word === "TRY_CAST", ...close() };
  }
  if (word === "EXISTS") {
    enter();
    const inner = stream.query();
    return { kind: "exists", query: inner, ...close() };
  }
  if (word === "EXTRACT") {
    enter();
    const field = stream.identifier().name;
    stream.expect("FROM");
    const value = stream.expression();
    return { kind: "extract", field, value, ...close() };
  }
  if (word === "ROW") {
    enter();
    const items = stream.list(() => stream.expression());
    return { kind: "row", items, ...close() };
  }
  return undefined;
}

function caseExpression(stream: TokenStream): Expression {
  const { start } = stream.next();
  const operand = stream.is("WHEN") ? undefined : stream.expression();
  const whens: { when: Expression; result: Expression }[] = [];
  stream.expect("WHEN");
  do {
    const when = stream.expression();
    stream.expect("THEN");
    whens.push({ when, result: stream.expression() });
  } while (stream.accept("WHEN"));
  const otherwise = stream.accept("ELSE") ? stream.expression() : undefined;
  stream.expect("END");
  return { kind: "case", operand, whens, otherwise, start, end: stream.lastEnd };
}

function intervalAhead(stream: TokenStream): boolean {
  const signed = stream.looksAt("+", 1) || stream.looksAt("-", 1);
  return stream.peek(signed ? 2 : 1).kind === "string";
}

const INTERVAL_FIELDS = ["YEAR", "MONTH", "DAY", "HOUR", "MINUTE", "SECOND"] as const;

function interval(stream: TokenStream): Expression {
  const { start } = stream.next();
  const negative = stream.acceptOne(["-", "+"]) === "-";
  const value = stream.string();
  const from = stream.expectOne(INTERVAL_FIELDS);
  const to = stream.accept("TO") ? stream.expectOne(INTERVAL_FIELDS) : undefined;
  return { kind: "interval", negative, value, from, to, start, end: stream.lastEnd };
}

/** `DATE '2024-01-01'`, `DECIMAL '1.5'`, `timestamp '…'`: a type name right before a string. */
function typedLiteral(stream: TokenStream): Expression | undefined {
  if (!stream.atIdentifier()) return undefined;
  const { start } = stream.peek();
  const double =
    stream.looksAt("DOUBLE") && stream.looksAt("PRECISION", 1) && stream.peek(2).kind === "string";
  if (!double && stream.peek(1).kind !== "string") return undefined;
  const type = typeName(stream);
  const value = stream.string();
  return { kind: "typed-literal", type, value, start, end: stream.lastEnd };
}

function name(stream: TokenStream): Expression {
  if (stream.atIdentifier() && stream.looksAt("->", 1)) return lambda(stream);
  stream.expecting("<expression>");
  if (!stream.atIdentifier() && stream.peek().kind !== "backquoted") throw stream.mismatch();
  const mark = stream.mark();
  const first = stream.identifier();
  if (stream.looksAt("(")) return call(stream, first.name, first.start);
  if (stream.looksAt(".") && stream.atIdentifier(1)) {
    const parts = qualifiedCallAhead(stream);
    if (parts) throw stream.fault(`Function '${parts}' not registered`, first.start);
  }
  stream.reset(mark);
  stream.next();
  return { kind: "identifier", name: first.name, start: first.start, end: first.end };
}

function qualifiedCallAhead(stream: TokenStream): string | undefined {
  let ahead = 0;
  while (stream.looksAt(".", ahead) && stream.atIdentifier(ahead + 1)) ahead += 2;
  return ahead > 0 && stream.looksAt("(", ahead) ? stream.peek(ahead - 1).text : undefined;
}
