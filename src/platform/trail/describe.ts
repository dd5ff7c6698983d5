import type { ApiName } from "../../contract/apis.ts";
import { loadContract } from "../../contract/load.ts";
import type { Contract, Operation } from "../../contract/model.ts";
import { countedUuidDigits } from "../../base/ids.ts";
import { perPair } from "../../base/memo.ts";
import { accountOf } from "../../access/request.ts";
import { callingService, type Caller } from "../caller.ts";
import type { Happened } from "../happened.ts";
import { kindOf, type EventKind } from "./classify.ts";
import type { TrailError, TrailEvent } from "./event.ts";
import { identityOf } from "./identity.ts";
import { MOST_PARAMETER_BYTES, MOST_TEXT_CHARACTERS } from "./limits.ts";
import { resourcesOf } from "./resources.ts";
import { shown, subresource } from "./show.ts";
import type { Json } from "./values.ts";

/** Whose trail an event is on where nobody of an account signed: the owner of the program's first account. */
export interface Describing {
  readonly now: Date;
  readonly homeAccount: string;
}

/** The event that a call makes. @returns undefined for a request that named no operation: CloudTrail sees only calls. */
export function describe(happened: Happened, { now, homeAccount }: Describing): TrailEvent | undefined {
  const { api, operation: name, caller, fault } = happened;
  const way = name === undefined ? undefined : wayOf(api, name);
  if (!way) return undefined;
  const { kind } = way;
  const via = caller && callingService(caller);
  return {
    timeMs: now.getTime(),
    eventId: countedUuidDigits(),
    requestId: cut(happened.requestId),
    source: kind.source,
    name: kind.name,
    region: kind.region ?? caller?.region ?? "us-east-1",
    account: (caller && accountOfCaller(caller)) ?? homeAccount,
    readOnly: kind.readOnly,
    management: kind.management,
    identity: identityOf(caller),
    // A call that a service passes on comes from the service.
    sourceIp: via ?? plainIp(caller?.source.ip ?? ""),
    userAgent: cut(via ?? caller?.source.userAgent ?? ""),
    error: errorOf(happened),
    request: bounded("requestParameters", requestOf(way, happened.input)),
    response: fault || !way.answers ? null : bounded("responseElements", responseOf(way, happened.output)),
    resources: resourcesOf(api, happened.input),
    tls: happened.tls,
  };
}

/** A service that calls in its own name does so for a resource of an account's. */
const accountOfCaller = ({ principal, account }: Caller): string | undefined =>
  principal.kind === "service" ? account : accountOf(principal);

/** How an operation's events are made: worked out once. */
interface Way {
  readonly contract: Contract;
  readonly operation: Operation;
  readonly kind: EventKind;
  /** The part of a bucket or key that S3's request names (`?acl`), which CloudTrail shows among the parameters. */
  readonly part: string;
  /** Only what changed something tells what came of it; STS's sessions too. Source: CloudTrail User Guide, "CloudTrail record contents", responseElements. */
  readonly answers: boolean;
}

const wayOf = perPair((api, name): Way | undefined => {
  const contract = loadContract(api as ApiName);
  const operation = contract.operations.get(name);
  if (!operation) return undefined;
  const kind = kindOf(api, name);
  const part = contract.protocol === "rest-xml" ? subresource(operation) : "";
  return { contract, operation, kind, part, answers: !kind.readOnly || isSession(api, name) };
});

const cut = (text: string): string =>
  text.length > MOST_TEXT_CHARACTERS ? text.slice(0, MOST_TEXT_CHARACTERS) : text;

/** A dual-stack socket writes IPv4 addresses as ::ffff:127.0.0.1. */
const plainIp = (ip: string): string => (ip.startsWith("::ffff:") ? ip.slice(7) : ip);

function errorOf({ fault, denied }: Happened): TrailError | undefined {
  if (!fault) return undefined;
  return { code: denied ? "AccessDenied" : fault.code, message: cut(fault.message) };
}

function requestOf({ contract, operation, part }: Way, input: unknown): Json {
  const parameters = shown(contract, operation.input, input);
  if (part !== "" && parameters !== null) parameters[part] = "";
  return isEmpty(parameters) ? null : parameters;
}

function responseOf({ contract, operation }: Way, output: unknown): Json {
  const elements = shown(contract, operation.output, output);
  return isEmpty(elements) ? null : elements;
}

const isSession = (api: string, name: string): boolean =>
  api === "sts" &&
  (name.startsWith("AssumeRole") || name === "GetSessionToken" || name === "GetFederationToken");

function isEmpty(value: Readonly<Record<string, Json>> | null): boolean {
  for (const _name in value) return false;
  return true;
}

/** What is too large is left out, and said to be. */
function bounded(field: string, value: Json): Json {
  if (value === null || roughBytes(value) <= MOST_PARAMETER_BYTES / 2) return value;
  const originalSize = Buffer.byteLength(JSON.stringify(value));
  if (originalSize <= MOST_PARAMETER_BYTES) return value;
  return { reason: `${field} too large`, omitted: true, originalSize };
}

/** About what its JSON takes, cheaply; stops counting where it is clear. */
function roughBytes(value: Json): number {
  if (typeof value === "string") return value.length + 2;
  if (typeof value !== "object" || value === null) return 8;
  const record = value as Readonly<Record<string, Json>>;
  let sum = 2;
  for (const name in record) {
    sum += name.length + 4 + roughBytes(record[name] ?? null);
    if (sum > MOST_PARAMETER_BYTES) return sum;
  }
  return sum;
}
