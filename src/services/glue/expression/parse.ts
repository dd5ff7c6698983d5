import { unsupportedExpression } from "../faults.ts";
import { EXPRESSION_DEPTH } from "../limits.ts";
import { tokensOf, type Token } from "./tokens.ts";
import type { Comparison, Expression, Literal } from "./tree.ts";

/**
 * Reads what GetPartitions documents: =, <>, !=, >, <, >=, <=, AND, OR, IN, BETWEEN, LIKE, NOT, IS NULL, with the
 * precedence of SQL. A column stands left of its operator and literals right of it.
 * Source: AWS Glue API Reference, GetPartitions, Expression.
 * @throws Fault InvalidInputException
 */
export function parseExpression(text: string): Expression {
  const tokens = tokensOf(text);
  const parser = tokens && new Parser(tokens);
  const expression = parser?.whole();
  if (!expression) throw unsupportedExpression(text);
  return expression;
}

const COMPARISONS: ReadonlySet<string> = new Set(["=", "<>", "<", "<=", ">", ">="]);
const isComparison = (text: string): text is Comparison => COMPARISONS.has(text);

/** Every method gives undefined for what it cannot read; then nothing is. */
class Parser {
  readonly #tokens: readonly Token[];
  #at = 0;
  #depth = 0;

  constructor(tokens: readonly Token[]) {
    this.#tokens = tokens;
  }

  whole(): Expression | undefined {
    const expression = this.#or();
    return this.#peek()?.kind === "end" ? expression : undefined;
  }

  #or(): Expression | undefined {
    return this.#joined("or", () => this.#and());
  }

  #and(): Expression | undefined {
    return this.#joined("and", () => this.#not());
  }

  #joined(kind: "and" | "or", next: () => Expression | undefined): Expression | undefined {
    const operands: Expression[] = [];
    do {
      const operand = next();
      if (!operand) return undefined;
      operands.push(operand);
    } while (this.#word(kind));
    const [only] = operands;
    return operands.length === 1 ? only : { kind, operands };
  }

  #not(): Expression | undefined {
    if (this.#depth >= EXPRESSION_DEPTH) return undefined;
    this.#depth += 1;
    const expression = this.#word("not") ? negated(this.#not()) : this.#term();
    this.#depth -= 1;
    return expression;
  }

  #term(): Expression | undefined {
    const start = this.#at;
    const condition = this.#condition();
    if (condition) return condition;
    this.#at = start;
    if (!this.#symbol("(")) return undefined;
    const inner = this.#or();
    return inner && this.#symbol(")") ? inner : undefined;
  }

  #condition(): Expression | undefined {
    const column = this.#column();
    if (column === undefined) return undefined;
    if (this.#word("is")) {
      const not = this.#word("not");
      return this.#word("null") ? maybeNegated(not, { kind: "null", column }) : undefined;
    }
    const operator = this.#comparison();
    if (operator) {
      const literal = this.#literal();
      return literal && { kind: "compare", column, operator, literal };
    }
    const not = this.#word("not");
    return maybeNegated(not, this.#in(column) ?? this.#between(column) ?? this.#like(column));
  }

  /** A name, perhaps in parentheses. */
  #column(): string | undefined {
    const opened = this.#parentheses();
    const token = this.#peek();
    if (token?.kind !== "quoted" && (token?.kind !== "word" || isReserved(token.text))) return undefined;
    this.#at += 1;
    return this.#close(opened) ? token.text : undefined;
  }

  #literal(): Literal | undefined {
    const opened = this.#parentheses();
    // As in DATE '2026-01-31': the column's type says as much.
    if (!this.#word("date")) this.#word("timestamp");
    const token = this.#peek();
    if (token?.kind !== "string" && token?.kind !== "number") return undefined;
    this.#at += 1;
    return this.#close(opened) ? { kind: token.kind, text: token.text } : undefined;
  }

  #in(column: string): Expression | undefined {
    if (!this.#word("in") || !this.#symbol("(")) return undefined;
    const literals: Literal[] = [];
    do {
      const literal = this.#literal();
      if (!literal) return undefined;
      literals.push(literal);
    } while (this.#symbol(","));
    return this.#symbol(")") ? { kind: "in", column, literals } : undefined;
  }

  #between(column: string): Expression | undefined {
    if (!this.#word("between")) return undefined;
    const low = this.#literal();
    const high = low && this.#word("and") ? this.#literal() : undefined;
    return low && high && { kind: "between", column, low, high };
  }

  #like(column: string): Expression | undefined {
    const pattern = this.#word("like") ? this.#literal() : undefined;
    return pattern?.kind === "string" ? { kind: "like", column, pattern } : undefined;
  }

  #comparison(): Comparison | undefined {
    const token = this.#peek();
    if (token?.kind !== "symbol" || !isComparison(token.text)) return undefined;
    this.#at += 1;
    return token.text;
  }

  #parentheses(): number {
    let opened = 0;
    while (this.#symbol("(")) opened += 1;
    return opened;
  }

  #close(opened: number): boolean {
    for (let left = opened; left > 0; left--) if (!this.#symbol(")")) return false;
    return true;
  }

  #word(text: string): boolean {
    const token = this.#peek();
    return this.#take(token?.kind === "word" && token.text.toLowerCase() === text);
  }

  #symbol(text: string): boolean {
    const token = this.#peek();
    return this.#take(token?.kind === "symbol" && token.text === text);
  }

  #take(matches: boolean): boolean {
    if (matches) this.#at += 1;
    return matches;
  }

  #peek(): Token | undefined {
    return this.#tokens[this.#at];
  }
}

const RESERVED: ReadonlySet<string> = new Set(["and", "or", "not", "in", "between", "like", "is", "null"]);
const isReserved = (word: string): boolean => RESERVED.has(word.toLowerCase());

const negated = (operand: Expression | undefined): Expression | undefined =>
  operand && { kind: "not", operand };

const maybeNegated = (not: boolean, operand: Expression | undefined): Expression | undefined =>
  not ? negated(operand) : operand;
