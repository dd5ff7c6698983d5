/** A policy document after its grammar was checked: what `parsePolicy` answers and `compilePolicy` takes. Source: IAM User Guide, "Grammar of the IAM JSON policy language". */
export interface Policy {
  /** Policy variables exist only in 2012-10-17; in the older version `${` is plain text. */
  readonly version: "2012-10-17" | "2008-10-17";
  readonly id: string | undefined;
  readonly statements: readonly Statement[];
}

export interface Statement {
  readonly sid: string | undefined;
  readonly effect: Effect;
  readonly actions: Patterns;
  /** Absent in a role's trust policy: the resource is the role. */
  readonly resources: Patterns | undefined;
  /** Absent in an identity policy: the principal is whoever it is attached to. */
  readonly principals: PrincipalPatterns | undefined;
  readonly conditions: readonly Condition[];
}

export type Effect = "Allow" | "Deny";

/** `Action` or `NotAction`, `Resource` or `NotResource`. */
export interface Patterns {
  readonly negated: boolean;
  readonly patterns: readonly string[];
}

export type PrincipalType = "AWS" | "Service" | "Federated" | "CanonicalUser";

export interface PrincipalPatterns {
  readonly negated: boolean;
  readonly principals: readonly { readonly type: PrincipalType; readonly value: string }[];
}

/** One key of one operator, `values` joined by OR; operators and keys are joined by AND. */
export interface Condition {
  readonly operator: string;
  readonly key: string;
  readonly values: readonly string[];
}

/** Where a policy may stand, which decides what its grammar asks of it. */
export type PolicyKind = "identity" | "resource" | "trust";
