import type { CompiledPolicy } from "./compile.ts";

/** A policy that speaks in a decision, and its name for the answer. */
export interface NamedPolicy {
  /** A managed policy's ARN, or an inline policy's name. */
  readonly id: string;
  readonly policy: CompiledPolicy;
}

/** Every policy that applies to a request. What is undefined does not apply and restricts nothing. */
export interface Policies {
  /** The user's, its groups', or the role's. */
  readonly identity: readonly NamedPolicy[];
  readonly boundary?: NamedPolicy | undefined;
  /** Defined, even when empty, for a session made with policies; an empty list allows nothing. */
  readonly session?: readonly NamedPolicy[] | undefined;
  readonly resource?: NamedPolicy | undefined;
  /**
   * What a resource policy is: most add to the identity policies; a role's trust policy and a KMS key's policy
   * must themselves allow, and identity policies count only where the policy names the account.
   */
  readonly resourceKind?: "adds" | "key" | "trust" | undefined;
  /** From the organization's root down to the account: every level must allow. */
  readonly serviceControl?: readonly (readonly NamedPolicy[])[] | undefined;
  readonly resourceControl?: readonly (readonly NamedPolicy[])[] | undefined;
  readonly endpoint?: NamedPolicy | undefined;
}

export type PolicyType =
  | "service-control"
  | "resource-control"
  | "endpoint"
  | "resource"
  | "trust"
  | "identity"
  | "boundary"
  | "session"
  /** The account's root user needs no policy. */
  | "root";

export interface Decision {
  readonly effect: "allow" | "deny";
  /** A statement said so, rather than none saying otherwise. */
  readonly explicit: boolean;
  readonly because: Reason;
}

export interface Reason {
  readonly type: PolicyType;
  /** The statement that decided; absent where the lack of one did. */
  readonly statement?: DecidingStatement | undefined;
}

export interface DecidingStatement {
  readonly policyId: string;
  readonly index: number;
  readonly sid: string | undefined;
}
