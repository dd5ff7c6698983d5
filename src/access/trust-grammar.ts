import { unreachable } from "../base/invariant.ts";
import {
  firstProblem,
  hasUncomparableValue,
  isAwsPrincipal,
  isServicePrincipal,
  repeatedSid,
  unknownOperator,
} from "./grammar-checks.ts";
import type { PrincipalType } from "./policy.ts";
import { isEffect, type RawPolicy, type RawStatement, type SyntaxProblem } from "./syntax.ts";

const SYNTAX = "Syntax errors in policy.";

/** What CreateRole and UpdateAssumeRolePolicy answer. */
export function trustSyntaxText(problem: SyntaxProblem): string {
  switch (problem.problem) {
    case "json":
      return "This policy contains invalid Json";
    case "unknown-field":
      return `Unknown field ${problem.field}`;
    case "missing-field":
      return `Missing required field ${problem.field}`;
    case "principal":
      return `Invalid principal in policy: ${problem.text}`;
    default:
      return SYNTAX;
  }
}

export function checkTrust({ version, statements }: RawPolicy): string | undefined {
  if (version !== undefined && version !== "2012-10-17" && version !== "2008-10-17") return SYNTAX;
  if (repeatedSid(statements) !== undefined) return "Statement IDs (SID) in a single policy must be unique.";
  if (unknownOperator(statements) !== undefined) return SYNTAX;
  return firstProblem(statements, statementProblem);
}

function statementProblem(statement: RawStatement): string | undefined {
  const { effect, actions, resources, principals, conditions } = statement;
  if (effect === undefined) return "Missing required field Effect";
  if (!isEffect(effect)) return `Invalid effect: ${effect}`;
  if (!principals) return "Missing required field Principal";
  if (!actions?.patterns.length) return "Missing required field Action";
  if (resources) return "Has prohibited field Resource";
  if (!actions.patterns.every(isTrustAction))
    return "AssumeRole policy may only specify STS AssumeRole actions.";
  if (conditions.some(hasUncomparableValue)) return SYNTAX;
  return firstProblem(principals.principals, principalProblem);
}

/** Source: Service Authorization Reference, "Actions, resources, and condition keys for AWS Security Token Service". */
const TRUST_ACTIONS = new Set([
  "sts:*",
  "sts:assumerole",
  "sts:assumerole*",
  "sts:assumerolewithsaml",
  "sts:assumerolewithwebidentity",
  "sts:setcontext",
  "sts:setsourceidentity",
  "sts:tagsession",
]);

const isTrustAction = (action: string): boolean => TRUST_ACTIONS.has(action.toLowerCase());

function principalProblem({
  type,
  value,
}: {
  readonly type: PrincipalType;
  readonly value: string;
}): string | undefined {
  const invalid = `Invalid principal in policy: "${type === "Service" ? "SERVICE" : type}":${JSON.stringify(value)}`;
  switch (type) {
    case "AWS":
      return isAwsPrincipal(value) ? undefined : invalid;
    case "Service":
      return isServicePrincipal(value) ? undefined : invalid;
    case "Federated":
      return /^arn:aws[\w-]*:iam::\d{12}:(saml|oidc)-provider\/.+$/.test(value) ||
        /^[\w-]+(\.[\w-]+)+$/.test(value)
        ? undefined
        : "Federated principals must be valid domain names or SAML metadata ARNs";
    case "CanonicalUser":
      return invalid;
    default:
      return unreachable(type);
  }
}
