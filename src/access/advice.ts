import type { PolicyType } from "./decision.ts";
import type { Explanation, FailedCondition, StatementOutcome } from "./explain.ts";
import { accountOf, type AccessRequest } from "./request.ts";

/** The smallest change after which the layer that refused would allow. Other layers may still refuse; they say so then. */
export type Advice =
  /** A statement denies: nothing that allows elsewhere helps. */
  | { readonly kind: "narrow-deny"; readonly statement: Named }
  /** A statement allows the action, on something else. */
  | { readonly kind: "add-resource"; readonly statement: Named; readonly resource: string }
  /** A statement allows it, to someone else. */
  | { readonly kind: "add-principal"; readonly statement: Named; readonly principal: string }
  /** A statement allows it, under a condition that did not hold. */
  | { readonly kind: "meet-condition"; readonly statement: Named; readonly condition: FailedCondition }
  /** Nothing comes near. */
  | { readonly kind: "add-statement"; readonly to: PolicyType; readonly statement: NewStatement };

interface Named {
  readonly type: PolicyType;
  readonly policyId: string;
  readonly index: number;
  readonly sid: string | undefined;
}

export interface NewStatement {
  readonly Effect: "Allow";
  readonly Principal?: { readonly AWS: string } | { readonly Service: string };
  readonly Action: string;
  readonly Resource?: string;
}

/** How far a statement came: the later, the less is missing. */
const NEARNESS: Readonly<Record<StatementOutcome["outcome"], number>> = {
  action: 0,
  resource: 1,
  principal: 2,
  condition: 3,
  applies: 4,
};

/** @returns undefined for what is allowed. */
export function adviceFor(request: AccessRequest, explanation: Explanation): Advice | undefined {
  const { effect, explicit, because, trace } = explanation;
  if (effect === "allow") return undefined;
  if (explicit && because.statement)
    return { kind: "narrow-deny", statement: { type: because.type, ...because.statement } };
  const near = nearest(trace.filter(({ type, effect: says }) => type === because.type && says === "Allow"));
  switch (near?.outcome) {
    case "condition":
      if (near.condition)
        return { kind: "meet-condition", statement: namedOf(near), condition: near.condition };
      break;
    case "principal":
      return { kind: "add-principal", statement: namedOf(near), principal: principalOf(request) };
    case "resource":
      return { kind: "add-resource", statement: namedOf(near), resource: request.resource };
    default:
      break;
  }
  return { kind: "add-statement", to: because.type, statement: newStatement(request, because.type) };
}

const nearest = (allowing: readonly StatementOutcome[]): StatementOutcome | undefined =>
  allowing.toSorted((a, b) => NEARNESS[b.outcome] - NEARNESS[a.outcome])[0];

const namedOf = ({ type, policyId, index, sid }: StatementOutcome): Named => ({ type, policyId, index, sid });

const principalOf = ({ principal }: AccessRequest): string =>
  principal.kind === "role"
    ? principal.roleArn
    : accountOf(principal) === undefined
      ? principal.id
      : principal.arn;

function newStatement(request: AccessRequest, to: PolicyType): NewStatement {
  const { action, resource, principal } = request;
  // A trust policy stands on its role and names no resource.
  const about = to === "trust" ? { Action: action } : { Action: action, Resource: resource };
  if (to !== "resource" && to !== "trust") return { Effect: "Allow", ...about };
  const named = principalOf(request);
  const Principal = principal.kind === "service" ? { Service: named } : { AWS: named };
  return { Effect: "Allow", Principal, ...about };
}
