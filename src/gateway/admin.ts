import { fault, isFault, type Fault } from "../base/fault.ts";
import type { Caller } from "../platform/caller.ts";
import type { WireResponse } from "../wire/http.ts";
import { bookRoutes } from "./admin/books.ts";
import { lakeRoutes } from "./admin/lake.ts";
import { PlainAnswer, type AdminGround, type Route, type Routes } from "./admin/route.ts";
import { verifySignature } from "./authenticate.ts";
import { bodyHash, readWhole } from "./body.ts";
import { signedCaller, sourceOf } from "./caller.ts";
import { readClaim } from "./claim.ts";
import type { Arrival } from "./dispatch.ts";
import type { Aside } from "./server.ts";

const ROUTES: Routes = { ...lakeRoutes, ...bookRoutes };

/** `/_hosu/…`: signed like the rest, with IAM actions of its own, health and coverage aside. */
export function admin(ground: AdminGround): Aside {
  return (arrival) =>
    arrival.request.path.startsWith("/_hosu/") ? answerOrRefuse(ground, arrival) : undefined;
}

async function answerOrRefuse(ground: AdminGround, arrival: Arrival): Promise<WireResponse> {
  try {
    return await answer(ground, arrival);
  } catch (error) {
    if (isFault(error)) return json(error.status ?? 400, faultBody(error));
    ground.onMistake(error, arrival.ids.requestId);
    return json(500, { code: "InternalFailure", message: "We encountered an internal error." });
  }
}

async function answer(ground: AdminGround, arrival: Arrival): Promise<WireResponse> {
  const { request } = arrival;
  const route = ROUTES[`${request.method} ${request.path}`];
  if (!route) throw fault("NotFound", `There is no ${request.method} ${request.path}.`, { status: 404 });
  checkOrigin(arrival);
  const bytes = request.method === "POST" ? await readWhole(arrival.message) : new Uint8Array();
  const caller = route.action === undefined ? undefined : await authorize(ground, arrival, { route, bytes });
  const query = new Map(request.query.list);
  const answered = await route.run({ ground, caller, query, body: parseBody(bytes) });
  return answered instanceof PlainAnswer ? answered.response : json(200, answered);
}

/** Any web page can post to 127.0.0.1; a browser says where it comes from, and may only come from here. */
function checkOrigin({ request, endpoint }: Arrival): void {
  const { origin } = request.headers;
  const host = request.host.replace(/:\d+$/, "");
  const local =
    host === "localhost" ||
    /^127(\.\d+){3}$/.test(host) ||
    host === "[::1]" ||
    endpoint === `http://${request.host}`;
  if (!local || (origin !== undefined && origin !== `http://${request.host}`))
    throw fault("AccessDenied", "The admin surface answers only to its own address.", { status: 403 });
}

async function authorize(
  { performer, authenticator, homeAccount }: AdminGround,
  arrival: Arrival,
  { route, bytes: body }: { readonly route: Route; readonly bytes: Uint8Array },
): Promise<Caller> {
  const full = { ...arrival.request, body };
  const claim = readClaim(full, "json");
  if (!claim)
    throw fault("MissingAuthenticationTokenException", "Missing Authentication Token", { status: 403 });
  const verified = await verifySignature(authenticator, full, claim, {
    family: "json",
    service: "hosu",
  });
  if (claim.payloadHash !== bodyHash(body))
    throw fault("InvalidSignatureException", "The body is not the one that was signed.", { status: 400 });
  const caller = signedCaller(verified, sourceOf(arrival));
  const checks = [{ action: route.action ?? "", resource: "*" }];
  const { house } = performer;
  await house.store.read((read) => house.access.authorize(caller, checks, read));
  if (route.ofHouse && caller.account !== homeAccount)
    throw fault("AccessDenied", `Only the account ${homeAccount} may do what concerns every account.`, {
      status: 403,
    });
  return caller;
}

function parseBody(body: Uint8Array): Readonly<Record<string, unknown>> {
  if (body.length === 0) return {};
  try {
    const value: unknown = JSON.parse(Buffer.from(body).toString("utf8"));
    if (typeof value === "object" && value !== null) return value as Readonly<Record<string, unknown>>;
  } catch {
    // Said below, as for every other body that is no object.
  }
  throw fault("MalformedRequest", "The body must be a JSON object.", { status: 400 });
}

const faultBody = ({ code, message }: Fault) => ({ code, message });

function json(status: number, value: unknown): WireResponse {
  return {
    status,
    headers: { "content-type": "application/json" },
    body: `${JSON.stringify(value, undefined, 2)}\n`,
  };
}
