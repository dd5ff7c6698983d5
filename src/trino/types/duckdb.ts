/** How a Trino type is kept in DuckDB. */
import { quoteName } from "../emit/text.ts";
import { notSupported } from "../error.ts";
import type { TrinoType } from "./type.ts";

const PLAIN: Readonly<Record<string, string>> = {
  unknown: "INTEGER",
  boolean: "BOOLEAN",
  tinyint: "TINYINT",
  smallint: "SMALLINT",
  integer: "INTEGER",
  bigint: "BIGINT",
  real: "FLOAT",
  double: "DOUBLE",
  varbinary: "BLOB",
  date: "DATE",
  json: "VARCHAR",
  varchar: "VARCHAR",
  char: "VARCHAR",
  time: "TIME",
  timestamp: "TIMESTAMP",
  "interval day to second": "INTERVAL",
  "interval year to month": "INTERVAL",
};

/** A zoned timestamp keeps its zone beside the instant, which is what is compared. */
export const ZONED = "STRUCT(t TIMESTAMP, z VARCHAR)";

export function duckType(type: TrinoType): string {
  switch (type.name) {
    case "decimal":
      return `DECIMAL(${type.precision},${type.scale})`;
    case "array":
      return `${duckType(type.element)}[]`;
    case "map":
      return `MAP(${duckType(type.key)}, ${duckType(type.value)})`;
    case "row":
      return `STRUCT(${type.fields.map((field, index) => `${quoteName(fieldName(type, index))} ${duckType(field.type)}`).join(", ")})`;
    case "timestamp with time zone":
      return ZONED;
    case "function":
      throw notSupported("a function as a value");
    default:
      return PLAIN[type.name] ?? "VARCHAR";
  }
}

/** A struct's field has its row's name, or one by position when the row has none (names would clash otherwise). */
export function fieldName(type: TrinoType, index: number): string {
  if (type.name !== "row") return "";
  const name = type.fields[index]?.name;
  const clashes = type.fields.some((field, other) => other < index && field.name === name);
  return name === undefined || clashes ? `f${index}` : name;
}
