/** A handler's output → the bytes of the answer. */
import type { WireResponse } from "../wire/http.ts";
import { writeCbor } from "../wire/write-cbor.ts";
import type { Contract, Member, Operation } from "./model.ts";
import { epochOf } from "./read-json.ts";
import { membersOf, perOperation, shapeOf } from "./shapes.ts";
import { EVENT_STREAM_TYPE, writeEvents } from "./write-events.ts";
import { jsonWriter } from "./write-json.ts";
import { writeRest } from "./write-rest.ts";
import { writeElement, xmlWriter } from "./write-xml.ts";

export interface AnswerIds {
  readonly requestId: string;
  /** S3's `x-amz-id-2`. */
  readonly hostId?: string;
}

/** Before any operation's type is put on it. */
export type PlainOutput = Readonly<Record<string, unknown>>;

/** A streamed output's body is passed through as it is; every other one is text or bytes. */
export function encodeOutput(
  contract: Contract,
  operation: Operation,
  output: PlainOutput,
  ids: AnswerIds,
): WireResponse {
  const stream = streamMember(contract, operation);
  if (stream) return eventAnswer(contract, operation, { stream, output, ids });
  switch (contract.protocol) {
    case "json": {
      const value = operation.output ? jsonWriter(contract, operation.output)(output) : {};
      return { status: 200, headers: answerHeaders(contract, ids), body: JSON.stringify(value) };
    }
    case "query":
      return {
        status: operation.status ?? 200,
        headers: answerHeaders(contract, ids),
        body: queryAnswer(contract, operation, output, ids),
      };
    case "ec2":
      return {
        status: 200,
        headers: answerHeaders(contract, ids),
        body: ec2Answer(contract, operation, output, ids),
      };
    case "cbor-1.1":
    case "smithy-rpc-v2-cbor": {
      const value = operation.output ? jsonWriter(contract, operation.output)(output) : {};
      return {
        status: 200,
        headers: answerHeaders(contract, ids),
        body: writeCbor(value, epochOf(contract)),
      };
    }
    case "rest-json":
    case "rest-xml":
      return writeRest(contract, operation, output, answerHeaders(contract, ids));
  }
}

/** The output's one member that is an event stream, in a protocol whose other members go before it. */
const streamMember = perOperation((contract, operation): Member | null => {
  if (contract.protocol === "rest-json" || contract.protocol === "rest-xml") return null;
  const members = membersOf(shapeOf(contract, operation.output));
  return members.find(({ shape }) => shapeOf(contract, shape).eventstream) ?? null;
});

interface EventAnswer {
  readonly stream: Member;
  readonly output: PlainOutput;
  readonly ids: AnswerIds;
}

function eventAnswer(contract: Contract, operation: Operation, answer: EventAnswer): WireResponse {
  const { stream, output, ids } = answer;
  const { [stream.name]: events, ...first } = output;
  const initial = operation.output ? jsonWriter(contract, operation.output)(first) : {};
  return {
    status: 200,
    headers: { ...answerHeaders(contract, ids), "content-type": EVENT_STREAM_TYPE },
    body: writeEvents(contract, stream.shape, events, initial),
  };
}

/** The headers that every answer of an API bears; its content type is that of a body in the API's format. */
export function answerHeaders(contract: Contract, ids: AnswerIds): Record<string, string> {
  switch (contract.protocol) {
    case "json":
      return {
        "content-type": `application/x-amz-json-${contract.jsonVersion ?? "1.1"}`,
        "x-amzn-requestid": ids.requestId,
      };
    case "rest-json":
      return { "content-type": "application/json", "x-amzn-requestid": ids.requestId };
    case "smithy-rpc-v2-cbor":
      return {
        "content-type": "application/cbor",
        "smithy-protocol": "rpc-v2-cbor",
        "x-amzn-requestid": ids.requestId,
      };
    case "cbor-1.1":
      return { "content-type": "application/x-amz-cbor-1.1", "x-amzn-requestid": ids.requestId };
    case "rest-xml":
      return {
        "content-type": "application/xml",
        "x-amz-request-id": ids.requestId,
        "x-amz-id-2": ids.hostId ?? ids.requestId,
      };
    case "ec2":
    case "query":
      return { "content-type": "text/xml", "x-amzn-requestid": ids.requestId };
  }
}

function queryAnswer(contract: Contract, operation: Operation, output: PlainOutput, ids: AnswerIds): string {
  const name = operation.name;
  const result = operation.output
    ? writeElement(xmlWriter(contract, operation.output), operation.resultWrapper ?? `${name}Result`, output)
    : "";
  return (
    `<${name}Response xmlns="${contract.xmlNamespace ?? ""}">${result}` +
    `<ResponseMetadata><RequestId>${ids.requestId}</RequestId></ResponseMetadata></${name}Response>`
  );
}

/** EC2's members stand beside the request id, without a wrapper. Source: Smithy, "AWS EC2 query protocol". */
function ec2Answer(contract: Contract, operation: Operation, output: PlainOutput, ids: AnswerIds): string {
  const content = operation.output ? xmlWriter(contract, operation.output).content(output) : "";
  return (
    `<${operation.name}Response xmlns="${ec2Namespace(contract)}">` +
    `<requestId>${ids.requestId}</requestId>${content}</${operation.name}Response>`
  );
}

const ec2Namespace = ({ xmlNamespace, apiVersion }: Contract): string =>
  xmlNamespace ?? `http://ec2.amazonaws.com/doc/${apiVersion}/`;
