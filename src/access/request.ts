/** Who asks, for what. Pure values: whoever calls the evaluator sets them from facts, never from headers. */
export interface AccessRequest {
  readonly principal: Principal;
  /** aws:PrincipalTag: the principal's own tags and its session's over them. */
  readonly principalTags?: Tags | undefined;
  /** `s3:GetObject`; matched without regard to case. */
  readonly action: string;
  /** An ARN, or `*` where the action knows no resource. */
  readonly resource: string;
  /** How the answer names the resource, where it is not by its ARN: IAM says `user bob`. */
  readonly resourceName?: string | undefined;
  /** The account that owns the resource; without one, the principal's own. */
  readonly resourceAccount?: string | undefined;
  /** Condition keys in any case. What follows from the principal and the resource's account is filled in by the evaluator. */
  readonly context?: Context | undefined;
}

export type Context = Readonly<Record<string, ContextValue>>;

/** Several values are a list; an empty list and undefined are an absent key. */
export type ContextValue = string | number | boolean | Date | readonly string[] | undefined;

export type Tags = Readonly<Record<string, string>>;

/** The kinds of principals, with the fields that policies can speak of. Source: IAM User Guide, "AWS JSON policy elements: Principal". */
export type Principal =
  /** arn:aws:iam::ACCOUNT:root */
  | { readonly kind: "root"; readonly account: string; readonly arn: string; readonly id: string }
  | {
      readonly kind: "user";
      readonly account: string;
      readonly arn: string;
      /** AIDA… */
      readonly id: string;
      readonly name: string;
    }
  | {
      readonly kind: "role";
      readonly account: string;
      /** The session's: arn:aws:sts::ACCOUNT:assumed-role/ROLE/SESSION. */
      readonly arn: string;
      readonly roleArn: string;
      /** AROA…:SESSION */
      readonly id: string;
    }
  | {
      readonly kind: "federated";
      readonly account: string;
      /** arn:aws:sts::ACCOUNT:federated-user/NAME */
      readonly arn: string;
      /** ACCOUNT:NAME */
      readonly id: string;
      /** The user whose keys asked for the session. */
      readonly userArn: string;
    }
  /** An AWS service in its own name; `id` is how policies name it: firehose.amazonaws.com. */
  | { readonly kind: "service"; readonly account: string; readonly arn: string; readonly id: string }
  /** Someone with a token of an identity provider, before a role is assumed; `id` is the provider's ARN or domain. */
  | { readonly kind: "web-identity"; readonly account: string; readonly arn: string; readonly id: string }
  | { readonly kind: "anonymous"; readonly account: string; readonly arn: string; readonly id: string };

export type PrincipalKind = Principal["kind"];

/** @returns undefined for those who belong to no account: anonymous, services, web identities. */
export function accountOf(principal: Principal): string | undefined {
  const { kind, account } = principal;
  return kind === "service" || kind === "anonymous" || kind === "web-identity" ? undefined : account;
}
