import type { Caller } from "../../platform/caller.ts";
import type { AuthorizeScope } from "../../platform/context.ts";
import type { Check } from "../../platform/operation.ts";
import { tokenNotValidHere } from "./faults.ts";

interface Checked {
  checks(input: never, scope: AuthorizeScope): readonly Check[] | Promise<readonly Check[]>;
}

/**
 * Sessions of a role may call IAM; those that users made of themselves may not, unless with MFA, and federated ones
 * never. Source: AWS STS API Reference, GetSessionToken and GetFederationToken, "Permissions".
 */
export function closedToPlainSessions<const T extends Readonly<Record<string, Checked>>>(operations: T): T {
  const closed = Object.entries(operations).map(([name, operation]) => [
    name,
    {
      ...operation,
      checks(input: never, scope: AuthorizeScope) {
        if (isShutOut(scope.caller)) throw tokenNotValidHere();
        return operation.checks(input, scope);
      },
    },
  ]);
  const all: T = Object.fromEntries(closed);
  return all;
}

const isShutOut = ({ principal, session }: Caller): boolean =>
  principal.kind === "federated" || (session !== undefined && principal.kind === "user" && !session.mfa);
