import {
  actionProblem,
  firstProblem,
  hasUncomparableValue,
  repeatedSid,
  unknownOperator,
} from "./grammar-checks.ts";
import { isEffect, type RawPolicy, type RawStatement, type SyntaxProblem } from "./syntax.ts";

const SYNTAX = "Syntax errors in policy.";
const LEGACY = "The policy failed legacy parsing";

/** IAM does not say which. */
export const identitySyntaxText = (_problem: SyntaxProblem): string => SYNTAX;

/** What CreatePolicy and the Put…Policy operations refuse, in the order in which they look. Source: AWS's answers to them. */
export function checkIdentity({ version, statements }: RawPolicy): string | undefined {
  if (version !== undefined && version !== "2012-10-17" && version !== "2008-10-17") return SYNTAX;
  if (statements.some(({ effect }) => !/^(allow|deny)$/i.test(effect ?? ""))) return SYNTAX;
  if (unknownOperator(statements) !== undefined) return SYNTAX;
  if (version !== "2012-10-17") return "Policy document must be version 2012-10-17 or greater.";
  return firstProblem(CHECKS, (check) => check(statements));
}

const CHECKS: readonly ((statements: readonly RawStatement[]) => string | undefined)[] = [
  (statements) => (statements.some(failsLegacyParsing) ? LEGACY : undefined),
  (statements) => (repeatedSid(statements) === undefined ? undefined : SIDS_UNIQUE),
  (statements) =>
    statements.some(({ sid }) => !/^[0-9A-Za-z]*$/.test(sid ?? "")) ? SIDS_ALPHANUMERIC : undefined,
  (statements) => (statements.some(({ actions }) => !actions?.patterns.length) ? NO_ACTIONS : undefined),
  (statements) => firstProblem(resourcesOf(statements), resourceProblem),
  (statements) =>
    firstProblem(
      statements.flatMap(({ actions }) => actions?.patterns ?? []),
      actionProblem,
    ),
  (statements) =>
    statements.some(({ resources }) => !resources?.patterns.length) ? NO_RESOURCES : undefined,
  (statements) => (statements.some(({ principals }) => principals) ? NO_PRINCIPAL : undefined),
];

const SIDS_UNIQUE = "Statement IDs (SID) in a single policy must be unique.";
const SIDS_ALPHANUMERIC =
  "Statement IDs (SID) must be alpha-numeric. Check that your input satisfies the regular expression [0-9A-Za-z]*";
const NO_ACTIONS = "Policy statement must contain actions.";
const NO_RESOURCES = "Policy statement must contain resources.";
const NO_PRINCIPAL = "Policy document should not specify a principal.";

const resourcesOf = (statements: readonly RawStatement[]): readonly string[] =>
  statements.flatMap(({ resources }) => resources?.patterns ?? []);

function failsLegacyParsing({ effect, resources, conditions }: RawStatement): boolean {
  if (!isEffect(effect) || conditions.some(hasUncomparableValue)) return true;
  return (resources?.patterns ?? []).some(
    (resource) =>
      resource.startsWith("arn:") &&
      resourceProblem(resource) === undefined &&
      resource.split(":").length < 6,
  );
}

/** Partitions that AWS has. Source: AWS General Reference, "Amazon Resource Names (ARNs)". */
const PARTITIONS = new Set([
  "aws",
  "aws-cn",
  "aws-us-gov",
  "aws-iso",
  "aws-iso-b",
  "aws-iso-e",
  "aws-iso-f",
  "*",
]);

const IAM_PATHS = [
  "user/",
  "federated-user/",
  "role/",
  "group/",
  "instance-profile/",
  "mfa/",
  "server-certificate/",
  "policy/",
  "sms-mfa/",
  "saml-provider/",
  "oidc-provider/",
  "report/",
  "access-report/",
];

function resourceProblem(resource: string): string | undefined {
  if (resource === "*") return undefined;
  const [scheme, partition = "", ...rest] = resource.split(":");
  if (scheme === resource) return `Resource ${resource} must be in ARN format or "*".`;
  if (rest.length === 0) return "Resource vendor must be fully qualified and cannot contain regexes.";
  if (!PARTITIONS.has(partition)) {
    const [service = "*", region = "*", account = "*", ...path] = rest;
    const last = path.length > 0 ? path.join(":") : "*";
    return `Partition "${partition}" is not valid for resource "arn:${partition}:${service}:${region}:${account}:${last}".`;
  }
  const [service = "", region = "", , ...path] = rest;
  if (service !== "*" && /[*?]/.test(service))
    return "Resource vendor must be fully qualified and cannot contain regexes.";
  return placeProblem({ resource, service, region, path: path.join(":") });
}

/** IAM's and S3's names have no region; IAM's begin with what they name. */
function placeProblem(named: {
  readonly resource: string;
  readonly service: string;
  readonly region: string;
  readonly path: string;
}): string | undefined {
  const { resource, service, region, path } = named;
  if (service === "iam" && region !== "")
    return `IAM resource ${resource} cannot contain region information.`;
  if (service === "s3" && region !== "" && !path.startsWith("accesspoint/") && region !== "*") {
    return `Resource ${resource} can not contain region information.`;
  }
  if (
    service !== "iam" ||
    path === "*" ||
    path === "root" ||
    IAM_PATHS.some((start) => path.startsWith(start))
  ) {
    return undefined;
  }
  // A wildcard before the first slash may stand for any of them.
  if (/^[^/]*[*?]/.test(path)) return undefined;
  return `IAM resource path must either be "*" or start with ${IAM_PATHS.join(", ")}.`;
}
