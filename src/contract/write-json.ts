/** What a handler returns → JSON values, or what CBOR is written from, compiled per shape. */
import { invariant } from "../base/invariant.ts";
import { setEntry } from "../base/records.ts";
import type { Contract, Member, Shape } from "./model.ts";
import { membersOf, perShape, shapeOf, toReference } from "./shapes.ts";
import { formatTimestamp, toEpochSeconds } from "./timestamps.ts";

export type JsonWriter = (value: unknown) => unknown;

export const jsonWriter = perShape((contract, name): JsonWriter => {
  const shape = shapeOf(contract, name);
  if (shape.document) return (value) => value;
  switch (shape.type) {
    case "structure":
      return structureWriter(contract, shape);
    case "list":
      return listWriter(contract, shape);
    case "map":
      return mapWriter(contract, shape);
    default:
      return isCbor(contract) ? (value) => value : scalarWriter(shape);
  }
});

export const isCbor = ({ protocol }: Contract): boolean =>
  protocol === "smithy-rpc-v2-cbor" || protocol === "cbor-1.1";

function scalarWriter(shape: Shape): JsonWriter {
  switch (shape.type) {
    case "timestamp":
      return timestampWriter(shape);
    case "blob":
      return writeBlob;
    case "float":
    case "double":
      return (value) => (typeof value === "number" && !Number.isFinite(value) ? String(value) : value);
    default:
      return (value) => value;
  }
}

/** Members that the shape does not know are dropped: nothing internal leaks out. */
function structureWriter(contract: Contract, shape: Shape): JsonWriter {
  let rows:
    | readonly { readonly name: string; readonly key: string; readonly write: JsonWriter }[]
    | undefined;
  return (value) => {
    invariant(isRecord(value), "a structure is an object");
    rows ??= membersOf(shape)
      .filter(({ location }) => location === undefined)
      .map((member) => ({
        name: member.name,
        key: member.locationName ?? member.name,
        write: memberWriter(contract, member),
      }));
    const out: Record<string, unknown> = {};
    for (const { name, key, write } of rows) {
      const item = value[name];
      if (item !== undefined && item !== null) out[key] = write(item);
    }
    return out;
  };
}

/** A member may say another timestamp format than its shape. */
const memberWriter = (contract: Contract, member: Member): JsonWriter =>
  member.timestampFormat === undefined || isCbor(contract)
    ? jsonWriter(contract, member.shape)
    : timestampWriter(member);

function listWriter(contract: Contract, shape: Shape): JsonWriter {
  const element = toReference(shape.member).shape;
  return (value) => {
    invariant(Array.isArray(value), "a list is an array");
    const write = jsonWriter(contract, element);
    return value.map((item: unknown) => (item === undefined || item === null ? null : write(item)));
  };
}

function mapWriter(contract: Contract, shape: Shape): JsonWriter {
  const element = toReference(shape.value).shape;
  return (value) => {
    invariant(isRecord(value), "a map is an object");
    const write = jsonWriter(contract, element);
    const out: Record<string, unknown> = {};
    for (const [key, item] of Object.entries(value)) {
      if (item !== undefined && item !== null) setEntry(out, key, write(item));
    }
    return out;
  };
}

const isRecord = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === "object" && value !== null;

const timestampWriter = ({ timestampFormat }: Pick<Shape, "timestampFormat">): JsonWriter => {
  const format = timestampFormat ?? "unixTimestamp";
  return (value) => {
    invariant(value instanceof Date, "a timestamp is a Date");
    return format === "unixTimestamp" ? toEpochSeconds(value) : formatTimestamp(value, format);
  };
};

function writeBlob(value: unknown): string {
  invariant(value instanceof Uint8Array, "a blob is bytes");
  return Buffer.from(value.buffer, value.byteOffset, value.byteLength).toString("base64");
}
