import type { CompiledStatement } from "./compile.ts";
import type { Decision, NamedPolicy, Policies, PolicyType, Reason } from "./decision.ts";
import { factsOf, type Facts } from "./facts.ts";
import type { Grade } from "./principals.ts";
import { accountOf, type AccessRequest } from "./request.ts";

/**
 * Decides one request. Explicit denials first, wherever they stand; then every guardrail must allow (service and
 * resource control policies, endpoint); then the resource policy, the identity policies, the boundary and the
 * session policies, by the rules of one account or of two.
 * Source: IAM User Guide, "How AWS enforcement code logic evaluates requests to allow or deny access",
 * "Policy evaluation for requests within a single account", "Cross-account policy evaluation logic".
 */
export function evaluate(request: AccessRequest, policies: Policies): Decision {
  const facts = factsOf(request);
  const action = request.action.toLowerCase();
  return decide(request, policies, (statement) => applies({ statement, request, action, facts }));
}

/** Whether a statement's action, resource and conditions match; its principal is looked at apart. */
export type Applies = (statement: CompiledStatement) => boolean;

export function applies(asked: {
  readonly statement: CompiledStatement;
  readonly request: AccessRequest;
  readonly action: string;
  readonly facts: Facts;
}): boolean {
  const { statement, request, action, facts } = asked;
  if (!statement.matchesAction(action) || !statement.matchesResource(request.resource, facts)) return false;
  for (const condition of statement.conditions) if (!condition.holds(facts)) return false;
  return true;
}

/** The rules alone, over any notion of which statements apply; monotone in it, which `evaluatePrefix` relies on. */
export function decide(request: AccessRequest, policies: Policies, applies: Applies): Decision {
  const denied = explicitDeny(request, policies, applies);
  if (denied) return { effect: "deny", explicit: true, because: denied };
  const blocked = guardrail(request, policies, applies);
  if (blocked) return implicitDeny(blocked);
  return isSameAccount(request)
    ? sameAccount(request, policies, applies)
    : otherAccount(request, policies, applies);
}

const implicitDeny = (type: PolicyType): Decision => ({ effect: "deny", explicit: false, because: { type } });
const allow = (because: Reason): Decision => ({ effect: "allow", explicit: true, because });

const isSameAccount = ({ principal, resourceAccount }: AccessRequest): boolean => {
  const account = accountOf(principal);
  return account !== undefined && (resourceAccount === undefined || resourceAccount === account);
};

function sameAccount(request: AccessRequest, policies: Policies, applies: Applies): Decision {
  const { principal } = request;
  const granted = resourceAllow(request, policies, applies);
  const mustAllow = policies.resourceKind === "trust" || policies.resourceKind === "key";
  if (granted && granted.grade !== "account") {
    const limited = granted.grade === "role" ? ceiling(policies, applies) : undefined;
    return limited ? implicitDeny(limited) : allow(granted.reason);
  }
  if (mustAllow && !granted) return implicitDeny(resourceType(policies));
  if (principal.kind === "root") return allow({ type: "root" });
  return ownSide(policies, applies);
}

/** Both accounts must agree. Who belongs to none (a service, anonymous) has only the resource's policy. */
function otherAccount(request: AccessRequest, policies: Policies, applies: Applies): Decision {
  const granted = resourceAllow(request, policies, applies);
  if (!granted) return implicitDeny(resourceType(policies));
  const { principal } = request;
  if (accountOf(principal) === undefined || principal.kind === "root") return allow(granted.reason);
  const own = ownSide(policies, applies);
  return own.effect === "allow" ? allow(granted.reason) : own;
}

/** What the principal's own account allows it: identity policies, within the boundary and the session's policies. */
function ownSide(policies: Policies, applies: Applies): Decision {
  const identity = firstOf(policies.identity, "Allow", applies);
  if (!identity) return implicitDeny("identity");
  const limited = ceiling(policies, applies);
  return limited ? implicitDeny(limited) : allow({ type: "identity", statement: identity });
}

function ceiling({ boundary, session }: Policies, applies: Applies): PolicyType | undefined {
  if (boundary && !firstOf([boundary], "Allow", applies)) return "boundary";
  if (session && !firstOf(session, "Allow", applies)) return "session";
  return undefined;
}

function guardrail(
  { principal }: AccessRequest,
  policies: Policies,
  applies: Applies,
): PolicyType | undefined {
  const { serviceControl, resourceControl, endpoint } = policies;
  if (resourceControl?.some((level) => !firstOf(level, "Allow", applies))) return "resource-control";
  if (serviceControl?.some((level) => !firstOf(level, "Allow", applies))) return "service-control";
  if (endpoint && !firstOf([endpoint], "Allow", (one) => applies(one) && speaksOf(one, principal)))
    return "endpoint";
  return undefined;
}

function explicitDeny(request: AccessRequest, policies: Policies, applies: Applies): Reason | undefined {
  const { serviceControl, resourceControl, endpoint, identity, boundary, session } = policies;
  const denies: Applies = (one) => applies(one) && speaksOf(one, request.principal);
  const by = (type: PolicyType, named: readonly NamedPolicy[] | undefined): Reason | undefined => {
    const statement = named && firstOf(named, "Deny", denies);
    return statement && { type, statement };
  };
  return (
    by("service-control", serviceControl?.flat()) ??
    by("resource-control", resourceControl?.flat()) ??
    by("endpoint", endpoint && [endpoint]) ??
    by("identity", identity) ??
    by("boundary", boundary && [boundary]) ??
    by("session", session) ??
    resourceDeny(request, policies, applies)
  );
}

/** Identity policies name no principal; resource and service control policies and endpoints' may. */
const speaksOf = ({ principals }: CompiledStatement, principal: AccessRequest["principal"]): boolean =>
  principals === undefined || principals.grade(principal) !== undefined;

/**
 * Whom a bucket's policy locks out, its owner's root user can still let in again.
 * Source: Amazon S3 API Reference, PutBucketPolicy, GetBucketPolicy, DeleteBucketPolicy.
 */
const ROOT_ALWAYS_MAY = new Set(["s3:getbucketpolicy", "s3:putbucketpolicy", "s3:deletebucketpolicy"]);

function resourceDeny(request: AccessRequest, policies: Policies, applies: Applies): Reason | undefined {
  const { resource, boundary } = policies;
  if (!resource) return undefined;
  const { principal } = request;
  if (
    principal.kind === "root" &&
    isSameAccount(request) &&
    ROOT_ALWAYS_MAY.has(request.action.toLowerCase())
  ) {
    return undefined;
  }
  for (const statement of resource.policy.statements) {
    if (statement.effect !== "Deny" || !statement.principals || !applies(statement)) continue;
    // A NotPrincipal with Deny always hits whoever has a boundary. Source: IAM User Guide, "Permissions boundaries for IAM entities".
    const hit =
      statement.negatesPrincipals && boundary ? true : statement.principals.grade(principal) !== undefined;
    if (hit) return { type: resourceType(policies), statement: named(resource, statement) };
  }
  return undefined;
}

const resourceType = ({ resourceKind }: Policies): PolicyType =>
  resourceKind === "trust" ? "trust" : "resource";

/** The strongest grant of the resource's policy. */
function resourceAllow(
  { principal }: AccessRequest,
  policies: Policies,
  applies: Applies,
): { readonly grade: Grade; readonly reason: Reason } | undefined {
  const { resource } = policies;
  let best: { readonly grade: Grade; readonly reason: Reason } | undefined;
  for (const statement of resource?.policy.statements ?? []) {
    if (!resource || statement.effect !== "Allow" || !statement.principals) continue;
    const grade = statement.principals.grade(principal);
    if (!grade || (best && RANK[best.grade] >= RANK[grade]) || !applies(statement)) continue;
    best = { grade, reason: { type: resourceType(policies), statement: named(resource, statement) } };
  }
  return best;
}

const RANK: Record<Grade, number> = { account: 0, role: 1, direct: 2 };

function firstOf(
  policies: readonly NamedPolicy[],
  effect: "Allow" | "Deny",
  applies: Applies,
): Reason["statement"] {
  for (const policy of policies) {
    for (const statement of policy.policy.statements) {
      if (statement.effect === effect && applies(statement)) return named(policy, statement);
    }
  }
  return undefined;
}

const named = ({ id }: NamedPolicy, { index, sid }: CompiledStatement): NonNullable<Reason["statement"]> => ({
  policyId: id,
  index,
  sid,
});
