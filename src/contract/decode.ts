/** A request's bytes → the operation's input as the SDK's types spell it, validated. */
import { isMalformed, malformed } from "../wire/malformed.ts";
import { parseJson } from "../wire/json.ts";
import { parseCbor } from "../wire/read-cbor.ts";
import { formTree } from "../wire/query.ts";
import type { WireRequest } from "../wire/http.ts";
import { conventionsOf } from "./conventions.ts";
import { formOf } from "./match.ts";
import type { Contract, Operation } from "./model.ts";
import { formReader } from "./read-form.ts";
import { epochOf, jsonReader } from "./read-json.ts";
import { readRest } from "./read-rest.ts";
import { validateInput } from "./validate.ts";

/** An operation's input, before the operation's own type is put on it. */
export type PlainInput = Readonly<Record<string, unknown>>;

/**
 * Decodes and validates. Streamed members (PutObject's Body) are left out: whoever reads the body has them.
 * @throws Fault with the API's own code where the bytes are malformed or a constraint is violated.
 */
export function decodeInput(contract: Contract, operation: Operation, request: WireRequest): PlainInput {
  const input = readInput(contract, operation, request);
  validateInput(contract, operation, input);
  return input;
}

function readInput(contract: Contract, operation: Operation, request: WireRequest): PlainInput {
  const conventions = conventionsOf(contract);
  try {
    switch (contract.protocol) {
      case "json": {
        const value = parseJson(request.body);
        if (typeof value !== "object" || value === null) throw malformed("not an object");
        return operation.input ? toInput(jsonReader(contract, operation.input)(value, conventions)) : {};
      }
      case "cbor-1.1":
      case "smithy-rpc-v2-cbor": {
        // Without input a client sends no body.
        const value = parseCbor(request.body, epochOf(contract)) ?? {};
        if (typeof value !== "object" || value === null) throw malformed("not a map");
        return operation.input ? toInput(jsonReader(contract, operation.input)(value, conventions)) : {};
      }
      case "query":
      case "ec2":
        if (!operation.input) return {};
        return toInput(formReader(contract, operation.input)(formTree(formOf(request)), conventions));
      case "rest-json":
      case "rest-xml":
        return readRest(contract, operation, request);
    }
  } catch (error) {
    if (isMalformed(error)) throw conventions.malformed(error.message);
    throw error;
  }
}

const isPlainInput = (value: unknown): value is PlainInput => typeof value === "object" && value !== null;

const toInput = (value: unknown): PlainInput => (isPlainInput(value) ? value : {});
