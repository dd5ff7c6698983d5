/** Maps. Source: https://trino.io/docs/current/functions/map.html */
import { variable } from "../emit/print.ts";
import { duckType } from "../types/duckdb.ts";
import { printed } from "../emit/print.ts";
import { UNKNOWN, type TrinoType } from "../types/type.ts";
import type { EmitCall, FunctionTable } from "./row.ts";

/** Entries through a lambda of key and value. */
function overEntries(call: EmitCall, make: (entry: string, applied: string) => string): string {
  const name = variable(call.args.join(" "));
  return make(name, call.apply(1, [`${name}.key`, `${name}.value`]));
}

const filter = (call: EmitCall): string =>
  overEntries(
    call,
    (name, applied) =>
      `map_from_entries(list_filter(map_entries(${call.args[0]}), lambda ${name}: ${applied}))`,
  );

const rebuilt = (
  call: EmitCall,
  key: (name: string, applied: string) => string,
  value: (name: string, applied: string) => string,
): string =>
  overEntries(
    call,
    (name, applied) =>
      `map_from_entries(list_transform(map_entries(${call.args[0]}), lambda ${name}: struct_pack(k := ${key(name, applied)}, v := ${value(name, applied)})))`,
  );

const keyType = (type: TrinoType | undefined): TrinoType => (type?.name === "map" ? type.key : UNKNOWN);

/** Raises for a key that is not there; a key with the value NULL is. */
function subscript(call: EmitCall): string {
  const [map = "", key = ""] = call.args;
  const shown = printed(key, keyType(call.types[0]));
  return `CASE WHEN ${map} IS NULL OR ${key} IS NULL THEN NULL WHEN map_contains(${map}, ${key}) THEN (${map})[${key}] ELSE trino_fail('INVALID_FUNCTION_ARGUMENT: Key not present in map: ' || CAST(${shown} AS VARCHAR), cardinality(${map})) END`;
}

export const MAPS: FunctionTable = {
  "map() map(K,V)": (call) => `CAST(MAP {} AS ${duckType(call.result)})`,
  "map(array(K), array(V)) map(K,V)": "trino_map($1, $2)",
  "cardinality(map(K,V)) bigint": "CAST(cardinality($1) AS BIGINT)",
  "element_at(map(K,V), K) V": "($1)[$2]",
  "$subscript(map(K,V), K) V": subscript,
  "map_keys(map(K,V)) array(K)": "map_keys($1)",
  "map_values(map(K,V)) array(V)": "map_values($1)",
  "map_entries(map(K,V)) array(row(K,V))":
    "list_transform(map_entries($1), lambda e: struct_pack(f0 := e.key, f1 := e.value))",
  "map_from_entries(array(row(K,V))) map(K,V)": {
    sql: (call) => {
      const name = variable(call.args.join(" "));
      return `map_from_entries(list_transform(${call.args[0]}, lambda ${name}: struct_pack(k := struct_extract_at(${name}, 1), v := struct_extract_at(${name}, 2))))`;
    },
    result: ([type]) => {
      const fields = type?.name === "array" && type.element.name === "row" ? type.element.fields : [];
      return { name: "map", key: fields[0]?.type ?? UNKNOWN, value: fields[1]?.type ?? UNKNOWN };
    },
  },
  "map_concat(map(K,V), map(K,V), map(K,V)...) map(K,V)": (call) =>
    `CASE WHEN ${call.args.map((arg) => `${arg} IS NULL`).join(" OR ")} THEN NULL ELSE map_concat(${call.args.join(", ")}) END`,
  "map_filter(map(K,V), function(K,V,boolean)) map(K,V)": filter,
  "transform_keys(map(K,V), function(K,V,R)) map(R,V)": (call) =>
    rebuilt(
      call,
      (_, applied) => applied,
      (name) => `${name}.value`,
    ),
  "transform_values(map(K,V), function(K,V,R)) map(K,R)": (call) =>
    rebuilt(
      call,
      (name) => `${name}.key`,
      (_, applied) => applied,
    ),
};
