/** Mathematics. Source: https://trino.io/docs/current/functions/math.html, …/bitwise.html, …/conditional.html (greatest, least) */
import { DECIMAL_PRECISION_MAX } from "../limits.ts";
import { decimal, type TrinoType } from "../types/type.ts";
import { comparedBy } from "../emit/comparison.ts";
import { duckType } from "../types/duckdb.ts";
import { OPERATORS } from "./operators.ts";
import type { EmitCall, FunctionDetails, FunctionTable, Translation } from "./row.ts";

const INTEGERS = ["tinyint", "smallint", "integer", "bigint"] as const;

const digits = (types: readonly TrinoType[]): { readonly precision: number; readonly scale: number } => {
  const [type] = types;
  return type?.name === "decimal" ? type : { precision: 38, scale: 0 };
};

/** A whole number from a decimal: one digit more when there was a fraction to round up. */
function wholeType(types: readonly TrinoType[]): TrinoType {
  const { precision, scale } = digits(types);
  return decimal(Math.min(DECIMAL_PRECISION_MAX, precision - scale + Math.min(1, scale)), 0);
}

function roundedType(types: readonly TrinoType[]): TrinoType {
  const { precision, scale } = digits(types);
  return decimal(Math.min(DECIMAL_PRECISION_MAX, precision + 1), scale);
}

const truncatedType = (types: readonly TrinoType[]): TrinoType =>
  decimal(Math.max(1, digits(types).precision - digits(types).scale), 0);

const asResult =
  (sql: string): Translation =>
  (call) =>
    `CAST(${sql.replaceAll("$1", call.args[0] ?? "").replaceAll("$2", call.args[1] ?? "")} AS ${duckType(call.result)})`;

function roundings(): FunctionTable {
  const table: Record<string, Translation | FunctionDetails> = {};
  for (const name of ["ceil", "ceiling", "floor"]) {
    const duck = name === "floor" ? "floor" : "ceil";
    for (const type of INTEGERS) table[`${name}(${type}) ${type}`] = "$1";
    table[`${name}(decimal(p,s)) decimal(p,s)`] = { sql: asResult(`${duck}($1)`), result: wholeType };
    table[`${name}(real) real`] = `${duck}($1)`;
    table[`${name}(double) double`] = `${duck}($1)`;
  }
  for (const type of INTEGERS) {
    table[`round(${type}) ${type}`] = "$1";
    table[`round(${type}, bigint) ${type}`] = asResult("round($1, CAST($2 AS INTEGER))");
    table[`abs(${type}) ${type}`] = "abs($1)";
    table[`sign(${type}) ${type}`] = asResult("sign($1)");
  }
  for (const type of ["real", "double"]) {
    table[`round(${type}) ${type}`] = "round($1)";
    table[`round(${type}, bigint) ${type}`] = asResult("round($1, CAST($2 AS INTEGER))");
    table[`abs(${type}) ${type}`] = "abs($1)";
    table[`sign(${type}) ${type}`] = asResult("CASE WHEN isnan($1) THEN $1 ELSE sign($1) END");
    table[`truncate(${type}) ${type}`] = "trunc($1)";
  }
  return table;
}

const DECIMALS: FunctionTable = {
  "abs(decimal(p,s)) decimal(p,s)": "abs($1)",
  "sign(decimal(p,s)) decimal(1,0)": "CAST(sign($1) AS DECIMAL(1,0))",
  "round(decimal(p,s)) decimal(p,s)": { sql: asResult("round($1, 0)"), result: wholeType },
  "round(decimal(p,s), bigint) decimal(p,s)": {
    // DuckDB takes constant places only for decimals.
    sql: (call) => `CAST(${placed("round", call)} AS ${duckType(call.result)})`,
    result: roundedType,
  },
  "truncate(decimal(p,s)) decimal(p,s)": { sql: asResult("trunc($1)"), result: truncatedType },
  "truncate(decimal(p,s), bigint) decimal(p,s)": (call) =>
    `CAST(${placed("trunc", call)} AS ${duckType(call.result)})`,
};

/** Rounds a decimal to places that may differ by row: shifted, rounded whole, shifted back, in decimals all the way. */
function placed(verb: string, call: EmitCall): string {
  const [value = "", places = ""] = call.args;
  const known = call.constants[1];
  const { scale } = digits(call.types);
  if (known === undefined) return `trino_unsupported_places(${value}, ${places})`;
  const count = Number(known);
  if (count >= scale) return value;
  if (count === 0) return `${verb}(${value})`;
  const power = `1${"0".repeat(Math.min(37, Math.abs(count)))}`;
  const factor = `CAST(${power} AS DECIMAL(${power.length},0))`;
  if (count > 0)
    return `CAST(${verb}(${value} * ${factor}) AS DECIMAL(38,0)) * CAST(0.${"0".repeat(count - 1)}1 AS DECIMAL(${count},${count}))`;
  const half =
    verb === "round" ? ` + sign(CAST(${value} AS DECIMAL(38,0))) * (CAST(${power} AS HUGEINT) // 2)` : "";
  return `((CAST(trunc(${value}) AS HUGEINT)${half}) // CAST(${power} AS HUGEINT)) * CAST(${power} AS HUGEINT)`;
}

/** NULL when any argument is: DuckDB's skip NULLs. */
const extreme =
  (verb: string): Translation =>
  (call) => {
    const anyNull = call.args.map((arg) => `${arg} IS NULL`).join(" OR ");
    const [type] = call.types;
    if (type && comparedBy("x", type) !== "x")
      return `CASE WHEN ${anyNull} THEN NULL ELSE list_${verb === "greatest" ? "max" : "min"}([${call.args.join(", ")}]) END`;
    return `CASE WHEN ${anyNull} THEN NULL ELSE ${verb}(${call.args.join(", ")}) END`;
  };

const unary = (names: readonly string[]): FunctionTable =>
  Object.fromEntries(names.map((name) => [`${name}(double) double`, `${name}($1)`]));

/** mod() is `%`. */
const modulus = (): FunctionTable =>
  Object.fromEntries(
    Object.entries(OPERATORS).flatMap(([written, value]) =>
      written.startsWith("$modulus") ? [[written.replace("$modulus", "mod"), value]] : [],
    ),
  );

export const MATH: FunctionTable = {
  ...roundings(),
  ...DECIMALS,
  ...modulus(),
  ...unary(["cbrt", "exp", "radians", "degrees", "sin", "cos", "tan", "atan", "sinh", "cosh", "tanh"]),
  "sqrt(double) double": "CASE WHEN $1 < 0 THEN CAST('NaN' AS DOUBLE) ELSE sqrt($1) END",
  "ln(double) double": "trino_ln($1)",
  "log2(double) double": "CASE WHEN $1 > 0 THEN log2($1) ELSE trino_ln($1) END",
  "log10(double) double": "CASE WHEN $1 > 0 THEN log10($1) ELSE trino_ln($1) END",
  "log(double, double) double": "(trino_ln($2) / trino_ln($1))",
  "asin(double) double":
    "CASE WHEN abs($1) <= 1 THEN asin($1) WHEN $1 IS NULL THEN NULL ELSE CAST('NaN' AS DOUBLE) END",
  "acos(double) double":
    "CASE WHEN abs($1) <= 1 THEN acos($1) WHEN $1 IS NULL THEN NULL ELSE CAST('NaN' AS DOUBLE) END",
  "atan2(double, double) double": "atan2($1, $2)",
  "power(double, double) double": "pow($1, $2)",
  "pow(double, double) double": "pow($1, $2)",
  "e() double": "exp(1.0)",
  "pi() double": "pi()",
  "nan() double": "CAST('NaN' AS DOUBLE)",
  "infinity() double": "CAST('Infinity' AS DOUBLE)",
  "is_nan(double) boolean": "isnan($1)",
  "is_finite(double) boolean": "isfinite($1)",
  "is_infinite(double) boolean": "isinf($1)",
  "random() double": { sql: "random()", volatile: true },
  "rand() double": { sql: "random()", volatile: true },
  "random(bigint) bigint": { sql: "CAST(floor(random() * $1) AS BIGINT)", volatile: true },
  "rand(bigint) bigint": { sql: "CAST(floor(random() * $1) AS BIGINT)", volatile: true },
  "greatest(T, T...) T": extreme("greatest"),
  "least(T, T...) T": extreme("least"),
  "bitwise_and(bigint, bigint) bigint": "($1 & $2)",
  "bitwise_or(bigint, bigint) bigint": "($1 | $2)",
  "bitwise_xor(bigint, bigint) bigint": "xor($1, $2)",
  "bitwise_not(bigint) bigint": "(~$1)",
  "width_bucket(double, double, double, bigint) bigint":
    "CASE WHEN $1 < $2 THEN 0 WHEN $1 >= $3 THEN $4 + 1 ELSE CAST(floor(($1 - $2) / (($3 - $2) / $4)) AS BIGINT) + 1 END",
  "from_base(varchar, bigint) bigint": (call) =>
    call.constants[1] === "10"
      ? `CAST(${call.args[0]} AS BIGINT)`
      : `trino_from_base(lower(${call.args[0]}), ${call.args[1]})`,
  "to_base(bigint, bigint) varchar":
    "CASE WHEN $1 < 0 THEN '-' ELSE '' END || lower(to_base(abs($1), CAST($2 AS INTEGER)))",
};
