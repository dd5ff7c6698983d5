import { quoteName, quoteText } from "../../../trino/emit/text.ts";
import { notSupported } from "../../../trino/error.ts";
import { duckType } from "../../../trino/types/duckdb.ts";
import type { TrinoType } from "../../../trino/types/type.ts";
import { badData, linesOf, type LineFiles } from "./read-lines.ts";
import type { Column } from "./scan.ts";
import type { OpenCsvFormat } from "./serde.ts";

/**
 * Hive's OpenCSVSerde: a line is a row, even within quotes; a quote in quotes is doubled or escaped; an escape
 * character before anything else vanishes; a value whose quote is never closed is not there. Source: Athena User
 * Guide, "Open CSV SerDe for processing CSV"; opencsv 2.3, CSVParser.
 */
export function openCsvRows(
  files: Omit<LineFiles, "headerLines">,
  columns: readonly Column[],
  format: OpenCsvFormat,
): string {
  const items = columns.map(
    ({ name, type }, index) =>
      `${openCsvValue(unquoted(`f[${index + 1}]`, format), type, index)} AS ${quoteName(name)}`,
  );
  const lines = linesOf({ ...files, headerLines: format.headerLines });
  return `SELECT ${[...items, "filename"].join(", ")} FROM (SELECT filename, ${fieldsOf(format)} AS f FROM ${lines})`;
}

const code = (char: string): string => `\\x{${(char.codePointAt(0) ?? 0).toString(16)}}`;

/** What may stand between two quotes, as a regular expression. */
function quotedBody({ quote, escape }: OpenCsvFormat): string {
  const q = code(quote);
  if (escape === "" || escape === quote) return `(?:${q}${q}|[^${q}])*`;
  const e = code(escape);
  return `(?:${q}${q}|${e}.|[^${q}${e}])*`;
}

/** The values of a line as they are written; a line without quotes is just split. */
function fieldsOf(format: OpenCsvFormat): string {
  const { delimiter, quote } = format;
  const [s, q] = [delimiter, quote].map(code);
  const closed = `${q}${quotedBody(format)}${q}`;
  const field = `(?s)((?:[^${s}${q}]|${closed})*)(?:${s}|${q}${quotedBody(format)}$)`;
  const all = `regexp_extract_all(line || ${quoteText(delimiter)}, ${quoteText(field)}, 1)`;
  const isClosed = `regexp_full_match(line, ${quoteText(`(?s)(?:[^${q}]|${closed})*`)})`;
  return `CASE WHEN NOT contains(line, ${quoteText(quote)}) THEN string_split(line, ${quoteText(delimiter)}) WHEN ${isClosed} THEN ${all} ELSE list_slice(${all}, 1, len(${all}) - 1) END`;
}

/** A value without its quotes and escapes. */
function unquoted(raw: string, format: OpenCsvFormat): string {
  const { quote, escape } = format;
  const escaping = escape !== "" && escape !== quote;
  const [q, e] = [quote, escape].map(code);
  const bare = escaping ? `replace(${raw}, ${quoteText(escape)}, '')` : raw;
  const inner = `regexp_extract(${raw}, ${quoteText(`(?s)^\\s*${q}(.*)${q}$`)}, 1)`;
  const pattern = escaping ? `${e}([${q}${e}])|${q}(${q})|${e}` : `(${q})${q}()`;
  const body = `regexp_replace(${inner}, ${quoteText(pattern)}, '\\1\\2', 'g')`;
  const strange = `CAST(${badData("NOT_SUPPORTED: A quote within a value that is not all in quotes is not supported for the OpenCSVSerde: $value", raw)} AS VARCHAR)`;
  return `CASE WHEN NOT contains(${raw}, ${quoteText(quote)}) THEN ${bare} WHEN regexp_full_match(${raw}, ${quoteText(`(?s)\\s*${q}${quotedBody(format)}${q}`)}) THEN ${body} ELSE ${strange} END`;
}

const PATTERNS: Readonly<Record<string, string>> = {
  tinyint: "[+-]?[0-9]+",
  smallint: "[+-]?[0-9]+",
  integer: "[+-]?[0-9]+",
  bigint: "[+-]?[0-9]+",
  real: String.raw`\s*[+-]?([0-9]+\.?[0-9]*|\.[0-9]+)([eE][+-]?[0-9]+)?\s*|NaN|[+-]?Infinity`,
  double: String.raw`\s*[+-]?([0-9]+\.?[0-9]*|\.[0-9]+)([eE][+-]?[0-9]+)?\s*|NaN|[+-]?Infinity`,
  decimal: String.raw`[+-]?([0-9]+\.?[0-9]*|\.[0-9]+)([eE][+-]?[0-9]+)?`,
  date: "[+-]?[0-9]+",
  timestamp: "[+-]?[0-9]+",
};

/** Dates are days since 1970, timestamps milliseconds; an empty value of these types is an error. Source: Athena User Guide, "Open CSV SerDe", "Considerations". */
function openCsvValue(text: string, type: TrinoType, index: number): string {
  if (type.name === "varchar") return type.length === undefined ? text : `left(${text}, ${type.length})`;
  if (type.name === "char") return `rtrim(left(${text}, ${type.length}), ' ')`;
  const name = duckType(type);
  const bad = `CAST(${badData(`HIVE_BAD_DATA: Error parsing field value '$value' for field ${index}: For input string: "$value"`, "v")} AS ${name})`;
  if (type.name === "boolean") return `lower(${text}) = 'true'`;
  const pattern = PATTERNS[type.name];
  if (pattern === undefined) throw notSupported(`A column of the type ${type.name} with the OpenCSVSerde`);
  const converted =
    type.name === "date"
      ? `DATE '1970-01-01' + TRY_CAST(v AS INTEGER)`
      : type.name === "timestamp"
        ? `CAST(epoch_ms(TRY_CAST(v AS BIGINT)) AS TIMESTAMP)`
        : `TRY_CAST(v AS ${name})`;
  const checked = `CASE WHEN v IS NULL THEN NULL WHEN regexp_full_match(v, ${quoteText(pattern)}) AND ${converted} IS NOT NULL THEN ${converted} ELSE ${bad} END`;
  // Through a list, so that the value's own SQL stands once.
  return `list_transform([${text}], lambda v: ${checked})[1]`;
}
