import { iamAction } from "../contract/known.ts";
import type { InputOf, OperationName, OutputOf } from "../contract/apis.ts";
import type { AuthorizeScope, Context } from "./context.ts";
import type { Caller } from "./caller.ts";
import type { ResourcePolicy } from "./service.ts";

/** One thing that must be allowed. An operation may need none, one or many. */
export interface Check {
  /** "s3:GetObject". */
  readonly action: string;
  /** An ARN, or "*" for actions without resource types. */
  readonly resource: string;
  /** How a denial names the resource, where AWS does not by its ARN (IAM says "user bob"). */
  readonly resourceName?: string;
  /** Who owns the resource, where its ARN does not say (S3); the caller's account otherwise. */
  readonly resourceAccount?: string;
  /** Condition keys that only this operation knows ("s3:prefix", "iam:PassedToService"). */
  readonly context?: Readonly<Record<string, string | readonly string[]>>;
  /** The policy on the resource where the operation itself must name it (a role's trust policy counts for assuming the role alone). */
  readonly resourcePolicy?: ResourcePolicy;
}

export interface OperationDefinition<N extends OperationName> {
  /** For the simple case: one action, named as the operation with IAM's prefix for its API, on this ARN (or each of these). */
  readonly resource?: (input: InputOf<N>, caller: Caller) => string | readonly string[];
  /** For the rest: everything that must be allowed, from the input and stored state. */
  readonly authorize?: (
    input: InputOf<N>,
    scope: AuthorizeScope,
  ) => readonly Check[] | Promise<readonly Check[]>;
  handle(input: InputOf<N>, context: Context): Promise<OutputOf<N>>;
}

export interface Operation<N extends OperationName> {
  readonly name: N;
  checks(input: InputOf<N>, scope: AuthorizeScope): readonly Check[] | Promise<readonly Check[]>;
  handle(input: InputOf<N>, context: Context): Promise<OutputOf<N>>;
}

/** Any operation, its types forgotten, as the gateway sees it. */
export interface AnyOperation {
  readonly name: OperationName;
  checks(input: unknown, scope: AuthorizeScope): readonly Check[] | Promise<readonly Check[]>;
  handle(input: unknown, context: Context): Promise<unknown>;
}

/** Input, output and faults are typed from the name. Neither `resource` nor `authorize`: nothing need be allowed (GetCallerIdentity). */
export function operation<const N extends OperationName>(
  name: N,
  definition: OperationDefinition<N>,
): Operation<N> {
  const { resource, authorize } = definition;
  const [api = "", operationName = ""] = name.split(":");
  const action = iamAction(api, operationName);
  return {
    name,
    checks(input, scope) {
      if (authorize) return authorize(input, scope);
      if (!resource) return [];
      const named = resource(input, scope.caller);
      const resources = typeof named === "string" ? [named] : named;
      return resources.map((one) => ({ action, resource: one }));
    },
    handle: (input, context) => definition.handle(input, context),
  };
}
