import type { Clock } from "../base/clock.ts";
import { fault } from "../base/fault.ts";
import { MINUTE_MS } from "../base/units.ts";
import { toIsoSeconds } from "../contract/timestamps.ts";
import type { Credential, Identities } from "../platform/doors/identities.ts";
import type { WireRequest } from "../wire/http.ts";
import { refusal, type Family } from "./faults.ts";
import {
  canonicalRequest,
  sameSignature,
  stringToSign,
  type SignatureClaim,
  type SigningKey,
  type SigningKeys,
} from "./signature.ts";

/** How far a client's clock may be off. Source: S3 Error responses, RequestTimeTooSkewed (15 minutes); IAM User Guide, "Create a signed AWS API request" (5 minutes). */
const SKEW_MS: Record<Family, number> = {
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

export interface Verified {
  readonly credential: Credential;
  readonly claim: SignatureClaim;
  readonly signingKey: SigningKey;
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

  const credential = await by.identities.credential(claim.scope.accessKeyId);
  if (!credential || credential.status !== "Active")
    throw refusal("unknownKey", family, { fields: { AWSAccessKeyId: claim.scope.accessKeyId } });
  checkToken(credential, claim, family);

  const signingKey = by.keys.key(credential.secret, claim.scope);
  const canonical = canonicalRequest(request, claim);
  const text = stringToSign(canonical, claim);
  if (!sameSignature(signingKey.sign(text), claim.signature))
    throw refusal("badSignature", family, { fields: mismatchFields(claim, text, canonical) });
  checkSignedHeaders(request, claim, family);
  checkExpiry(credential, by.realClock.now(), family);
  return { credential, claim, signingKey };
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
function readTimestamp(text: string): Date | undefined {
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
  if (family === "s3")
    throw refusal("skewed", family, {
      fields: {
        RequestTime: claim.timestamp,
        ServerTime: toIsoSeconds(now),
        MaxAllowedSkewMilliseconds: String(skew),
      },
    });
  const [verdict, edge, sign] =
    late > 0
      ? ["Signature expired: ", `is now earlier than ${basic(new Date(now.getTime() - skew))}`, "-"]
      : ["Signature not yet current: ", `is still later than ${basic(new Date(now.getTime() + skew))}`, "+"];
  throw refusal("skewed", family, {
    text: `${verdict}${claim.timestamp} ${edge} (${basic(now)} ${sign} 5 min.)`,
  });
}

const basic = (date: Date): string => date.toISOString().replaceAll(/[-:]|\.\d{3}/g, "");

function checkToken(credential: Credential, claim: SignatureClaim, family: Family): void {
  if (credential.sessionToken === claim.sessionToken) return;
  throw refusal(
    credential.sessionToken === undefined || claim.sessionToken !== undefined ? "invalidToken" : "unknownKey",
    family,
    {
      fields: { AWSAccessKeyId: credential.accessKeyId },
    },
  );
}

function checkExpiry(credential: Credential, now: Date, family: Family): void {
  if (credential.session && credential.session.expiresAt <= now) throw refusal("expiredToken", family);
}

/** Every x-amz- header that came must have been signed, and so must the host; the payload's hash is signed by itself. */
function checkSignedHeaders(request: WireRequest, claim: SignatureClaim, family: Family): void {
  const missing = claim.signedHeaders.includes("host") ? [] : ["host"];
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

function mismatchFields({ scope, signature }: SignatureClaim, text: string, canonical: string) {
  const bytes = (of: string) =>
    [...Buffer.from(of)].map((byte) => byte.toString(16).padStart(2, "0")).join(" ");
  return {
    AWSAccessKeyId: scope.accessKeyId,
    StringToSign: text,
    SignatureProvided: signature,
    StringToSignBytes: bytes(text),
    CanonicalRequest: canonical,
    CanonicalRequestBytes: bytes(canonical),
  };
}
