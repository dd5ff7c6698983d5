import { unreachable } from "../base/invariant.ts";
import {
  actionProblem,
  firstProblem,
  hasUncomparableValue,
  isAwsPrincipal,
  isServicePrincipal,
  repeatedSid,
} from "./grammar-checks.ts";
import { isOperator } from "./conditions.ts";
import { isEffect, type RawPolicy, type RawStatement, type SyntaxProblem } from "./syntax.ts";

/** What PutBucketPolicy answers; other services with resource policies say it with codes of their own. */
export function resourceSyntaxText(problem: SyntaxProblem): string {
  switch (problem.problem) {
    case "json":
      return "Policies must be valid JSON and the first byte must be '{'";
    case "unknown-field":
      return `Unknown field ${problem.field}`;
    case "missing-field":
      return `Missing required field ${problem.field}`;
    case "principal":
      return "Invalid principal in policy";
    case "both":
    case "type":
      return "Invalid policy syntax.";
    default:
      return unreachable(problem);
  }
}

export function checkResource({ version, statements }: RawPolicy): string | undefined {
  if (version !== undefined && version !== "2012-10-17" && version !== "2008-10-17") {
    return "The policy must contain a valid version string";
  }
  if (repeatedSid(statements) !== undefined) return "Statement IDs (SID) in a single policy must be unique.";
  return firstProblem(statements, statementProblem);
}

function statementProblem({
  effect,
  actions,
  resources,
  principals,
  conditions,
}: RawStatement): string | undefined {
  if (effect === undefined) return "Missing required field Effect";
  if (!isEffect(effect)) return `Invalid effect: ${effect}`;
  if (!principals) return "Missing required field Principal";
  if (!actions?.patterns.length) return "Missing required field Action";
  if (!resources?.patterns.length) return "Missing required field Resource";
  if (actions.patterns.some((action) => actionProblem(action) !== undefined))
    return "Policy has invalid action";
  if (resources.patterns.some((resource) => resource !== "*" && resource.split(":").length < 6)) {
    return "Policy has invalid resource";
  }
  const operator = conditions.find((condition) => !isOperator(condition.operator))?.operator;
  if (operator !== undefined) return `Invalid Condition type : ${operator}`;
  if (conditions.some(hasUncomparableValue)) return "Invalid policy syntax.";
  return principals.principals.every(({ type, value }) =>
    type === "AWS" ? isAwsPrincipal(value) : type === "Service" ? isServicePrincipal(value) : value !== "",
  )
    ? undefined
    : "Invalid principal in policy";
}
