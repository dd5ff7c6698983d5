import { invariant } from "../base/invariant.ts";
import type { ApiName } from "../contract/apis.ts";
import {
  contractForSigningName,
  contractForTargetPrefix,
  contractForVersion,
  KNOWN_APIS,
  loadContract,
  type KnownApi,
} from "../contract/load.ts";
import type { Contract } from "../contract/model.ts";
import { decodeFormText, percentEncode, queryValue, type WireRequest } from "../wire/http.ts";
import { claimedService } from "./claim.ts";

/** Which API a request is for, and the request as that API's contract reads it. */
export interface Identified {
  readonly api: ApiName;
  readonly signingName: string;
  readonly contract: Contract;
  /** A virtual-host address is rewritten to its path form; signatures are checked against what was sent. */
  readonly request: WireRequest;
}

/** The target header, then the signature's scope, then the host, then a form's version; what says nothing of these is for S3. */
export function identify(request: WireRequest): Identified {
  const known = byTarget(request) ?? bySignature(request) ?? byHost(request) ?? byForm(request) ?? S3;
  return {
    api: known.api,
    signingName: known.signingName,
    contract: loadContract(known.api),
    request: known.api === "s3" ? pathStyle(request) : request,
  };
}

const S3 = knownApi("s3");

function knownApi(api: ApiName): KnownApi {
  const known = KNOWN_APIS.find((one) => one.api === api);
  invariant(known, `there is a contract for ${api}`);
  return known;
}

function byTarget(request: WireRequest): KnownApi | undefined {
  const target = request.headers["x-amz-target"];
  return target === undefined ? undefined : contractForTargetPrefix(target.slice(0, target.lastIndexOf(".")));
}

function bySignature(request: WireRequest): KnownApi | undefined {
  const service = claimedService(request);
  return service === undefined ? undefined : contractForSigningName(service);
}

function byHost({ host }: WireRequest): KnownApi | undefined {
  const [label = ""] = host.split(".");
  return label === "s3" ? S3 : KNOWN_APIS.find(({ api }) => api === label);
}

/** AssumeRoleWithWebIdentity and its like are not signed: only the form tells. */
function byForm(request: WireRequest): KnownApi | undefined {
  const isForm = (request.headers["content-type"] ?? "").startsWith("application/x-www-form-urlencoded");
  const text = isForm ? Buffer.from(request.body).toString("latin1") : "";
  const version = queryValue(request.query, "Version") ?? /(?:^|&)Version=([^&]*)/.exec(text)?.[1];
  return version === undefined ? undefined : contractForVersion(decodeFormText(version));
}

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
