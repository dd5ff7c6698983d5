import { queryValue, type WireRequest } from "../wire/http.ts";
import { refusal, type Family } from "./faults.ts";
import { ALGORITHM, type CredentialScope, type SignatureClaim } from "./signature.ts";
import { fault } from "../base/fault.ts";

/** Reads what a request claims about its signature. Nothing is verified here. @returns undefined when it is not signed. */
export function readClaim(request: WireRequest, family: Family): SignatureClaim | undefined {
  const authorization = request.headers["authorization"];
  if (authorization !== undefined) return headerClaim(request, authorization, family);
  if (queryValue(request.query, "X-Amz-Algorithm") !== undefined) return presignedClaim(request, family);
  return undefined;
}

/** Signers for services other than S3 sign the body's hash without sending it. @param hashed the body's, hexadecimal. */
export const withPayloadHash = (claim: SignatureClaim, hashed: string): SignatureClaim =>
  claim.payloadHash === "" ? { ...claim, payloadHash: hashed } : claim;

/** The service that a claim names, read without judging the rest: it helps to tell which API is meant. */
export function claimedService(request: WireRequest): string | undefined {
  const credential =
    /Credential=([^,\s]+)/.exec(request.headers["authorization"] ?? "")?.[1] ??
    queryValue(request.query, "X-Amz-Credential");
  return credential?.split("/").at(-2);
}

/** `AWS4-HMAC-SHA256 Credential=…, SignedHeaders=…, Signature=…`: one of the three; empty where it is not there. */
function parameter(authorization: string, name: string): string {
  const marks = `${name}=`;
  let at = authorization.indexOf(marks);
  while (at > 0 && !BEFORE_PARAMETER.has(authorization.charAt(at - 1)))
    at = authorization.indexOf(marks, at + 1);
  if (at <= 0) return "";
  const end = authorization.indexOf(",", at);
  return authorization.slice(at + marks.length, end < 0 ? undefined : end).trim();
}

const BEFORE_PARAMETER = new Set([" ", ",", "\t"]);

function headerClaim(request: WireRequest, authorization: string, family: Family): SignatureClaim {
  const space = authorization.search(/\s|$/);
  const algorithm = authorization.slice(0, space);
  if (algorithm !== ALGORITHM)
    throw family === "s3"
      ? invalidAuthorization("Unsupported Authorization Type", authorization)
      : refusal("incomplete", family);
  const credential = parameter(authorization, "Credential");
  const signedHeaders = parameter(authorization, "SignedHeaders");
  const signature = parameter(authorization, "Signature");
  if (credential === "" || signedHeaders === "" || signature === "")
    throw incomplete({ Credential: credential, SignedHeaders: signedHeaders, Signature: signature }, family);
  const timestamp = request.headers["x-amz-date"] ?? isoTimestamp(request.headers["date"]);
  if (timestamp === undefined) throw missingDate(family);
  return {
    scope: readScope(credential, family),
    signedHeaders: signedHeaders.split(";"),
    signature,
    timestamp,
    presigned: false,
    payloadHash: request.headers["x-amz-content-sha256"] ?? "",
    sessionToken: request.headers["x-amz-security-token"],
  };
}

function incomplete(parameters: Readonly<Record<string, string>>, family: Family): Error {
  const missing = Object.keys(parameters).filter((name) => parameters[name] === "");
  if (family === "s3")
    return refusal("incomplete", family, {
      text: `The authorization header is malformed; ${missing.map((name) => `missing ${name}`).join("; ")}.`,
    });
  const text = missing.map((name) => `Authorization header requires '${name}' parameter.`).join(" ");
  return refusal("incomplete", family, { text });
}

/** What S3 says of an Authorization header that it cannot read. */
export const invalidAuthorization = (text: string, authorization: string): Error =>
  fault("InvalidArgument", text, {
    status: 400,
    fields: { ArgumentName: "Authorization", ArgumentValue: authorization },
  });

export const missingDate = (family: Family): Error =>
  family === "s3"
    ? fault("AccessDenied", "AWS authentication requires a valid Date or x-amz-date header", { status: 403 })
    : refusal("incomplete", family, {
        text: "Authorization header requires existence of either a 'X-Amz-Date' or a 'Date' header.",
      });

/** Source: Amazon S3 API Reference, "Authenticating Requests: Using Query Parameters (AWS Signature Version 4)". */
function presignedClaim(request: WireRequest, family: Family): SignatureClaim {
  const value = (name: string): string => {
    const found = queryValue(request.query, name);
    if (found === undefined || found === "") throw queryParameters();
    return found;
  };
  if (value("X-Amz-Algorithm") !== ALGORITHM)
    throw queryParameters('X-Amz-Algorithm only supports "AWS4-HMAC-SHA256 and AWS4-ECDSA-P256-SHA256"');
  const expires = value("X-Amz-Expires");
  const expiresSeconds = Number(expires);
  if (!/^\d+$/.test(expires)) throw queryParameters("X-Amz-Expires should be a number");
  if (expiresSeconds < 1) throw queryParameters("X-Amz-Expires must be non-negative");
  if (expiresSeconds > MOST_EXPIRES_SECONDS)
    throw queryParameters(
      "X-Amz-Expires must be less than a week (in seconds); that is, the given X-Amz-Expires must be less than 604800 seconds",
    );
  return {
    scope: readScope(value("X-Amz-Credential"), family),
    signedHeaders: value("X-Amz-SignedHeaders").split(";"),
    signature: value("X-Amz-Signature"),
    timestamp: value("X-Amz-Date"),
    presigned: true,
    expiresSeconds,
    payloadHash:
      queryValue(request.query, "X-Amz-Content-Sha256") ??
      request.headers["x-amz-content-sha256"] ??
      "UNSIGNED-PAYLOAD",
    sessionToken: queryValue(request.query, "X-Amz-Security-Token"),
  };
}

const MOST_EXPIRES_SECONDS = 604_800;

const QUERY_PARAMETERS =
  "Query-string authentication version 4 requires the X-Amz-Algorithm, X-Amz-Credential, X-Amz-Signature, X-Amz-Date, X-Amz-SignedHeaders, and X-Amz-Expires parameters.";

const queryParameters = (text: string = QUERY_PARAMETERS): Error =>
  fault("AuthorizationQueryParametersError", text, { status: 400 });

function readScope(credential: string, family: Family): CredentialScope {
  const parts = credential.split("/");
  const [accessKeyId, day, region, service, terminal] = parts;
  const whole = parts.length === 5 && terminal === "aws4_request";
  if (!whole || !accessKeyId || !day || region === undefined || !service) {
    throw refusal("incomplete", family, {
      text:
        family === "s3"
          ? `The authorization header is malformed; the Credential is mal-formed; expecting "<YOUR-AKID>/YYYYMMDD/REGION/SERVICE/aws4_request".`
          : `Credential must have exactly 5 slash-delimited elements, e.g. keyid/date/region/service/term, got '${credential}'`,
    });
  }
  return { accessKeyId, day, region, service };
}

/** An HTTP date as a signature's timestamp. */
function isoTimestamp(date: string | undefined): string | undefined {
  if (date === undefined) return undefined;
  if (/^\d{8}T\d{6}Z$/.test(date)) return date;
  const ms = Date.parse(date);
  return Number.isNaN(ms) ? undefined : new Date(ms).toISOString().replaceAll(/[-:]|\.\d{3}/g, "");
}
