/** Date formats: MySQL's (date_format, date_parse) and Joda's (format_datetime, parse_datetime) in strftime's words. */
import { TrinoError, notSupported } from "../error.ts";

/** Source: https://trino.io/docs/current/functions/datetime.html#mysql-date-functions */
const MYSQL: Readonly<Record<string, string>> = {
  a: "%a",
  b: "%b",
  c: "%-m",
  d: "%d",
  e: "%-d",
  f: "%f",
  H: "%H",
  h: "%I",
  I: "%I",
  i: "%M",
  j: "%j",
  k: "%-H",
  l: "%-I",
  M: "%B",
  m: "%m",
  p: "%p",
  r: "%I:%M:%S %p",
  S: "%S",
  s: "%S",
  T: "%H:%M:%S",
  v: "%V",
  W: "%A",
  Y: "%Y",
  y: "%y",
  "%": "%%",
};

const MYSQL_REFUSED = new Set("DUuVwXx");

/** @throws TrinoError for the specifiers that Trino itself does not support. */
export function mysqlFormat(format: string, parsing: boolean): string {
  let made = "";
  for (let at = 0; at < format.length; at++) {
    const char = format[at] ?? "";
    if (char !== "%") {
      made += char;
      continue;
    }
    const letter = format[++at] ?? "";
    if (MYSQL_REFUSED.has(letter))
      throw letter === "x"
        ? notSupported("%x in a date format")
        : new TrinoError("INVALID_FUNCTION_ARGUMENT", `%${letter} not supported in date format string`);
    const found = MYSQL[letter] ?? letter;
    if (parsing && letter === "v") throw notSupported("%v in date_parse");
    made += parsing ? found.replaceAll("%-", "%") : found;
  }
  return made;
}

/** Source: https://www.joda.org/joda-time/apidocs/org/joda/time/format/DateTimeFormat.html */
const JODA: Readonly<Record<string, string>> = {
  y: "%-Y",
  yy: "%y",
  yyyy: "%Y",
  Y: "%-Y",
  YYYY: "%Y",
  M: "%-m",
  MM: "%m",
  MMM: "%b",
  MMMM: "%B",
  d: "%-d",
  dd: "%d",
  D: "%-j",
  DDD: "%j",
  H: "%-H",
  HH: "%H",
  h: "%-I",
  hh: "%I",
  m: "%-M",
  mm: "%M",
  s: "%-S",
  ss: "%S",
  SSS: "%g",
  SSSSSS: "%f",
  a: "%p",
  E: "%a",
  EE: "%a",
  EEE: "%a",
  EEEE: "%A",
  e: "%u",
  x: "%G",
  xxxx: "%G",
  w: "%-V",
  ww: "%V",
};

/** @throws TrinoError for a letter that strftime cannot say. */
export function jodaFormat(format: string, parsing: boolean): string {
  let made = "";
  for (let at = 0; at < format.length;) {
    const char = format[at] ?? "";
    if (char === "'") {
      const end = format.indexOf("'", at + 1);
      if (end === at + 1) made += "'";
      else made += format.slice(at + 1, end < 0 ? format.length : end).replaceAll("%", "%%");
      at = end < 0 ? format.length : end + 1;
    } else if (/[A-Za-z]/.test(char)) {
      const run = /^([A-Za-z])\1*/.exec(format.slice(at))?.[0] ?? char;
      const found = JODA[run];
      if (found === undefined || run === "y" || run === "Y" || (parsing && /^[DewxE]/.test(run)))
        throw notSupported(`'${run}' in a date format`);
      made += parsing ? found.replaceAll("%-", "%") : found;
      at += run.length;
    } else {
      made += char === "%" ? "%%" : char;
      at++;
    }
  }
  return made;
}
