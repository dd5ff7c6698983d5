/** Arrays and their lambdas. Source: https://trino.io/docs/current/functions/array.html, …/lambda.html */
import { variable } from "../emit/print.ts";
import { comparedBy } from "../emit/comparison.ts";
import { duckType } from "../types/duckdb.ts";
import { UNKNOWN, type TrinoType } from "../types/type.ts";
import type { EmitCall, FunctionTable, Translation } from "./row.ts";

const elementOf = (type: TrinoType | undefined): TrinoType =>
  type?.name === "array" ? type.element : UNKNOWN;

/** DuckDB's reduce wants a state of the elements' type: both travel in one struct. */
function reduce(call: EmitCall): string {
  const [list = "", initial = ""] = call.args;
  const state = call.types[1] ?? UNKNOWN;
  const element = elementOf(call.types[0]);
  const [e, s, x] = ["e", "s", "x"].map((prefix) => `${prefix}_${variable(call.args.join(" "))}`);
  const pair = (a: string, b: string): string =>
    `struct_pack(s := CAST(${a} AS ${duckType(state)}), x := CAST(${b} AS ${duckType(element)}))`;
  const items = `list_transform(${list}, lambda ${e}: ${pair("NULL", `${e}`)})`;
  const step = `lambda ${s}, ${x}: ${pair(call.apply(2, [`${s}.s`, `${x}.x`]), "NULL")}`;
  const folded = `list_reduce(${items}, ${step}, ${pair(initial, "NULL")})`;
  return `list_transform([${folded}], lambda ${s}: ${call.apply(3, [`${s}.s`])})[1]`;
}

/** Any, all, none: unknown when it hangs on an element whose answer is NULL. */
const matching =
  (whenFound: string, looksFor: string, otherwise: string): Translation =>
  (call) => {
    const answers = `list_transform(${call.args[0]}, ${call.args[1]})`;
    return `trino_match(${answers}, ${looksFor}, ${whenFound}, ${otherwise})`;
  };

function zip(call: EmitCall): string {
  const lists = call.args;
  const element = elementOf(call.result);
  const longest = `greatest(${lists.map((list) => `len(${list})`).join(", ")})`;
  const name = variable(lists.join(" "));
  const fields = lists.map((list, index) => `f${index} := (${list})[${name}]`).join(", ");
  const anyNull = lists.map((list) => `${list} IS NULL`).join(" OR ");
  return `CASE WHEN ${anyNull} THEN NULL ELSE CAST(list_transform(range(1, ${longest} + 1), lambda ${name}: struct_pack(${fields})) AS ${duckType(element)}[]) END`;
}

function zipWith(call: EmitCall): string {
  const [left = "", right = ""] = call.args;
  const name = variable(call.args.join(" "));
  return `CASE WHEN ${left} IS NULL OR ${right} IS NULL THEN NULL ELSE list_transform(range(1, greatest(len(${left}), len(${right})) + 1), lambda ${name}: ${call.apply(2, [`(${left})[${name}]`, `(${right})[${name}]`])}) END`;
}

const rowType = (types: readonly TrinoType[]): TrinoType => ({
  name: "array",
  element: { name: "row", fields: types.map((type) => ({ name: undefined, type: elementOf(type) })) },
});

/** NULL when an element is NULL, as Trino's array_max and array_min. */
const extreme =
  (verb: string): Translation =>
  (call) => {
    const [list = ""] = call.args;
    comparedBy(list, elementOf(call.types[0]));
    return `CASE WHEN list_count(${list}) < len(${list}) THEN NULL ELSE list_${verb}(${list}) END`;
  };

const join = (call: EmitCall): string => {
  const [list = "", separator = "", nulls] = call.args;
  const name = variable(call.args.join(" "));
  const shown = `list_transform(${list}, lambda ${name}: CAST(${name} AS VARCHAR))`;
  const filled =
    nulls === undefined
      ? `list_filter(${shown}, lambda ${name}: ${name} IS NOT NULL)`
      : `list_transform(${shown}, lambda ${name}: coalesce(${name}, ${nulls}))`;
  return `array_to_string(${filled}, ${separator})`;
};

export const ARRAYS: FunctionTable = {
  "cardinality(array(T)) bigint": "len($1)",
  "contains(array(T), T) boolean": "trino_contains($1, $2)",
  "element_at(array(T), bigint) T": "trino_element_at($1, $2)",
  "$subscript(array(T), bigint) T": "trino_subscript($1, $2)",
  "array_distinct(array(T)) array(T)": "trino_distinct($1)",
  "array_intersect(array(T), array(T)) array(T)": "trino_distinct(trino_intersect($1, $2))",
  "array_union(array(T), array(T)) array(T)": "trino_distinct($1 || $2)",
  "array_except(array(T), array(T)) array(T)": "trino_distinct(trino_except($1, $2))",
  "array_join(array(varchar), varchar) varchar": join,
  "array_join(array(bigint), varchar) varchar": join,
  "array_join(array(boolean), varchar) varchar": join,
  "array_join(array(varchar), varchar, varchar) varchar": join,
  "array_join(array(bigint), varchar, varchar) varchar": join,
  "array_max(array(T)) T": extreme("max"),
  "array_min(array(T)) T": extreme("min"),
  "array_position(array(T), T) bigint":
    "CASE WHEN $1 IS NULL OR $2 IS NULL THEN NULL ELSE CAST(coalesce(list_position($1, $2), 0) AS BIGINT) END",
  "array_remove(array(T), T) array(T)":
    "CASE WHEN $2 IS NULL THEN NULL ELSE list_filter($1, lambda e: (e <> $2) IS NOT FALSE) END",
  "array_sort(array(T)) array(T)": "list_sort($1, 'ASC', 'NULLS LAST')",
  "arrays_overlap(array(T), array(T)) boolean": "trino_overlap($1, $2)",
  "flatten(array(array(T))) array(T)": "flatten($1)",
  "filter(array(T), function(T,boolean)) array(T)": "list_filter($1, $2)",
  "transform(array(T), function(T,U)) array(U)": "list_transform($1, $2)",
  "reduce(array(T), S, function(S,T,S), function(S,R)) R": reduce,
  "any_match(array(T), function(T,boolean)) boolean": matching("TRUE", "TRUE", "FALSE"),
  "all_match(array(T), function(T,boolean)) boolean": matching("FALSE", "FALSE", "TRUE"),
  "none_match(array(T), function(T,boolean)) boolean": matching("FALSE", "TRUE", "TRUE"),
  "zip(array(A), array(B)) array(row(A,B))": { sql: zip, result: rowType },
  "zip(array(A), array(B), array(C)) array(row(A,B,C))": { sql: zip, result: rowType },
  "zip_with(array(T), array(U), function(T,U,R)) array(R)": zipWith,
  "sequence(bigint, bigint) array(bigint)": "trino_sequence($1, $2, CASE WHEN $1 <= $2 THEN 1 ELSE -1 END)",
  "sequence(bigint, bigint, bigint) array(bigint)": "trino_sequence($1, $2, $3)",
  "sequence(date, date) array(date)":
    "list_transform(generate_series($1, $2, CASE WHEN $1 <= $2 THEN INTERVAL 1 DAY ELSE INTERVAL (-1) DAY END), lambda e: CAST(e AS DATE))",
  "sequence(date, date, interval day to second) array(date)":
    "list_transform(generate_series($1, $2, $3), lambda e: CAST(e AS DATE))",
  "sequence(date, date, interval year to month) array(date)":
    "list_transform(generate_series($1, $2, $3), lambda e: CAST(e AS DATE))",
  "sequence(timestamp(p), timestamp(p), interval day to second) array(timestamp(p))":
    "generate_series($1, $2, $3)",
  "sequence(timestamp(p), timestamp(p), interval year to month) array(timestamp(p))":
    "generate_series($1, $2, $3)",
  "slice(array(T), bigint, bigint) array(T)": "trino_slice($1, $2, $3)",
  "repeat(T, bigint) array(T)": "list_transform(range($2), lambda e: $1)",
  "reverse(array(T)) array(T)": "list_reverse($1)",
  "trim_array(array(T), bigint) array(T)": "list_slice($1, 1, len($1) - $2)",
  "shuffle(array(T)) array(T)": {
    sql: "list_transform(list_sort(list_transform($1, lambda e: struct_pack(r := random(), e := e))), lambda e: e.e)",
    volatile: true,
  },
};
