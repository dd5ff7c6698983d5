import type { LakeClock } from "../base/clock.ts";
import { fault, isFault, type Fault } from "../base/fault.ts";
import { KNOWN_APIS, loadContract } from "../contract/load.ts";
import { parseDuration } from "./duration.ts";
import type { Performer } from "../platform/perform.ts";
import type { TimerRunner } from "../platform/timers.ts";
import type { WireResponse } from "../wire/http.ts";
import { verifySignature, type Authenticator } from "./authenticate.ts";
import { bodyHash, readWhole } from "./body.ts";
import { signedCaller, sourceOf } from "./caller.ts";
import { readClaim } from "./claim.ts";
import type { Arrival } from "./dispatch.ts";
import type { Aside } from "./server.ts";

/** `/_hosu/…`: signed like the rest, with IAM actions of its own, health and coverage aside. */
export interface AdminGround {
  readonly performer: Performer;
  readonly authenticator: Authenticator;
  readonly clock: LakeClock;
  readonly timers: TimerRunner;
  readonly version: string;
  /** `api:Operation` that a real client has called since the start. */
  readonly called: ReadonlySet<string>;
}

interface Route {
  /** The IAM action that must be allowed; absent where anyone may ask. */
  readonly action?: string;
  run(ground: AdminGround, body: Readonly<Record<string, unknown>>): Promise<unknown>;
}

const ROUTES: Readonly<Record<string, Route>> = {
  "GET /_hosu/health": {
    run: async ({ version, clock }) => ({ status: "ok", version, lakeTime: clock.now().toISOString() }),
  },
  "GET /_hosu/coverage": { run: async (ground) => coverage(ground) },
  "GET /_hosu/clock": {
    action: "hosu:GetClock",
    run: async ({ clock }) => ({ lakeTime: clock.now().toISOString(), ...clock.time }),
  },
  "POST /_hosu/clock/advance": { action: "hosu:AdvanceClock", run: advance },
};

export function admin(ground: AdminGround): Aside {
  return async (arrival) => {
    const { request } = arrival;
    if (!request.path.startsWith("/_hosu/")) return undefined;
    try {
      const route = ROUTES[`${request.method} ${request.path}`];
      if (!route) throw fault("NotFound", `There is no ${request.method} ${request.path}.`, { status: 404 });
      checkOrigin(arrival);
      const body = request.method === "POST" ? await readWhole(arrival.message) : new Uint8Array();
      if (route.action !== undefined) await authorize(ground, arrival, { action: route.action, body });
      return json(200, await route.run(ground, parseBody(body)));
    } catch (error) {
      if (!isFault(error)) throw error;
      return json(error.status ?? 400, faultBody(error));
    }
  };
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
  { performer, authenticator }: AdminGround,
  arrival: Arrival,
  { action, body }: { readonly action: string; readonly body: Uint8Array },
): Promise<void> {
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
  const { house } = performer;
  await house.store.read((read) => house.access.authorize(caller, [{ action, resource: "*" }], read));
}

async function advance(
  { clock, timers }: AdminGround,
  { by, to }: Readonly<Record<string, unknown>>,
): Promise<unknown> {
  const now = clock.now();
  const target =
    typeof to === "string"
      ? new Date(to)
      : new Date(now.getTime() + parseDuration(typeof by === "string" ? by : ""));
  if (Number.isNaN(target.getTime()) || target < now)
    throw fault(
      "InvalidArgument",
      "The clock moves forward: say by how much (48h, 30d) or to which later time.",
    );
  const advanced = await timers.advance(target);
  return { lakeTime: clock.now().toISOString(), ...advanced };
}

function coverage({ performer, called }: AdminGround): unknown {
  return {
    apis: KNOWN_APIS.map(({ api }) => ({
      api,
      operations: [...loadContract(api).operations.keys()].map((operation) => ({
        operation,
        built: performer.services.get(api)?.operations[operation] !== undefined,
        called: called.has(`${api}:${operation}`),
      })),
    })),
  };
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
