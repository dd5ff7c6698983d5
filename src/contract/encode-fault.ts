/** A fault → the bytes of the answer, in the API's own shape and with its status. */
import type { Fault } from "../base/fault.ts";
import { headerSafe, type WireBody, type WireResponse } from "../wire/http.ts";
import { writeCbor } from "../wire/write-cbor.ts";
import { escapeXml } from "../wire/xml.ts";
import { answerHeaders, type AnswerIds } from "./encode.ts";
import type { Contract } from "./model.ts";
import { epochOf } from "./read-json.ts";
import { membersOf, shapeOf } from "./shapes.ts";
import { commonStatus } from "./statuses.ts";
import { jsonWriter } from "./write-json.ts";
import { XML_DECLARATION } from "./write-rest.ts";
import { writeElement, xmlWriter } from "./write-xml.ts";

export interface FaultAnswer extends AnswerIds {
  /** HEAD gets no body. */
  readonly method?: string;
  /** S3's `<Resource>`: the bucket or key that was asked for. */
  readonly resource?: string;
  /** Headers that go with the fault, such as S3's `x-amz-bucket-region`. */
  readonly headers?: Readonly<Record<string, string>>;
}

export function encodeFault(contract: Contract, fault: Fault, answer: FaultAnswer): WireResponse {
  const known = knownError(contract, fault.code);
  const code = known?.code ?? fault.code;
  const status = fault.status ?? known?.status ?? commonStatus(contract, code) ?? 400;
  const headers = {
    ...answerHeaders(contract, answer),
    ...(known && locatedHeaders(contract, known.shape, fault)),
    ...toldInHeaders(contract, { code: known?.code ?? fault.code, shape: known?.shape, status }),
    ...answer.headers,
  };
  const bodiless = answer.method === "HEAD" || status === 304;
  if (bodiless) delete headers["content-type"];
  const body = bodiless ? "" : faultBody(contract, fault, { answer, code, status, shape: known?.shape });
  return { status, headers, body };
}

interface KnownError {
  /** As it stands on the wire. */
  readonly code: string;
  readonly status: number | undefined;
  readonly shape: string;
}

const tables = new WeakMap<Contract, ReadonlyMap<string, KnownError>>();

/** Finds an error by its code on the wire (`NoSuchEntity`) or its shape's name (`NoSuchEntityException`). */
function knownError(contract: Contract, code: string): KnownError | undefined {
  let table = tables.get(contract);
  if (!table) tables.set(contract, (table = errorTable(contract)));
  return table.get(code);
}

function errorTable(contract: Contract): ReadonlyMap<string, KnownError> {
  const errors = Object.entries(contract.shapes).flatMap(([shape, { error }]) =>
    error ? [{ code: error.code ?? shape, status: error.status, shape }] : [],
  );
  // Where two shapes share a code, one of them must be called by its own name.
  return new Map([
    ...errors.map((known) => [known.code, known] as const),
    ...errors.map((known) => [known.shape, known] as const),
  ]);
}

interface Told {
  readonly answer: FaultAnswer;
  readonly code: string;
  readonly status: number;
  readonly shape: string | undefined;
}

/** Members that an error has in headers (Lambda's Retry-After). */
function locatedHeaders(contract: Contract, shape: string, fault: Fault): Record<string, string> {
  const headers: Record<string, string> = {};
  for (const { name, location, locationName } of membersOf(shapeOf(contract, shape))) {
    const value = fault.fields[name];
    if (location === "header" && (typeof value === "string" || typeof value === "number"))
      headers[(locationName ?? name).toLowerCase()] = headerSafe(String(value));
  }
  return headers;
}

/** REST errors bear their name in a header; APIs that were query ones, the code of those days. Source: Smithy, "AWS restJson1" and "awsQueryCompatible". */
function toldInHeaders(
  contract: Contract,
  { code, shape, status }: Pick<Told, "code" | "shape" | "status">,
): Record<string, string> {
  if (contract.protocol === "rest-json") return { "x-amzn-errortype": shape ?? code };
  const isQuery = contract.protocol === "query";
  return contract.queryCompatible && !isQuery
    ? { "x-amzn-query-error": `${code};${status >= 500 ? "Receiver" : "Sender"}` }
    : {};
}

function faultBody(contract: Contract, fault: Fault, told: Told): WireBody {
  switch (contract.protocol) {
    case "query":
      return queryFault(contract, fault, told);
    case "ec2":
      return ec2Fault(contract, fault, told);
    case "rest-xml":
      return contract.api === "s3" ? s3Fault(fault, told) : queryFault(contract, fault, told);
    case "cbor-1.1":
    case "smithy-rpc-v2-cbor":
      return writeCbor(faultFields(contract, fault, told), epochOf(contract));
    case "rest-json":
    case "json":
      return JSON.stringify(faultFields(contract, fault, told));
  }
}

function faultFields(contract: Contract, fault: Fault, told: Told): Readonly<Record<string, unknown>> {
  const shape = told.shape;
  const members = shape === undefined ? [] : membersOf(shapeOf(contract, shape));
  const unlisted = told.code === "SerializationException" ? "Message" : "message";
  const messageName = members.find(({ name }) => name.toLowerCase() === "message")?.name ?? unlisted;
  const fields = shape === undefined ? {} : jsonWriter(contract, shape)(fault.fields);
  const message = fault.message === "" ? {} : { [messageName]: fault.message };
  // A REST error's name is in a header.
  const type = contract.protocol === "rest-json" ? {} : { __type: shape ?? told.code };
  return { ...type, ...toRecord(fields), ...message };
}

const toRecord = (value: unknown): Readonly<Record<string, unknown>> =>
  typeof value === "object" && value !== null ? { ...value } : {};

function queryFault(contract: Contract, fault: Fault, told: Told): string {
  const type = told.status >= 500 ? "Receiver" : "Sender";
  const rest = Object.fromEntries(
    Object.entries(fault.fields).filter(([name]) => name.toLowerCase() !== "message"),
  );
  const fields = told.shape === undefined ? "" : xmlWriter(contract, told.shape).content(rest);
  return (
    `<ErrorResponse xmlns="${contract.xmlNamespace ?? ""}"><Error><Type>${type}</Type>` +
    `<Code>${escapeXml(told.code)}</Code><Message>${escapeXml(fault.message)}</Message>${fields}</Error>` +
    `<RequestId>${told.answer.requestId}</RequestId></ErrorResponse>`
  );
}

/** Source: Amazon EC2 API Reference, "Error codes". */
function ec2Fault(contract: Contract, fault: Fault, told: Told): string {
  const fields = told.shape === undefined ? "" : xmlWriter(contract, told.shape).content(fault.fields);
  return (
    `${XML_DECLARATION}<Response><Errors><Error><Code>${escapeXml(told.code)}</Code>` +
    `<Message>${escapeXml(fault.message)}</Message>${fields}</Error></Errors>` +
    `<RequestID>${told.answer.requestId}</RequestID></Response>`
  );
}

/** S3 has no envelope, and any field that a fault names is an element of its own. */
function s3Fault(fault: Fault, told: Told): string {
  const { requestId, hostId, resource } = told.answer;
  const fields = { ...fault.fields, ...(resource === undefined ? {} : { Resource: resource }) };
  let inside = textElement("Code", told.code) + textElement("Message", fault.message);
  for (const [name, value] of Object.entries(fields)) {
    if (value !== undefined && value !== null) inside += textElement(name, value);
  }
  inside += textElement("RequestId", requestId) + textElement("HostId", hostId ?? requestId);
  return `${XML_DECLARATION}<Error>${inside}</Error>`;
}

const TEXT = { content: (value: unknown): string => escapeXml(String(value)), attributes: (): string => "" };

const textElement = (tag: string, text: string): string => writeElement(TEXT, tag, text);
