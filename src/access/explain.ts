import type { CompiledStatement } from "./compile.ts";
import type { Decision, NamedPolicy, Policies, PolicyType } from "./decision.ts";
import { evaluate } from "./evaluate.ts";
import { factsOf, type Facts } from "./facts.ts";
import type { AccessRequest } from "./request.ts";

/** A decision with what every statement of every policy said to it. */
export interface Explanation extends Decision {
  readonly trace: readonly StatementOutcome[];
}

export interface StatementOutcome {
  readonly type: PolicyType;
  readonly policyId: string;
  readonly index: number;
  readonly sid: string | undefined;
  readonly effect: "Allow" | "Deny";
  /** What did not match, in the order of looking; "applies" when all did. */
  readonly outcome: "applies" | "action" | "resource" | "principal" | "condition";
  /** The first condition that did not hold, with what the request had for its key. */
  readonly condition?: FailedCondition | undefined;
}

export interface FailedCondition {
  readonly operator: string;
  readonly key: string;
  readonly requested: readonly string[] | undefined;
}

/** Slower than `evaluate`, which gives the same decision: asked when someone wants to know why. */
export function explain(request: AccessRequest, policies: Policies): Explanation {
  const facts = factsOf(request);
  const trace = layers(policies).flatMap(([type, named]) =>
    named.flatMap((policy) =>
      policy.policy.statements.map((statement) => outcomeOf({ type, policy, statement, request, facts })),
    ),
  );
  return { ...evaluate(request, policies), trace };
}

const one = (policy: NamedPolicy | undefined): readonly NamedPolicy[] => (policy ? [policy] : []);

function layers(policies: Policies): readonly (readonly [PolicyType, readonly NamedPolicy[]])[] {
  return [
    ["service-control", policies.serviceControl?.flat() ?? []],
    ["resource-control", policies.resourceControl?.flat() ?? []],
    ["endpoint", one(policies.endpoint)],
    [policies.resourceKind === "trust" ? "trust" : "resource", one(policies.resource)],
    ["identity", policies.identity],
    ["boundary", one(policies.boundary)],
    ["session", policies.session ?? []],
  ];
}

function outcomeOf(asked: {
  readonly type: PolicyType;
  readonly policy: NamedPolicy;
  readonly statement: CompiledStatement;
  readonly request: AccessRequest;
  readonly facts: Facts;
}): StatementOutcome {
  const { type, policy, statement, request, facts } = asked;
  const { index, sid, effect } = statement;
  const failed = statement.conditions.find((condition) => !condition.holds(facts));
  const outcome = !statement.matchesAction(request.action.toLowerCase())
    ? "action"
    : !statement.matchesResource(request.resource, facts)
      ? "resource"
      : statement.principals && statement.principals.grade(request.principal) === undefined
        ? "principal"
        : failed
          ? "condition"
          : "applies";
  const condition =
    outcome === "condition" && failed
      ? { operator: failed.operator, key: failed.name, requested: facts.values(failed.key) }
      : undefined;
  return { type, policyId: policy.id, index, sid, effect, outcome, condition };
}
