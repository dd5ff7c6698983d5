/** A handler's output → the bytes of the answer. */
import { invariant } from "../base/invariant.ts";
import type { WireResponse } from "../wire/http.ts";
import type { Contract, Operation } from "./model.ts";
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
    case "rest-xml":
      return writeRest(contract, operation, output, answerHeaders(contract, ids));
    default:
      invariant(false, `${contract.protocol} is encoded`);
  }
}

/** The headers that every answer of an API bears; its content type is that of a body in the API's format. */
export function answerHeaders(contract: Contract, ids: AnswerIds): Record<string, string> {
  switch (contract.protocol) {
    case "json":
      return {
        "content-type": `application/x-amz-json-${contract.jsonVersion ?? "1.1"}`,
        "x-amzn-requestid": ids.requestId,
      };
    case "rest-xml":
      return {
        "content-type": "application/xml",
        "x-amz-request-id": ids.requestId,
        "x-amz-id-2": ids.hostId ?? ids.requestId,
      };
    default:
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
