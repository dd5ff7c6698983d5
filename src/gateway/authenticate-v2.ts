import { fault } from "../base/fault.ts";
import { toIsoSeconds } from "../contract/timestamps.ts";
import { parseHttpDate, type WireRequest } from "../wire/http.ts";
import {
  activeCredential,
  checkExpiry,
  checkToken,
  mismatchFields,
  readTimestamp,
  skewedForS3,
  SKEW_MS,
  type Authenticator,
  type Verified,
} from "./authenticate.ts";
import { missingDate } from "./claim.ts";
import { refusal } from "./faults.ts";
import {
  sameSignatureV2,
  SIGNATURE_V2_REGIONS,
  signV2,
  stringToSignV2,
  type SignatureV2Claim,
} from "./signature-v2.ts";

/**
 * Who signed a request to S3 by Signature Version 2. It names no Region: the bucket's own decides whether it is taken.
 * @param request in path style, with the headers that were sent.
 */
export async function verifySignatureV2(
  by: Authenticator,
  request: WireRequest,
  claim: SignatureV2Claim,
  region: string,
): Promise<Verified> {
  checkRegionTakesV2(region);
  const now = by.realClock.now();
  if (claim.presigned) checkLife(claim.date, now);
  else checkSkew(claim.date, now);
  const credential = await activeCredential(by, claim.accessKeyId, "s3");
  checkToken(credential, claim.sessionToken, "s3");
  checkSignature(request, claim, credential.secret);
  checkExpiry(credential, now, "s3");
  return {
    credential,
    region,
    service: "s3",
    signature: { version: "AWS", method: claim.presigned ? "REST-QUERY-STRING" : "REST-HEADER", ageMs: 0 },
    payloadHash: request.headers["x-amz-content-sha256"] ?? "UNSIGNED-PAYLOAD",
  };
}

/** Every other Region refuses it in these words. */
export function checkRegionTakesV2(region: string): void {
  if (SIGNATURE_V2_REGIONS.has(region)) return;
  throw fault(
    "InvalidRequest",
    "The authorization mechanism you have provided is not supported. Please use AWS4-HMAC-SHA256.",
    { status: 400 },
  );
}

/** boto3 signs a bucket as its own host would have it, with a slash after it, though it asks for it without one. */
const BUCKET_ALONE = /^\/[^/]+$/;

function checkSignature(request: WireRequest, claim: SignatureV2Claim, secret: string): void {
  const text = stringToSignV2(request, claim);
  if (sameSignatureV2(signV2(secret, text), claim.signature)) return;
  if (BUCKET_ALONE.test(request.path)) {
    const asHost = stringToSignV2({ ...request, path: `${request.path}/` }, claim);
    if (sameSignatureV2(signV2(secret, asHost), claim.signature)) return;
  }
  throw refusal("badSignature", "s3", { fields: mismatchFields(claim.accessKeyId, text, claim.signature) });
}

/** Source: the page of signature-v2.ts, "Time stamp requirement". */
function checkSkew(stated: string, now: Date): void {
  const time = readTimestamp(stated) ?? parseHttpDate(stated.replace(ZERO_OFFSET, " GMT"));
  if (!time) throw missingDate("s3");
  if (Math.abs(now.getTime() - time.getTime()) > SKEW_MS.s3) throw skewedForS3(stated, now);
}

/** As the page's own examples write it. */
const ZERO_OFFSET = / [+-]0000$/;

/** S3 takes no later second than that of a signed 32-bit number. */
const LAST_SECOND = 2 ** 31 - 1;

function checkLife(expires: string, now: Date): void {
  const seconds = /^\d{1,10}$/.test(expires) ? Number(expires) : Number.NaN;
  if (!(seconds <= LAST_SECOND))
    throw fault("AccessDenied", `Invalid date (should be seconds since epoch): ${expires}`, { status: 403 });
  const end = new Date(seconds * 1_000);
  if (now <= end) return;
  throw fault("AccessDenied", "Request has expired", {
    status: 403,
    fields: { Expires: toIsoSeconds(end), ServerTime: toIsoSeconds(now) },
  });
}
