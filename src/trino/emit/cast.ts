/** CAST and TRY_CAST, type by type. DuckDB's own casts take more text than Trino's, round otherwise and print otherwise. */
import { duckType, fieldName } from "../types/duckdb.ts";
import { isInteger, isNumeric, isText, printType, type TrinoType } from "../types/type.ts";
import { fromJson, toJson } from "./json.ts";
import { printed, variable } from "./print.ts";
import { quoteName } from "./text.ts";

export function castText(sql: string, from: TrinoType, to: TrinoType, safe: boolean): string {
  const text = convert(sql, from, to);
  return safe ? `TRY(${text})` : text;
}

export function convert(sql: string, from: TrinoType, to: TrinoType): string {
  if (from.name === "unknown") return `CAST(${sql} AS ${duckType(to)})`;
  if (printType(from) === printType(to)) return sql;
  if (to.name === "json") return toJson(sql, from);
  if (from.name === "json") return fromJson(sql, to);
  if (isText(to)) return toText(sql, from, to);
  if (isText(from)) return fromText(sql, to);
  if (from.name === "array" && to.name === "array") return arrayCast(sql, from.element, to.element);
  if (from.name === "map" && to.name === "map") return mapCast(sql, from, to);
  if (from.name === "row" && to.name === "row") return rowCast(sql, from, to);
  if (to.name === "timestamp with time zone") return toZoned(sql, from, to.precision);
  if (from.name === "timestamp with time zone") return fromZoned(sql, to);
  if (to.name === "timestamp" && from.name === "timestamp") return rounded(sql, from.precision, to.precision);
  if (isInteger(to) && (from.name === "double" || from.name === "real")) return floatToInteger(sql, to);
  if (to.name === "decimal" && (from.name === "double" || from.name === "real"))
    return `trino_float_to_decimal(${sql}, CAST(${sql} AS ${duckType(to)}), '${printType(from)}', '${printType(to)}')`;
  return `CAST(${sql} AS ${duckType(to)})`;
}

const floatToInteger = (sql: string, to: TrinoType): string => `CAST(round(${sql}) AS ${duckType(to)})`;

/** Half up, to fewer digits. */
export function rounded(sql: string, from: number, to: number): string {
  if (to >= from) return sql;
  const unit = 10 ** (6 - to);
  return `trino_round_timestamp(${sql}, ${unit})`;
}

function toZoned(sql: string, from: TrinoType, precision: number): string {
  if (from.name === "timestamp with time zone") {
    if (precision >= from.precision) return sql;
    return `struct_pack(t := ${rounded(`(${sql}).t`, from.precision, precision)}, z := (${sql}).z)`;
  }
  return `trino_zoned(CAST(${sql} AS TIMESTAMP), 'UTC')`;
}

function fromZoned(sql: string, to: TrinoType): string {
  const local = `trino_local(${sql})`;
  return to.name === "timestamp" ? rounded(local, 6, to.precision) : `CAST(${local} AS ${duckType(to)})`;
}

function arrayCast(sql: string, from: TrinoType, to: TrinoType): string {
  const name = variable(sql);
  const element = convert(name, from, to);
  return element === name ? sql : `list_transform(${sql}, lambda ${name}: ${element})`;
}

function mapCast(
  sql: string,
  from: Extract<TrinoType, { name: "map" }>,
  to: Extract<TrinoType, { name: "map" }>,
): string {
  const name = variable(sql);
  const key = convert(`${name}.key`, from.key, to.key);
  const value = convert(`${name}.value`, from.value, to.value);
  if (key === `${name}.key` && value === `${name}.value`) return sql;
  return `map_from_entries(list_transform(map_entries(${sql}), lambda ${name}: struct_pack(k := ${key}, v := ${value})))`;
}

function rowCast(
  sql: string,
  from: Extract<TrinoType, { name: "row" }>,
  to: Extract<TrinoType, { name: "row" }>,
): string {
  const fields = to.fields.map((field, index) => {
    const source = from.fields[index];
    const extracted = `struct_extract(${sql}, '${fieldName(from, index).replaceAll("'", "''")}')`;
    return `${quoteName(fieldName(to, index))} := ${source ? convert(extracted, source.type, field.type) : "NULL"}`;
  });
  return `CASE WHEN ${sql} IS NULL THEN NULL ELSE struct_pack(${fields.join(", ")}) END`;
}

function toText(sql: string, from: TrinoType, to: TrinoType): string {
  const text = printed(sql, from);
  // A char(n) is kept without its trailing blanks, so that comparing it is comparing text; they come back when it becomes a varchar.
  if (to.name === "char") return `rtrim(substr(${from.name === "char" ? sql : text}, 1, ${to.length}), ' ')`;
  const length = to.name === "varchar" ? to.length : undefined;
  if (length === undefined) return text;
  if (isText(from))
    return "length" in from && from.length !== undefined && from.length <= length
      ? text
      : `substr(${text}, 1, ${length})`;
  return `trino_fits(${text}, ${length}, '${printType(from)}')`;
}

/** Patterns of the text that Trino takes. Source: Trino's VarcharOperators and DateTimeUtils. */
function fromText(sql: string, to: TrinoType): string {
  const shown = printType(to);
  if (to.name === "boolean") return `trino_to_boolean(${sql})`;
  if (isInteger(to))
    return `CAST(trino_checked(${sql}, '[+-]?[0-9]+', '${shown === "integer" ? "INT" : shown.toUpperCase()}') AS ${duckType(to)})`;
  if (isNumeric(to) && to.name !== "decimal")
    return `CAST(trino_checked(${sql}, '\\s*[+-]?([0-9]+\\.?[0-9]*([eE][+-]?[0-9]+)?|\\.[0-9]+([eE][+-]?[0-9]+)?|NaN|Infinity)\\s*', '${shown.toUpperCase()}') AS ${duckType(to)})`;
  if (to.name === "decimal")
    return `CAST(trino_checked(${sql}, '[+-]?([0-9]+\\.?[0-9]*|\\.[0-9]+)([eE][+-]?[0-9]+)?', '${shown.toUpperCase()}') AS ${duckType(to)})`;
  if (to.name === "date")
    return `CAST(trino_checked(${sql}, '\\s*[+-]?[0-9]{4,}-[0-9]{1,2}-[0-9]{1,2}\\s*', 'date') AS DATE)`;
  if (to.name === "timestamp")
    return rounded(
      `CAST(trino_checked(${sql}, '\\s*[+-]?[0-9]{4,}-[0-9]{1,2}-[0-9]{1,2}([ T][0-9]{1,2}:[0-9]{2}(:[0-9]{2}(\\.[0-9]{1,6})?)?)?\\s*', 'timestamp') AS TIMESTAMP)`,
      6,
      to.precision,
    );
  if (to.name === "timestamp with time zone") return `trino_parse_zoned(${sql})`;
  if (to.name === "time")
    return `CAST(trino_checked(${sql}, '[0-9]{1,2}:[0-9]{2}(:[0-9]{2}(\\.[0-9]{1,6})?)?', 'time') AS TIME)`;
  return `CAST(${sql} AS ${duckType(to)})`;
}
