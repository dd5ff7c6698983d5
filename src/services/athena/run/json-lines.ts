import { quoteName, quoteText } from "../../../trino/emit/text.ts";
import { notSupported } from "../../../trino/error.ts";
import { duckType } from "../../../trino/types/duckdb.ts";
import type { TrinoType } from "../../../trino/types/type.ts";
import { inMilliseconds, scalarOfText } from "./lazy-text.ts";
import { badData, linesOf, type LineFiles } from "./read-lines.ts";
import type { Column } from "./scan.ts";
import type { JsonFormat } from "./serde.ts";

/**
 * The two JSON SerDes: an object a line, keys without regard to case. Source: Athena User Guide, "Hive JSON SerDe"
 * and "OpenX JSON SerDe".
 */
export function jsonRows(
  files: Omit<LineFiles, "headerLines">,
  columns: readonly Column[],
  format: JsonFormat,
): string {
  const lines = linesOf({ ...files, headerLines: format.headerLines });
  const items = columns.map(({ name, type }, index) => {
    const key = format.mapping[name] ?? name;
    return `${jsonValue(memberOf("o", key, format), type, { format, index, depth: 0 })} AS ${quoteName(name)}`;
  });
  const entries = `SELECT filename, ${entriesOf(documentOf(format))} AS e FROM ${lines}`;
  const objects = `SELECT filename, ${checkedObject("e", format)} AS o FROM (${entries})`;
  return `SELECT ${[...items, "filename"].join(", ")} FROM (${objects})`;
}

/** A line that is no object is an error, or with ignore.malformed.json a row of NULLs; so is an empty line. */
function documentOf({ ignoreMalformed }: JsonFormat): string {
  const bad = ignoreMalformed
    ? "NULL"
    : `CAST(${badData("HIVE_BAD_DATA: Error parsing row: Row is not a valid JSON Object: $value", "line")} AS VARCHAR)`;
  return `CASE WHEN trim(line) = '' THEN NULL WHEN json_valid(line) AND json_type(line) = 'OBJECT' THEN line ELSE ${bad} END`;
}

const entriesOf = (json: string): string => `map_entries(CAST(CAST(${json} AS JSON) AS MAP(VARCHAR, JSON)))`;

const lowered = (entries: string): string => `list_transform(${entries}, lambda k: lower(k.key))`;

/** OpenX takes no key twice. */
function checkedObject(entries: string, { kind, ignoreMalformed }: JsonFormat): string {
  if (kind === "hive") return entries;
  const keys = lowered(entries);
  const bad = ignoreMalformed
    ? "NULL"
    : `CASE WHEN ${badData("HIVE_CURSOR_ERROR: Row is not a valid JSON Object - JSONException: Duplicate key$value", `left(CAST(${entries} AS VARCHAR), 0)`)} THEN ${entries} END`;
  return `CASE WHEN len(list_distinct(${keys})) < len(${keys}) THEN ${bad} ELSE ${entries} END`;
}

/** The value under a key; of equal keys the last one counts. */
function memberOf(entries: string, key: string, _format: JsonFormat): string {
  return `list_filter(${entries}, lambda k: lower(k.key) = ${quoteText(key.toLowerCase())})[-1].value`;
}

interface Place {
  readonly format: JsonFormat;
  /** Which column, for messages. */
  readonly index: number;
  readonly depth: number;
}

/** A JSON value as its column's type. */
function jsonValue(json: string, type: TrinoType, place: Place): string {
  const { format, depth } = place;
  const inner = { ...place, depth: depth + 1 };
  const bind = (name: string, sql: string): string => `list_transform([${json}], lambda ${name}: ${sql})[1]`;
  const name = `j${depth}`;
  const kind = `json_type(${name})`;
  const isNull = `${name} IS NULL OR ${kind} = 'NULL'`;
  const bad = badValue(name, type, place);
  switch (type.name) {
    case "array": {
      const list = `list_transform(CAST(${name} AS JSON[]), lambda x${depth}: ${jsonValue(`x${depth}`, type.element, inner)})`;
      return bind(name, `CASE WHEN ${isNull} THEN NULL WHEN ${kind} = 'ARRAY' THEN ${list} ELSE ${bad} END`);
    }
    case "map": {
      const entry = `m${depth}`;
      const pairs = `list_transform(${entriesOf(name)}, lambda ${entry}: struct_pack(k := ${keyOf(`${entry}.key`, type.key)}, v := ${jsonValue(`${entry}.value`, type.value, inner)}))`;
      return bind(
        name,
        `CASE WHEN ${isNull} THEN NULL WHEN ${kind} = 'OBJECT' THEN map_from_entries(${pairs}) ELSE ${bad} END`,
      );
    }
    case "row": {
      const fields = type.fields.map(
        (field, index) =>
          `${quoteName(field.name ?? `f${index}`)} := ${jsonValue(memberOf(`o${depth}`, field.name ?? "", format), field.type, inner)}`,
      );
      const struct = `list_transform([${entriesOf(name)}], lambda o${depth}: struct_pack(${fields.join(", ")}))[1]`;
      return bind(
        name,
        `CASE WHEN ${isNull} THEN NULL WHEN ${kind} = 'OBJECT' THEN ${struct} ELSE ${bad} END`,
      );
    }
    default:
      return bind(name, `CASE WHEN ${isNull} THEN NULL ELSE ${scalar(name, type, place)} END`);
  }
}

function keyOf(text: string, type: TrinoType): string {
  if (type.name === "varchar" && type.length === undefined) return text;
  return scalarOfText(text, type);
}

const textOf = (json: string): string =>
  `CASE WHEN json_type(${json}) = 'VARCHAR' THEN ${json} ->> '$' ELSE CAST(${json} AS VARCHAR) END`;

function scalar(json: string, type: TrinoType, place: Place): string {
  const text = textOf(json);
  if (type.name === "varchar" || type.name === "char") return scalarOfText(text, type);
  if (type.name === "varbinary") throw notSupported("A column of the type binary in JSON");
  const value = `t${place.depth}`;
  const read =
    type.name === "timestamp"
      ? timestampOf(value, place.format)
      : isWhole(type)
        ? `coalesce(${scalarOfText(value, type)}, TRY_CAST(trunc(TRY_CAST(${value} AS DOUBLE)) AS ${duckType(type)}))`
        : scalarOfText(value, type);
  return `list_transform([${text}], lambda ${value}: coalesce(${read}, ${badValue(value, type, place)}))[1]`;
}

const isWhole = ({ name }: TrinoType): boolean =>
  name === "tinyint" || name === "smallint" || name === "integer" || name === "bigint";

/** OpenX reads ISO 8601 and seconds or milliseconds since 1970 as well. Source: Athena User Guide, "OpenX JSON SerDe". */
function timestampOf(text: string, { kind }: JsonFormat): string {
  const plain = scalarOfText(text, { name: "timestamp", precision: 3 });
  if (kind === "hive") return plain;
  const iso = String.raw`[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}(:[0-9]{2}(\.[0-9]{0,9})?)?(Z|[+-][0-9]{2}(:?[0-9]{2})?)?`;
  const number = `CASE WHEN length(${text}) > 10 THEN epoch_ms(TRY_CAST(${text} AS BIGINT)) ELSE epoch_ms(TRY_CAST(${text} AS BIGINT) * 1000) END`;
  return `CASE WHEN regexp_full_match(${text}, ${quoteText(iso)}) THEN ${inMilliseconds(`CAST(TRY_CAST(${text} AS TIMESTAMPTZ) AS TIMESTAMP)`)} WHEN regexp_full_match(${text}, '[0-9]+') THEN CAST(${number} AS TIMESTAMP) ELSE ${plain} END`;
}

function badValue(text: string, type: TrinoType, { format, index }: Place): string {
  const name = duckType(type);
  if (format.ignoreMalformed) return `CAST(NULL AS ${name})`;
  const shown = `CAST(${text} AS VARCHAR)`;
  const failing = badData(
    `HIVE_BAD_DATA: Error parsing field value '$value' for field ${index}: For input string: "$value"`,
    shown,
  );
  return `CASE WHEN ${failing} THEN CAST(NULL AS ${name}) END`;
}
