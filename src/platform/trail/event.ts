import type { TlsFacts } from "../happened.ts";
import type { Json } from "./values.ts";

/** One event as it is kept; `cloudTrailRecord` makes CloudTrail's JSON of it. */
export interface TrailEvent {
  /** When the request was completed, by the lake clock. */
  readonly timeMs: number;
  /** 32 hexadecimal digits. */
  readonly eventId: string;
  readonly requestId: string;
  /** "s3.amazonaws.com" */
  readonly source: string;
  readonly name: string;
  readonly region: string;
  /** The account whose trail it is on. */
  readonly account: string;
  readonly readOnly: boolean;
  readonly management: boolean;
  readonly identity: TrailIdentity;
  readonly sourceIp: string;
  readonly userAgent: string;
  readonly error?: TrailError | undefined;
  readonly request: Json;
  readonly response: Json;
  readonly resources: readonly TrailResource[];
  readonly tls?: TlsFacts | undefined;
}

/** An event's place on the trail: it stays the same however much happens after it. */
export interface TrailPosition {
  readonly segment: number;
  /** How many events lie before it in the segment. */
  readonly index: number;
}

/** Who sent a request, and from where: the same for many events in a row. */
export type Sender = Pick<TrailEvent, "region" | "account" | "identity" | "sourceIp" | "userAgent">;

export interface TrailError {
  readonly code: string;
  readonly message: string;
}

/** What the call was about. */
export interface TrailResource {
  /** "AWS::S3::Bucket" */
  readonly type: string;
  /** An ARN or a name. */
  readonly name: string;
  /** CloudTrail lists it in the record itself, not only as what the event can be found by. */
  readonly listed: boolean;
}

/** Source: CloudTrail User Guide, "CloudTrail userIdentity element". */
export interface TrailIdentity {
  readonly type:
    | "Root"
    | "IAMUser"
    | "AssumedRole"
    | "FederatedUser"
    | "AWSAccount"
    | "AWSService"
    | "WebIdentityUser";
  readonly principalId: string;
  readonly arn?: string | undefined;
  readonly account?: string | undefined;
  readonly accessKeyId?: string | undefined;
  readonly userName?: string | undefined;
  /** The service that made the call in this identity's name: "athena.amazonaws.com". */
  readonly invokedBy?: string | undefined;
  readonly session?: TrailSession | undefined;
}

export interface TrailSession {
  readonly createdMs: number;
  readonly mfa: boolean;
  readonly sourceIdentity?: string | undefined;
  readonly issuer?: TrailIssuer | undefined;
}

/** The role or user that the session comes from. */
export interface TrailIssuer {
  readonly type: "Role" | "IAMUser" | "Root";
  readonly principalId: string;
  readonly arn: string;
  readonly account: string;
  readonly userName: string;
}
