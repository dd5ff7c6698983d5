/** One service model → one compact contract: documentation, rules and everything nobody reads here dropped. */
import type { SdkSource, ServiceModel } from "./sources.ts";

type Facts = Readonly<Record<string, unknown>>;

export interface CompactContract {
  readonly head: Facts;
  readonly operations: Readonly<Record<string, Facts>>;
  readonly shapes: Readonly<Record<string, Facts>>;
}

const SHAPE_FACTS = [
  "type", "required", "payload", "union", "document", "eventstream", "event", "sensitive", "enum", "min", "max",
  "pattern", "timestampFormat", "flattened", "locationName", "xmlNamespace",
] as const; // prettier-ignore
const MEMBER_FACTS = [
  "shape", "location", "locationName", "flattened", "streaming", "xmlNamespace", "xmlAttribute", "eventpayload",
  "idempotencyToken", "hostLabel", "timestampFormat", "queryName", "eventheader",
] as const; // prettier-ignore

/** Where the SDK's types, which handlers have, say something else than botocore: the wire is the same. */
const OVERRIDES: Readonly<Record<string, Facts>> = {
  "s3.PartNumberMarker": { type: "string" },
  "s3.NextPartNumberMarker": { type: "string" },
};

/** Keeps the operations that the JS SDK has too. */
export function compactContract(api: string, model: ServiceModel, sdk: SdkSource): CompactContract {
  const operations: Record<string, Facts> = {};
  for (const [name, operation] of Object.entries(model.operations)) {
    if (sdk.operations.has(name)) operations[name] = compactOperation(operation, sdk.xmlNames);
  }
  const reached = reachedShapes(model, Object.values(operations));
  const shapes: Record<string, Facts> = {};
  for (const name of [...reached].toSorted()) {
    shapes[name] = compactShape({ ...model.shapes[name], ...OVERRIDES[`${api}.${name}`] });
  }
  return { head: compactHead(api, model.metadata), operations, shapes };
}

function compactHead(api: string, metadata: Facts): Facts {
  return defined({
    api,
    sdkId: metadata["serviceId"],
    name: metadata["serviceFullName"],
    signingName: metadata["signingName"] ?? metadata["endpointPrefix"],
    endpointPrefix: metadata["endpointPrefix"],
    apiVersion: metadata["apiVersion"],
    protocol: metadata["protocol"],
    protocols: several(metadata["protocols"]),
    queryCompatible: metadata["awsQueryCompatible"] ? true : undefined,
    jsonVersion: metadata["jsonVersion"],
    targetPrefix: metadata["targetPrefix"],
    xmlNamespace: metadata["xmlNamespace"],
  });
}

/** An API that speaks one protocol does not list it. */
const several = (protocols: unknown): unknown =>
  Array.isArray(protocols) && protocols.length > 1 ? protocols : undefined;

function compactOperation(operation: Facts, xmlNames: ReadonlyMap<string, string>): Facts {
  const http = record(operation["http"]);
  const input = record(operation["input"]);
  const output = record(operation["output"]);
  const errors = Array.isArray(operation["errors"]) ? operation["errors"] : [];
  return defined({
    method: http["method"],
    uri: http["requestUri"],
    status: http["responseCode"],
    input: input["shape"],
    inputName: input["locationName"],
    inputNamespace: record(input["xmlNamespace"])["uri"],
    output: output["shape"],
    outputName: xmlNames.get(String(output["shape"])),
    resultWrapper: output["resultWrapper"],
    errors: errors.length > 0 ? errors.map((error: unknown) => record(error)["shape"]) : undefined,
    hostPrefix: record(operation["endpoint"])["hostPrefix"],
    authtype: operation["authtype"],
    checksum: operation["httpChecksum"],
  });
}

function compactShape(shape: Facts): Facts {
  const members = Object.entries(record(shape["members"])).map(([name, member]) => [name, reference(member)]);
  return defined({
    ...pick(shape, SHAPE_FACTS),
    xmlNamespace: namespace(shape["xmlNamespace"]),
    members: shape["type"] === "structure" ? Object.fromEntries(members) : undefined,
    member: shape["member"] && reference(shape["member"]),
    key: shape["key"] && reference(shape["key"]),
    value: shape["value"] && reference(shape["value"]),
    error: shape["exception"] ? compactError(shape) : undefined,
  });
}

const compactError = (shape: Facts): Facts => {
  const error = record(shape["error"]);
  return defined({
    code: error["code"],
    status: error["httpStatusCode"] ?? (shape["fault"] ? 500 : undefined),
    receiver: shape["fault"] || error["senderFault"] === false ? true : undefined,
  });
};

/** A reference with nothing to add is the shape's name alone. */
function reference(value: unknown): unknown {
  const facts = record(value);
  const kept = defined({ ...pick(facts, MEMBER_FACTS), xmlNamespace: namespace(facts["xmlNamespace"]) });
  return Object.keys(kept).length === 1 ? kept["shape"] : kept;
}

/** botocore writes a namespace with no prefix as `{uri}`: that is written as the text alone. */
const namespace = (value: unknown): unknown => {
  const facts = record(value);
  return facts["prefix"] ? facts : facts["uri"];
};

function reachedShapes(model: ServiceModel, operations: readonly Facts[]): ReadonlySet<string> {
  const reached = new Set<string>();
  const waiting: unknown[] = [];
  for (const operation of operations) {
    waiting.push(operation["input"], operation["output"]);
    if (Array.isArray(operation["errors"])) waiting.push(...operation["errors"]);
  }
  while (waiting.length > 0) {
    const name = waiting.pop();
    if (typeof name !== "string" || reached.has(name)) continue;
    reached.add(name);
    const shape = model.shapes[name] ?? {};
    const parts = [...Object.values(record(shape["members"])), shape["member"], shape["key"], shape["value"]];
    for (const part of parts) waiting.push(record(part)["shape"]);
  }
  return reached;
}

const record = (value: unknown): Facts =>
  typeof value === "object" && value !== null && !Array.isArray(value) ? { ...value } : {};

const pick = (facts: Facts, names: readonly string[]): Facts =>
  Object.fromEntries(names.map((name) => [name, facts[name]]));

const defined = (facts: Facts): Facts =>
  Object.fromEntries(Object.entries(facts).filter(([, value]) => value !== undefined));
