import { fault, type Fault } from "../base/fault.ts";
import type { Protocol } from "../contract/model.ts";

/**
 * What AWS's front doors say before a service is asked, each family with its own codes and words.
 * Source: Amazon S3 API Reference, "Error responses"; IAM API Reference, "Common Errors"; AWS Glue and Amazon
 * Athena API References, "Common Errors".
 */
export type Family = "s3" | "query" | "json" | "rest" | "ec2";

export function familyOf(protocol: Protocol): Family {
  switch (protocol) {
    case "rest-xml":
      return "s3";
    case "rest-json":
      return "rest";
    case "query":
    case "ec2":
    case "json":
      return protocol;
    case "cbor-1.1":
    case "smithy-rpc-v2-cbor":
      return "json";
  }
}

interface Said {
  readonly code: string;
  readonly status: number;
  readonly text: string;
}

const INVALID_TOKEN = "The security token included in the request is invalid.";
const EXPIRED_TOKEN = "The security token included in the request is expired";
const BAD_SIGNATURE =
  "The request signature we calculated does not match the signature you provided. Check your AWS Secret Access Key and signing method. Consult the service documentation for details.";

const SAID = {
  missingToken: {
    s3: { code: "AccessDenied", status: 403, text: "Access Denied" },
    query: {
      code: "MissingAuthenticationToken",
      status: 403,
      text: "Request is missing Authentication Token",
    },
    json: { code: "MissingAuthenticationTokenException", status: 400, text: "Missing Authentication Token" },
  },
  unknownKey: {
    s3: {
      code: "InvalidAccessKeyId",
      status: 403,
      text: "The AWS Access Key Id you provided does not exist in our records.",
    },
    query: { code: "InvalidClientTokenId", status: 403, text: INVALID_TOKEN },
    json: { code: "UnrecognizedClientException", status: 400, text: INVALID_TOKEN },
  },
  invalidToken: {
    s3: { code: "InvalidToken", status: 400, text: "The provided token is malformed or otherwise invalid." },
    query: { code: "InvalidClientTokenId", status: 403, text: INVALID_TOKEN },
    json: { code: "UnrecognizedClientException", status: 400, text: INVALID_TOKEN },
  },
  expiredToken: {
    s3: { code: "ExpiredToken", status: 400, text: "The provided token has expired." },
    query: { code: "ExpiredToken", status: 403, text: EXPIRED_TOKEN },
    json: { code: "ExpiredTokenException", status: 400, text: EXPIRED_TOKEN },
  },
  badSignature: {
    s3: {
      code: "SignatureDoesNotMatch",
      status: 403,
      text: "The request signature we calculated does not match the signature you provided. Check your key and signing method.",
    },
    query: { code: "SignatureDoesNotMatch", status: 403, text: BAD_SIGNATURE },
    json: { code: "InvalidSignatureException", status: 400, text: BAD_SIGNATURE },
  },
  skewed: {
    s3: {
      code: "RequestTimeTooSkewed",
      status: 403,
      text: "The difference between the request time and the current time is too large.",
    },
    query: { code: "SignatureDoesNotMatch", status: 403, text: "Signature expired" },
    json: { code: "InvalidSignatureException", status: 400, text: "Signature expired" },
  },
  incomplete: {
    s3: { code: "AuthorizationHeaderMalformed", status: 400, text: "The authorization header is malformed" },
    query: { code: "IncompleteSignature", status: 400, text: "Request must contain a complete signature" },
    json: {
      code: "IncompleteSignatureException",
      status: 400,
      text: "Request must contain a complete signature",
    },
  },
  accessDenied: {
    s3: { code: "AccessDenied", status: 403, text: "Access Denied" },
    query: { code: "AccessDenied", status: 403, text: "Access Denied" },
    json: { code: "AccessDeniedException", status: 400, text: "Access Denied" },
  },
} as const satisfies Record<string, Record<"s3" | "query" | "json", Said>>;

export type Refusal = keyof typeof SAID;

/** @param text what it says instead of the family's usual words. */
export function refusal(
  kind: Refusal,
  family: Family,
  more: { readonly text?: string; readonly fields?: Readonly<Record<string, unknown>> } = {},
): Fault {
  const said = saidBy(kind, family);
  return fault(said.code, more.text ?? said.text, {
    status: said.status,
    ...(more.fields ? { fields: more.fields } : {}),
  });
}

function saidBy(kind: Refusal, family: Family): Said {
  // REST APIs say what the JSON ones say, and mean it by the status. Source: AWS Lambda API Reference, "Common Errors".
  if (family === "rest") return { ...SAID[kind].json, status: 403 };
  return family === "ec2" ? EC2_SAID[kind] : SAID[kind][family];
}

const EC2_AUTH_FAILURE = {
  code: "AuthFailure",
  status: 401,
  text: "AWS was not able to validate the provided access credentials",
} as const;

/** Source: Amazon EC2 API Reference, "Error codes", client errors. */
const EC2_SAID: Readonly<Record<Refusal, Said>> = {
  missingToken: SAID.missingToken.query,
  unknownKey: EC2_AUTH_FAILURE,
  invalidToken: EC2_AUTH_FAILURE,
  badSignature: EC2_AUTH_FAILURE,
  expiredToken: { code: "RequestExpired", status: 400, text: "Request has expired." },
  skewed: { code: "RequestExpired", status: 400, text: "Request has expired." },
  incomplete: SAID.incomplete.query,
  accessDenied: {
    code: "UnauthorizedOperation",
    status: 403,
    text: "You are not authorized to perform this operation.",
  },
};

/** An operation that is not built says so by name; it never answers with an empty success. */
export const notBuilt = (api: string, operation: string): Fault =>
  fault(
    "NotImplemented",
    `Hosu does not implement ${api}:${operation} yet. See /_hosu/coverage for what it does.`,
    {
      status: 501,
    },
  );
