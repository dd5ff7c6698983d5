/** Aggregates. Source: https://trino.io/docs/current/functions/aggregate.html */
import { decimal, type TrinoType } from "../types/type.ts";
import { scaled } from "./operators.ts";
import type { EmitCall, FunctionTable } from "./row.ts";

const sumOfDecimals = (types: readonly TrinoType[]): TrinoType => {
  const [type] = types;
  return decimal(38, type?.name === "decimal" ? type.scale : 0);
};

/** Exact, and rounded half up to the argument's own scale. */
function averageOfDecimals(call: EmitCall): string {
  const [type] = call.types;
  const scale = type?.name === "decimal" ? type.scale : 0;
  const total = `CAST({sum(${call.args[0]})} * CAST(1${"0".repeat(scale)} AS DECIMAL(${scale + 1},0)) AS HUGEINT)`;
  return scaled(`trino_divide_half_up(${total}, nullif({count(${call.args[0]})}, 0))`, call.result);
}

export const AGGREGATES: FunctionTable = {
  "count() bigint": "{count(*)}",
  "count(T) bigint": "{count($1)}",
  "count_if(boolean) bigint": "CAST({count_if($1)} AS BIGINT)",
  "sum(bigint) bigint": "CAST({sum($1)} AS BIGINT)",
  "sum(real) real": "CAST({sum($1)} AS FLOAT)",
  "sum(double) double": "{sum($1)}",
  "sum(decimal(p,s)) decimal(38,s)": {
    sql: (call) => `CAST({sum(${call.args[0]})} AS ${shownSum(call)})`,
    result: sumOfDecimals,
  },
  "sum(interval day to second) interval day to second":
    "to_microseconds(CAST({sum(trino_interval_us($1))} AS BIGINT))",
  "avg(bigint) double": "{avg($1)}",
  "avg(double) double": "{avg($1)}",
  "avg(real) real": "CAST({avg($1)} AS FLOAT)",
  "avg(decimal(p,s)) decimal(p,s)": averageOfDecimals,
  "min(T) T": "{min($1)}",
  "max(T) T": "{max($1)}",
  "min(T, bigint) array(T)": "{min($1, $2)}",
  "max(T, bigint) array(T)": "{max($1, $2)}",
  "min_by(T, U) T": "{arg_min_null($1, $2)}",
  "max_by(T, U) T": "{arg_max_null($1, $2)}",
  "min_by(T, U, bigint) array(T)": "{arg_min($1, $2, $3)}",
  "max_by(T, U, bigint) array(T)": "{arg_max($1, $2, $3)}",
  "arbitrary(T) T": "{any_value($1)}",
  "any_value(T) T": "{any_value($1)}",
  "array_agg(T) array(T)": "{list($1)}",
  "bool_and(boolean) boolean": "{bool_and($1)}",
  "every(boolean) boolean": "{bool_and($1)}",
  "bool_or(boolean) boolean": "{bool_or($1)}",
  "stddev(double) double": "{stddev_samp($1)}",
  "stddev_samp(double) double": "{stddev_samp($1)}",
  "stddev_pop(double) double": "{stddev_pop($1)}",
  "variance(double) double": "{var_samp($1)}",
  "var_samp(double) double": "{var_samp($1)}",
  "var_pop(double) double": "{var_pop($1)}",
  "corr(double, double) double": "{corr($1, $2)}",
  "covar_pop(double, double) double": "{covar_pop($1, $2)}",
  "covar_samp(double, double) double": "{covar_samp($1, $2)}",
  "regr_slope(double, double) double": "{regr_slope($1, $2)}",
  "regr_intercept(double, double) double": "{regr_intercept($1, $2)}",
  "geometric_mean(double) double": "exp({avg(ln($1))})",
  "approx_distinct(T) bigint": "{count(DISTINCT $1)}",
  "approx_distinct(T, double) bigint": "{count(DISTINCT $1)}",
  "approx_percentile(bigint, double) bigint": "{quantile_disc($1, $2)}",
  "approx_percentile(real, double) real": "{quantile_disc($1, $2)}",
  "approx_percentile(double, double) double": "{quantile_disc($1, $2)}",
  "approx_percentile(bigint, array(double)) array(bigint)": "{quantile_disc($1, $2)}",
  "approx_percentile(double, array(double)) array(double)": "{quantile_disc($1, $2)}",
  "histogram(T) map(T,bigint)": "trino_histogram({list($1)})",
  "map_agg(K, V) map(K,V)": "trino_map_agg({list(struct_pack(k := $1, v := $2))})",
  "multimap_agg(K, V) map(K,array(V))": "trino_multimap_agg({list(struct_pack(k := $1, v := $2))})",
  "bitwise_and_agg(bigint) bigint": "{bit_and($1)}",
  "bitwise_or_agg(bigint) bigint": "{bit_or($1)}",
  "bitwise_xor_agg(bigint) bigint": "{bit_xor($1)}",
  "listagg(varchar, varchar) varchar": "{string_agg($1, $2)}",
};

const shownSum = (call: EmitCall): string =>
  call.result.name === "decimal" ? `DECIMAL(38,${call.result.scale})` : "BIGINT";

/** Source: https://trino.io/docs/current/functions/window.html */
export const WINDOWS: FunctionTable = {
  "row_number() bigint": "{row_number()}",
  "rank() bigint": "{rank()}",
  "dense_rank() bigint": "{dense_rank()}",
  "percent_rank() double": "{percent_rank()}",
  "cume_dist() double": "{cume_dist()}",
  "ntile(bigint) bigint": "{ntile($1)}",
  "lag(T) T": "{lag($1)}",
  "lag(T, bigint) T": "{lag($1, $2)}",
  "lag(T, bigint, T) T": "{lag($1, $2, $3)}",
  "lead(T) T": "{lead($1)}",
  "lead(T, bigint) T": "{lead($1, $2)}",
  "lead(T, bigint, T) T": "{lead($1, $2, $3)}",
  "first_value(T) T": "{first_value($1)}",
  "last_value(T) T": "{last_value($1)}",
  "nth_value(T, bigint) T": "{nth_value($1, $2)}",
};
