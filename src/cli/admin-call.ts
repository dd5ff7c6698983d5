import { hash } from "node:crypto";
import { resolve } from "node:path";
import { fault } from "../base/fault.ts";
import { askOwner } from "../store/owner.ts";
import { readAdminKey } from "./admin-key.ts";
import type { Options } from "./options.ts";
import { signedHeaders } from "./sign.ts";

/** One call to the admin surface of whoever serves the folder, signed as the admin user. @throws Fault as it was answered. */
export async function adminCall(
  options: Options,
  method: "GET" | "POST",
  path: string,
  value?: unknown,
): Promise<Readonly<Record<string, unknown>>> {
  const body = value === undefined ? "" : JSON.stringify(value);
  const response = await send(options, { method, path, body });
  return (await response.json()) as Readonly<Record<string, unknown>>;
}

/** An answer that is not JSON. @throws Fault as it was answered. */
export async function adminText(options: Options, path: string): Promise<string> {
  const response = await send(options, { method: "GET", path, body: "" });
  return response.text();
}

interface Call {
  readonly method: "GET" | "POST";
  readonly path: string;
  readonly body: string;
}

async function send(options: Options, { method, path, body }: Call): Promise<Response> {
  const dataFolder = resolve(options.data);
  const owner = await askOwner(dataFolder);
  if (!owner) throw fault("NotRunning", `Nobody serves ${dataFolder}; start it with hosu start.`);
  const url = new URL(path, owner.endpoint);
  const payloadHash = hash("sha256", body, "hex");
  const request = {
    method,
    target: path,
    host: url.host,
    service: "hosu",
    region: options.region,
    payloadHash,
  };
  const headers = signedHeaders(request, readAdminKey(dataFolder));
  const response = await fetch(url, { method, headers, ...(method === "POST" ? { body } : {}) });
  if (response.ok) return response;
  const answer = (await response.json()) as Readonly<Record<string, unknown>>;
  throw fault(String(answer["code"]), String(answer["message"]));
}
