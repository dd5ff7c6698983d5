/** Text → tokens. Trino's lexical rules, and Hive's for the DDL that Athena takes from Hive (strings in double quotes, backslash escapes). */
import { positionAt, syntaxError } from "./error.ts";

export type TokenKind =
  | "word"
  | "quoted"
  | "backquoted"
  | "string"
  | "binary"
  | "integer"
  | "decimal"
  | "double"
  | "operator"
  | "end";

export interface Token {
  readonly kind: TokenKind;
  /** As written. */
  readonly text: string;
  /** A word in capitals, a quoted thing without its quotes, else as written. */
  readonly value: string;
  readonly start: number;
  readonly end: number;
}

export type Dialect = "trino" | "hive";

const WORD_START = /[A-Za-z_]/;
const WORD_PART = /[A-Za-z0-9_@]/;
const DIGIT = /[0-9]/;
const TWO = new Set(["<>", "!=", "<=", ">=", "||", "->", "=>"]);
const ONE = "=<>+-*/%().,;[]?{}|:^$";

/** Every token of `text`, the last one of kind `end`. @throws TrinoError */
export function lex(text: string, dialect: Dialect): readonly Token[] {
  const tokens: Token[] = [];
  let at = 0;
  for (;;) {
    const token = nextToken(text, at, dialect);
    tokens.push(token);
    if (token.kind === "end") return tokens;
    at = token.end;
  }
}

/** The first few tokens, for telling the dialect before the rest is read. */
export function lexHead(text: string, count: number): readonly Token[] {
  const tokens: Token[] = [];
  for (let at = 0; tokens.length < count;) {
    const token = nextToken(text, at, "trino");
    tokens.push(token);
    if (token.kind === "end") break;
    at = token.end;
  }
  return tokens;
}

function nextToken(text: string, from: number, dialect: Dialect): Token {
  const start = skipBlanks(text, from);
  const make = (kind: TokenKind, end: number, value = text.slice(start, end)): Token => ({
    kind,
    text: text.slice(start, end),
    value,
    start,
    end,
  });
  const first = text[start];
  if (first === undefined) return { kind: "end", text: "<EOF>", value: "", start, end: start };
  if ((first === "x" || first === "X") && text[start + 1] === "'") {
    const { end, value } = quotedUntil(text, start + 1, "trino");
    return make("binary", end, value.replaceAll(/\s/g, ""));
  }
  if (WORD_START.test(first)) {
    const end = scan(text, start, WORD_PART);
    return make("word", end, text.slice(start, end).toUpperCase());
  }
  if (DIGIT.test(first) || (first === "." && DIGIT.test(text[start + 1] ?? "")))
    return number(text, start, make, dialect);
  if (first === "'" || first === '"' || first === "`") {
    const { end, value } = quotedUntil(text, start, dialect);
    if (first === "`") return make("backquoted", end, value);
    if (first === '"') return make("quoted", end, value);
    return make("string", end, value);
  }
  const two = text.slice(start, start + 2);
  if (TWO.has(two)) return make("operator", start + 2);
  if (ONE.includes(first)) return make("operator", start + 1);
  throw syntaxError(
    `mismatched input '${String.fromCodePoint(text.codePointAt(start) ?? 0)}'. Expecting: <expression>`,
    positionAt(text, start),
  );
}

function number(
  text: string,
  start: number,
  make: (kind: TokenKind, end: number) => Token,
  dialect: Dialect,
): Token {
  let end = scan(text, start, /[0-9_]/);
  let kind: TokenKind = "integer";
  if (text[end] === ".") {
    kind = "decimal";
    end = scan(text, end + 1, /[0-9_]/);
  }
  const exponent = /^[eE][+-]?[0-9]+/.exec(text.slice(end, end + 24));
  if (exponent) {
    kind = "double";
    end += exponent[0].length;
  }
  if (kind !== "decimal" && WORD_START.test(text[end] ?? "")) {
    if (dialect === "hive") return make("word", scan(text, end, WORD_PART));
    throw syntaxError(
      "identifiers must not start with a digit; surround the identifier with double quotes",
      positionAt(text, start),
    );
  }
  return make(kind, end);
}

function scan(text: string, from: number, part: RegExp): number {
  let at = from;
  while (at < text.length && part.test(text[at] ?? "")) at++;
  return at;
}

function skipBlanks(text: string, from: number): number {
  let at = from;
  for (;;) {
    const char = text[at];
    if (char !== undefined && /\s/.test(char)) at++;
    else if (char === "-" && text[at + 1] === "-") {
      const end = text.indexOf("\n", at);
      at = end < 0 ? text.length : end + 1;
    } else if (char === "/" && text[at + 1] === "*") {
      const end = text.indexOf("*/", at + 2);
      if (end < 0) throw syntaxError("mismatched input '/'. Expecting: <EOF>", positionAt(text, at));
      at = end + 2;
    } else return at;
  }
}

function quotedUntil(text: string, start: number, dialect: Dialect): { end: number; value: string } {
  const quote = text[start] ?? "";
  const escapes = dialect === "hive" && quote !== "`";
  let value = "";
  for (let at = start + 1; at < text.length; at++) {
    const char = text[at] ?? "";
    if (escapes && char === "\\") {
      const escape = hiveEscape(text, at);
      value += escape.value;
      at = escape.end - 1;
    } else if (char !== quote) value += char;
    else if (text[at + 1] === quote) {
      value += quote;
      at++;
    } else return { end: at + 1, value };
  }
  throw syntaxError(`mismatched input '${quote}'. Expecting: <string>`, positionAt(text, start));
}

const SIMPLE_ESCAPES: Readonly<Record<string, string>> = { n: "\n", t: "\t", r: "\r", b: "\b", "0": "\0" };

/** Hive's string escapes (`\t`, `\001`, `\u0001`, `\'`). Source: Hive's BaseSemanticAnalyzer.unescapeSQLString. */
function hiveEscape(text: string, at: number): { value: string; end: number } {
  const rest = text.slice(at + 1, at + 6);
  const octal = /^[0-3][0-7]{2}/.exec(rest);
  if (octal) return { value: String.fromCharCode(Number.parseInt(octal[0], 8)), end: at + 4 };
  const unicode = /^u([0-9a-fA-F]{4})/.exec(rest);
  if (unicode) return { value: String.fromCharCode(Number.parseInt(unicode[1] ?? "0", 16)), end: at + 6 };
  const next = rest[0] ?? "";
  return { value: SIMPLE_ESCAPES[next] ?? next, end: at + 2 };
}
