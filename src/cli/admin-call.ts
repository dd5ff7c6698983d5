import { resolve } from "node:path";
import { realClock } from "../base/clock.ts";
import { fault } from "../base/fault.ts";
import { bodyHash } from "../gateway/body.ts";
import {
  ALGORITHM,
  canonicalRequest,
  scopeText,
  SigningKeys,
  stringToSign,
} from "../gateway/signature.ts";
import { askOwner } from "../store/owner.ts";
import { splitTarget } from "../wire/http.ts";
import { readAdminKey } from "./admin-key.ts";
import type { Options } from "./options.ts";

/** One call to the admin surface of whoever serves the folder, signed as the admin user. @throws Fault as it was answered. */
export async function adminCall(
  options: Options,
  method: "GET" | "POST",
  path: string,
  value?: unknown,
): Promise<Readonly<Record<string, unknown>>> {
  const dataFolder = resolve(options.data);
  const owner = await askOwner(dataFolder);
  if (!owner) throw fault("NotRunning", `Nobody serves ${dataFolder}; start it with hosu start.`);
  const body = value === undefined ? "" : JSON.stringify(value);
  const url = new URL(path, owner.endpoint);
  const headers = signedHeaders(options, { method, path, host: url.host, body });
  const response = await fetch(url, { method, headers, ...(method === "POST" ? { body } : {}) });
  const answer = (await response.json()) as Readonly<Record<string, unknown>>;
  if (!response.ok) throw fault(String(answer["code"]), String(answer["message"]));
  return answer;
}

interface Signed {
  readonly method: string;
  readonly path: string;
  readonly host: string;
  readonly body: string;
}

function signedHeaders(options: Options, { method, path, host, body }: Signed): Record<string, string> {
  const key = readAdminKey(resolve(options.data));
  const timestamp = realClock
    .now()
    .toISOString()
    .replaceAll(/[-:]|\.\d{3}/g, "");
  const payloadHash = bodyHash(Buffer.from(body));
  const scope = {
    accessKeyId: key.accessKeyId,
    day: timestamp.slice(0, 8),
    region: options.region,
    service: "hosu",
  };
  const claim = {
    scope,
    signedHeaders: ["host", "x-amz-content-sha256", "x-amz-date"],
    signature: "",
    timestamp,
    presigned: false,
    payloadHash,
  };
  const headers = { "x-amz-content-sha256": payloadHash, "x-amz-date": timestamp };
  const request = { method, ...splitTarget(path), headers, body: Buffer.from(body), host };
  const text = stringToSign(canonicalRequest(request, claim), claim);
  const signature = new SigningKeys().key(key.secret, scope).sign(text).toString("hex");
  return {
    ...headers,
    authorization: `${ALGORITHM} Credential=${key.accessKeyId}/${scopeText(scope)}, SignedHeaders=${claim.signedHeaders.join(";")}, Signature=${signature}`,
  };
}
