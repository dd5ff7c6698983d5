import { invariant } from "../base/invariant.ts";
import type { ApiName } from "../contract/apis.ts";
import {
  apiOfEndpoint,
  apiOfTarget,
  apiOfVersion,
  apisSignedAs,
  knownApi,
  speaksForms,
  type KnownApi,
} from "../contract/known.ts";
import { loadContract } from "../contract/load.ts";
import { matchOperation } from "../contract/match.ts";
import type { Contract, Protocol } from "../contract/model.ts";
import { decodeFormText, percentEncode, queryValue, type WireRequest } from "../wire/http.ts";
import { claimedService } from "./claim.ts";

/** Which API a request is for, and the request as that API's contract reads it. */
export interface Identified {
  readonly api: ApiName;
  readonly signingName: string;
  readonly contract: Contract;
  /** A virtual-host address is rewritten to its path form, and a presigned URL's parameters to headers; signatures are checked against what was sent. */
  readonly request: WireRequest;
}

/** The target header or RPC path, then the signature's scope, then the host, then a form's version; what says nothing of these is for S3. */
export function identify(request: WireRequest): Identified {
  const known =
    byTarget(request) ??
    byRpcPath(request) ??
    bySignature(request) ??
    byHost(request) ??
    byForm(request) ??
    S3;
  return {
    api: known.api,
    signingName: known.signingName,
    contract: loadContract(known.api, protocolOf(known, request)),
    request: known.api === "s3" ? withPresignedHeaders(pathStyle(request)) : request,
  };
}

const S3 = knownOrOurMistake("s3");
const S3_CONTROL = knownOrOurMistake("s3control");

function knownOrOurMistake(api: ApiName): KnownApi {
  const known = knownApi(api);
  invariant(known, `there is a contract for ${api}`);
  return known;
}

/** Kinesis' Java clients send CBOR of their own kind to the same targets. */
const CBOR_1_1 = "application/x-amz-cbor-1.1";

/** Which of its protocols a request to an API speaks. @returns undefined for the API's only one, or its first. */
function protocolOf(known: KnownApi, { headers, query }: WireRequest): Protocol | undefined {
  const { protocol, protocols } = known;
  if (protocol === "json" && headers["content-type"] === CBOR_1_1) return "cbor-1.1";
  if (protocols === undefined) return undefined;
  if (headers["smithy-protocol"] !== undefined) return "smithy-rpc-v2-cbor";
  if (headers["x-amz-target"] !== undefined) return "json";
  const isForm = isFormType(headers["content-type"]) || queryValue(query, "Action") !== undefined;
  return isForm && speaksForms(known) ? "query" : undefined;
}

function byTarget(request: WireRequest): KnownApi | undefined {
  const target = request.headers["x-amz-target"];
  return target === undefined ? undefined : apiOfTarget(target.slice(0, target.lastIndexOf(".")));
}

/** `/service/GraniteServiceVersion20100801/operation/PutMetricData`. Source: Smithy, "RPC v2 CBOR protocol". */
function byRpcPath(request: WireRequest): KnownApi | undefined {
  if (request.headers["smithy-protocol"] === undefined) return undefined;
  const service = /\/service\/([^/]+)\/operation\/[^/]+$/.exec(request.path)?.[1];
  return service === undefined ? undefined : apiOfTarget(service);
}

function bySignature(request: WireRequest): KnownApi | undefined {
  const service = claimedService(request);
  if (service === undefined) return undefined;
  if (service === "s3" || service === "s3express") return isS3Control(request) ? S3_CONTROL : S3;
  const candidates = apisSignedAs(service);
  if (candidates.length < 2) return candidates[0];
  return candidates.find((known) => fits(known, request)) ?? candidates[0];
}

/** Every path of S3 Control begins so, as a bucket's of that name does: what it says of the account tells them apart. */
const isS3Control = (request: WireRequest): boolean =>
  request.path.startsWith("/v20180820/") && namesAccount(request) && fits(S3_CONTROL, request);

/** In a header, or before its host, which clients do with another endpoint, too: `111122223333.localhost`. */
const namesAccount = ({ headers, host }: WireRequest): boolean =>
  headers["x-amz-account-id"] !== undefined || S3_CONTROL_HOST.test(host);

const S3_CONTROL_HOST = /(?:^|\.)s3-control(?:-fips)?\.|^\d{12}\.(?!s3[.-])/;

/** APIs that share a signing name are told apart by their targets, which were looked at before, or by their paths. */
function fits(known: KnownApi, request: WireRequest): boolean {
  if (known.protocol !== "rest-json" && known.protocol !== "rest-xml") return false;
  return matchOperation(loadContract(known.api), request) !== undefined;
}

function byHost({ host }: WireRequest): KnownApi | undefined {
  const [first = "", second = ""] = host.split(".");
  return apiOfEndpoint(`${first}.${second}`) ?? apiOfEndpoint(first);
}

/** AssumeRoleWithWebIdentity and its like are not signed: only the form tells. */
function byForm(request: WireRequest): KnownApi | undefined {
  const isForm = isFormType(request.headers["content-type"]);
  const text = isForm ? Buffer.from(request.body).toString("latin1") : "";
  const version = queryValue(request.query, "Version") ?? /(?:^|&)Version=([^&]*)/.exec(text)?.[1];
  return version === undefined ? undefined : apiOfVersion(decodeFormText(version));
}

const isFormType = (type = ""): boolean => type.startsWith("application/x-www-form-urlencoded");

/**
 * `bucket.s3.amazonaws.com`, `bucket.s3.us-east-1.amazonaws.com`, `bucket.s3.localhost`, `bucket.localhost`.
 * Source: Amazon S3 User Guide, "Virtual hosting of general purpose buckets".
 */
const VIRTUAL_HOST = /^(.+?)\.(?:s3[.-](?:[a-z0-9-]+\.)?)?(?:amazonaws\.com|localhost)(?::\d+)?$/;
const S3_ALONE = /^s3(?:[.-][a-z0-9-]+)?$/;

function pathStyle(request: WireRequest): WireRequest {
  const bucket = VIRTUAL_HOST.exec(request.host)?.[1];
  if (bucket === undefined || S3_ALONE.test(bucket)) return request;
  return { ...request, path: `/${percentEncode(bucket)}${request.path}` };
}

/** What says how a URL was signed; and S3 does not look at checksums there (aws/aws-sdk#480), which SDKs make of no body at all. */
const NO_HEADERS =
  /^x-amz-(?:algorithm|credential|date|expires|signedheaders|signature|security-token|content-sha256|checksum-.*|sdk-checksum-algorithm)$/i;

/** The x-amz- headers that a client gave to be signed stand in the query of a presigned URL, and S3 reads them there. */
function withPresignedHeaders(request: WireRequest): WireRequest {
  const { query } = request;
  if (queryValue(query, "X-Amz-Signature") === undefined && queryValue(query, "Signature") === undefined)
    return request;
  const headers: Record<string, string> = {};
  for (const [name, value] of query.list)
    if (/^x-amz-/i.test(name) && !NO_HEADERS.test(name)) headers[name.toLowerCase()] = value;
  return { ...request, headers: { ...headers, ...request.headers } };
}
