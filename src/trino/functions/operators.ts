/** `+ - * / %` and unary minus, by type. Source: https://trino.io/docs/current/functions/math.html, …/decimal.html, …/datetime.html */
import { DECIMAL_PRECISION_MAX } from "../limits.ts";
import { decimal, type TrinoType } from "../types/type.ts";
import type { EmitCall, FunctionDetails, FunctionTable } from "./row.ts";

const BY_INTEGER = {
  tinyint: "TINYINT",
  smallint: "SMALLINT",
  integer: "INTEGER",
  bigint: "BIGINT",
} as const;

function integers(): FunctionTable {
  const table: Record<string, string | FunctionDetails> = {};
  for (const [type, kept] of Object.entries(BY_INTEGER)) {
    const signature = `(${type}, ${type}) ${type}`;
    table[`$add${signature}`] = "($1 + $2)";
    table[`$subtract${signature}`] = "($1 - $2)";
    table[`$multiply${signature}`] = "($1 * $2)";
    table[`$divide${signature}`] = { sql: (call) => dividing(call, kept, "//") };
    table[`$modulus${signature}`] = { sql: (call) => dividing(call, kept, "%") };
    table[`$negate(${type}) ${type}`] = "(-$1)";
  }
  return table;
}

/** DuckDB answers NULL where Trino raises; a divisor that is written down and not zero needs no check. */
function dividing(call: EmitCall, kept: string, operator: string): string {
  const [left, right] = call.args;
  const known = call.constants[1];
  if (known !== undefined && Number(known) !== 0) return `(${left} ${operator} ${right})`;
  return `CAST(CASE WHEN ${right} = 0 THEN trino_fail('DIVISION_BY_ZERO: Division by zero', ${right}) ELSE ${left} ${operator} ${right} END AS ${kept})`;
}

interface Digits {
  readonly precision: number;
  readonly scale: number;
}

const digits = (type: TrinoType | undefined): Digits =>
  type?.name === "decimal" ? type : { precision: 38, scale: 0 };

const both = (types: readonly TrinoType[]): readonly [Digits, Digits] => [digits(types[0]), digits(types[1])];

const bounded = (precision: number, scale: number): TrinoType =>
  decimal(Math.min(DECIMAL_PRECISION_MAX, precision), scale);

function sumType(types: readonly TrinoType[]): TrinoType {
  const [a, b] = both(types);
  const scale = Math.max(a.scale, b.scale);
  return bounded(Math.max(a.precision - a.scale, b.precision - b.scale) + scale + 1, scale);
}

function productType(types: readonly TrinoType[]): TrinoType {
  const [a, b] = both(types);
  return bounded(a.precision + b.precision, a.scale + b.scale);
}

function quotientType(types: readonly TrinoType[]): TrinoType {
  const [a, b] = both(types);
  return bounded(a.precision + b.scale + Math.max(0, b.scale - a.scale), Math.max(a.scale, b.scale));
}

function remainderType(types: readonly TrinoType[]): TrinoType {
  const [a, b] = both(types);
  const scale = Math.max(a.scale, b.scale);
  return bounded(Math.min(a.precision - a.scale, b.precision - b.scale) + scale, scale);
}

const shown = (type: TrinoType): string => {
  const { precision, scale } = digits(type);
  return `DECIMAL(${precision},${scale})`;
};

/** Sums and products are made in the result's own width: DuckDB's would refuse a sum of two full ones. */
const widened =
  (operator: string): FunctionDetails["sql"] =>
  (call) => {
    const { precision, scale } = digits(call.result);
    const width = `DECIMAL(${Math.min(DECIMAL_PRECISION_MAX, precision)},${scale})`;
    return `CAST(CAST(${call.args[0]} AS ${width}) ${operator} CAST(${call.args[1]} AS ${width}) AS ${shown(call.result)})`;
  };

/** The digits of a decimal as a whole number, with `more` zeros behind. */
const unscaled = (sql: string, type: TrinoType, more = 0): string => {
  const places = digits(type).scale + more;
  return places === 0
    ? `CAST(${sql} AS HUGEINT)`
    : `CAST(${sql} * CAST(1${"0".repeat(places)} AS DECIMAL(${places + 1},0)) AS HUGEINT)`;
};

/** A whole number of digits as a decimal with the result's scale. */
export const scaled = (sql: string, type: TrinoType): string => {
  const { scale } = digits(type);
  if (scale === 0) return `CAST(${sql} AS ${shown(type)})`;
  return `CAST(CAST(${sql} AS DECIMAL(38,0)) * CAST(0.${"0".repeat(scale - 1)}1 AS DECIMAL(${scale},${scale})) AS ${shown(type)})`;
};

function decimalQuotient(call: EmitCall): string {
  const [a, b] = both(call.types);
  const { scale } = digits(call.result);
  const [left, right] = call.types;
  if (!left || !right) return "NULL";
  const numerator = unscaled(call.args[0] ?? "", left, scale + b.scale - a.scale);
  return scaled(`trino_divide_half_up(${numerator}, ${unscaled(call.args[1] ?? "", right)})`, call.result);
}

function decimalRemainder(call: EmitCall): string {
  const { scale } = digits(call.result);
  const parts = call.types.map((type, index) =>
    unscaled(call.args[index] ?? "", type, scale - digits(type).scale),
  );
  return scaled(`trino_remainder(${parts.join(", ")})`, call.result);
}

const DECIMALS: FunctionTable = {
  "$add(decimal(p,s), decimal(q,t)) decimal(p,s)": { sql: widened("+"), result: sumType },
  "$subtract(decimal(p,s), decimal(q,t)) decimal(p,s)": { sql: widened("-"), result: sumType },
  "$multiply(decimal(p,s), decimal(q,t)) decimal(p,s)": {
    sql: (call) => `CAST(${call.args[0]} * ${call.args[1]} AS ${shown(call.result)})`,
    result: productType,
  },
  "$divide(decimal(p,s), decimal(q,t)) decimal(p,s)": { sql: decimalQuotient, result: quotientType },
  "$modulus(decimal(p,s), decimal(q,t)) decimal(p,s)": { sql: decimalRemainder, result: remainderType },
  "$negate(decimal(p,s)) decimal(p,s)": "(-$1)",
};

function floats(): FunctionTable {
  const table: Record<string, string> = {};
  for (const [type, kept] of [
    ["real", "FLOAT"],
    ["double", "DOUBLE"],
  ]) {
    const signature = `(${type}, ${type}) ${type}`;
    table[`$add${signature}`] = "($1 + $2)";
    table[`$subtract${signature}`] = "($1 - $2)";
    table[`$multiply${signature}`] = "($1 * $2)";
    table[`$divide${signature}`] = `CAST(trino_divide_double($1, $2) AS ${kept})`;
    table[`$modulus${signature}`] = `CAST(fmod($1, $2) AS ${kept})`;
    table[`$negate(${type}) ${type}`] = "(-$1)";
  }
  return table;
}

const DAYS = "interval day to second";
const MONTHS = "interval year to month";

const TIMES: FunctionTable = {
  [`$add(date, ${DAYS}) date`]: "CAST($1 + $2 AS DATE)",
  [`$add(${DAYS}, date) date`]: "CAST($2 + $1 AS DATE)",
  [`$add(date, ${MONTHS}) date`]: "CAST($1 + $2 AS DATE)",
  [`$add(${MONTHS}, date) date`]: "CAST($2 + $1 AS DATE)",
  [`$subtract(date, ${DAYS}) date`]: "CAST($1 - $2 AS DATE)",
  [`$subtract(date, ${MONTHS}) date`]: "CAST($1 - $2 AS DATE)",
  [`$subtract(date, date) ${DAYS}`]: "to_days(CAST($1 - $2 AS INTEGER))",
  [`$add(timestamp(p), ${DAYS}) timestamp(p)`]: "($1 + $2)",
  [`$add(${DAYS}, timestamp(p)) timestamp(p)`]: "($2 + $1)",
  [`$add(timestamp(p), ${MONTHS}) timestamp(p)`]: "($1 + $2)",
  [`$add(${MONTHS}, timestamp(p)) timestamp(p)`]: "($2 + $1)",
  [`$subtract(timestamp(p), ${DAYS}) timestamp(p)`]: "($1 - $2)",
  [`$subtract(timestamp(p), ${MONTHS}) timestamp(p)`]: "($1 - $2)",
  [`$subtract(timestamp(p), timestamp(p)) ${DAYS}`]: "to_microseconds(epoch_us($1) - epoch_us($2))",
  [`$add(timestamp(p) with time zone, ${DAYS}) timestamp(p) with time zone`]: "trino_zoned_add($1, $2)",
  [`$add(${DAYS}, timestamp(p) with time zone) timestamp(p) with time zone`]: "trino_zoned_add($2, $1)",
  [`$subtract(timestamp(p) with time zone, ${DAYS}) timestamp(p) with time zone`]: "trino_zoned_add($1, -$2)",
  [`$add(timestamp(p) with time zone, ${MONTHS}) timestamp(p) with time zone`]:
    "trino_zoned_add_local($1, $2)",
  [`$add(${MONTHS}, timestamp(p) with time zone) timestamp(p) with time zone`]:
    "trino_zoned_add_local($2, $1)",
  [`$subtract(timestamp(p) with time zone, ${MONTHS}) timestamp(p) with time zone`]:
    "trino_zoned_add_local($1, -$2)",
  [`$subtract(timestamp(p) with time zone, timestamp(p) with time zone) ${DAYS}`]:
    "to_microseconds(epoch_us(($1).t) - epoch_us(($2).t))",
  [`$add(${DAYS}, ${DAYS}) ${DAYS}`]: "($1 + $2)",
  [`$subtract(${DAYS}, ${DAYS}) ${DAYS}`]: "($1 - $2)",
  [`$add(${MONTHS}, ${MONTHS}) ${MONTHS}`]: "($1 + $2)",
  [`$subtract(${MONTHS}, ${MONTHS}) ${MONTHS}`]: "($1 - $2)",
  [`$multiply(${DAYS}, bigint) ${DAYS}`]: "to_microseconds(trino_interval_us($1) * $2)",
  [`$multiply(bigint, ${DAYS}) ${DAYS}`]: "to_microseconds($1 * trino_interval_us($2))",
  [`$multiply(${DAYS}, double) ${DAYS}`]:
    "to_microseconds(CAST(trunc(trino_interval_us($1) * $2 / 1000) * 1000 AS BIGINT))",
  [`$multiply(double, ${DAYS}) ${DAYS}`]:
    "to_microseconds(CAST(trunc($1 * trino_interval_us($2) / 1000) * 1000 AS BIGINT))",
  [`$divide(${DAYS}, double) ${DAYS}`]:
    "to_microseconds(CAST(trunc(trino_interval_us($1) / $2 / 1000) * 1000 AS BIGINT))",
  [`$multiply(${MONTHS}, bigint) ${MONTHS}`]: "to_months(CAST(trino_interval_months($1) * $2 AS INTEGER))",
  [`$multiply(bigint, ${MONTHS}) ${MONTHS}`]: "to_months(CAST($1 * trino_interval_months($2) AS INTEGER))",
  [`$negate(${DAYS}) ${DAYS}`]: "(-$1)",
  [`$negate(${MONTHS}) ${MONTHS}`]: "(-$1)",
};

export const OPERATORS: FunctionTable = { ...integers(), ...DECIMALS, ...floats(), ...TIMES };
