import { quoteName, quoteText } from "../../../trino/emit/text.ts";
import { notSupported } from "../../../trino/error.ts";
import { duckType } from "../../../trino/types/duckdb.ts";
import type { TrinoType } from "../../../trino/types/type.ts";
import type { Column } from "./scan.ts";
import { linesOf, type LineFiles } from "./read-lines.ts";
import type { TextFormat } from "./serde.ts";

/**
 * Hive's LazySimpleSerDe: no quotes; what is missing or not of its type is NULL, what is too much is ignored.
 * Source: Athena User Guide, "Lazy Simple SerDe"; Hive's LazyStruct, LazyArray, LazyMap, LazyUtils.
 */
export function lazyRows(
  files: Omit<LineFiles, "headerLines">,
  columns: readonly Column[],
  format: TextFormat,
): string {
  const reader = lazyReader(format);
  const items = columns.map(
    ({ name, type }, index) => `${reader.value(`f[${index + 1}]`, type, 1)} AS ${quoteName(name)}`,
  );
  const fields = reader.split("line", 0);
  const lines = linesOf({ ...files, headerLines: format.headerLines });
  return `SELECT ${[...items, "filename"].join(", ")} FROM (SELECT filename, ${fields} AS f FROM ${lines})`;
}

interface LazyReader {
  /** A list of the pieces between the separators of that level. */
  split(text: string, level: number): string;
  /** A piece as a value; what it holds is separated by that level's separator. */
  value(text: string, type: TrinoType, level: number): string;
}

const INTEGERS: ReadonlySet<string> = new Set(["tinyint", "smallint", "integer", "bigint"]);

function lazyReader({ separators, escape, nullText }: TextFormat): LazyReader {
  const separatorOf = (level: number): string => {
    const separator = separators[level];
    if (separator === undefined) throw notSupported(`Text nested more than ${separators.length} levels deep`);
    return separator;
  };

  const split = (text: string, level: number): string => {
    const separator = separatorOf(level);
    if (escape === "") return `string_split(${text}, ${quoteText(separator)})`;
    const [s, e] = [separator, escape].map(inClass);
    const piece = quoteText(`(?s)((?:${e}.|[^${s}${e}])*)${s}`);
    // An escape character that ends the text stands for itself.
    const whole = `regexp_replace(${text}, ${quoteText(`^(?s)((?:${e}.|[^${e}])*)${e}$`)}, ${quoteText(`\\1${replacement(escape)}${replacement(escape)}`)})`;
    return `regexp_extract_all(${whole} || ${quoteText(separator)}, ${piece}, 1)`;
  };

  const plain = (text: string): string => {
    const present = `nullif(${text}, ${quoteText(nullText)})`;
    if (escape === "") return present;
    return `regexp_replace(${present}, ${quoteText(`(?s)${inClass(escape)}(.)`)}, '\\1', 'g')`;
  };

  const map = (text: string, type: Extract<TrinoType, { name: "map" }>, level: number): string => {
    const entry = `e${level}`;
    const raw = `${split(entry, level + 1)}[1]`;
    const rest = `CASE WHEN length(${entry}) > length(${raw}) THEN substr(${entry}, length(${raw}) + 2) END`;
    const pairs = `list_transform(${split(text, level)}, lambda ${entry}: struct_pack(k := ${value(raw, type.key, level + 2)}, v := ${value(rest, type.value, level + 2)}))`;
    // The first of equal keys counts, and a key of NULL does not.
    const unique = `list_filter(${pairs}, lambda p${level}, i${level}: p${level}.k IS NOT NULL AND list_position(list_transform(${pairs}, lambda q${level}: q${level}.k), p${level}.k) = i${level})`;
    return `map_from_entries(${unique})`;
  };

  const nested = (text: string, type: TrinoType, level: number): string | undefined => {
    const present = `nullif(${text}, ${quoteText(nullText)})`;
    if (type.name === "array") {
      const list = `list_transform(${split(text, level)}, lambda x${level}: ${value(`x${level}`, type.element, level + 1)})`;
      return `CASE WHEN ${present} IS NULL THEN NULL WHEN ${text} = '' THEN CAST([] AS ${duckType(type)}) ELSE ${list} END`;
    }
    if (type.name === "map")
      return `CASE WHEN ${present} IS NULL THEN NULL WHEN ${text} = '' THEN CAST(MAP {} AS ${duckType(type)}) ELSE ${map(text, type, level)} END`;
    if (type.name !== "row") return undefined;
    const fields = type.fields.map(
      (field, index) =>
        `${quoteName(field.name ?? `f${index}`)} := ${value(`${split(text, level)}[${index + 1}]`, field.type, level + 1)}`,
    );
    return `CASE WHEN ${present} IS NULL THEN NULL ELSE struct_pack(${fields.join(", ")}) END`;
  };

  const value = (text: string, type: TrinoType, level: number): string =>
    nested(text, type, level) ?? scalarOfText(plain(text), type);

  return { split, value };
}

/** One character for a regular expression. */
const inClass = (char: string): string => {
  const code = (char.codePointAt(0) ?? 0).toString(16);
  return `\\x{${code}}`;
};

const replacement = (char: string): string => (char === "\\" ? "\\\\" : char);

const NUMBER = String.raw`[+-]?([0-9]+\.?[0-9]*|\.[0-9]+)([eE][+-]?[0-9]+)?`;
const DAY = "[0-9]{4}-[0-9]{1,2}-[0-9]{1,2}";
const CLOCK = String.raw`[0-9]{1,2}:[0-9]{1,2}(:[0-9]{1,2}(\.[0-9]{0,9})?)?`;

const when = (text: string, pattern: string, result: string): string =>
  `CASE WHEN regexp_full_match(${text}, ${quoteText(pattern)}) THEN ${result} END`;

/** A text as a value; NULL when it is none. What counts as one is what Hive's lazy primitives and Java's parsers take. */
export function scalarOfText(text: string, type: TrinoType): string {
  const cast = (sql: string): string => `TRY_CAST(${sql} AS ${duckType(type)})`;
  if (INTEGERS.has(type.name))
    return when(text, String.raw`[+-]?[0-9]+(\.[0-9]*)?`, cast(`split_part(${text}, '.', 1)`));
  switch (type.name) {
    case "varchar":
      return type.length === undefined ? text : `left(${text}, ${type.length})`;
    case "char":
      return `rtrim(left(${text}, ${type.length}), ' ')`;
    case "boolean":
      return `CASE lower(${text}) WHEN 'true' THEN true WHEN 'false' THEN false END`;
    case "real":
    case "double":
      return `CASE WHEN regexp_full_match(trim(${text}), ${quoteText(`${NUMBER}[dDfF]?`)}) THEN ${cast(`rtrim(trim(${text}), 'dDfF')`)} WHEN regexp_full_match(trim(${text}), '[+-]?(NaN|Infinity)') THEN ${cast(`trim(${text})`)} END`;
    case "decimal":
      return when(text, NUMBER, cast(text));
    case "date":
      return when(text, `${DAY}([ T].*)?`, cast(`regexp_extract(${text}, '^[0-9-]+')`));
    case "timestamp":
      return when(text, `${DAY}( ${CLOCK})?`, inMilliseconds(cast(text)));
    case "varbinary":
      return `coalesce(TRY(from_base64(${text})), encode(${text}))`;
    default:
      throw notSupported(`A column of the type ${type.name} in text`);
  }
}

/** The catalog's timestamps have three decimals. */
export const inMilliseconds = (sql: string): string =>
  `date_trunc('milliseconds', ${sql} + INTERVAL 500 MICROSECONDS)`;
