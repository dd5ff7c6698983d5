import { fault } from "../base/fault.ts";
import type { WireRequest } from "../wire/http.ts";
import { verifySignatureV2 } from "./authenticate-v2.ts";
import { verifySignature, type Verified } from "./authenticate.ts";
import { readClaimV2 } from "./claim-v2.ts";
import { readClaim, withPayloadHash } from "./claim.ts";
import type { Dispatcher } from "./dispatch.ts";
import { refusal, type Family } from "./faults.ts";
import type { Identified } from "./identify.ts";

interface Hashed {
  readonly family: Family;
  /** The body's SHA-256, hexadecimal. */
  readonly hashed: string;
}

/** Who signed a request, by whichever way its API knows. @returns undefined where nobody claims to have. */
export async function authenticate(
  by: Dispatcher,
  request: WireRequest,
  identified: Identified,
  { family, hashed }: Hashed,
): Promise<Verified | undefined> {
  const { signingName } = identified;
  const old = family === "s3" ? readClaimV2(request) : undefined;
  if (old) {
    const addressed = { ...request, path: identified.request.path };
    return verifySignatureV2(by.authenticator, addressed, old, await homeRegion(by, identified));
  }
  const claim = readClaim(request, family);
  if (!claim) return undefined;
  if (claim.payloadHash === "" && family === "s3" && !claim.presigned)
    throw fault("InvalidRequest", "Missing required header for this request: x-amz-content-sha256", {
      status: 400,
    });
  return verifySignature(by.authenticator, request, withPayloadHash(claim, hashed), {
    family,
    service: signingName,
  });
}

/** Where what is asked for lies; what is nowhere yet, in the Region of requests that name none. */
export async function homeRegion(
  { performer, region }: Dispatcher,
  { api, request }: Identified,
): Promise<string> {
  const homeOf = performer.services.get(api)?.homeRegion;
  return (await (homeOf && performer.house.store.read((read) => homeOf(request.path, read)))) ?? region;
}

/** A body that was read whole must be the one that was signed. */
export function verifyBody(
  request: WireRequest,
  verified: Verified | undefined,
  { family, hashed }: Hashed,
): void {
  const payload = verified?.payloadHash ?? request.headers["x-amz-content-sha256"];
  if (payload === undefined || payload === "UNSIGNED-PAYLOAD" || payload === hashed) return;
  if (family !== "s3") throw refusal("badSignature", family);
  throw fault(
    "XAmzContentSHA256Mismatch",
    "The provided 'x-amz-content-sha256' header does not match what was computed.",
    {
      status: 400,
      fields: { ClientComputedContentSHA256: payload, S3ComputedContentSHA256: hashed },
    },
  );
}
