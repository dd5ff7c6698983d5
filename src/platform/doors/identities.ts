import type { Principal, Session } from "../caller.ts";

/** Who an access key is. */
export interface Credential {
  readonly accessKeyId: string;
  readonly secret: string;
  readonly status: "Active" | "Inactive";
  readonly principal: Principal;
  /** Temporary keys alone: the token that must come with the key. */
  readonly sessionToken?: string;
  readonly session?: Session;
}

/** One policy that speaks for a principal, and where it is attached, so that a denial can name it. */
export interface AttachedPolicy {
  /** The managed policy's ARN, or the inline policy's name. */
  readonly id: string;
  /** The user, group or role that it is attached to. */
  readonly attachedTo: string;
  readonly document: string;
}

export interface PrincipalPolicies {
  readonly identity: readonly AttachedPolicy[];
  readonly boundary?: AttachedPolicy | undefined;
  /** Present, even when empty, once a session was made with policies. */
  readonly session?: readonly AttachedPolicy[] | undefined;
  /** The principal's own tags and its session's: aws:PrincipalTag. */
  readonly tags: Readonly<Record<string, string>>;
}

/** What STS must know of a role that someone wants to assume. */
export interface AssumableRole {
  readonly account: string;
  readonly arn: string;
  readonly name: string;
  /** AROA… */
  readonly id: string;
  readonly trust: string;
  readonly maxSessionSeconds: number;
  readonly tags: Readonly<Record<string, string>>;
}

/** A session that STS decided to begin. */
export interface NewSession {
  readonly principal: Principal;
  /** Unique id and name of the role or user it comes from; the account's for root. Once that is gone, the session is. */
  readonly source: { readonly id: string; readonly name: string };
  readonly seconds: number;
  readonly tags: Readonly<Record<string, string>>;
  readonly transitiveTagKeys: readonly string[];
  readonly sourceIdentity?: string;
  readonly mfa: boolean;
  /** Absent when nothing narrows the session. */
  readonly policies?: { readonly inline?: string; readonly arns: readonly string[] };
}

export interface TemporaryKeys {
  readonly accessKeyId: string;
  readonly secret: string;
  readonly sessionToken: string;
  readonly expiresAt: Date;
}

/** Offered by IAM: asked on every request, so a handful of point reads. */
export interface Identities {
  /** @returns undefined for a key that does not exist, or whose user or role is gone. */
  credential(accessKeyId: string): Promise<Credential | undefined>;
  policies(principal: Principal, accessKeyId: string | undefined): Promise<PrincipalPolicies>;
  /** After a request was authenticated: the key's last use, kept in memory and written now and then. */
  used(accessKeyId: string, service: string, region: string): void;
  role(roleArn: string): Promise<AssumableRole | undefined>;
  /** Keeps the session and makes its keys. */
  startSession(session: NewSession): Promise<TemporaryKeys>;
}
