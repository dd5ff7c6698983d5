import type { Caller } from "../../platform/caller.ts";
import type { AuthorizeScope } from "../../platform/context.ts";
import type { Check } from "../../platform/operation.ts";
import { tokenNotValidHere } from "./faults.ts";

interface Checked<Input> {
  checks(input: Input, scope: AuthorizeScope): readonly Check[] | Promise<readonly Check[]>;
}

/** Federated users may ask who they are, and nothing else of STS. Source: AWS STS API Reference, GetFederationToken, "Permissions". */
export const unlessFederated = <Input, T extends Checked<Input>>(operation: T & Checked<Input>): T =>
  closedTo(operation, ({ principal }) => principal.kind === "federated");

/** Of STS, a user's session may assume roles and ask who it is. Source: AWS STS API Reference, GetSessionToken, "Permissions". */
export const unlessUserSession = <Input, T extends Checked<Input>>(operation: T & Checked<Input>): T =>
  closedTo(operation, ({ principal, session }) => session !== undefined && principal.kind !== "role");

function closedTo<Input, T extends Checked<Input>>(
  operation: T & Checked<Input>,
  isShutOut: (caller: Caller) => boolean,
): T {
  return {
    ...operation,
    checks(input: Input, scope: AuthorizeScope) {
      if (isShutOut(scope.caller)) throw tokenNotValidHere();
      return operation.checks(input, scope);
    },
  };
}
