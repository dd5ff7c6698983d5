import { operatorOf, type ValueTest } from "./operators.ts";
import type { Condition } from "./policy.ts";
import type { Facts } from "./facts.ts";
import { hasVariables, resolve, type Part } from "./variables.ts";
import type { Token } from "./wildcard.ts";

/** A condition ready to be asked. */
export interface CompiledCondition {
  readonly operator: string;
  /** In lower case. */
  readonly key: string;
  /** As the policy writes it. */
  readonly name: string;
  holds(facts: Facts): boolean;
}

/** `ForAllValues:StringLikeIfExists` and its parts. */
interface OperatorName {
  readonly quantifier: "all" | "any" | undefined;
  readonly base: string;
  readonly ifExists: boolean;
}

export function parseOperatorName(name: string): OperatorName {
  const [, quantifier, rest = name] = /^(ForAllValues|ForAnyValue):(.*)$/i.exec(name) ?? [];
  const ifExists = /IfExists$/i.test(rest);
  return {
    quantifier:
      quantifier === undefined ? undefined : quantifier.toLowerCase() === "forallvalues" ? "all" : "any",
    base: ifExists ? rest.slice(0, -"IfExists".length) : rest,
    ifExists,
  };
}

/** Whether IAM knows the operator. */
export function isOperator(name: string): boolean {
  const { base, ifExists } = parseOperatorName(name);
  return base.toLowerCase() === "null" ? !ifExists : operatorOf(base) !== undefined;
}

/** @param parse cuts a value into text, wildcards and, where the policy's version has them, variables. */
export function compileCondition(
  condition: Condition,
  parse: (value: string) => readonly Part[],
): CompiledCondition {
  const key = condition.key.toLowerCase();
  const { quantifier, base, ifExists } = parseOperatorName(condition.operator);
  const make = (holds: CompiledCondition["holds"]): CompiledCondition => ({
    operator: condition.operator,
    key,
    name: condition.key,
    holds,
  });

  if (base.toLowerCase() === "null") return make((facts) => isNull(condition.values, facts, key));
  const operator = operatorOf(base);
  if (!operator) return make(() => false);

  const accepts = anyOf(condition.values.map((value) => valueTest(parse(value), operator.test)));
  const { negated } = operator;
  const one = (value: string, facts: Facts): boolean => accepts(value, facts) !== negated;
  return make((facts) => {
    const values = facts.values(key);
    if (values === undefined || values.length === 0) {
      return ifExists || (quantifier === undefined ? negated : quantifier === "all");
    }
    if (quantifier === "all") return values.every((value) => one(value, facts));
    if (quantifier === "any") return values.some((value) => one(value, facts));
    // A single-valued operator over several values: any may match, and for its negation none may.
    return values.some((value) => accepts(value, facts)) !== negated;
  });
}

/** `"Null": {"key": "true"}`: the key is absent; "false": it is there. */
function isNull(wanted: readonly string[], facts: Facts, key: string): boolean {
  const values = facts.values(key);
  const absent = String(values === undefined || values.length === 0);
  return wanted.some((value) => value.toLowerCase() === absent);
}

type Accepts = (requested: string, facts: Facts) => boolean;

const anyOf =
  (tests: readonly Accepts[]): Accepts =>
  (requested, facts) => {
    for (const test of tests) if (test(requested, facts)) return true;
    return false;
  };

/** A value with an unset variable matches nothing. */
function valueTest(parts: readonly Part[], build: (value: readonly Token[]) => ValueTest): Accepts {
  if (!hasVariables(parts)) {
    const test = build(resolve(parts, () => undefined) ?? []);
    return (requested) => test(requested);
  }
  return (requested, facts) => {
    const tokens = resolve(parts, facts.single);
    return tokens !== undefined && build(tokens)(requested);
  };
}
