import { monotonicMs } from "../base/clock.ts";
import { fault, isFault, type Fault } from "../base/fault.ts";
import type { Caller } from "../platform/caller.ts";
import { AccessDenied } from "../platform/denied.ts";
import type { WireResponse } from "../wire/http.ts";
import { bookRoutes } from "./admin/books.ts";
import { keeperRoutes } from "./admin/keeper.ts";
import { lakeRoutes } from "./admin/lake.ts";
import { PlainAnswer, type AdminGround, type Route, type Routes } from "./admin/route.ts";
import { verifySignature } from "./authenticate.ts";
import { bodyHash, readWhole } from "./body.ts";
import { signedCaller, sourceOf } from "./caller.ts";
import { readClaim, withPayloadHash } from "./claim.ts";
import type { Arrival } from "./dispatch.ts";
import type { Aside } from "./answer.ts";

const ROUTES: Routes = { ...lakeRoutes, ...bookRoutes, ...keeperRoutes };

/** `/_hosu/…`: signed like the rest, with IAM actions of its own, health and coverage aside. */
export const admin =
  (ground: AdminGround): Aside =>
  (arrival) =>
    arrival.request.path.startsWith("/_hosu/") ? serve(ground, arrival) : undefined;

async function serve(ground: AdminGround, arrival: Arrival): Promise<WireResponse> {
  const { request } = arrival;
  const begunAt = monotonicMs();
  const asked: Asked = { route: ROUTES[`${request.method} ${request.path}`], caller: undefined };
  try {
    const response = await answer(ground, arrival, asked);
    tell(ground, arrival, { asked, status: response.status, begunAt, error: undefined });
    return response;
  } catch (error) {
    const { status, body } = refused(ground, arrival, error);
    tell(ground, arrival, { asked, status, begunAt, error });
    return json(status, body);
  }
}

interface Asked {
  readonly route: Route | undefined;
  caller: Caller | undefined;
}

async function answer(ground: AdminGround, arrival: Arrival, asked: Asked): Promise<WireResponse> {
  const { request, leave } = arrival;
  const { route } = asked;
  if (!route) throw fault("NotFound", `There is no ${request.method} ${request.path}.`, { status: 404 });
  checkOrigin(arrival);
  const bytes = request.method === "POST" ? await readWhole(arrival.incoming) : new Uint8Array();
  if (route.action !== undefined) await authorize(ground, arrival, { asked, action: route.action, bytes });
  const query = new Map(request.query.list);
  const answered = await route.run({ ground, caller: asked.caller, query, body: parseBody(bytes), leave });
  return answered instanceof PlainAnswer ? answered.response : json(200, answered);
}

function refused(ground: AdminGround, { ids }: Arrival, error: unknown) {
  if (isFault(error)) return { status: error.status ?? 400, body: faultBody(error) };
  ground.onMistake(error, ids.requestId);
  const body = { code: "InternalFailure", message: "We encountered an internal error." };
  return { status: 500, body };
}

interface Outcome {
  readonly asked: Asked;
  readonly status: number;
  readonly begunAt: number;
  readonly error: unknown;
}

/** It stands in the log like any other call; what anyone may ask does not. */
function tell(ground: AdminGround, { ids }: Arrival, { asked, status, begunAt, error }: Outcome): void {
  const { route, caller } = asked;
  if (route?.action === undefined) return;
  ground.onAnswer({
    requestId: ids.requestId,
    api: "hosu",
    operation: route.action.slice("hosu:".length),
    caller,
    input: undefined,
    output: undefined,
    status,
    fault: isFault(error) ? error : undefined,
    denied: error instanceof AccessDenied ? error : undefined,
    bytesIn: 0,
    bytesOut: 0,
    tookMs: monotonicMs() - begunAt,
  });
}

/** Any web page can post to 127.0.0.1; a browser says where it comes from, and may only come from here. */
function checkOrigin({ request, endpoint, secure }: Arrival): void {
  const { origin } = request.headers;
  const here = `${secure ? "https" : "http"}://${request.host}`;
  const host = request.host.replace(/:\d+$/, "");
  const local = host === "localhost" || /^127(\.\d+){3}$/.test(host) || host === "[::1]" || endpoint === here;
  if (!local || (origin !== undefined && origin !== here))
    throw fault("AccessDenied", "The admin surface answers only to its own address.", { status: 403 });
}

interface Signed {
  readonly asked: Asked;
  readonly action: string;
  readonly bytes: Uint8Array;
}

async function authorize(
  { performer, authenticator, homeAccount }: AdminGround,
  arrival: Arrival,
  { asked, action, bytes: body }: Signed,
): Promise<void> {
  const full = { ...arrival.request, body };
  const stated = readClaim(full, "json");
  if (!stated)
    throw fault("MissingAuthenticationTokenException", "Missing Authentication Token", { status: 403 });
  const hashed = bodyHash(body);
  const claim = withPayloadHash(stated, hashed);
  const verified = await verifySignature(authenticator, full, claim, {
    family: "json",
    service: "hosu",
  });
  if (claim.payloadHash !== hashed)
    throw fault("InvalidSignatureException", "The body is not the one that was signed.", { status: 400 });
  const caller = signedCaller(verified, sourceOf(arrival));
  asked.caller = caller;
  const { house } = performer;
  await house.store.read((read) => house.access.authorize(caller, [{ action, resource: "*" }], read));
  if (asked.route?.ofHouse && caller.account !== homeAccount)
    throw fault("AccessDenied", `Only the account ${homeAccount} may do what concerns every account.`, {
      status: 403,
    });
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
