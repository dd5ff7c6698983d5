/** JSON. Source: https://trino.io/docs/current/functions/json.html */
import { quoteText } from "../emit/text.ts";
import { TrinoError, notSupported } from "../error.ts";
import type { EmitCall, FunctionTable } from "./row.ts";

/** A constant JSONPath in DuckDB's spelling: keys and indexes only. @throws TrinoError */
export function jsonPath(call: EmitCall): string {
  const path = call.constants[1];
  if (path === undefined) throw notSupported("A JSON path that is not constant");
  let rest = path.trim();
  if (!rest.startsWith("$")) rest = `$.${rest}`;
  let made = "$";
  rest = rest.slice(1);
  while (rest !== "") {
    const step =
      /^\.([A-Za-z0-9_:-]+)/.exec(rest) ??
      /^\["((?:[^"\\]|\\.)*)"\]/.exec(rest) ??
      /^\['([^']*)'\]/.exec(rest);
    const index = /^\[(\d+)\]/.exec(rest);
    if (index) made += index[0];
    else if (step) made += `."${key(step[1] ?? "")}"`;
    else
      throw /[*?@]|\.\./.test(rest)
        ? notSupported(`JSON path '${path}'`)
        : new TrinoError("INVALID_FUNCTION_ARGUMENT", `Invalid JSON path: '${path}'`);
    rest = rest.slice((index ?? step)?.[0].length ?? rest.length);
  }
  return quoteText(made);
}

function key(name: string): string {
  if (/["\\]/.test(name)) throw notSupported("A JSON path with a quote in a key");
  return name;
}

const extract = (call: EmitCall): string =>
  `CAST(json_extract(${valid(call)}, ${jsonPath(call)}) AS VARCHAR)`;

/** From varchar, what is no JSON gives NULL rather than an error. */
const valid = (call: EmitCall): string => {
  const [text = ""] = call.args;
  return call.types[0]?.name === "json" ? text : `CASE WHEN json_valid(${text}) THEN ${text} END`;
};

const scalar = (call: EmitCall): string => `trino_json_extract_scalar(${valid(call)}, ${jsonPath(call)})`;

const length = (call: EmitCall): string =>
  `CASE WHEN json_type(${valid(call)}) = 'ARRAY' THEN CAST(json_array_length(${call.args[0]}) AS BIGINT) END`;

const size = (call: EmitCall): string =>
  `trino_json_size(CAST(json_extract(${valid(call)}, ${jsonPath(call)}) AS VARCHAR))`;

/** A value counts only in its own JSON type: 2 is not "2". */
const contains = (json: string): FunctionTable => ({
  [`json_array_contains(${json}, bigint) boolean`]: "trino_json_contains($1, CAST($2 AS VARCHAR), 'BIGINT')",
  [`json_array_contains(${json}, double) boolean`]: "trino_json_contains_number($1, $2)",
  [`json_array_contains(${json}, boolean) boolean`]:
    "trino_json_contains($1, CAST($2 AS VARCHAR), 'BOOLEAN')",
  [`json_array_contains(${json}, varchar) boolean`]: "trino_json_contains($1, $2, 'VARCHAR')",
});

export const JSON_FUNCTIONS: FunctionTable = {
  "json_extract(json, varchar) json": extract,
  "json_extract(varchar, varchar) json": extract,
  "json_extract_scalar(json, varchar) varchar": scalar,
  "json_extract_scalar(varchar, varchar) varchar": scalar,
  "json_parse(varchar) json": "trino_json_parse($1)",
  "json_format(json) varchar": "$1",
  "json_array_length(json) bigint": length,
  "json_array_length(varchar) bigint": length,
  "json_array_get(json, bigint) json":
    "CAST(json_extract($1, '$[' || CASE WHEN $2 < 0 THEN '#' ELSE '' END || CAST($2 AS VARCHAR) || ']') AS VARCHAR)",
  "json_array_get(varchar, bigint) json":
    "CAST(json_extract($1, '$[' || CASE WHEN $2 < 0 THEN '#' ELSE '' END || CAST($2 AS VARCHAR) || ']') AS VARCHAR)",
  "json_size(json, varchar) bigint": size,
  "json_size(varchar, varchar) bigint": size,
  "is_json_scalar(json) boolean": "(json_type($1) NOT IN ('OBJECT', 'ARRAY'))",
  "is_json_scalar(varchar) boolean": "(json_type($1) NOT IN ('OBJECT', 'ARRAY'))",
  ...contains("json"),
  ...contains("varchar"),
};
