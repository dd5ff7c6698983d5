import { unreachable } from "../../base/invariant.ts";
import { invalidInput } from "./faults.ts";
import { PATTERN_STATES } from "./limits.ts";

/**
 * The pattern of GetTables, matched against whole names and without regard to case: a regular expression, in which
 * a star behind a letter, a digit or nothing stands for any text as it does for Hive ("sales*"), for clients send both.
 * It runs as an automaton that looks at each character once, since a backtracking engine can be made to hang.
 * Source: AWS Glue API Reference, GetTables, Expression; Apache Hive, "SHOW TABLES".
 * @throws Fault InvalidInputException
 */
export function namePattern(pattern: string): (name: string) => boolean {
  const builder = new Builder();
  const reader = new Reader(Array.from(pattern));
  const node = reader.alternatives();
  if (!node || !reader.ended) throw invalidInput(`Invalid expression '${pattern}'`);
  const start = build(builder, node, builder.add({ kind: "end" }));
  return (name) => run(builder.states, start, name.toLowerCase());
}

type Test = (character: string) => boolean;

type Node =
  | { readonly kind: "one"; readonly test: Test }
  | { readonly kind: "all" | "any"; readonly nodes: readonly Node[] }
  | { readonly kind: "repeat"; readonly node: Node; readonly least: number; readonly most: number };

const ANYTHING: Node = { kind: "one", test: () => true };
const literal = (character: string): Node => {
  const lower = character.toLowerCase();
  return { kind: "one", test: (other) => other === lower };
};

const CLASSES: Readonly<Record<string, Test>> = {
  d: (character) => /\d/.test(character),
  w: (character) => /\w/.test(character),
  s: (character) => /\s/.test(character),
  D: (character) => /\D/.test(character),
  W: (character) => /\W/.test(character),
  S: (character) => /\S/.test(character),
};

const NESTING = 50;

/** Every method gives undefined for what it cannot read. */
class Reader {
  readonly #text: readonly string[];
  #at = 0;
  #depth = 0;

  constructor(text: readonly string[]) {
    this.#text = text;
  }

  get ended(): boolean {
    return this.#at >= this.#text.length;
  }

  alternatives(): Node | undefined {
    if (this.#depth >= NESTING) return undefined;
    this.#depth += 1;
    const nodes: Node[] = [];
    do {
      const node = this.#sequence();
      if (!node) return undefined;
      nodes.push(node);
    } while (this.#take("|"));
    this.#depth -= 1;
    return { kind: "any", nodes };
  }

  #sequence(): Node | undefined {
    const nodes: Node[] = [];
    while (!this.ended && !"|)".includes(this.#peek())) {
      // Names are matched whole: anchors say nothing new.
      if (this.#take("^") || this.#take("$")) continue;
      const globs = !/[)\].}]/.test(this.#text[this.#at - 1] ?? "");
      if (globs && this.#take("*")) {
        nodes.push({ kind: "repeat", node: ANYTHING, least: 0, most: Infinity });
        continue;
      }
      const node = this.#quantified();
      if (!node) return undefined;
      nodes.push(node);
    }
    return { kind: "all", nodes };
  }

  #quantified(): Node | undefined {
    const plainStar = /\w/.test(this.#peek());
    let node = this.#atom();
    if (!node || (plainStar && this.#peek() === "*")) return node;
    for (let bounds = this.#quantifier(); bounds; bounds = this.#quantifier())
      node = { kind: "repeat", node, ...bounds };
    return node;
  }

  #quantifier(): { readonly least: number; readonly most: number } | undefined {
    const bounds = this.#take("*")
      ? { least: 0, most: Infinity }
      : this.#take("+")
        ? { least: 1, most: Infinity }
        : this.#take("?")
          ? { least: 0, most: 1 }
          : this.#counted();
    // Lazy and possessive match the same names.
    if (bounds && !this.#take("?")) this.#take("+");
    return bounds;
  }

  #counted(): { readonly least: number; readonly most: number } | undefined {
    const rest = this.#text.slice(this.#at, this.#at + 10).join("");
    const [whole, least, comma, most] = /^\{(\d{1,3})(,?)(\d{0,3})\}/.exec(rest) ?? [];
    if (whole === undefined) return undefined;
    this.#at += whole.length;
    const low = Number(least);
    return { least: low, most: comma ? (most ? Number(most) : Infinity) : low };
  }

  #atom(): Node | undefined {
    if (this.#take(".")) return ANYTHING;
    if (this.#take("(")) {
      if (this.#take("?") && !this.#take(":")) return undefined;
      const node = this.alternatives();
      return node && this.#take(")") ? node : undefined;
    }
    if (this.#take("[")) {
      const test = this.#set();
      return test && { kind: "one", test };
    }
    if (this.#take("\\")) return this.#escaped();
    return "*+?{".includes(this.#peek()) ? undefined : literal(this.#next());
  }

  #escaped(): Node | undefined {
    if (this.ended) return undefined;
    const character = this.#next();
    const test = CLASSES[character];
    return test ? { kind: "one", test } : literal(character);
  }

  #set(): Test | undefined {
    const not = this.#take("^");
    const tests: Test[] = [];
    while (!this.ended && (tests.length === 0 || this.#peek() !== "]")) {
      const escaped = this.#take("\\");
      const first = this.#next();
      const named = escaped ? CLASSES[first] : undefined;
      const ranged = !named && this.#peek() === "-" && ![undefined, "]"].includes(this.#text[this.#at + 1]);
      if (ranged) this.#at += 1;
      const last = ranged ? this.#next() : first;
      const [low, high] = [first.toLowerCase(), last.toLowerCase()];
      tests.push(named ?? ((character) => low <= character && character <= high));
    }
    return this.#take("]") ? (character) => tests.some((test) => test(character)) !== not : undefined;
  }

  #peek(): string {
    return this.#text[this.#at] ?? "";
  }

  #next(): string {
    return this.#text[this.#at++] ?? "";
  }

  #take(character: string): boolean {
    const matches = this.#peek() === character;
    if (matches) this.#at += 1;
    return matches;
  }
}

type State =
  | { readonly kind: "end" }
  | { readonly kind: "one"; readonly test: Test; readonly next: number }
  | { readonly kind: "fork"; readonly next: readonly number[] };

class Builder {
  readonly states: State[] = [];

  add(state: State): number {
    if (this.states.length >= PATTERN_STATES) throw invalidInput("The expression is too complex.");
    return this.states.push(state) - 1;
  }
}

/** @returns the state from which the node matches and then goes on to `next`. */
function build(builder: Builder, node: Node, next: number): number {
  switch (node.kind) {
    case "one":
      return builder.add({ kind: "one", test: node.test, next });
    case "all":
      return node.nodes.reduceRight((after, one) => build(builder, one, after), next);
    case "any":
      return builder.add({ kind: "fork", next: node.nodes.map((one) => build(builder, one, next)) });
    case "repeat":
      return buildRepeat(builder, node, next);
    default:
      return unreachable(node);
  }
}

function buildRepeat(
  builder: Builder,
  { node, least, most }: Extract<Node, { readonly kind: "repeat" }>,
  next: number,
): number {
  let start = next;
  if (most === Infinity) {
    start = builder.add({ kind: "fork", next: [] });
    builder.states[start] = { kind: "fork", next: [build(builder, node, start), next] };
  } else
    for (let optional = least; optional < most; optional++)
      start = builder.add({ kind: "fork", next: [build(builder, node, start), next] });
  for (let required = 0; required < least; required++) start = build(builder, node, start);
  return start;
}

function run(states: readonly State[], start: number, text: string): boolean {
  let current = reached(states, [start]);
  for (const character of text) {
    const next: number[] = [];
    for (const index of current) {
      const state = states[index];
      if (state?.kind === "one" && state.test(character)) next.push(state.next);
    }
    if (next.length === 0) return false;
    current = reached(states, next);
  }
  return [...current].some((index) => states[index]?.kind === "end");
}

/** With what forks lead to. */
function reached(states: readonly State[], from: readonly number[]): ReadonlySet<number> {
  const seen = new Set<number>();
  const waiting = [...from];
  for (let index = waiting.pop(); index !== undefined; index = waiting.pop()) {
    if (seen.has(index)) continue;
    seen.add(index);
    const state = states[index];
    if (state?.kind === "fork") waiting.push(...state.next);
  }
  return seen;
}
