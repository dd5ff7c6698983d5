/** Dates and times. Source: https://trino.io/docs/current/functions/datetime.html */
import { convert, rounded } from "../emit/cast.ts";
import { quoteText } from "../emit/text.ts";
import { TrinoError, notSupported } from "../error.ts";
import { duckType } from "../types/duckdb.ts";
import { DATE, VARCHAR, type TrinoType } from "../types/type.ts";
import { jodaFormat, mysqlFormat } from "./formats.ts";
import type { EmitCall, FunctionDetails, FunctionTable, Translation } from "./row.ts";

const TIMES = ["date", "timestamp(p)", "timestamp(p) with time zone"] as const;
const UNITS = new Set(["millisecond", "second", "minute", "hour", "day", "week", "month", "quarter", "year"]);

/** The local time of an argument, as DuckDB's DATE or TIMESTAMP. */
const local = (sql: string | undefined, type: TrinoType | undefined): string =>
  type?.name === "timestamp with time zone" ? `trino_local(${sql})` : (sql ?? "");

/** A local time back in the zone of the argument it came from. */
const backTo = (sql: string, original: string | undefined, type: TrinoType | undefined): string => {
  if (type?.name === "timestamp with time zone") return `trino_zoned(${sql}, (${original}).z)`;
  return type ? `CAST(${sql} AS ${duckType(type)})` : sql;
};

/** Units must be constant: a unit by row would need every branch in the SQL. */
function unitOf(call: EmitCall): string {
  const unit = call.constants[0]?.toLowerCase();
  if (unit === undefined) throw notSupported("A date unit that is not constant");
  if (!UNITS.has(unit) || (call.types.at(-1)?.name === "date" && SMALL.has(unit)))
    throw new TrinoError(
      "INVALID_FUNCTION_ARGUMENT",
      `'${call.constants[0]}' is not a valid ${call.types.at(-1)?.name === "date" ? "DATE" : "TIMESTAMP"} field`,
    );
  return unit;
}

const SMALL = new Set(["millisecond", "second", "minute", "hour"]);

const trunc: Translation = (call) => {
  const [, value] = call.args;
  const [, type] = call.types;
  return backTo(`date_trunc('${unitOf(call)}', ${local(value, type)})`, value, type);
};

const INTERVALS: Readonly<Record<string, string>> = {
  millisecond: "to_milliseconds($n)",
  second: "to_seconds($n)",
  minute: "to_minutes($n)",
  hour: "to_hours($n)",
  day: "to_days(CAST($n AS INTEGER))",
  week: "to_days(CAST($n * 7 AS INTEGER))",
  month: "to_months(CAST($n AS INTEGER))",
  quarter: "to_months(CAST($n * 3 AS INTEGER))",
  year: "to_months(CAST($n * 12 AS INTEGER))",
};

const add: Translation = (call) => {
  const [, count = "", value] = call.args;
  const [, , type] = call.types;
  const unit = unitOf(call);
  const interval = (INTERVALS[unit] ?? "").replace("$n", count);
  // Hours are hours of the instant, days are days of the calendar.
  if (type?.name === "timestamp with time zone" && SMALL.has(unit))
    return `trino_zoned_add(${value}, ${interval})`;
  return backTo(`(${local(value, type)} + ${interval})`, value, type);
};

const diff: Translation = (call) => {
  const unit = unitOf(call);
  const [, from, to] = call.args.map((sql, index) =>
    SMALL.has(unit) && call.types[index]?.name === "timestamp with time zone"
      ? `(${sql}).t`
      : local(sql, call.types[index]),
  );
  return `date_sub('${unit}', ${from}, ${to})`;
};

const PARTS: Readonly<Record<string, string>> = {
  year: "year($1)",
  quarter: "quarter($1)",
  month: "month($1)",
  day: "day($1)",
  day_of_month: "day($1)",
  day_of_week: "isodow($1)",
  dow: "isodow($1)",
  day_of_year: "dayofyear($1)",
  doy: "dayofyear($1)",
  week: "weekofyear($1)",
  week_of_year: "weekofyear($1)",
  year_of_week: "isoyear($1)",
  yow: "isoyear($1)",
};
const TIME_PARTS: Readonly<Record<string, string>> = {
  hour: "hour($1)",
  minute: "minute($1)",
  second: "second($1)",
  millisecond: "(millisecond($1) % 1000)",
};

function parts(): FunctionTable {
  const table: Record<string, Translation | FunctionDetails> = {};
  const row =
    (sql: string): Translation =>
    (call) =>
      sql.replace("$1", local(call.args[0], call.types[0]));
  for (const [name, sql] of Object.entries(PARTS))
    for (const type of TIMES) table[`${name}(${type}) bigint`] = row(sql);
  for (const [name, sql] of Object.entries(TIME_PARTS))
    for (const type of [...TIMES.slice(1), "time(p)"]) table[`${name}(${type}) bigint`] = row(sql);
  for (const type of TIMES) {
    table[`date_trunc(varchar, ${type}) ${type}`] = trunc;
    table[`date_add(varchar, bigint, ${type}) ${type}`] = add;
    table[`date_diff(varchar, ${type}, ${type}) bigint`] = diff;
    table[`last_day_of_month(${type}) date`] = row("last_day($1)");
  }
  return table;
}

const constantFormat = (call: EmitCall): string => {
  const format = call.constants[1];
  if (format === undefined) throw notSupported("A date format that is not constant");
  return format;
};

const parsed = (call: EmitCall, format: string): string =>
  `coalesce(try_strptime(${call.args[0]}, ${quoteText(format)}), CASE WHEN ${call.args[0]} IS NOT NULL THEN trino_fail('INVALID_FUNCTION_ARGUMENT: Invalid format: "' || ${call.args[0]} || '"', ${call.args[0]}) END)`;

const shownAs =
  (format: (text: string, parsing: boolean) => string): Translation =>
  (call) =>
    `strftime(${local(call.args[0], call.types[0])}, ${quoteText(format(constantFormat(call), false))})`;

const iso8601: Translation = (call) => {
  const [value] = call.args;
  const [type] = call.types;
  if (type?.name === "date") return `strftime(${value}, '%Y-%m-%d')`;
  const digits = type && "precision" in type ? type.precision : 3;
  const text = `replace(trino_print_timestamp(${local(value, type)}, ${digits}), ' ', 'T')`;
  return type?.name === "timestamp with time zone" ? `(${text} || trino_zone_suffix(${value}))` : text;
};

/** date('…') and date(x) are casts. */
const toDate: Translation = (call) => convert(call.args[0] ?? "", call.types[0] ?? VARCHAR, DATE);

const milliseconds = (sql: string): string => rounded(sql, 6, 3);

export const DATETIME: FunctionTable = {
  ...parts(),
  "date(varchar) date": toDate,
  "date(date) date": toDate,
  "date(timestamp(p)) date": toDate,
  "date(timestamp(p) with time zone) date": toDate,
  "date_parse(varchar, varchar) timestamp(3)": (call) =>
    milliseconds(parsed(call, mysqlFormat(constantFormat(call), true))),
  "date_format(timestamp(p), varchar) varchar": shownAs(mysqlFormat),
  "date_format(timestamp(p) with time zone, varchar) varchar": shownAs(mysqlFormat),
  "format_datetime(timestamp(p), varchar) varchar": shownAs(jodaFormat),
  "format_datetime(timestamp(p) with time zone, varchar) varchar": shownAs(jodaFormat),
  "parse_datetime(varchar, varchar) timestamp(3) with time zone": (call) =>
    `trino_zoned(${milliseconds(parsed(call, jodaFormat(constantFormat(call), true)))}, 'UTC')`,
  "from_unixtime(double) timestamp(3) with time zone":
    "trino_zoned(make_timestamp(CAST(round($1 * 1000) AS BIGINT) * 1000), 'UTC')",
  "from_unixtime(double, varchar) timestamp(3) with time zone":
    "trino_at(make_timestamp(CAST(round($1 * 1000) AS BIGINT) * 1000), $2)",
  "to_unixtime(timestamp(p)) double": "(epoch_us($1) / 1000000)",
  "to_unixtime(timestamp(p) with time zone) double": "(epoch_us(($1).t) / 1000000)",
  "from_iso8601_date(varchar) date": "CAST(trino_checked($1, '[0-9]{4}-[0-9]{2}-[0-9]{2}', 'date') AS DATE)",
  "from_iso8601_timestamp(varchar) timestamp(3) with time zone": "trino_from_iso8601($1)",
  "to_iso8601(date) varchar": iso8601,
  "to_iso8601(timestamp(p)) varchar": iso8601,
  "to_iso8601(timestamp(p) with time zone) varchar": iso8601,
  "$at_timezone(timestamp(p) with time zone, varchar) timestamp(p) with time zone": "trino_at(($1).t, $2)",
  "at_timezone(timestamp(p) with time zone, varchar) timestamp(p) with time zone": "trino_at(($1).t, $2)",
  "with_timezone(timestamp(p), varchar) timestamp(p) with time zone": "trino_zoned($1, $2)",
  "timezone_hour(timestamp(p) with time zone) bigint":
    "CAST(trunc(date_diff('minute', ($1).t, trino_local($1)) / 60) AS BIGINT)",
  "timezone_minute(timestamp(p) with time zone) bigint":
    "(date_diff('minute', ($1).t, trino_local($1)) % 60)",
  "to_milliseconds(interval day to second) bigint": "(trino_interval_us($1) // 1000)",
  "day(interval day to second) bigint": "(trino_interval_us($1) // 86400000000)",
  "hour(interval day to second) bigint": "(trino_interval_us($1) // 3600000000 % 24)",
  "minute(interval day to second) bigint": "(trino_interval_us($1) // 60000000 % 60)",
  "second(interval day to second) bigint": "(trino_interval_us($1) // 1000000 % 60)",
  "year(interval year to month) bigint": "(trino_interval_months($1) // 12)",
  "month(interval year to month) bigint": "(trino_interval_months($1) % 12)",
};
