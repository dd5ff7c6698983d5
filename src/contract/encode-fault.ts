/** A fault → the bytes of the answer, in the API's own shape and with its status. */
import type { Fault } from "../base/fault.ts";
import type { WireResponse } from "../wire/http.ts";
import { escapeXml } from "../wire/xml.ts";
import { answerHeaders, type AnswerIds } from "./encode.ts";
import type { Contract } from "./model.ts";
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
  const headers = { ...answerHeaders(contract, answer), ...answer.headers };
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
  const table = new Map<string, KnownError>();
  for (const [shape, { error }] of Object.entries(contract.shapes)) {
    if (!error) continue;
    const known = { code: error.code ?? shape, status: error.status, shape };
    table.set(shape, known);
    table.set(known.code, known);
  }
  return table;
}

interface Told {
  readonly answer: FaultAnswer;
  readonly code: string;
  readonly status: number;
  readonly shape: string | undefined;
}

function faultBody(contract: Contract, fault: Fault, told: Told): string {
  switch (contract.protocol) {
    case "query":
    case "ec2":
      return queryFault(contract, fault, told);
    case "rest-xml":
      return s3Fault(fault, told);
    default:
      return jsonFault(contract, fault, told);
  }
}

function jsonFault(contract: Contract, fault: Fault, told: Told): string {
  const shape = told.shape;
  const members = shape === undefined ? [] : membersOf(shapeOf(contract, shape));
  const unlisted = told.code === "SerializationException" ? "Message" : "message";
  const messageName = members.find(({ name }) => name.toLowerCase() === "message")?.name ?? unlisted;
  const fields = shape === undefined ? {} : jsonWriter(contract, shape)(fault.fields);
  const message = fault.message === "" ? {} : { [messageName]: fault.message };
  return JSON.stringify({ __type: told.code, ...toRecord(fields), ...message });
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
