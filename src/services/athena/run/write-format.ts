import { quoteName, quoteText } from "../../../trino/emit/text.ts";
import { resultText } from "../../../trino/emit/result.ts";
import { notSupported, TrinoError } from "../../../trino/error.ts";
import { printHiveType } from "../../../trino/types/hive.ts";
import { printType, type TrinoType } from "../../../trino/types/type.ts";
import { JSON_TEXT, PARQUET, TEXT, type FormatClasses } from "../statements/storage.ts";
import type { FileFormat } from "./serde.ts";

/** How rows are written to files: the engine's COPY options, and what the catalog is told. */
export interface WriteFormat {
  readonly classes: FormatClasses;
  readonly serdeParameters: Readonly<Record<string, string>>;
  readonly copyOptions: string;
  /** What the files' names end with, which is how readers tell the compression. */
  readonly suffix: string;
  /** The SQL of a value as the format keeps it. */
  value(sql: string, type: TrinoType): string;
}

export interface FormatChoice {
  readonly format: string;
  readonly compression?: string | undefined;
  readonly delimiter?: string | undefined;
}

const PARQUET_CODECS: Readonly<Record<string, string>> = {
  GZIP: "gzip",
  SNAPPY: "snappy",
  ZSTD: "zstd",
  NONE: "uncompressed",
};
const TEXT_CODECS: Readonly<Record<string, readonly [codec: string, suffix: string]>> = {
  GZIP: ["gzip", ".gz"],
  ZSTD: ["zstd", ".zst"],
  NONE: ["uncompressed", ""],
};

/** Source: Athena User Guide, "CREATE TABLE AS", format and write_compression; the default codec is GZIP. @throws TrinoError */
export function writeFormat({
  format,
  compression = "GZIP",
  delimiter = "\u0001",
}: FormatChoice): WriteFormat {
  switch (format.toUpperCase()) {
    case "PARQUET":
      return parquet(compression.toUpperCase());
    case "TEXTFILE":
      return text(compression.toUpperCase(), delimiter);
    case "JSON":
      return json(compression.toUpperCase());
    default:
      throw notSupported(`Writing the format ${format}`);
  }
}

function parquet(compression: string): WriteFormat {
  const codec = PARQUET_CODECS[compression];
  if (codec === undefined) throw unsupportedCompression(compression, "PARQUET");
  return {
    classes: PARQUET,
    serdeParameters: { "serialization.format": "1" },
    copyOptions: `FORMAT parquet, COMPRESSION ${codec}`,
    suffix: "",
    value: (sql, type) => checkedValue(sql, type),
  };
}

function text(compression: string, delimiter: string): WriteFormat {
  const [codec, suffix] = textCodec(compression, "TEXTFILE");
  return {
    classes: TEXT,
    serdeParameters: { "field.delim": delimiter, "serialization.format": delimiter },
    copyOptions: `FORMAT csv, HEADER false, DELIM ${quoteText(delimiter)}, QUOTE '', ESCAPE '', NULLSTR '\\N', COMPRESSION ${codec}`,
    suffix,
    value: (sql, type) => {
      if (type.name === "array" || type.name === "map" || type.name === "row")
        throw notSupported(`Writing ${type.name} values as text`);
      // Hive keeps binary values as Base64 in text.
      if (type.name === "varbinary") return `to_base64(${sql})`;
      return resultText(checkedValue(sql, type), type);
    },
  };
}

function json(compression: string): WriteFormat {
  const [codec, suffix] = textCodec(compression, "JSON");
  return {
    classes: JSON_TEXT,
    serdeParameters: { "serialization.format": "1" },
    copyOptions: `FORMAT json, COMPRESSION ${codec}`,
    suffix,
    value: (sql, type) => {
      if (holdsBinary(type)) throw notSupported("Writing varbinary values as JSON");
      return checkedValue(sql, type);
    },
  };
}

function textCodec(compression: string, format: string): readonly [string, string] {
  const found = TEXT_CODECS[compression];
  if (!found) throw unsupportedCompression(compression, format);
  return found;
}

const unsupportedCompression = (compression: string, format: string): TrinoError =>
  notSupported(`The compression ${compression} for ${format}`);

/** A value of a type that Hive has, fields and all. Source: Athena User Guide, "Data types in Amazon Athena". @throws TrinoError */
function checkedValue(sql: string, type: TrinoType): string {
  checkNamed(type);
  printHiveType(type);
  return sql;
}

function checkNamed(type: TrinoType): void {
  if (type.name === "array") checkNamed(type.element);
  if (type.name === "map") checkNamed(type.value);
  if (type.name !== "row") return;
  if (type.fields.some(({ name }) => name === undefined))
    throw new TrinoError(
      "NOT_SUPPORTED",
      `Anonymous row type is not supported in Hive. Please give each field a name: ${printType(type)}`,
    );
  for (const field of type.fields) checkNamed(field.type);
}

function holdsBinary(type: TrinoType): boolean {
  if (type.name === "array") return holdsBinary(type.element);
  if (type.name === "map") return holdsBinary(type.key) || holdsBinary(type.value);
  if (type.name === "row") return type.fields.some((field) => holdsBinary(field.type));
  return type.name === "varbinary";
}

/** The format of a table that exists, for rows that are added to it. */
export function formatOfTable(format: FileFormat): WriteFormat {
  switch (format.kind) {
    case "parquet":
      return parquet("GZIP");
    case "text":
      if (format.escape !== "") throw notSupported("INSERT into a table with an escape character");
      if (format.nullText !== "\\N") throw notSupported("INSERT into a table with a null format of its own");
      if (format.headerLines > 0) throw notSupported("INSERT into a table with skip.header.line.count");
      return text("GZIP", format.separators[0] ?? "\u0001");
    case "open-csv":
      throw notSupported("INSERT into a table of the OpenCSVSerde");
    default:
      return json("GZIP");
  }
}

/** A query's columns under the names and in the form that the files keep. */
export function writeSql(
  emitted: { readonly sql: string },
  columns: readonly { readonly name: string; readonly type: TrinoType; readonly source: string }[],
  format: WriteFormat,
): string {
  const items = columns.map(
    ({ name, type, source }) => `${format.value(source, type)} AS ${quoteName(name)}`,
  );
  return `SELECT ${items.join(", ")} FROM (${emitted.sql}) AS q`;
}
