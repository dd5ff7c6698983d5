/** A handler's events, one after the other → the messages of an event stream. */
import { isFault, type Fault } from "../base/fault.ts";
import { invariant } from "../base/invariant.ts";
import { asBuffer } from "../base/bytes.ts";
import { writeEvent } from "../wire/event-stream.ts";
import { writeCbor } from "../wire/write-cbor.ts";
import type { Contract, Member, Shape } from "./model.ts";
import { epochOf } from "./read-json.ts";
import { membersOf, perShape, shapeOf } from "./shapes.ts";
import { isCbor, jsonWriter } from "./write-json.ts";
import { writeElement, xmlWriter } from "./write-xml.ts";

export const EVENT_STREAM_TYPE = "application/vnd.amazon.eventstream";

type Plain = Readonly<Record<string, unknown>>;

/**
 * @param shape the stream's shape. @param events an async iterable of records with the one member that happened;
 * a fault that it throws ends the stream as one of its exceptions, or as an error by code.
 * @param initial what RPC protocols send before: the output's other members, as they are written.
 */
export async function* writeEvents(
  contract: Contract,
  shape: string,
  events: unknown,
  initial?: unknown,
): AsyncGenerator<Uint8Array> {
  invariant(isEvents(events), "an event stream is an async iterable");
  if (initial !== undefined)
    yield writeEvent(
      eventHeaders("initial-response", documentType(contract)),
      documentBytes(contract, initial),
    );
  const writers = eventWriters(contract, shape);
  try {
    for await (const event of events) {
      const [name = "", value] = Object.entries(event).find(([, one]) => one !== undefined) ?? [];
      const write = writers.get(name);
      invariant(write, `${shape} has an event ${name}`);
      yield write(value);
    }
  } catch (error) {
    if (!isFault(error)) throw error;
    yield exceptionMessage(contract, shape, error);
  }
}

const isEvents = (value: unknown): value is AsyncIterable<Plain> =>
  typeof value === "object" && value !== null && Symbol.asyncIterator in value;

const eventHeaders = (type: string, contentType: string | undefined): Record<string, string> => ({
  ":message-type": "event",
  ":event-type": type,
  ...(contentType === undefined ? {} : { ":content-type": contentType }),
});

function documentType({ protocol, jsonVersion = "1.1" }: Contract): string {
  switch (protocol) {
    case "rest-xml":
      return "text/xml";
    case "rest-json":
      return "application/json";
    case "cbor-1.1":
      return "application/x-amz-cbor-1.1";
    case "smithy-rpc-v2-cbor":
      return "application/cbor";
    default:
      return `application/x-amz-json-${jsonVersion}`;
  }
}

const documentBytes = (contract: Contract, value: unknown): Uint8Array =>
  isCbor(contract) ? writeCbor(value, epochOf(contract)) : Buffer.from(JSON.stringify(value));

type EventWriter = (value: unknown) => Uint8Array;

const eventWriters = perShape(
  (contract, name): ReadonlyMap<string, EventWriter> =>
    new Map(membersOf(shapeOf(contract, name)).map((member) => [member.name, eventWriter(contract, member)])),
);

const EMPTY = new Uint8Array();

function eventWriter(contract: Contract, event: Member): EventWriter {
  const shape = shapeOf(contract, event.shape);
  const payload = membersOf(shape).find(({ eventpayload }) => eventpayload);
  const headers = membersOf(shape).filter(({ eventheader }) => eventheader);
  const body = payload ? payloadWriter(contract, payload) : documentWriter(contract, event, shape);
  return (value) => {
    const record: Plain = typeof value === "object" && value !== null ? { ...value } : {};
    const content = body(record);
    const own = headers
      .filter(({ name }) => record[name] !== undefined)
      .map(({ name }) => [name, String(record[name])] as const);
    const head = { ...eventHeaders(event.name, content?.type), ...Object.fromEntries(own) };
    return writeEvent(head, content?.bytes ?? EMPTY);
  };
}

type BodyWriter = (value: Plain) => { readonly type: string; readonly bytes: Uint8Array } | undefined;

function payloadWriter(contract: Contract, payload: Member): BodyWriter {
  const { type } = shapeOf(contract, payload.shape);
  return (record) => {
    const value = record[payload.name];
    if (value === undefined || value === null) return undefined;
    if (type === "blob" && value instanceof Uint8Array)
      return { type: "application/octet-stream", bytes: asBuffer(value) };
    if (typeof value === "string") return { type: "text/plain", bytes: Buffer.from(value) };
    return { type: documentType(contract), bytes: shapeBytes(contract, payload, value) };
  };
}

/** An event without members has no payload (S3's Cont and End). */
function documentWriter(contract: Contract, event: Member, shape: Shape): BodyWriter {
  if (membersOf(shape).every(({ eventheader }) => eventheader)) return () => undefined;
  return (record) => ({ type: documentType(contract), bytes: shapeBytes(contract, event, record) });
}

function shapeBytes(contract: Contract, member: Member, value: unknown): Uint8Array {
  if (contract.protocol !== "rest-xml")
    return documentBytes(contract, jsonWriter(contract, member.shape)(value));
  return Buffer.from(
    writeElement(xmlWriter(contract, member.shape), member.locationName ?? member.shape, value),
  );
}

/** An exception that the stream knows comes as one; whatever else ends it comes as an error with a code. */
function exceptionMessage(contract: Contract, shape: string, error: Fault): Uint8Array {
  const known = membersOf(shapeOf(contract, shape)).find(
    ({ name, shape: target }) => name === error.code || target === error.code,
  );
  if (!known)
    return writeEvent(
      { ":message-type": "error", ":error-code": error.code, ":error-message": error.message },
      EMPTY,
    );
  const messageName = membersOf(shapeOf(contract, known.shape)).find(
    ({ name }) => name.toLowerCase() === "message",
  )?.name;
  const fields = { ...error.fields, [messageName ?? "message"]: error.message };
  return writeEvent(
    { ":message-type": "exception", ":exception-type": known.name, ":content-type": documentType(contract) },
    shapeBytes(contract, known, fields),
  );
}
