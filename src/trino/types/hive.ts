/** Hive's type names, as Glue stores them, and Trino's types. */
import { TrinoError } from "../error.ts";
import { NESTING_MAX } from "../limits.ts";
import {
  BIGINT,
  BOOLEAN,
  DATE,
  DOUBLE,
  INTEGER,
  REAL,
  SMALLINT,
  TINYINT,
  VARBINARY,
  VARCHAR,
  arrayOf,
  decimal,
  mapOf,
  timestamp,
  type TrinoType,
} from "./type.ts";

const PLAIN: Readonly<Record<string, TrinoType>> = {
  boolean: BOOLEAN,
  tinyint: TINYINT,
  smallint: SMALLINT,
  int: INTEGER,
  integer: INTEGER,
  bigint: BIGINT,
  float: REAL,
  real: REAL,
  double: DOUBLE,
  string: VARCHAR,
  varchar: VARCHAR,
  binary: VARBINARY,
  date: DATE,
  timestamp: timestamp(3),
  "timestamp without time zone": timestamp(3),
  decimal: decimal(10, 0),
};

/** `struct<a:int,b:array<string>>` → Trino's type. @throws TrinoError when the catalog holds a type that Athena does not read. */
export function parseHiveType(text: string): TrinoType {
  const reader = { text: text.trim(), at: 0, depth: 0 };
  const type = read(reader);
  if (reader.at < reader.text.length) throw unknown(text);
  return type;
}

interface Reader {
  readonly text: string;
  at: number;
  depth: number;
}

const unknown = (text: string): TrinoError =>
  new TrinoError("HIVE_INVALID_METADATA", `Unsupported Hive type: ${text}`);

function read(reader: Reader): TrinoType {
  if (++reader.depth > NESTING_MAX) throw unknown(reader.text);
  const type = readOne(reader);
  reader.depth--;
  return type;
}

function readOne(reader: Reader): TrinoType {
  const name = word(reader, /[a-z0-9_ ]/i)
    .trim()
    .toLowerCase();
  if (name === "array") {
    const element = inAngles(reader, () => read(reader));
    return arrayOf(element);
  }
  if (name === "map")
    return inAngles(reader, () => {
      const key = read(reader);
      take(reader, ",");
      return mapOf(key, read(reader));
    });
  if (name === "struct")
    return inAngles(reader, () => {
      const fields: { name: string; type: TrinoType }[] = [];
      do {
        const field = word(reader, /[^:<>,]/)
          .trim()
          .toLowerCase();
        take(reader, ":");
        fields.push({ name: field, type: read(reader) });
      } while (accept(reader, ","));
      return { name: "row", fields };
    });
  const numbers = accept(reader, "(") ? word(reader, /[^)]/).split(",").map(Number) : undefined;
  if (numbers) take(reader, ")");
  if (name === "decimal") return decimal(numbers?.[0] ?? 10, numbers?.[1] ?? 0);
  if (name === "varchar" && numbers) return { name: "varchar", length: numbers[0] };
  if (name === "char") return { name: "char", length: numbers?.[0] ?? 1 };
  const plain = PLAIN[name];
  if (!plain) throw unknown(reader.text);
  return plain;
}

function word(reader: Reader, part: RegExp): string {
  const start = reader.at;
  while (reader.at < reader.text.length && part.test(reader.text[reader.at] ?? "")) reader.at++;
  return reader.text.slice(start, reader.at);
}

function accept(reader: Reader, symbol: string): boolean {
  while (reader.text[reader.at] === " ") reader.at++;
  if (reader.text[reader.at] !== symbol) return false;
  reader.at++;
  while (reader.text[reader.at] === " ") reader.at++;
  return true;
}

function take(reader: Reader, symbol: string): void {
  if (!accept(reader, symbol)) throw unknown(reader.text);
}

function inAngles<T>(reader: Reader, inner: () => T): T {
  take(reader, "<");
  const found = inner();
  take(reader, ">");
  return found;
}

/** Trino's type → the name that a new table keeps in Glue. @throws TrinoError for a type that Hive does not have. */
export function printHiveType(type: TrinoType): string {
  switch (type.name) {
    case "integer":
      return "int";
    case "real":
      return "float";
    case "varbinary":
      return "binary";
    case "varchar":
      return type.length === undefined ? "string" : `varchar(${type.length})`;
    case "char":
      return `char(${type.length})`;
    case "decimal":
      return `decimal(${type.precision},${type.scale})`;
    case "timestamp":
      return "timestamp";
    case "array":
      return `array<${printHiveType(type.element)}>`;
    case "map":
      return `map<${printHiveType(type.key)},${printHiveType(type.value)}>`;
    case "row":
      return `struct<${type.fields.map((field, index) => `${field.name ?? `field${index}`}:${printHiveType(field.type)}`).join(",")}>`;
    case "boolean":
    case "tinyint":
    case "smallint":
    case "bigint":
    case "double":
    case "date":
      return type.name;
    default:
      throw new TrinoError("NOT_SUPPORTED", `Unsupported Hive type: ${type.name}`);
  }
}
