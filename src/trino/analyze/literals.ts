/** Literals as typed values. Source: https://trino.io/docs/current/language/types.html */
import type { Expression, IntervalNode } from "../ast.ts";
import { TrinoError } from "../error.ts";
import type { Typed } from "../typed.ts";
import {
  BIGINT,
  DATE,
  DAY_TO_SECOND,
  DOUBLE,
  INTEGER,
  YEAR_TO_MONTH,
  decimal,
  resolveTypeName,
  timestamp,
  timestampTz,
  varchar,
  type TrinoType,
} from "../types/type.ts";

export const literal = (type: TrinoType, value: string | boolean | null): Typed => ({
  kind: "literal",
  type,
  value,
});

export const textLiteral = (value: string): Typed => literal(varchar([...value].length), value);

export function numberLiteral(form: "integer" | "decimal" | "double", text: string): Typed {
  if (form === "double") return literal(DOUBLE, text);
  if (form === "integer") {
    const value = BigInt(text);
    if (value > 9_223_372_036_854_775_807n)
      throw new TrinoError("NUMERIC_VALUE_OUT_OF_RANGE", `Invalid numeric literal: ${text}`);
    return literal(value > 2_147_483_647n ? BIGINT : INTEGER, value.toString());
  }
  return decimalLiteral(text);
}

export function decimalLiteral(text: string): Typed {
  const match = /^([+-]?)([0-9]*)(?:\.([0-9]*))?$/.exec(text.trim());
  const whole = (match?.[2] ?? "").replace(/^0+/, "");
  const fraction = match?.[3] ?? "";
  if (!match || (match[2] ?? "") + fraction === "")
    throw new TrinoError("INVALID_LITERAL", `'${text}' is not a valid decimal literal`);
  const precision = Math.max(1, whole.length + fraction.length);
  if (precision > 38) throw new TrinoError("INVALID_LITERAL", `'${text}' is not a valid decimal literal`);
  return literal(
    decimal(precision, fraction.length),
    `${match[1] === "-" ? "-" : ""}${whole === "" ? "0" : whole}${fraction === "" ? "" : `.${fraction}`}`,
  );
}

/** `DATE '…'`, `TIMESTAMP '…'` … . @returns undefined for a type whose literal is a cast of the text. */
export function typedLiteral(node: Extract<Expression, { kind: "typed-literal" }>): Typed | undefined {
  const { base } = node.type;
  const text = node.value.trim();
  if (base === "decimal") return decimalLiteral(node.value);
  if (base === "date") {
    const date = /^([+-]?\d{4,})-(\d{1,2})-(\d{1,2})$/.exec(text);
    const shown = date && `${date[1]}-${pad(date[2])}-${pad(date[3])}`;
    if (!shown || !validDate(shown)) throw invalid(node.value, "date");
    return literal(DATE, shown);
  }
  if (base === "timestamp" || base === "timestamp with time zone") return timestampLiteral(node.value);
  if (base === "time") {
    const time = /^(\d{1,2}):(\d{2})(?::(\d{2})(?:\.(\d{1,6}))?)?$/.exec(text);
    if (!time || Number(time[1]) > 23 || Number(time[2]) > 59 || Number(time[3] ?? 0) > 59)
      throw invalid(node.value, "time");
    return literal(
      { name: "time", precision: (time[4] ?? "").length },
      `${pad(time[1])}:${time[2]}:${time[3] ?? "00"}${time[4] ? `.${time[4]}` : ""}`,
    );
  }
  resolveTypeName(node.type);
  return undefined;
}

const pad = (text: string | undefined): string => (text ?? "").padStart(2, "0");

const invalid = (text: string, type: string): TrinoError =>
  new TrinoError("INVALID_LITERAL", `'${text}' is not a valid ${type} literal`);

function validDate(text: string): boolean {
  const parsed = new Date(`${text}T00:00:00Z`);
  return !Number.isNaN(parsed.getTime()) && parsed.toISOString().startsWith(text);
}

/** A zoned literal's value is `local time|zone`: which instant that is, DuckDB's zone tables say. */
function timestampLiteral(text: string): Typed {
  const found =
    /^(\d{4,})-(\d{1,2})-(\d{1,2})(?:[ T](\d{1,2}):(\d{2})(?::(\d{2})(?:\.(\d+))?)?)?\s*(\S.*)?$/.exec(
      text.trim(),
    );
  if (!found) throw invalid(text, "timestamp");
  const [, year, month, day, hour = "0", minute = "00", second = "00", fraction = "", zone] = found;
  const date = `${year}-${pad(month)}-${pad(day)}`;
  if (!validDate(date) || Number(hour) > 23 || Number(minute) > 59 || Number(second) > 59)
    throw invalid(text, "timestamp");
  if (fraction.length > 6)
    throw new TrinoError("NOT_SUPPORTED", `timestamp(${fraction.length}) is not supported`);
  const shown = `${date} ${pad(hour)}:${minute}:${second}${fraction ? `.${fraction}` : ""}`;
  if (zone === undefined) return literal(timestamp(fraction.length), shown);
  return literal(timestampTz(fraction.length), `${shown}|${zone}`);
}

const UNIT_US: Readonly<Record<string, bigint>> = {
  DAY: 86_400_000_000n,
  HOUR: 3_600_000_000n,
  MINUTE: 60_000_000n,
  SECOND: 1_000_000n,
};

/** The value is in microseconds or in months. */
export function intervalLiteral(node: IntervalNode): Typed {
  const sign = node.negative ? -1n : 1n;
  const minus = node.value.trim().startsWith("-") ? -1n : 1n;
  const text = node.value.trim().replace(/^[-+]/, "");
  const fail = new TrinoError("INVALID_LITERAL", `'${node.value}' is not a valid interval literal`);
  if (node.from === "YEAR" || node.from === "MONTH") {
    const parts = /^(\d+)(?:-(\d+))?$/.exec(text);
    if (!parts || (parts[2] !== undefined) !== (node.to === "MONTH" && node.from === "YEAR")) throw fail;
    const first = BigInt(parts[1] ?? "0") * (node.from === "YEAR" ? 12n : 1n);
    return literal(YEAR_TO_MONTH, String(sign * minus * (first + BigInt(parts[2] ?? "0"))));
  }
  const units = ["DAY", "HOUR", "MINUTE", "SECOND"];
  const from = units.indexOf(node.from);
  const to = node.to === undefined ? from : units.indexOf(node.to);
  const parts = /^(\d+)(?:[ :](\d+))?(?::(\d+))?(?::(\d+))?(?:\.(\d{1,6}))?$/.exec(text);
  if (!parts || to < from) throw fail;
  const numbers = parts.slice(1, 5).filter((part) => part !== undefined);
  if (numbers.length !== to - from + 1) throw fail;
  let total = 0n;
  for (const [index, number] of numbers.entries())
    total += BigInt(number) * (UNIT_US[units[from + index] ?? ""] ?? 0n);
  if (parts[5] !== undefined) total += BigInt(parts[5].padEnd(6, "0"));
  return literal(DAY_TO_SECOND, String(sign * minus * total));
}
