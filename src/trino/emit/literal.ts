/** Constants. */
import { duckType } from "../types/duckdb.ts";
import type { TrinoType } from "../types/type.ts";
import { quoteText } from "./text.ts";

export function literalText(type: TrinoType, value: string | boolean | null): string {
  if (value === null) return `CAST(NULL AS ${duckType(type)})`;
  if (typeof value === "boolean") return value ? "TRUE" : "FALSE";
  switch (type.name) {
    case "varchar":
    case "json":
      return quoteText(value);
    case "char":
      return quoteText(value.replace(/ +$/, ""));
    case "varbinary":
      return `unhex('${value}')`;
    case "interval day to second":
      return `to_microseconds(CAST(${value} AS BIGINT))`;
    case "interval year to month":
      return `to_months(CAST(${value} AS INTEGER))`;
    case "timestamp with time zone":
      return zonedText(value);
    case "date":
    case "time":
    case "timestamp":
      return `CAST('${value}' AS ${duckType(type)})`;
    default:
      return `CAST(${value} AS ${duckType(type)})`;
  }
}

/** `2024-01-01 00:00:00.000|Europe/Berlin`: local time and zone. */
function zonedText(value: string): string {
  const [local = "", zone = "UTC"] = value.split("|");
  if (zone === "UTC" || zone === "Z") return `struct_pack(t := CAST('${local}' AS TIMESTAMP), z := 'UTC')`;
  return `trino_zoned(CAST('${local}' AS TIMESTAMP), ${quoteText(zone)})`;
}
