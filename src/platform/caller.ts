/** Who calls. Source of the kinds and their ARNs: IAM JSON policy elements reference, "Principal". */
export type Principal =
  | { readonly kind: "root"; readonly account: string; readonly arn: string; readonly id: string }
  | {
      readonly kind: "user";
      readonly account: string;
      readonly arn: string;
      readonly id: string;
      readonly name: string;
    }
  | {
      readonly kind: "role";
      readonly account: string;
      /** The session's: arn:aws:sts::…:assumed-role/Role/session. */
      readonly arn: string;
      readonly roleArn: string;
      /** AROA…:session, which is aws:userid. */
      readonly id: string;
    }
  | {
      readonly kind: "federated";
      readonly account: string;
      /** arn:aws:sts::…:federated-user/name. */
      readonly arn: string;
      /** account:name, which is aws:userid. */
      readonly id: string;
      readonly userArn: string;
    }
  | { readonly kind: "service"; readonly account: string; readonly arn: string; readonly id: string }
  | { readonly kind: "anonymous"; readonly account: ""; readonly arn: "*"; readonly id: "anonymous" };

export const ANONYMOUS: Principal = { kind: "anonymous", account: "", arn: "*", id: "anonymous" };

/** What a session adds to its principal; absent for long-term keys. */
export interface Session {
  readonly issuedAt: Date;
  readonly expiresAt: Date;
  readonly tags: Readonly<Record<string, string>>;
  readonly sourceIdentity?: string;
  readonly mfa: boolean;
}

/** Where the request came from; facts of the connection, never of its headers. */
export interface Source {
  readonly ip: string;
  readonly secure: boolean;
  readonly userAgent: string;
  readonly referer?: string;
  /** The services that passed the request on, first first: aws:CalledVia. */
  readonly calledVia: readonly string[];
}

/** Never ambient: always in the context. `account` is the credentials', `region` the signature scope's. */
export interface Caller {
  readonly account: string;
  readonly region: string;
  readonly principal: Principal;
  readonly accessKeyId?: string;
  readonly session?: Session;
  readonly source: Source;
}
