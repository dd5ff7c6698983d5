import type { CompiledStatement } from "./compile.ts";
import type { Policies } from "./decision.ts";
import { decide } from "./evaluate.ts";
import { factsOf, type Facts } from "./facts.ts";
import type { AccessRequest } from "./request.ts";

export interface PrefixRequest extends AccessRequest {
  /** The beginning that all the resources share: `arn:aws:s3:::lake/sales/`. */
  readonly resource: string;
  /** Beginnings of condition keys that differ from one resource to the next: `s3:ExistingObjectTag/`. */
  readonly keysPerResource?: readonly string[] | undefined;
}

/**
 * Decides for every resource that begins alike: `allow` or `deny` for all of them, or `depends`, when each must
 * be decided by itself. Decides twice: once taking each doubtful statement to the principal's harm, once to its
 * favour; what both say is sure.
 */
export function evaluatePrefix(request: PrefixRequest, policies: Policies): "allow" | "deny" | "depends" {
  const facts = factsOf(request);
  const action = request.action.toLowerCase();
  const perResource = (request.keysPerResource ?? []).map((key) => key.toLowerCase());
  const outcome = (statement: CompiledStatement): Outcome =>
    outcomeOf({ statement, prefix: request.resource, action, facts, perResource });

  const harsh = decide(request, policies, (statement) => {
    const found = outcome(statement);
    return found === "all" || (found === "some" && statement.effect === "Deny");
  });
  if (harsh.effect === "allow") return "allow";
  const mild = decide(request, policies, (statement) => {
    const found = outcome(statement);
    return found === "all" || (found === "some" && statement.effect === "Allow");
  });
  return mild.effect === "deny" ? "deny" : "depends";
}

type Outcome = "all" | "some" | "none";

function outcomeOf(asked: {
  readonly statement: CompiledStatement;
  readonly prefix: string;
  readonly action: string;
  readonly facts: Facts;
  readonly perResource: readonly string[];
}): Outcome {
  const { statement, prefix, action, facts, perResource } = asked;
  if (!statement.matchesAction(action)) return "none";
  let outcome = statement.matchesPrefix(prefix, facts);
  if (outcome === "none") return "none";
  for (const condition of statement.conditions) {
    if (perResource.some((key) => condition.key.startsWith(key))) outcome = "some";
    else if (!condition.holds(facts)) return "none";
  }
  return outcome;
}
