import { createHmac, timingSafeEqual } from "node:crypto";
import type { WireQuery, WireRequest } from "../wire/http.ts";

/**
 * Signature Version 2, as S3's oldest Regions still take it: what is signed and how. Pure.
 * Source: Amazon S3 API Reference, "Signing and authenticating REST requests (AWS signature version 2)".
 */
export interface SignatureV2Claim {
  readonly accessKeyId: string;
  /** Base64. */
  readonly signature: string;
  readonly presigned: boolean;
  /** What is signed where the date stands: nothing where x-amz-date says it, `Expires` in a presigned URL. */
  readonly dateLine: string;
  /** When it was signed, or until when it is good, as the request writes it. */
  readonly date: string;
  readonly sessionToken: string | undefined;
}

/**
 * The Regions that were there before 30 January 2014; all others take version 4 alone.
 * Source: the signature versions of S3's endpoints in the AWS General Reference, as botocore's endpoints.json has them.
 */
export const SIGNATURE_V2_REGIONS: ReadonlySet<string> = new Set([
  "us-east-1",
  "us-west-1",
  "us-west-2",
  "eu-west-1",
  "ap-northeast-1",
  "ap-southeast-1",
  "ap-southeast-2",
  "sa-east-1",
  "us-gov-west-1",
]);

/** What of a query is signed. The page names those of 2014; the rest is what AWS's own clients sign (botocore, HmacV1Auth). */
const SUBRESOURCES: ReadonlySet<string> = new Set([
  "accelerate",
  "acl",
  "analytics",
  "cors",
  "defaultObjectAcl",
  "delete",
  "inventory",
  "lifecycle",
  "location",
  "logging",
  "metrics",
  "notification",
  "object-lock",
  "partNumber",
  "policy",
  "replication",
  "requestPayment",
  "response-cache-control",
  "response-content-disposition",
  "response-content-encoding",
  "response-content-language",
  "response-content-type",
  "response-expires",
  "restore",
  "select",
  "select-type",
  "storageClass",
  "tagging",
  "torrent",
  "uploadId",
  "uploads",
  "versionId",
  "versioning",
  "versions",
  "website",
]);

/** @param request in path style, however it was sent: the bucket is signed as a part of the path. */
export function stringToSignV2(request: WireRequest, claim: SignatureV2Claim): string {
  const { method, path, headers, query } = request;
  const positional = [method, headers["content-md5"] ?? "", headers["content-type"] ?? "", claim.dateLine];
  return [...positional, ...amzHeaders(request, claim.presigned), `${path}${subresources(query)}`].join("\n");
}

/** A presigned URL's x-amz- parameters stand for the headers. */
function amzHeaders({ headers, query }: WireRequest, presigned: boolean): readonly string[] {
  const found = new Map<string, string>();
  const add = (name: string, value: string): void => {
    const lower = name.toLowerCase();
    if (!lower.startsWith("x-amz-")) return;
    const before = found.get(lower);
    found.set(lower, before === undefined ? value.trim() : `${before},${value.trim()}`);
  };
  for (const name in headers) add(name, headers[name] ?? "");
  if (presigned) for (const [name, value] of query.list) add(name, value);
  return [...found].toSorted(([a], [b]) => (a < b ? -1 : 1)).map(([name, value]) => `${name}:${value}`);
}

function subresources({ list }: WireQuery): string {
  const signed = list
    .filter(([name]) => SUBRESOURCES.has(name))
    .toSorted(([a], [b]) => (a < b ? -1 : a > b ? 1 : 0))
    .map(([name, value]) => (value === "" ? name : `${name}=${value}`));
  return signed.length === 0 ? "" : `?${signed.join("&")}`;
}

/** @returns base64. */
export const signV2 = (secret: string, text: string): string =>
  createHmac("sha1", secret).update(text, "utf8").digest("base64");

/** In a time that does not depend on where they differ. */
export function sameSignatureV2(expected: string, given: string): boolean {
  const [a, b] = [Buffer.from(expected), Buffer.from(given)];
  return a.length === b.length && timingSafeEqual(a, b);
}
