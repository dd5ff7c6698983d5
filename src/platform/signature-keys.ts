import type { Context as ConditionKeys } from "../access/request.ts";
import { callingService, type Caller, type RequestSignature } from "./caller.ts";

/** A service that calls S3 for somebody signs its own request. */
const BY_A_SERVICE: RequestSignature = { version: "AWS4-HMAC-SHA256", method: "REST-HEADER", ageMs: 0 };

/**
 * How a request to S3 was signed; nothing for who did not sign.
 * Source: Amazon S3 API Reference, "Amazon S3 Signature Version 4 Authentication Specific Policy Keys".
 */
export function signatureKeys(caller: Caller, action: string): ConditionKeys {
  const signature = callingService(caller) === undefined ? caller.signature : BY_A_SERVICE;
  if (signature === undefined || !action.startsWith("s3:")) return {};
  return {
    "s3:signatureversion": signature.version,
    "s3:authType": signature.method,
    // For URLs and forms, which somebody else may use later.
    ...(signature.method === "REST-HEADER" ? {} : { "s3:signatureAge": String(signature.ageMs) }),
  };
}
