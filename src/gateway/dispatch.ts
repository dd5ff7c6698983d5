import type { Socket } from "node:net";
import type { TLSSocket } from "node:tls";
import { monotonicMs } from "../base/clock.ts";
import { fault, isFault, type Fault } from "../base/fault.ts";
import { decodeInput } from "../contract/decode.ts";
import { encodeFault } from "../contract/encode-fault.ts";
import { encodeOutput, type AnswerIds } from "../contract/encode.ts";
import { matchOperation, noSuchOperation } from "../contract/match.ts";
import type { Contract, Operation } from "../contract/model.ts";
import { membersOf, perOperation, shapeOf } from "../contract/shapes.ts";
import type { Caller } from "../platform/caller.ts";
import { AccessDenied } from "../platform/denied.ts";
import type { Happened } from "../platform/happened.ts";
import type { AnyOperation } from "../platform/operation.ts";
import type { Performer } from "../platform/perform.ts";
import { MalformedError } from "../wire/malformed.ts";
import type { WireRequest, WireResponse } from "../wire/http.ts";
import type { Authenticator, Verified } from "./authenticate.ts";
import { bodyHash, readWhole, receiveStream } from "./body.ts";
import { bytesAnswered, bytesReceived, tlsFacts } from "./answered.ts";
import { callerOf } from "./caller.ts";
import { isCompressed, withPlainBody } from "./content-encoding.ts";
import type { Incoming } from "./exchange.ts";
import { familyOf, notBuilt, refusal } from "./faults.ts";
import { isFormUpload, uploadForm } from "./forms/upload.ts";
import { identify, type Identified } from "./identify.ts";
import { authenticate, verifyBody } from "./proof.ts";

/** One request on its way through. */
export interface Arrival {
  readonly socket: Socket | TLSSocket;
  /** Its body is still empty; see `incoming`. */
  readonly request: WireRequest;
  readonly incoming: Incoming;
  readonly hasBody: boolean;
  readonly ids: Required<AnswerIds>;
  readonly ip: string;
  readonly secure: boolean;
  readonly endpoint: string;
  /** Lets a client that asked first send its body. */
  readonly proceed: () => void;
  /** It no longer needs the lake to stay as it is: for whoever exchanges the lake itself. */
  readonly leave: () => void;
}

export interface Dispatcher {
  readonly performer: Performer;
  readonly authenticator: Authenticator;
  /** The region of requests that do not say one. */
  readonly region: string;
  /** What came out, for the trail: every request, allowed or not. */
  readonly onAnswer: (answered: Answered) => void;
  readonly onOurMistake: (error: unknown, requestId: string) => void;
}

export interface Answered extends Happened {
  readonly status: number;
  /** From its headers to the answer's. */
  readonly tookMs: number;
}

/** The walk of one request: identify, authenticate, decode, authorize, handle, encode. Never throws. */
export async function dispatch(by: Dispatcher, arrival: Arrival): Promise<WireResponse> {
  const begunAt = monotonicMs();
  const progress: Progress = {
    identified: undefined,
    operation: undefined,
    caller: undefined,
    input: undefined,
    output: undefined,
  };
  let response: WireResponse;
  let failed: Fault | undefined;
  let denied: AccessDenied | undefined;
  try {
    response = await walk(by, arrival, progress);
  } catch (error) {
    failed = asFault(error, progress.identified?.contract);
    if (error instanceof AccessDenied) denied = error;
    if (failed === undefined) {
      by.onOurMistake(error, arrival.ids.requestId);
      failed = fault("InternalFailure", "We encountered an internal error. Please try again.", {
        status: 500,
      });
    }
    response = answerFault(failed, arrival, progress);
  }
  by.onAnswer({
    requestId: arrival.ids.requestId,
    api: progress.identified?.api ?? "",
    operation: progress.operation?.name,
    caller: progress.caller,
    input: progress.input,
    output: failed ? undefined : progress.output,
    status: response.status,
    fault: failed,
    denied,
    bytesIn: bytesReceived(arrival.request),
    bytesOut: bytesAnswered(response),
    tookMs: monotonicMs() - begunAt,
    tls: arrival.secure ? tlsFacts(arrival) : undefined,
  });
  return response;
}

/** While the lake is exchanged; SDKs ask again. Source: S3 "Error responses" and the APIs' "Common Errors", ServiceUnavailable. */
export function refuseBusy(arrival: Arrival): WireResponse {
  const failed = fault("ServiceUnavailable", "Service is unable to handle request.", { status: 503 });
  const nothing = { operation: undefined, caller: undefined, input: undefined, output: undefined };
  return answerFault(failed, arrival, { identified: undefined, ...nothing });
}

/** How far a request has come: what is known of it when it is over. */
export interface Progress {
  identified: Identified | undefined;
  operation: Operation | undefined;
  caller: Caller | undefined;
  input: unknown;
  output: unknown;
}

async function walk(by: Dispatcher, arrival: Arrival, progress: Progress): Promise<WireResponse> {
  const early = identifyEarly(arrival.request);
  if (early && early.operation === undefined && isFormUpload(early.identified)) {
    progress.identified = early.identified;
    return uploadForm(by, arrival, early.identified, progress);
  }
  const streamed = early?.streams ? early : undefined;
  const request = streamed || hasNoBody(arrival) ? arrival.request : await withBody(arrival);
  const identified = streamed?.identified ?? identify(request);
  progress.identified = identified;
  const { contract } = identified;
  const family = familyOf(contract.protocol);

  // A body that streams is not here yet; what its signature covers is the hash that it states.
  const hashed = bodyHash(request.body);
  const verified = await authenticate(by, request, identified, { family, hashed });
  const caller = callerOf(by, arrival, verified);
  progress.caller = caller;
  if (!streamed) verifyBody(request, verified, { family, hashed });

  const readable = isCompressed(contract, request)
    ? await withPlainBody(contract, identified.request)
    : identified.request;
  const facts = streamed?.operation ?? matchOperation(contract, readable);
  if (!facts) throw noSuchOperation(contract, readable);
  progress.operation = facts;
  const operation = by.performer.services.get(identified.api)?.operations[facts.name];
  const lacksToken = !verified && family !== "s3" && facts.authtype !== "none";
  if (!operation) throw lacksToken ? refusal("missingToken", family) : notBuilt(identified.api, facts.name);

  const input = decodeInput(contract, facts, readable);
  progress.input = input;
  if (lacksToken) throw refusal("missingToken", family);
  await by.performer.authorize(operation, input, caller);
  const output = await handle(by, arrival, {
    operation,
    input,
    caller,
    streamed: streamed !== undefined,
    verified,
  });
  progress.output = output;
  return encodeOutput(contract, facts, output as Readonly<Record<string, unknown>>, arrival.ids);
}

interface Handling {
  readonly operation: AnyOperation;
  readonly input: unknown;
  readonly caller: Caller;
  readonly streamed: boolean;
  readonly verified: Verified | undefined;
}

async function handle(by: Dispatcher, arrival: Arrival, handling: Handling): Promise<unknown> {
  const { performer } = by;
  const { operation, input, caller } = handling;
  const { requestId } = arrival.ids;
  const { endpoint } = arrival;
  if (!handling.streamed) return performer.handle(operation, input, { caller, requestId, endpoint });
  arrival.proceed();
  const body = await receiveStream(
    performer.house.blobs,
    arrival.incoming,
    arrival.request,
    handling.verified,
  );
  return performer.handle(operation, input, { caller, requestId, endpoint, body });
}

interface Early {
  readonly identified: Identified;
  readonly operation: Operation | undefined;
  /** Its body must not be read before it is authorized: PutObject, UploadPart. */
  readonly streams: boolean;
}

/** What may have a body that is not read whole. Only S3's are streamed so far. */
function identifyEarly(request: WireRequest): Early | undefined {
  if (request.method !== "PUT" && request.method !== "POST") return undefined;
  const identified = identify(request);
  if (identified.contract.protocol !== "rest-xml") return undefined;
  const operation = matchOperation(identified.contract, identified.request);
  const streams = operation !== undefined && streamsInput(identified.contract, operation);
  return { identified, operation, streams };
}

const streamsInput = perOperation((contract, operation) => {
  const shape = shapeOf(contract, operation.input);
  return membersOf(shape).some(({ name, streaming }) => streaming === true && name === shape.payload);
});

const hasNoBody = ({ request: { method }, hasBody }: Arrival): boolean =>
  method === "GET" || method === "HEAD" || !hasBody;

async function withBody(arrival: Arrival): Promise<WireRequest> {
  arrival.proceed();
  return { ...arrival.request, body: await readWhole(arrival.incoming) };
}

/** @returns undefined when the error is ours. */
function asFault(error: unknown, contract: Contract | undefined): Fault | undefined {
  if (error instanceof AccessDenied && contract)
    return refusal("accessDenied", familyOf(contract.protocol), { text: error.message });
  if (isFault(error)) return error;
  if (error instanceof MalformedError) return fault("InvalidRequest", error.message, { status: 400 });
  return undefined;
}

function answerFault(failed: Fault, arrival: Arrival, { identified }: Progress): WireResponse {
  const { request, ids } = arrival;
  const of = identified ?? identify({ ...request, query: { raw: "", list: [] } });
  return encodeFault(of.contract, failed, {
    ...ids,
    method: request.method,
    resource: request.path,
    headers: failed.headers,
  });
}
