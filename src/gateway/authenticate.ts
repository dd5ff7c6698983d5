import type { Clock } from "../base/clock.ts";
import { fault } from "../base/fault.ts";
import { MINUTE_MS } from "../base/units.ts";
import { toIsoSeconds } from "../contract/timestamps.ts";
import type { RequestSignature } from "../platform/caller.ts";
import type { Credential, Identities } from "../platform/doors/identities.ts";
import type { WireRequest } from "../wire/http.ts";
import { refusal, type Family } from "./faults.ts";
import {
  canonicalRequest,
  HOSTS,
  sameSignature,
  stringToSign,
  type SignatureClaim,
  type SigningKey,
  type SigningKeys,
} from "./signature.ts";

/** How far a client's clock may be off. Source: S3 Error responses, RequestTimeTooSkewed (15 minutes); IAM User Guide, "Create a signed AWS API request" (5 minutes). */
export const SKEW_MS: Record<Family, number> = {
  s3: 15 * MINUTE_MS,
  query: 5 * MINUTE_MS,
  json: 5 * MINUTE_MS,
  rest: 5 * MINUTE_MS,
  ec2: 5 * MINUTE_MS,
};

export interface Authenticator {
  readonly identities: Identities;
  readonly keys: SigningKeys;
  readonly realClock: Clock;
}

/** Who signed a request, and how. */
export interface Verified {
  readonly credential: Credential;
  /** Where it was signed for. */
  readonly region: string;
  /** The API's signing name. */
  readonly service: string;
  readonly signature: RequestSignature;
  /** What stands for the body, as the client says: its hash, or why there is none. */
  readonly payloadHash: string;
  /** Version 4 alone: what the chunks of a body go on from. */
  readonly chunks?: { readonly key: SigningKey; readonly claim: SignatureClaim };
}

/**
 * Who signed the request. @param service the API's signing name, which the credential scope must name.
 * @throws Fault as the API's family words it.
 */
export async function verifySignature(
  by: Authenticator,
  request: WireRequest,
  claim: SignatureClaim,
  api: { readonly family: Family; readonly service: string },
): Promise<Verified> {
  const { family } = api;
  const time = claimedTime(claim, family);
  checkScope(claim, api);
  checkTime(claim, time, by.realClock.now(), family);

  const { accessKeyId, region, service } = claim.scope;
  const credential = await activeCredential(by, accessKeyId, family);
  checkToken(credential, claim.sessionToken, family);

  const key = by.keys.key(credential.secret, claim.scope);
  const canonical = canonicalRequest(request, claim);
  const text = stringToSign(canonical, claim);
  if (!sameSignature(key.sign(text), claim.signature)) {
    const fields = {
      ...mismatchFields(accessKeyId, text, claim.signature),
      CanonicalRequest: canonical,
      CanonicalRequestBytes: spacedHex(canonical),
    };
    throw refusal("badSignature", family, { fields });
  }
  checkSignedHeaders(request, claim, family);
  const now = by.realClock.now();
  checkExpiry(credential, now, family);
  return {
    credential,
    region,
    service,
    signature: {
      version: "AWS4-HMAC-SHA256",
      method: claim.presigned ? "REST-QUERY-STRING" : "REST-HEADER",
      ageMs: now.getTime() - time.getTime(),
    },
    payloadHash: claim.payloadHash,
    chunks: { key, claim },
  };
}

/** @throws Fault for a key that is unknown or made inactive. */
export async function activeCredential(
  { identities }: Authenticator,
  accessKeyId: string,
  family: Family,
): Promise<Credential> {
  const credential = await identities.credential(accessKeyId);
  if (credential?.status === "Active") return credential;
  throw refusal("unknownKey", family, { fields: { AWSAccessKeyId: accessKeyId } });
}

function checkScope({ scope, timestamp }: SignatureClaim, api: { family: Family; service: string }): void {
  // S3 calls both a malformed header; the others, a signature that does not match.
  const kind = api.family === "s3" ? "incomplete" : "badSignature";
  if (scope.service !== api.service)
    throw refusal(kind, api.family, {
      text:
        api.family === "s3"
          ? `The authorization header is malformed; incorrect service "${scope.service}". This endpoint belongs to "s3".`
          : `Credential should be scoped to correct service: '${api.service}'. `,
    });
  if (!timestamp.startsWith(scope.day))
    throw refusal(kind, api.family, {
      text:
        api.family === "s3"
          ? "The authorization header is malformed; Invalid credential date. Date is not the same as X-Amz-Date."
          : `Date in Credential scope does not match YYYYMMDD from ISO-8601 version of date from HTTP: '${scope.day}' != '${timestamp.slice(0, 8)}', from '${timestamp}'.`,
    });
}

const TIMESTAMP = /^\d{8}T\d{6}Z$/;

/** @returns undefined for what is no time, the 31st of February among it. */
export function readTimestamp(text: string): Date | undefined {
  if (!TIMESTAMP.test(text)) return undefined;
  const part = (from: number, to: number): number => Number(text.slice(from, to));
  const time = new Date(
    Date.UTC(part(0, 4), part(4, 6) - 1, part(6, 8), part(9, 11), part(11, 13), part(13, 15)),
  );
  return time.getUTCDate() === part(6, 8) && time.getUTCHours() === part(9, 11) ? time : undefined;
}

function claimedTime(claim: SignatureClaim, family: Family): Date {
  const time = readTimestamp(claim.timestamp);
  if (time) return time;
  if (claim.presigned)
    throw fault(
      "AuthorizationQueryParametersError",
      "X-Amz-Date must be in the ISO8601 Long Format \"yyyyMMdd'T'HHmmss'Z'\"",
      { status: 400 },
    );
  throw family === "s3"
    ? fault("AccessDenied", "AWS authentication requires a valid Date or x-amz-date header", { status: 403 })
    : refusal("incomplete", family, {
        text:
          "Date must be in ISO-8601 'basic format'. Got '" +
          claim.timestamp +
          "'. See http://en.wikipedia.org/wiki/ISO_8601",
      });
}

function checkTime(claim: SignatureClaim, time: Date, now: Date, family: Family): void {
  const skew = SKEW_MS[family];
  const late = now.getTime() - time.getTime();
  if (claim.presigned) {
    if (late < -skew) throw fault("AccessDenied", "Request is not valid yet", { status: 403 });
    const expiresMs = time.getTime() + (claim.expiresSeconds ?? 0) * 1_000;
    if (now.getTime() > expiresMs)
      throw fault("AccessDenied", "Request has expired", {
        status: 403,
        fields: {
          "X-Amz-Expires": String(claim.expiresSeconds),
          Expires: toIsoSeconds(new Date(expiresMs)),
          ServerTime: toIsoSeconds(now),
        },
      });
    return;
  }
  if (Math.abs(late) <= skew) return;
  if (family === "s3") throw skewedForS3(claim.timestamp, now);
  const [verdict, edge, sign] =
    late > 0
      ? ["Signature expired: ", `is now earlier than ${basic(new Date(now.getTime() - skew))}`, "-"]
      : ["Signature not yet current: ", `is still later than ${basic(new Date(now.getTime() + skew))}`, "+"];
  throw refusal("skewed", family, {
    text: `${verdict}${claim.timestamp} ${edge} (${basic(now)} ${sign} 5 min.)`,
  });
}

/** @param stated the request's time as it writes it. */
export const skewedForS3 = (stated: string, now: Date): Error =>
  refusal("skewed", "s3", {
    fields: {
      RequestTime: stated,
      ServerTime: toIsoSeconds(now),
      MaxAllowedSkewMilliseconds: String(SKEW_MS.s3),
    },
  });

const basic = (date: Date): string => date.toISOString().replaceAll(/[-:]|\.\d{3}/g, "");

export function checkToken(credential: Credential, token: string | undefined, family: Family): void {
  if (credential.sessionToken === token) return;
  throw refusal(
    credential.sessionToken === undefined || token !== undefined ? "invalidToken" : "unknownKey",
    family,
    {
      fields: { AWSAccessKeyId: credential.accessKeyId },
    },
  );
}

export function checkExpiry(credential: Credential, now: Date, family: Family): void {
  if (credential.session && credential.session.expiresAt <= now) throw refusal("expiredToken", family);
}

/** Every x-amz- header that came must have been signed, and so must the host; the payload's hash is signed by itself. */
function checkSignedHeaders(request: WireRequest, claim: SignatureClaim, family: Family): void {
  const missing = claim.signedHeaders.some((name) => HOSTS.has(name)) ? [] : ["host"];
  for (const name in request.headers)
    if (name.startsWith("x-amz-") && name !== "x-amz-content-sha256" && !claim.signedHeaders.includes(name))
      missing.push(name);
  if (missing.length === 0) return;
  throw family === "s3"
    ? fault("AccessDenied", "There were headers present in the request which were not signed", {
        status: 403,
        fields: { HeadersNotSigned: missing.join(", ") },
      })
    : refusal("badSignature", family);
}

/** What S3 says of a signature that is another one than it calculated. */
export const mismatchFields = (accessKeyId: string, text: string, signature: string) => ({
  AWSAccessKeyId: accessKeyId,
  StringToSign: text,
  SignatureProvided: signature,
  StringToSignBytes: spacedHex(text),
});

const spacedHex = (text: string): string =>
  [...Buffer.from(text)].map((byte) => byte.toString(16).padStart(2, "0")).join(" ");
