import { COMPILED_CHARACTERS, COMPILED_POLICIES } from "./limits.ts";
import { arnPattern, type ArnPattern } from "./arn-pattern.ts";
import { compileCondition, type CompiledCondition } from "./conditions.ts";
import type { Facts } from "./facts.ts";
import type { Effect, Patterns, Policy, Statement } from "./policy.ts";
import { compilePrincipals, type CompiledPrincipals } from "./principals.ts";
import { hasVariables, parseVariables, resolve, type Part } from "./variables.ts";
import { matcher, tokenize, type Matcher } from "./wildcard.ts";

/** A policy ready to be asked many times. */
export interface CompiledPolicy {
  readonly statements: readonly CompiledStatement[];
}

export interface CompiledStatement {
  /** Its place in the policy, from 0. */
  readonly index: number;
  readonly sid: string | undefined;
  readonly effect: Effect;
  /** @param action in lower case. */
  matchesAction(action: string): boolean;
  matchesResource(arn: string, facts: Facts): boolean;
  /** Over every ARN that begins with `prefix`. */
  matchesPrefix(prefix: string, facts: Facts): "all" | "some" | "none";
  /** Absent in identity policies. */
  readonly principals: CompiledPrincipals | undefined;
  readonly negatesPrincipals: boolean;
  readonly conditions: readonly CompiledCondition[];
}

export function compilePolicy(policy: Policy): CompiledPolicy {
  const parse = policy.version === "2012-10-17" ? parseWithVariables : tokenize;
  return {
    statements: policy.statements.map((statement, index) => compileStatement(statement, index, parse)),
  };
}

type Parse = (value: string) => readonly Part[];

const parseWithVariables: Parse = (value) => parseVariables(value, tokenize);

function compileStatement(statement: Statement, index: number, parse: Parse): CompiledStatement {
  const { sid, effect, principals } = statement;
  return {
    index,
    sid,
    effect,
    matchesAction: compileActions(statement.actions),
    ...compileResources(statement.resources, parse),
    principals: principals && compilePrincipals(principals, effect),
    negatesPrincipals: principals?.negated === true,
    conditions: statement.conditions.map((condition) => compileCondition(condition, parse)),
  };
}

/** Actions know wildcards, no variables. */
function compileActions({ negated, patterns }: Patterns): Matcher {
  const exact = new Set<string>();
  const wild: Matcher[] = [];
  for (const pattern of patterns) {
    const lower = pattern.toLowerCase();
    if (/[*?]/.test(lower)) wild.push(matcher(tokenize(lower)));
    else exact.add(lower);
  }
  return (action) => (exact.has(action) || wild.some((matches) => matches(action))) !== negated;
}

type ResourceTests = Pick<CompiledStatement, "matchesResource" | "matchesPrefix">;

/** An ARN pattern, or undefined when a variable in it has no value: then the statement does not apply. */
type PatternFor = (facts: Facts) => ArnPattern | undefined;

function compileResources(resources: Patterns | undefined, parse: Parse): ResourceTests {
  if (!resources) return { matchesResource: () => true, matchesPrefix: () => "all" };
  const { negated } = resources;
  const patterns = resources.patterns.map((text) => compilePattern(parse(text)));
  return {
    matchesResource(arn, facts) {
      let matched = false;
      for (const patternFor of patterns) {
        const pattern = patternFor(facts);
        if (pattern === undefined && negated) return false;
        if (pattern?.matches(arn)) matched = true;
        if (matched && !negated) return true;
      }
      return matched !== negated;
    },
    matchesPrefix(prefix, facts) {
      const found = patterns.map((patternFor) => patternFor(facts)?.prefix(prefix));
      if (negated && found.includes(undefined)) return "none";
      if (found.includes("all")) return negated ? "none" : "all";
      if (found.includes("some")) return "some";
      return negated ? "all" : "none";
    },
  };
}

function compilePattern(parts: readonly Part[]): PatternFor {
  if (!hasVariables(parts)) {
    const pattern = arnPattern(resolve(parts, () => undefined) ?? []);
    return () => pattern;
  }
  const keys = parts.flatMap((part) => (part.kind === "variable" ? [part.key] : []));
  // One principal asks many times in a row: what its values made of the pattern is kept until others come.
  let last:
    | { readonly values: readonly (string | undefined)[]; readonly pattern: ArnPattern | undefined }
    | undefined;
  return (facts) => {
    const values = keys.map(facts.single);
    if (last?.values.every((value, at) => value === values[at])) return last.pattern;
    const tokens = resolve(parts, facts.single);
    last = { values, pattern: tokens && arnPattern(tokens) };
    return last.pattern;
  };
}

/** Compiled policies by their text, so that nothing ever needs invalidating; the longest unused go first. */
export class PolicyCache {
  readonly #compiled = new Map<string, CompiledPolicy>();
  readonly #compile: (text: string) => CompiledPolicy;
  #characters = 0;

  constructor(compile: (text: string) => CompiledPolicy) {
    this.#compile = compile;
  }

  get(text: string): CompiledPolicy {
    const known = this.#compiled.get(text);
    if (known) {
      this.#compiled.delete(text);
      this.#compiled.set(text, known);
      return known;
    }
    const compiled = this.#compile(text);
    this.#compiled.set(text, compiled);
    this.#characters += text.length;
    this.#trim();
    return compiled;
  }

  get size(): number {
    return this.#compiled.size;
  }

  #trim(): void {
    for (const text of this.#compiled.keys()) {
      if (this.#compiled.size <= COMPILED_POLICIES && this.#characters <= COMPILED_CHARACTERS) return;
      this.#compiled.delete(text);
      this.#characters -= text.length;
    }
  }
}
