/** HTTP bindings: the input's parts from the path, the query, the headers and the body. */
import { fault } from "../base/fault.ts";
import { invariant } from "../base/invariant.ts";
import { setEntry } from "../base/records.ts";
import { decodeUtf8, parseJson } from "../wire/json.ts";
import type { WireRequest } from "../wire/http.ts";
import { isMalformed } from "../wire/malformed.ts";
import { parseXml } from "../wire/xml.ts";
import { conventionsOf, type Conventions } from "./conventions.ts";
import type { Contract, Member, Operation, Shape } from "./model.ts";
import { jsonReader } from "./read-json.ts";
import { JAVA_NAME, readText } from "./read-text.ts";
import { xmlReader } from "./read-xml.ts";
import { membersOf, perOperation, shapeOf, toReference } from "./shapes.ts";
import { matchPath, parseUriTemplate, type UriTemplate } from "./uri.ts";

type Input = Record<string, unknown>;
type Part = (request: WireRequest, input: Input) => void;

/** @throws MalformedError, or Fault where a value is not of its type. */
export function readRest(contract: Contract, operation: Operation, request: WireRequest): Input {
  const input: Input = {};
  for (const part of partsOf(contract, operation)) part(request, input);
  return input;
}

const partsOf = perOperation((contract, operation): readonly Part[] => {
  const conventions = conventionsOf(contract);
  const shape = shapeOf(contract, operation.input);
  const template = parseUriTemplate(operation.uri);
  const inPath = membersOf(shape)
    .filter((member) => member.location === "uri")
    .map((member) => ({ ...member, target: shapeOf(contract, member.shape) }));
  const parts: Part[] = [
    (request, input) => {
      const labels = labelsOf(template, request.path);
      for (const { name, locationName = name, target } of inPath) {
        const text = labels?.[locationName];
        if (text !== undefined) input[name] = readOrRefuse(target, locationName, text, conventions);
      }
    },
  ];
  for (const member of membersOf(shape)) {
    const part = locatedPart(contract, member, conventions);
    if (part) parts.push(part);
  }
  parts.push(bodyPart(contract, operation, shape));
  return parts;
});

function labelsOf(template: UriTemplate, path: string): Readonly<Record<string, string>> | undefined {
  try {
    return matchPath(template, path);
  } catch (error) {
    if (isMalformed(error)) throw fault("InvalidURI", "Couldn't parse the specified URI.", { status: 400 });
    throw error;
  }
}

function locatedPart(contract: Contract, member: Member, conventions: Conventions): Part | undefined {
  const shape = shapeOf(contract, member.shape);
  const name = member.locationName ?? member.name;
  const prefix = name.toLowerCase();
  switch (member.location) {
    case "querystring":
      return queryPart(contract, member, shape, conventions);
    case "header":
      return headerPart(contract, member, shape, conventions);
    case "headers":
      return (request, input) => {
        const entries = prefixed(request.headers, prefix);
        if (entries) input[member.name] = entries;
      };
    default:
      return undefined;
  }
}

function queryPart(contract: Contract, member: Member, shape: Shape, conventions: Conventions): Part {
  const name = member.locationName ?? member.name;
  const element = shape.type === "list" ? shapeOf(contract, toReference(shape.member).shape) : shape;
  return (request, input) => {
    if (request.query.list.length === 0) return;
    const values = request.query.list.filter(([key]) => key === name).map(([, value]) => value);
    if (values.length === 0) return;
    const read = values.map((value) => readOrRefuse(element, name, value, conventions));
    input[member.name] = shape.type === "list" ? read : read[0];
  };
}

function headerPart(contract: Contract, member: Member, shape: Shape, conventions: Conventions): Part {
  const name = (member.locationName ?? member.name).toLowerCase();
  if (shape.type === "list") {
    const element = shapeOf(contract, toReference(shape.member).shape);
    return (request, input) => {
      const values = request.headers[name]?.split(",").map((value) => value.trim());
      if (values) input[member.name] = values.map((value) => readOrRefuse(element, name, value, conventions));
    };
  }
  return (request, input) => {
    const text = request.headers[name];
    if (text === undefined) return;
    // A date that is none is ignored, as RFC 9110 (13.1.3) has it for If-Modified-Since.
    const value =
      shape.type === "timestamp" ? readText(shape, text) : readOrRefuse(shape, name, text, conventions);
    if (value !== undefined) input[member.name] = value;
  };
}

/** S3 reads an empty number as absent (`?max-keys=`); whatever else is no value of its type is refused. */
function readOrRefuse(shape: Shape, name: string, text: string, conventions: Conventions): unknown {
  if (text === "" && shape.type !== "string") return undefined;
  const value = readText(shape, text);
  if (value === undefined) throw conventions.wrongText(name, text, JAVA_NAME[shape.type]);
  return value;
}

function prefixed(
  headers: Readonly<Record<string, string>>,
  prefix: string,
): Record<string, unknown> | undefined {
  let entries: Record<string, unknown> | undefined;
  for (const name in headers)
    if (name.startsWith(prefix)) setEntry((entries ??= {}), name.slice(prefix.length), headers[name]);
  return entries;
}

function bodyPart(contract: Contract, operation: Operation, shape: Shape): Part {
  const payload = membersOf(shape).find((member) => member.name === shape.payload);
  if (payload) return payloadPart(contract, payload);
  const inBody = membersOf(shape).filter((member) => !member.location);
  if (inBody.length === 0 || !operation.input) return () => {};
  const read = documentReader(contract, operation.input);
  const conventions = conventionsOf(contract);
  return (request, input) => {
    if (request.body.length > 0) Object.assign(input, read(request.body));
    else if (contract.protocol === "rest-xml") throw conventions.missingBody();
  };
}

function documentReader(contract: Contract, shape: string): (body: Uint8Array) => unknown {
  const conventions = conventionsOf(contract);
  return contract.protocol === "rest-xml"
    ? (body) => xmlReader(contract, shape)(parseXml(decodeUtf8(body)), conventions)
    : (body) => jsonReader(contract, shape)(parseJson(body), conventions);
}

function payloadPart(contract: Contract, payload: Member): Part {
  const shape = shapeOf(contract, payload.shape);
  const conventions = conventionsOf(contract);
  if (payload.streaming) return () => {};
  switch (shape.type) {
    case "blob":
      return (request, input) => {
        input[payload.name] = request.body;
      };
    case "string":
      return (request, input) => {
        if (request.body.length > 0) input[payload.name] = decodeUtf8(request.body);
        else if (payload.required) throw conventions.missingBody();
      };
    case "structure": {
      const read = documentReader(contract, payload.shape);
      return (request, input) => {
        if (request.body.length > 0) input[payload.name] = read(request.body);
        else if (payload.required) throw conventions.missingBody();
      };
    }
    default:
      invariant(false, `a ${shape.type} is a payload`);
  }
}
