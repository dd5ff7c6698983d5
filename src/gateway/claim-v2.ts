import { fault } from "../base/fault.ts";
import { queryValue, type WireRequest } from "../wire/http.ts";
import { invalidAuthorization } from "./claim.ts";
import type { SignatureV2Claim } from "./signature-v2.ts";

/** Reads what a request to S3 claims by Signature Version 2. Nothing is verified here. @returns undefined when it claims nothing. */
export function readClaimV2({ headers, query }: WireRequest): SignatureV2Claim | undefined {
  const { authorization } = headers;
  const signature = queryValue(query, "Signature");
  if (authorization === undefined) return signature === undefined ? undefined : presigned(query, signature);
  if (signature !== undefined || queryValue(query, "X-Amz-Algorithm") !== undefined)
    throw invalidAuthorization(ONE_MECHANISM, authorization);
  return authorization.startsWith("AWS ") ? inHeader(headers, authorization) : undefined;
}

const ONE_MECHANISM =
  "Only one auth mechanism allowed; only the X-Amz-Algorithm query parameter, Signature query string parameter or the Authorization header should be specified";

function inHeader(headers: WireRequest["headers"], authorization: string): SignatureV2Claim {
  if (authorization.startsWith("AWS  "))
    throw invalidAuthorization(
      "Authorization header is invalid -- one and only one ' ' (space) required",
      authorization,
    );
  const [accessKeyId = "", signature = "", ...rest] = authorization.slice("AWS ".length).split(":");
  if (signature === "" || rest.length > 0)
    throw invalidAuthorization(
      "AWS authorization header is invalid.  Expected AwsAccessKeyId:signature",
      authorization,
    );
  const ours = headers["x-amz-date"];
  const date = headers["date"] ?? "";
  return {
    accessKeyId,
    signature,
    presigned: false,
    dateLine: ours === undefined ? date : "",
    date: ours ?? date,
    sessionToken: headers["x-amz-security-token"],
  };
}

/** Source: the same page, "Query string request authentication alternative". */
function presigned(query: WireRequest["query"], signature: string): SignatureV2Claim {
  const accessKeyId = queryValue(query, "AWSAccessKeyId");
  const expires = queryValue(query, "Expires");
  if (accessKeyId === undefined || expires === undefined)
    throw fault(
      "AccessDenied",
      "Query-string authentication requires the Signature, Expires and AWSAccessKeyId parameters",
      { status: 403 },
    );
  return {
    accessKeyId,
    signature,
    presigned: true,
    dateLine: expires,
    date: expires,
    sessionToken: queryValue(query, "x-amz-security-token"),
  };
}
