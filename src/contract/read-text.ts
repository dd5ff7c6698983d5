/** Scalars that come as text: in headers, labels, query strings, forms and XML. */
import type { Shape, TimestampFormat } from "./model.ts";
import { parseTimestamp } from "./timestamps.ts";

/** @returns undefined where the text is no value of that type. */
export function readText(shape: Shape, text: string): unknown {
  switch (shape.type) {
    case "string":
      return text;
    case "integer":
    case "long":
      return readInteger(text);
    case "float":
    case "double":
      return readDouble(text);
    case "boolean":
      return readBoolean(text);
    case "timestamp":
      return parseTimestamp(text.trim());
    case "blob":
      return new Uint8Array(Buffer.from(text, "base64"));
    case "structure":
    case "list":
    case "map":
      return undefined;
  }
}

/** What the type is called in AWS's messages. */
export const JAVA_NAME = {
  string: "String",
  integer: "Integer",
  long: "Long",
  float: "Float",
  double: "Double",
  boolean: "Boolean",
  timestamp: "Date",
  blob: "ByteBuffer",
  structure: "Structure",
  list: "List",
  map: "Map",
} as const;

function readInteger(text: string): number | undefined {
  const trimmed = text.trim();
  return /^[+-]?\d{1,19}$/.test(trimmed) ? Number(trimmed) : undefined;
}

function readDouble(text: string): number | undefined {
  const trimmed = text.trim();
  const number = trimmed === "" ? Number.NaN : Number(trimmed);
  return Number.isNaN(number) && trimmed !== "NaN" ? undefined : number;
}

function readBoolean(text: string): boolean | undefined {
  const lower = text.trim().toLowerCase();
  if (lower === "true") return true;
  return lower === "false" ? false : undefined;
}

/** A location's own timestamp format. Source: Smithy, "HTTP binding traits", timestampFormat defaults. */
export const defaultTimestampFormat = (location: string | undefined): TimestampFormat =>
  location === "header" ? "rfc822" : "iso8601";
