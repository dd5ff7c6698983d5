/** JSON and CBOR values → what the SDK's types say, compiled per shape. */
import { setEntry } from "../base/records.ts";
import type { CborEpoch } from "../wire/cbor.ts";
import type { Conventions } from "./conventions.ts";
import type { Contract, Shape } from "./model.ts";
import { JAVA_NAME } from "./read-text.ts";
import { membersOf, perShape, shapeOf, toReference } from "./shapes.ts";
import { fromEpochSeconds, parseTimestamp } from "./timestamps.ts";

/** null reads as undefined: the member is absent. */
export type JsonReader = (value: unknown, conventions: Conventions) => unknown;

/** What CBOR's instants count. */
export const epochOf = ({ protocol }: Contract): CborEpoch =>
  protocol === "cbor-1.1" ? "milliseconds" : "seconds";

export const jsonReader = perShape((contract, name): JsonReader => {
  const shape = shapeOf(contract, name);
  if (shape.document) return (value) => value ?? undefined;
  switch (shape.type) {
    case "structure":
      return structureReader(contract, shape);
    case "list":
      return listReader(contract, shape);
    case "map":
      return mapReader(contract, shape);
    default:
      return (value, conventions) => (value === null ? undefined : readScalar(shape, value, conventions));
  }
});

function structureReader(contract: Contract, shape: Shape): JsonReader {
  let readers: ReadonlyMap<string, { readonly name: string; readonly read: JsonReader }> | undefined;
  return (value, conventions) => {
    if (value === null) return undefined;
    if (!isRecord(value)) throw conventions.wrongType(typeName(value), "Structure");
    readers ??= new Map(
      membersOf(shape)
        .filter(({ location }) => location === undefined)
        .map((member) => [
          member.locationName ?? member.name,
          { name: member.name, read: jsonReader(contract, member.shape) },
        ]),
    );
    const out: Record<string, unknown> = {};
    for (const key of Object.keys(value)) {
      const raw = value[key];
      const member = raw === null ? undefined : readers.get(key);
      if (member) out[member.name] = member.read(raw, conventions);
    }
    return out;
  };
}

function listReader(contract: Contract, shape: Shape): JsonReader {
  const element = toReference(shape.member).shape;
  return (value, conventions) => {
    if (value === null) return undefined;
    if (!Array.isArray(value)) throw conventions.wrongType(typeName(value), "List");
    const read = jsonReader(contract, element);
    return value.map((item: unknown) => read(item, conventions));
  };
}

function mapReader(contract: Contract, shape: Shape): JsonReader {
  const element = toReference(shape.value).shape;
  return (value, conventions) => {
    if (value === null) return undefined;
    if (!isRecord(value)) throw conventions.wrongType(typeName(value), "Map");
    const read = jsonReader(contract, element);
    const out: Record<string, unknown> = {};
    for (const [key, item] of Object.entries(value)) setEntry(out, key, read(item, conventions));
    return out;
  };
}

const isRecord = (value: unknown): value is Record<string, unknown> =>
  typeof value === "object" &&
  value !== null &&
  !Array.isArray(value) &&
  !(value instanceof Uint8Array) &&
  !(value instanceof Date);

function readScalar(shape: Shape, value: unknown, conventions: Conventions): unknown {
  const read = convert(shape, value);
  if (read === undefined) throw conventions.wrongType(typeName(value), JAVA_NAME[shape.type]);
  return read;
}

function convert(shape: Shape, value: unknown): unknown {
  switch (shape.type) {
    case "string":
      return typeof value === "string" ? value : undefined;
    case "integer":
    case "long":
      if (typeof value === "bigint") return Number(value);
      return typeof value === "number" ? Math.trunc(value) : undefined;
    case "float":
    case "double":
      if (typeof value === "bigint") return Number(value);
      return typeof value === "number" ? value : specialNumber(value);
    case "boolean":
      return typeof value === "boolean" ? value : undefined;
    case "timestamp":
      if (value instanceof Date) return value;
      if (typeof value === "number") return fromEpochSeconds(value);
      return typeof value === "string" ? parseTimestamp(value) : undefined;
    case "blob":
      if (value instanceof Uint8Array) return value;
      return typeof value === "string" ? readBase64(value) : undefined;
    default:
      return undefined;
  }
}

const specialNumber = (value: unknown): number | undefined =>
  value === "NaN" || value === "Infinity" || value === "-Infinity" ? Number(value) : undefined;

const readBase64 = (text: string): Uint8Array | undefined =>
  /^[\w+/-]*={0,2}$/.test(text) ? new Uint8Array(Buffer.from(text, "base64")) : undefined;

/** Coral's names for JSON's tokens. */
function typeName(value: unknown): string {
  switch (typeof value) {
    case "string":
      return "STRING_VALUE";
    case "number":
    case "bigint":
      return "NUMBER_VALUE";
    case "boolean":
      return value ? "TRUE_VALUE" : "FALSE_VALUE";
    default:
      return Array.isArray(value) ? "START_ARRAY" : "START_OBJECT";
  }
}
