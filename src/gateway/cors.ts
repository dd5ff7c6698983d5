import { fault } from "../base/fault.ts";
import { encodeFault } from "../contract/encode-fault.ts";
import type { Performer } from "../platform/perform.ts";
import { CORS_NOT_ENABLED, type CorsAsked, type CorsSaid } from "../platform/service.ts";
import type { WireRequest, WireResponse } from "../wire/http.ts";
import { identify } from "./identify.ts";
import type { Arrival } from "./dispatch.ts";
import type { Aside } from "./answer.ts";

/** What a service says of a page of another origin; undefined for services that know nothing of it, and where no origin was named. */
async function askService(
  performer: Performer,
  request: WireRequest,
  method: string,
): Promise<CorsSaid | undefined> {
  const { origin } = request.headers;
  if (origin === undefined) return undefined;
  const identified = identify(request);
  const cors = performer.services.get(identified.api)?.cors;
  if (!cors) return undefined;
  const headers = (request.headers["access-control-request-headers"] ?? "")
    .split(",")
    .map((name) => name.trim());
  const asked: CorsAsked = {
    path: identified.request.path,
    origin,
    method,
    headers: headers.filter((name) => name !== ""),
  };
  return performer.house.store.read((read) => cors(asked, read));
}

/** Answers preflights, which are not signed and are no operation. Source: Amazon S3 API Reference, OPTIONS object. */
export function preflight(performer: Performer): Aside {
  return (arrival) => {
    const { method, headers } = arrival.request;
    const asked = method === "OPTIONS" ? headers["access-control-request-method"] : undefined;
    return asked === undefined ? undefined : answerPreflight(performer, arrival, asked);
  };
}

async function answerPreflight(
  performer: Performer,
  { request, ids }: Arrival,
  method: string,
): Promise<WireResponse> {
  const said = await askService(performer, request, method);
  if (said?.kind === "allowed") return { status: 200, headers: said.headers, body: "" };
  const refused = fault("AccessForbidden", said?.reason ?? CORS_NOT_ENABLED, { status: 403 });
  return encodeFault(identify(request).contract, refused, { ...ids, resource: request.path });
}

/** The headers that an answer to a page of another origin bears besides its own. */
export async function withCors(
  performer: Performer,
  request: WireRequest,
  response: WireResponse,
): Promise<WireResponse> {
  const said = await askService(performer, request, request.method);
  return said?.kind === "allowed"
    ? { ...response, headers: { ...response.headers, ...said.headers } }
    : response;
}
