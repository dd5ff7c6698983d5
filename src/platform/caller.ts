import { parseArn } from "../base/arn.ts";
import { invariant } from "../base/invariant.ts";
import type { Principal } from "../access/request.ts";

export type { Principal };

export const ANONYMOUS: Principal = { kind: "anonymous", account: "", arn: "*", id: "anonymous" };

/** What a session adds to its principal; absent for long-term keys. */
export interface Session {
  readonly issuedAt: Date;
  readonly expiresAt: Date;
  readonly tags: Readonly<Record<string, string>>;
  /** Keys of tags that go on to the sessions made from this one. */
  readonly transitiveTagKeys?: readonly string[];
  readonly sourceIdentity?: string;
  readonly mfa: boolean;
}

/** Where the request came from; facts of the connection, never of its headers. */
export interface Source {
  readonly ip: string;
  readonly secure: boolean;
  readonly userAgent: string;
  readonly referer?: string | undefined;
  /** The services that passed the request on, first first: aws:CalledVia. */
  readonly calledVia: readonly string[];
  /** The resource for which a service calls in its own name: aws:SourceArn. */
  readonly sourceArn?: string;
}

/** How a request proved who sent it: S3's policies may ask. */
export interface RequestSignature {
  /** "AWS" is version 2. */
  readonly version: "AWS" | "AWS4-HMAC-SHA256";
  readonly method: "REST-HEADER" | "REST-QUERY-STRING" | "POST";
  /** How long ago it was signed; version 2 does not say. */
  readonly ageMs: number;
}

/** Never ambient: always in the context. `account` is the credentials', `region` the signature scope's. */
export interface Caller {
  readonly account: string;
  readonly region: string;
  readonly principal: Principal;
  readonly accessKeyId?: string;
  readonly session?: Session | undefined;
  /** Absent for who did not sign, and for the program's own calls. */
  readonly signature?: RequestSignature;
  readonly source: Source;
}

/** A service in its own name, for a resource of an account's. @param id "cloudtrail.amazonaws.com" */
export function serviceCaller(id: string, sourceArn: string): Caller {
  const source = parseArn(sourceArn);
  invariant(source, `a service calls for a resource, not for ${sourceArn}`);
  return {
    account: source.account,
    region: source.region,
    principal: { kind: "service", account: "", arn: id, id },
    source: { ip: "", secure: true, userAgent: "", calledVia: [], sourceArn },
  };
}

/** The service that made the call, in somebody's name or its own; undefined where a client did. */
export const callingService = ({ principal, source }: Caller): string | undefined =>
  principal.kind === "service" ? principal.id : source.calledVia.at(-1);
