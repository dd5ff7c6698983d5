/** The parser's place in the tokens: looks ahead, takes, and says what it expected when it cannot go on. */
import { invariant } from "../../base/invariant.ts";
import type { Expression, Identifier, QualifiedName, Query } from "../ast.ts";
import { positionAt, syntaxError, type TrinoError } from "../error.ts";
import { lex, type Dialect, type Token } from "../lexer.ts";
import { NESTING_MAX } from "../limits.ts";
import { isReserved } from "./reserved.ts";

/** The two rules that every other rule leads back to; handed in, so that the rules' files need not import each other in a circle. */
export interface Grammar {
  readonly expression: (stream: TokenStream) => Expression;
  readonly query: (stream: TokenStream) => Query;
}

export class TokenStream {
  readonly text: string;
  readonly dialect: Dialect;
  readonly #tokens: readonly Token[];
  readonly #grammar: Grammar;
  #at = 0;
  #depth = 0;
  /** What was looked for at the current token: the list after "Expecting:". */
  #expected = new Set<string>();
  #parameters = 0;

  constructor(text: string, dialect: Dialect, grammar: Grammar) {
    this.text = text;
    this.#tokens = lex(text, dialect);
    this.#grammar = grammar;
    this.dialect = dialect;
  }

  expression(): Expression {
    return this.#grammar.expression(this);
  }

  query(): Query {
    return this.#grammar.query(this);
  }

  peek(ahead = 0): Token {
    const token = this.#tokens[Math.min(this.#at + ahead, this.#tokens.length - 1)];
    invariant(token, "there is always an end token");
    return token;
  }

  next(): Token {
    const token = this.peek();
    if (token.kind !== "end") this.#at++;
    this.#expected.clear();
    return token;
  }

  /** Where the last taken token ended. */
  get lastEnd(): number {
    return this.#tokens[this.#at - 1]?.end ?? 0;
  }

  mark(): number {
    return this.#at;
  }

  reset(mark: number): void {
    this.#at = mark;
    this.#expected.clear();
  }

  /** Is the token `ahead` this keyword or operator? Quiet: not part of "Expecting". */
  looksAt(what: string, ahead = 0): boolean {
    const token = this.peek(ahead);
    return (token.kind === "word" || token.kind === "operator") && token.value === what;
  }

  is(...words: readonly string[]): boolean {
    this.#expected.add(`'${words[0]}'`);
    return words.every((word, index) => this.looksAt(word, index));
  }

  /** Takes the words when they all stand here. */
  accept(...words: readonly string[]): boolean {
    if (!this.is(...words)) return false;
    for (let count = 0; count < words.length; count++) this.next();
    return true;
  }

  expect(...words: readonly string[]): void {
    for (const word of words) if (!this.accept(word)) throw this.mismatch();
  }

  acceptOne<const W extends string>(words: readonly W[]): W | undefined {
    return words.find((word) => this.accept(word));
  }

  expectOne<const W extends string>(words: readonly W[]): W {
    const found = this.acceptOne(words);
    if (found === undefined) throw this.mismatch();
    return found;
  }

  expecting(what: string): void {
    this.#expected.add(what);
  }

  mismatch(token = this.peek()): TrinoError {
    const expected = [...this.#expected].toSorted();
    const list = expected.length === 0 ? "" : `. Expecting: ${expected.join(", ")}`;
    return this.fault(`mismatched input '${token.text}'${list}`, token.start);
  }

  fault(message: string, offset = this.peek().start): TrinoError {
    return syntaxError(message, positionAt(this.text, offset));
  }

  /** Runs `parse` one level deeper. @throws TrinoError when the text nests too deep. */
  nested<T>(parse: () => T): T {
    if (++this.#depth > NESTING_MAX)
      throw this.fault("statement is too large (stack overflow while parsing)");
    const result = parse();
    this.#depth--;
    return result;
  }

  nextParameter(): number {
    return this.#parameters++;
  }

  get parameterCount(): number {
    return this.#parameters;
  }

  atIdentifier(ahead = 0): boolean {
    const token = this.peek(ahead);
    if (token.kind === "quoted") return this.dialect === "trino";
    if (token.kind === "backquoted") return true;
    return token.kind === "word" && (this.dialect === "hive" || !isReserved(token.value));
  }

  identifier(): Identifier {
    this.expecting("<identifier>");
    const token = this.peek();
    if (token.kind === "backquoted" && this.dialect === "trino")
      throw this.fault("backquoted identifiers are not supported; use double quotes to quote identifiers");
    if (!this.atIdentifier()) throw this.mismatch();
    this.next();
    const name = (token.kind === "word" ? token.text : token.value).toLowerCase();
    if (name === "") throw this.fault("Zero-length delimited identifier not allowed", token.start);
    return { name, start: token.start, end: token.end };
  }

  identifierList(): readonly Identifier[] {
    this.expect("(");
    const names = this.list(() => this.identifier());
    this.expect(")");
    return names;
  }

  qualifiedName(): QualifiedName {
    const first = this.identifier();
    const parts = [first.name];
    // Hive's DDL also takes a whole name in one pair of backticks, and Athena splits it.
    while (this.accept(".")) parts.push(this.identifier().name);
    return { parts, start: first.start, end: this.lastEnd };
  }

  string(): string {
    const token = this.peek();
    this.expecting("<string>");
    if (token.kind !== "string" && !(this.dialect === "hive" && token.kind === "quoted"))
      throw this.mismatch();
    return this.next().value;
  }

  integer(): number {
    this.expecting("<integer>");
    if (this.peek().kind !== "integer") throw this.mismatch();
    return Number(this.next().value.replaceAll("_", ""));
  }

  list<T>(item: () => T): readonly T[] {
    const items = [item()];
    while (this.accept(",")) items.push(item());
    return items;
  }
}
