/** HTTP bindings: the output's parts in the status, the headers and the body. */
import { invariant } from "../base/invariant.ts";
import { headerSafe, type WireBody, type WireResponse } from "../wire/http.ts";
import { escapeXml } from "../wire/xml.ts";
import type { Contract, Member, Operation, Shape } from "./model.ts";
import { defaultTimestampFormat } from "./read-text.ts";
import { S3_NAMESPACE, S3_ROOT_TEXT, s3Status } from "./s3.ts";
import { membersOf, perOperation, shapeOf } from "./shapes.ts";
import { formatTimestamp } from "./timestamps.ts";
import { EVENT_STREAM_TYPE, writeEvents } from "./write-events.ts";
import { jsonWriter } from "./write-json.ts";
import { namespaceAttribute, xmlWriter } from "./write-xml.ts";

export const XML_DECLARATION = '<?xml version="1.0" encoding="UTF-8"?>\n';

type Output = Readonly<Record<string, unknown>>;

interface RestWriter {
  readonly headers: (output: Output, headers: Record<string, string>) => void;
  readonly body: ((output: Output) => WireBody) | undefined;
  /** The body is the caller's bytes: its type is not XML unless a header says so. */
  readonly raw: boolean;
  readonly events: boolean;
  /** The member that is the answer's status (Lambda's StatusCode). */
  readonly status: string | undefined;
}

/** @param headers what every answer bears; the output's own are set over them. */
export function writeRest(
  contract: Contract,
  operation: Operation,
  output: Output,
  headers: Record<string, string>,
): WireResponse {
  const writer = restWriter(contract, operation);
  const hasBody = writer.body !== undefined && operation.method !== "HEAD";
  if (!hasBody || writer.raw) delete headers["content-type"];
  if (writer.events) headers["content-type"] = EVENT_STREAM_TYPE;
  writer.headers(output, headers);
  return {
    status: statusOf(contract, operation, output) ?? 200,
    headers,
    body: hasBody && writer.body ? writer.body(output) : "",
  };
}

function statusOf(contract: Contract, operation: Operation, output: Output): number | undefined {
  const { status } = restWriter(contract, operation);
  const told = status === undefined ? undefined : output[status];
  if (typeof told === "number") return told;
  return (contract.api === "s3" ? s3Status(output) : undefined) ?? operation.status;
}

const restWriter = perOperation((contract, operation): RestWriter => {
  const shape = shapeOf(contract, operation.output);
  const located = membersOf(shape).filter((member) => member.location);
  const inHeaders = located.filter(({ location }) => location !== "statusCode");
  const payload = membersOf(shape).find((member) => member.name === shape.payload);
  const payloadType = payload && shapeOf(contract, payload.shape).type;
  return {
    headers: headersWriter(contract, inHeaders),
    body: payload ? payloadWriter(contract, payload) : documentWriter(contract, operation, shape),
    raw: payload !== undefined && payloadType !== "structure",
    events: payload !== undefined && shapeOf(contract, payload.shape).eventstream === true,
    status: located.find(({ location }) => location === "statusCode")?.name,
  };
});

function headersWriter(contract: Contract, members: readonly Member[]): RestWriter["headers"] {
  const rows = members.map((member) => ({
    member,
    shape: shapeOf(contract, member.shape),
    header: (member.locationName ?? member.name).toLowerCase(),
  }));
  return (output, headers) => {
    for (const { member, shape, header } of rows) {
      const value = output[member.name];
      if (value === undefined || value === null) continue;
      if (member.location === "headers") setPrefixed(headers, header, value);
      else headers[header] = headerText(shape, value);
    }
  };
}

function setPrefixed(headers: Record<string, string>, prefix: string, value: unknown): void {
  invariant(typeof value === "object" && value !== null, "a map is an object");
  for (const [name, text] of Object.entries(value))
    headers[prefix + name.toLowerCase()] = headerSafe(String(text));
}

function headerText(shape: Shape, value: unknown): string {
  if (value instanceof Date) {
    return formatTimestamp(value, shape.timestampFormat ?? defaultTimestampFormat("header"));
  }
  return headerSafe(Array.isArray(value) ? value.join(",") : String(value));
}

function payloadWriter(contract: Contract, payload: Member): (output: Output) => WireBody {
  const shape = shapeOf(contract, payload.shape);
  if (shape.type !== "structure") return (output) => rawBody(output[payload.name]);
  if (shape.eventstream) return (output) => writeEvents(contract, payload.shape, output[payload.name]);
  const tag = payload.locationName ?? shape.locationName ?? payload.shape;
  return (output) => {
    const value = output[payload.name];
    return value === undefined || value === null ? "" : documentText(contract, payload.shape, { tag, value });
  };
}

function rawBody(value: unknown): WireBody {
  if (value === undefined || value === null) return "";
  if (typeof value === "string" || value instanceof Uint8Array || isStream(value)) return value;
  invariant(false, "a payload is text, bytes or a stream");
}

const isStream = (value: unknown): value is AsyncIterable<Uint8Array> =>
  typeof value === "object" && value !== null && Symbol.asyncIterator in value;

function documentWriter(contract: Contract, operation: Operation, shape: Shape): RestWriter["body"] {
  const name = operation.output;
  if (!name || membersOf(shape).every((member) => member.location)) return undefined;
  const tag = operation.outputName ?? shape.locationName ?? name;
  const rootText = contract.api === "s3" ? S3_ROOT_TEXT[operation.name] : undefined;
  if (rootText !== undefined) return (output) => rootOf(contract, tag, escapeXml(textOf(output[rootText])));
  return (output) => documentText(contract, name, { tag, value: output });
}

const documentText = (contract: Contract, shape: string, root: Root): string =>
  contract.protocol === "rest-xml"
    ? writeDocument(contract, shape, root)
    : JSON.stringify(jsonWriter(contract, shape)(root.value));

interface Root {
  readonly tag: string;
  readonly value: unknown;
}

const textOf = (value: unknown): string => (typeof value === "string" ? value : "");

function writeDocument(contract: Contract, shape: string, root: Root): string {
  return rootOf(contract, root.tag, xmlWriter(contract, shape).content(root.value));
}

function rootOf(contract: Contract, tag: string, content: string): string {
  const namespace = namespaceAttribute(contract.api === "s3" ? S3_NAMESPACE : contract.xmlNamespace);
  const element = content === "" ? `<${tag}${namespace}/>` : `<${tag}${namespace}>${content}</${tag}>`;
  return XML_DECLARATION + element;
}
