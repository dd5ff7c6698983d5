import { fault, isFault } from "../base/fault.ts";
import { uuid } from "../base/ids.ts";
import { invariant } from "../base/invariant.ts";
import type { ApiName } from "../contract/apis.ts";
import { servicePrincipal } from "../contract/known.ts";
import { loadContract } from "../contract/load.ts";
import type { Streaming } from "../contract/types.ts";
import { validateInput } from "../contract/validate.ts";
import type { ApiCalls, Calls } from "./calls.ts";
import { serviceCaller, type Caller } from "./caller.ts";
import type { Context, House } from "./context.ts";
import { AccessDenied } from "./denied.ts";
import type { Happened } from "./happened.ts";
import type { AnyOperation, Check } from "./operation.ts";
import { pageTokens } from "./paging.ts";
import { receive, type ReceivedBody } from "./receive.ts";
import type { Service } from "./service.ts";

/** The one way through an operation, whoever calls: decide, then do. */
export interface Performer {
  readonly house: House;
  readonly services: ReadonlyMap<string, Service>;
  /** What must be allowed is; to be asked before a streamed body is taken in. @throws AccessDenied, or what the resource is not. */
  authorize(operation: AnyOperation, input: unknown, caller: Caller): Promise<void>;
  /** Runs the handler of an operation that was just authorized. */
  handle(operation: AnyOperation, input: unknown, call: Call): Promise<unknown>;
  /** Told of every call that one service made to another. */
  readonly onCall: (happened: Happened) => void;
}

export interface Call {
  readonly caller: Caller;
  readonly requestId: string;
  readonly endpoint: string;
  readonly body?: ReceivedBody;
}

/** How deep services may call each other for one request. */
const MOST_DEPTH = 8;

export function createPerformer(
  house: House,
  services: ReadonlyMap<string, Service>,
  onCall: (happened: Happened) => void = () => undefined,
): Performer {
  const performer: Performer = {
    house,
    services,
    onCall,
    authorize: (operation, input, caller) =>
      house.store.read(async (read) => {
        const { clock, doors } = house;
        const checks = await operation.checks(input, { read, caller, clock, doors });
        await house.access.authorize(caller, checks, read);
      }),
    async handle(operation, input, call) {
      const { body } = call;
      try {
        const output = await operation.handle(input, new RequestContext(performer, operation, call));
        body?.draft.end();
        return output;
      } catch (error) {
        await body?.draft.abandon();
        throw error;
      }
    },
  };
  return performer;
}

/** A class, for its one lazy member: most requests call no other service. */
class RequestContext implements Context {
  readonly store: Context["store"];
  readonly blobs: Context["blobs"];
  readonly clock: Context["clock"];
  readonly realClock: Context["realClock"];
  readonly doors: Context["doors"];
  readonly sealer: Context["sealer"];
  readonly access: Context["access"];
  readonly engines: Context["engines"];
  readonly caller: Caller;
  readonly requestId: string;
  readonly endpoint: string;
  readonly body?: ReceivedBody;
  readonly pages: Context["pages"];
  readonly #performer: Performer;
  readonly #operation: AnyOperation;
  readonly #call: Call;
  #calls: Calls | undefined;

  constructor(performer: Performer, operation: AnyOperation, call: Call) {
    const { house } = performer;
    this.store = house.store;
    this.blobs = house.blobs;
    this.clock = house.clock;
    this.realClock = house.realClock;
    this.doors = house.doors;
    this.sealer = house.sealer;
    this.access = house.access;
    this.engines = house.engines;
    this.caller = call.caller;
    this.requestId = call.requestId;
    this.endpoint = call.endpoint;
    if (call.body) this.body = call.body;
    this.pages = (...parameters) =>
      pageTokens(house.sealer, [operation.name, call.caller.account, ...parameters]);
    this.#performer = performer;
    this.#operation = operation;
    this.#call = call;
  }

  get calls(): Calls {
    return (this.#calls ??= callsFor(this.#performer, this.#operation, this.#call));
  }
}

function callsFor(performer: Performer, operation: AnyOperation, call: Call): Calls {
  const api = operation.name.split(":")[0] ?? "";
  const via = servicePrincipal(api);
  const passedOn = (caller: Caller): Call => ({
    endpoint: call.endpoint,
    requestId: call.requestId,
    caller: { ...caller, source: { ...caller.source, calledVia: [...call.caller.source.calledVia, via] } },
  });
  return { asCaller: apiCalls(performer, passedOn(call.caller)), asService: ownCalls(performer, api, call) };
}

/** A service's calls in its own name. */
export const ownCalls =
  (performer: Performer, api: string, { requestId, endpoint }: Omit<Call, "caller">) =>
  (sourceArn: string): ApiCalls =>
    apiCalls(performer, { requestId, endpoint, caller: serviceCaller(servicePrincipal(api), sourceArn) });

/** Every API as a table of functions, made as they are named. */
export function apiCalls(performer: Performer, call: Call): ApiCalls {
  const { house } = performer;
  const own = {
    authorize: (checks: readonly Check[]) =>
      house.store
        .read((read) => house.access.authorize(call.caller, checks, read))
        .catch((error: unknown) => {
          performer.onCall(refusedCheck(call, error));
          throw error;
        }),
    decidePrefix: (check: Check) =>
      house.store.read((read) => house.access.decidePrefix(call.caller, check, read)),
  };
  const callTo = (api: string, name: string) => (input: unknown, body?: Streaming) =>
    perform(performer, call, { api, name, input, body });
  const apis = lazily((api) => lazily((name) => callTo(api, name)));
  return Object.setPrototypeOf(own, apis) as ApiCalls;
}

/** No operation was called, but a denial has its trace. */
const refusedCheck = ({ caller, requestId }: Call, error: unknown): Happened => ({
  api: "",
  operation: undefined,
  requestId,
  caller,
  input: undefined,
  output: undefined,
  ...failure(error),
  bytesIn: 0,
  bytesOut: 0,
});

/** A table whose entries are made as they are named; whoever awaits it asks for `then` first, and it is no promise. */
const lazily = (make: (name: string) => unknown): object =>
  new Proxy({}, { get: (_, name) => (typeof name === "string" && name !== "then" ? make(name) : undefined) });

interface Named {
  readonly api: string;
  readonly name: string;
  readonly input: unknown;
  readonly body: Streaming | undefined;
}

async function perform(
  performer: Performer,
  call: Call,
  { api, name, input, body }: Named,
): Promise<unknown> {
  if (call.caller.source.calledVia.length > MOST_DEPTH)
    throw fault("LimitExceededException", "Services call each other too deeply for this request.", {
      status: 400,
    });
  const operation = performer.services.get(api)?.operations[name];
  invariant(operation, `${api}:${name} is built before it is called`);
  const contract = loadContract(api as ApiName);
  const facts = contract.operations.get(name);
  invariant(facts, `${api}:${name} is in its contract`);
  validateInput(contract, facts, input as Readonly<Record<string, unknown>>);
  const requestId = uuid();
  const { caller } = call;
  const within = call.requestId;
  const happened = { api, operation: name, requestId, within, caller, input, bytesIn: 0, bytesOut: 0 };
  try {
    await performer.authorize(operation, input, caller);
    const received = body === undefined ? {} : { body: await receive(performer.house.blobs, body, {}) };
    const output = await performer.handle(operation, input, { ...call, ...received, requestId });
    performer.onCall({ ...happened, output, fault: undefined, denied: undefined });
    return output;
  } catch (error) {
    performer.onCall({ ...happened, output: undefined, ...failure(error) });
    throw error;
  }
}

const failure = (error: unknown): Pick<Happened, "fault" | "denied"> => ({
  fault: isFault(error) ? error : fault("InternalFailure", "", { status: 500 }),
  denied: error instanceof AccessDenied ? error : undefined,
});
