import type { CreateTable, RowFormat, StoredAs } from "../../../trino/ast-statements.ts";
import { TrinoError } from "../../../trino/error.ts";

/** A format's classes, as Hive names them. */
export interface FormatClasses {
  readonly input: string;
  readonly output: string;
  readonly serde: string;
}

const TEXT_INPUT = "org.apache.hadoop.mapred.TextInputFormat";
const TEXT_OUTPUT = "org.apache.hadoop.hive.ql.io.HiveIgnoreKeyTextOutputFormat";
export const LAZY_SIMPLE = "org.apache.hadoop.hive.serde2.lazy.LazySimpleSerDe";
export const OPENX_JSON = "org.openx.data.jsonserde.JsonSerDe";

export const PARQUET: FormatClasses = {
  input: "org.apache.hadoop.hive.ql.io.parquet.MapredParquetInputFormat",
  output: "org.apache.hadoop.hive.ql.io.parquet.MapredParquetOutputFormat",
  serde: "org.apache.hadoop.hive.ql.io.parquet.serde.ParquetHiveSerDe",
};
export const TEXT: FormatClasses = { input: TEXT_INPUT, output: TEXT_OUTPUT, serde: LAZY_SIMPLE };
export const JSON_TEXT: FormatClasses = { ...TEXT, serde: OPENX_JSON };

const FORMATS: Readonly<Record<string, FormatClasses>> = {
  PARQUET,
  TEXTFILE: TEXT,
  JSON: JSON_TEXT,
  JSONFILE: JSON_TEXT,
};

/** @throws TrinoError by name for a format that is not built. */
export function storedAs(
  stored: StoredAs | undefined,
): Omit<FormatClasses, "serde"> & { readonly serde: string } {
  if (stored === undefined) return TEXT;
  if (stored.kind === "classes") return { input: stored.input, output: stored.output, serde: LAZY_SIMPLE };
  const classes = FORMATS[stored.format.toUpperCase()];
  if (!classes) throw new TrinoError("NOT_SUPPORTED", `The format ${stored.format} is not supported`);
  return classes;
}

/** The SerDe and its parameters that a CREATE TABLE asks for. */
export function serdeOf({ rowFormat, storedAs: stored }: CreateTable) {
  const classes = storedAs(stored);
  return {
    InputFormat: classes.input,
    OutputFormat: classes.output,
    SerdeInfo: {
      SerializationLibrary: rowFormat?.serde ?? classes.serde,
      Parameters: rowFormat ? serdeParameters(rowFormat) : { "serialization.format": "1" },
    },
  };
}

function serdeParameters(format: RowFormat): Readonly<Record<string, string>> {
  const { fieldDelimiter, escapeCharacter, collectionDelimiter, mapKeyDelimiter, lineDelimiter, nullFormat } =
    format;
  return {
    ...format.serdeProperties,
    ...(fieldDelimiter === undefined
      ? {}
      : { "field.delim": fieldDelimiter, "serialization.format": fieldDelimiter }),
    ...(escapeCharacter === undefined ? {} : { "escape.delim": escapeCharacter }),
    ...(collectionDelimiter === undefined ? {} : { "collection.delim": collectionDelimiter }),
    ...(mapKeyDelimiter === undefined ? {} : { "mapkey.delim": mapKeyDelimiter }),
    ...(lineDelimiter === undefined ? {} : { "line.delim": lineDelimiter }),
    ...(nullFormat === undefined ? {} : { "serialization.null.format": nullFormat }),
  };
}
