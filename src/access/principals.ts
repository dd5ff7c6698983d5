import { unreachable } from "../base/invariant.ts";
import type { Principal } from "./request.ts";
import type { Effect, PrincipalPatterns } from "./policy.ts";

/**
 * How a resource policy's statement reaches the principal, which decides what else must agree within one account:
 * `direct`: nothing else (a user's or a session's own ARN, everyone, a service);
 * `role`: the boundary and the session policies of the role;
 * `account`: the whole account was named, which leaves it to the account's own identity policies.
 * Source: IAM User Guide, "Policy evaluation for requests within a single account", and "AWS JSON policy elements: Principal".
 */
export type Grade = "direct" | "role" | "account";

export interface CompiledPrincipals {
  /** @returns undefined when the statement does not speak of the principal. */
  grade(principal: Principal): Grade | undefined;
}

/** Names of a principal that policies may use, and what each gives. */
interface Names {
  readonly [name: string]: Grade;
}

/**
 * A NotPrincipal with Deny spares only who is listed with all its names, its account among them; one with Allow
 * leaves out whoever is listed by any name. Source: IAM User Guide, "AWS JSON policy elements: NotPrincipal".
 */
export function compilePrincipals(patterns: PrincipalPatterns, effect: Effect): CompiledPrincipals {
  const listed = new Set(patterns.principals.map(({ type, value }) => `${type} ${accountName(value)}`));
  const everyone = listed.has("AWS *");
  if (!patterns.negated) {
    return { grade: (principal) => (everyone ? "direct" : bestGrade(namesOf(principal), listed)) };
  }
  const isListed = (name: string): boolean => listed.has(name);
  return {
    grade(principal) {
      if (everyone) return undefined;
      const names = Object.keys(namesOf(principal)).filter((name) => !UNIQUE_ID.test(name));
      const spared = effect === "Deny" ? names.length > 0 && names.every(isListed) : names.some(isListed);
      return spared ? undefined : "direct";
    },
  };
}

const UNIQUE_ID = /^AWS A(IDA|ROA)[A-Z0-9]+$/;

const ORDER: readonly Grade[] = ["direct", "role", "account"];

function bestGrade(names: Names, listed: ReadonlySet<string>): Grade | undefined {
  const found = Object.entries(names).flatMap(([name, grade]) => (listed.has(name) ? [grade] : []));
  return ORDER.find((grade) => found.includes(grade));
}

function namesOf(principal: Principal): Names {
  const { arn, account, id } = principal;
  switch (principal.kind) {
    case "root":
      // The account's root is the account: named so, it is named itself.
      return { [`AWS ${account}`]: "direct" };
    case "user":
      return { [`AWS ${arn}`]: "direct", [`AWS ${id}`]: "direct", [`AWS ${account}`]: "account" };
    case "role": {
      const roleId = id.split(":")[0] ?? id;
      return {
        [`AWS ${arn}`]: "direct",
        [`AWS ${principal.roleArn}`]: "role",
        [`AWS ${roleId}`]: "role",
        [`AWS ${account}`]: "account",
      };
    }
    case "federated":
      // A grant to the user is limited by the session policies of its federated sessions.
      return {
        [`AWS ${arn}`]: "direct",
        [`AWS ${principal.userArn}`]: "role",
        [`AWS ${account}`]: "account",
      };
    case "service":
      return { [`Service ${id}`]: "direct" };
    case "web-identity":
      return { [`Federated ${id}`]: "direct" };
    case "anonymous":
      return {};
    default:
      return unreachable(principal);
  }
}

/** `arn:aws:iam::123456789012:root` and `123456789012` name the same account. */
function accountName(value: string): string {
  return /^arn:[^:]+:iam::(\d{12}):root$/.exec(value)?.[1] ?? value;
}
