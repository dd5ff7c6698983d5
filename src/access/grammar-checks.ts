import { isOperator, parseOperatorName } from "./conditions.ts";
import { parseDate } from "./operators.ts";
import type { Condition } from "./policy.ts";
import type { RawStatement } from "./syntax.ts";

/** IAM's words for an action that is none, or undefined. Source: AWS's answers to CreatePolicy. */
export function actionProblem(action: string): string | undefined {
  const [vendor = "", ...names] = action.split(":");
  if (action === "*") return undefined;
  if (names.length === 0) return "Actions/Conditions must be prefaced by a vendor, e.g., iam, sdb, ec2, etc.";
  if (names.length > 1) return "Actions/Condition can contain only one colon.";
  if (vendor !== "*" && /[^a-zA-Z0-9\-.]/.test(vendor)) return `Vendor ${vendor} is not valid`;
  return undefined;
}

export const firstProblem = <T>(
  items: readonly T[],
  check: (item: T) => string | undefined,
): string | undefined => {
  for (const item of items) {
    const problem = check(item);
    if (problem !== undefined) return problem;
  }
  return undefined;
};

/** @returns the first operator that IAM does not know. */
export const unknownOperator = (statements: readonly RawStatement[]): string | undefined =>
  statements.flatMap(({ conditions }) => conditions).find(({ operator }) => !isOperator(operator))?.operator;

/** Values that the operator could never compare; variables may stand for anything. */
export const hasUncomparableValue = ({ operator, values }: Condition): boolean =>
  /^Date/i.test(parseOperatorName(operator).base) &&
  values.some((value) => !value.includes("${") && parseDate(value) === undefined);

export function repeatedSid(statements: readonly RawStatement[]): string | undefined {
  const seen = new Set<string>();
  for (const { sid } of statements) {
    if (sid === undefined || sid === "") continue;
    if (seen.has(sid)) return sid;
    seen.add(sid);
  }
  return undefined;
}

const ARN_PRINCIPAL =
  /^arn:aws[\w-]*:(iam::\d{12}:(root|(user|role)\/[!-)+->@-~]+)|sts::\d{12}:(assumed-role\/[\w+=,.@-]+\/[\w+=,.@-]+|federated-user\/[\w+=,.@-]+))$/;

/** Whether the text can name an AWS principal: everyone, an account, a user, a role, a session, or the unique id that a deleted one leaves. */
export const isAwsPrincipal = (value: string): boolean =>
  value === "*" ||
  /^\d{12}$/.test(value) ||
  /^A(IDA|ROA)[A-Z0-9]{10,}$/.test(value) ||
  ARN_PRINCIPAL.test(value);

/** A service's name: `ec2.amazonaws.com`, `logs.eu-west-1.amazonaws.com`. */
export const isServicePrincipal = (value: string): boolean => /^[a-z0-9-]+(\.[a-z0-9-]+)+$/.test(value);
