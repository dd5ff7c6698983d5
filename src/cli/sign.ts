import { realClock } from "../base/clock.ts";
import { ALGORITHM, canonicalRequest, scopeText, SigningKeys, stringToSign } from "../gateway/signature.ts";
import { splitTarget } from "../wire/http.ts";
import type { AdminKey } from "./admin-key.ts";

export interface Unsigned {
  readonly method: string;
  /** Path and query, as they are sent. */
  readonly target: string;
  readonly host: string;
  readonly service: string;
  readonly region: string;
  /** Hex SHA-256 of the body. */
  readonly payloadHash: string;
  /** Other headers whose names begin with x-amz-: AWS wants them signed. Lower-case names. */
  readonly headers?: Readonly<Record<string, string>>;
}

const keys = new SigningKeys();

/** The headers that sign a request for `key`: what the SDKs do, for the program's own few calls. */
export function signedHeaders(request: Unsigned, key: AdminKey): Record<string, string> {
  const { method, target, host, service, region, payloadHash } = request;
  const timestamp = realClock
    .now()
    .toISOString()
    .replaceAll(/[-:]|\.\d{3}/g, "");
  const scope = { accessKeyId: key.accessKeyId, day: timestamp.slice(0, 8), region, service };
  const headers = {
    ...request.headers,
    "x-amz-content-sha256": payloadHash,
    "x-amz-date": timestamp,
  };
  const claim = {
    scope,
    signedHeaders: ["host", ...Object.keys(headers)].toSorted(),
    signature: "",
    timestamp,
    presigned: false,
    payloadHash,
  };
  const wire = { method, ...splitTarget(target), headers, body: new Uint8Array(), host };
  const text = stringToSign(canonicalRequest(wire, claim), claim);
  const signature = keys.key(key.secret, scope).sign(text);
  return {
    ...headers,
    authorization: `${ALGORITHM} Credential=${key.accessKeyId}/${scopeText(scope)}, SignedHeaders=${claim.signedHeaders.join(";")}, Signature=${signature}`,
  };
}
