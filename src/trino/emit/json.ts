/** Casts from and to JSON, which is kept as text. Source: https://trino.io/docs/current/functions/json.html#cast-to-json */
import { duckType, fieldName } from "../types/duckdb.ts";
import { isText, printType, type TrinoType } from "../types/type.ts";
import { printed, variable } from "./print.ts";
import { quoteName, quoteText } from "./text.ts";

/** The value as JSON's text. */
export const toJson = (sql: string, from: TrinoType): string =>
  `CAST(to_json(${jsonValue(sql, from)}) AS VARCHAR)`;

/** A DuckDB value that to_json() prints as Trino would. */
function jsonValue(sql: string, from: TrinoType): string {
  const name = variable(sql);
  switch (from.name) {
    case "json":
      return `CAST(${sql} AS JSON)`;
    case "array":
      return `list_transform(${sql}, lambda ${name}: ${jsonValue(name, from.element)})`;
    case "map":
      return `map_from_entries(list_sort(list_transform(map_entries(${sql}), lambda ${name}: struct_pack(k := ${name}.key, v := ${jsonValue(`${name}.value`, from.value)}))))`;
    case "row": {
      const fields = from.fields.map(({ type }, index) => {
        const key = fieldName(from, index);
        return `${quoteName(key)} := ${jsonValue(`struct_extract(${sql}, ${quoteText(key)})`, type)}`;
      });
      return `CASE WHEN ${sql} IS NULL THEN NULL ELSE struct_pack(${fields.join(", ")}) END`;
    }
    case "date":
    case "timestamp":
      return printed(sql, from);
    default:
      return sql;
  }
}

export function fromJson(sql: string, to: TrinoType): string {
  const name = variable(sql);
  switch (to.name) {
    case "array":
      return `CASE WHEN json_type(${sql}) = 'NULL' THEN NULL ELSE list_transform(CAST(CAST(${sql} AS JSON) AS JSON[]), lambda ${name}: ${fromJson(`CAST(${name} AS VARCHAR)`, to.element)}) END`;
    case "map":
      return `CASE WHEN json_type(${sql}) = 'NULL' THEN NULL ELSE map_from_entries(list_transform(map_entries(CAST(CAST(${sql} AS JSON) AS MAP(VARCHAR, JSON))), lambda ${name}: struct_pack(k := ${name}.key, v := ${fromJson(`CAST(${name}.value AS VARCHAR)`, to.value)}))) END`;
    case "row": {
      const fields = to.fields.map(({ type }, index) => {
        const key = fieldName(to, index);
        const byName = `json_extract(${sql}, ${quoteText(`$."${key}"`)})`;
        const found = `CAST(CASE json_type(${sql}) WHEN 'ARRAY' THEN json_extract(${sql}, '$[${index}]') ELSE ${byName} END AS VARCHAR)`;
        return `${quoteName(key)} := ${fromJson(found, type)}`;
      });
      return `CASE WHEN ${sql} IS NULL OR json_type(${sql}) = 'NULL' THEN NULL ELSE struct_pack(${fields.join(", ")}) END`;
    }
    case "json":
      return sql;
    default:
      return scalarFromJson(sql, to);
  }
}

function scalarFromJson(sql: string, to: TrinoType): string {
  const text = `trino_json_scalar(${sql}, '${printType(to)}')`;
  if (isText(to)) return text;
  if (to.name === "boolean") return `trino_json_boolean(${text})`;
  if (to.name === "tinyint" || to.name === "smallint" || to.name === "integer" || to.name === "bigint")
    return `CAST(round(CAST(trino_json_number(${text}) AS DECIMAL(38,10))) AS ${duckType(to)})`;
  return `CAST(trino_json_number(${text}) AS ${duckType(to)})`;
}
