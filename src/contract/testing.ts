/** What this folder's tests send. */
import { splitTarget, type WireRequest } from "../wire/http.ts";

export interface SampleRequest {
  readonly method?: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string | Uint8Array;
}

export function requestTo(
  target: string,
  { method = "POST", headers = {}, body = "" }: SampleRequest = {},
): WireRequest {
  const bytes = typeof body === "string" ? new TextEncoder().encode(body) : body;
  return { method, ...splitTarget(target), headers, body: bytes, host: "127.0.0.1" };
}
