import { notSupported, TrinoError } from "../../../trino/error.ts";
import type { StorageDescriptor } from "./partitions.ts";

/** How a table's files are written, as its SerDe and formats say. */
export type FileFormat =
  | { readonly kind: "parquet" }
  | ({ readonly kind: "text" } & TextFormat)
  | ({ readonly kind: "open-csv" } & OpenCsvFormat)
  | JsonFormat;

/** Hive's LazySimpleSerDe: no quotes. Source: Athena User Guide, "Lazy Simple SerDe for CSV, TSV, and custom-delimited files". */
export interface TextFormat {
  /** Of columns, collections, map keys, and of what is nested deeper. */
  readonly separators: readonly string[];
  readonly escape: string;
  readonly nullText: string;
  readonly headerLines: number;
}

/** Source: Athena User Guide, "Open CSV SerDe for processing CSV". */
export interface OpenCsvFormat {
  readonly delimiter: string;
  readonly quote: string;
  readonly escape: string;
  readonly headerLines: number;
}

/** Source: Athena User Guide, "Hive JSON SerDe", "OpenX JSON SerDe". */
export interface JsonFormat {
  readonly kind: "hive" | "openx";
  readonly ignoreMalformed: boolean;
  /** Column → key in the object. */
  readonly mapping: Readonly<Record<string, string>>;
  readonly headerLines: number;
}

type Parameters = Readonly<Record<string, string>>;

const SERDES: Readonly<Record<string, (serde: Parameters, table: Parameters) => FileFormat>> = {
  "org.apache.hadoop.hive.ql.io.parquet.serde.ParquetHiveSerDe": () => ({ kind: "parquet" }),
  "org.apache.hadoop.hive.serde2.lazy.LazySimpleSerDe": (serde, table) => ({
    kind: "text",
    separators: separatorsOf(serde),
    escape: (serde["escape.delim"] ?? "").slice(0, 1),
    nullText: serde["serialization.null.format"] ?? table["serialization.null.format"] ?? "\\N",
    headerLines: headerLines(table),
  }),
  "org.apache.hadoop.hive.serde2.OpenCSVSerde": (serde, table) => ({
    kind: "open-csv",
    delimiter: serde["separatorChar"] ?? ",",
    quote: serde["quoteChar"] ?? '"',
    escape: serde["escapeChar"] ?? "\\",
    headerLines: headerLines(table),
  }),
  "org.openx.data.jsonserde.JsonSerDe": (serde, table) => ({
    kind: "openx",
    ignoreMalformed: isTrue(serde["ignore.malformed.json"]),
    mapping: Object.fromEntries(
      Object.entries(serde).flatMap(([name, value]) =>
        name.startsWith("mapping.") ? [[name.slice("mapping.".length).toLowerCase(), value]] : [],
      ),
    ),
    headerLines: headerLines(table),
  }),
  "org.apache.hive.hcatalog.data.JsonSerDe": (serde, table) => ({
    kind: "hive",
    ignoreMalformed: isTrue(serde["ignore.malformed.json"]),
    mapping: {},
    headerLines: headerLines(table),
  }),
};

/** `\t` may come as the character or as two; `1` stands for the first control character. */
function character(text: string): string {
  if (text === "\\t") return "\t";
  if (/^\d{1,3}$/.test(text)) return String.fromCharCode(Number(text));
  return text.slice(0, 1);
}

/** Source: Hive's SerDeParameters: what is nested deeper is separated by the next control characters. */
const separatorsOf = (serde: Parameters): readonly string[] => [
  character(serde["field.delim"] ?? serde["serialization.format"] ?? "\u0001"),
  character(serde["collection.delim"] ?? serde["colelction.delim"] ?? "\u0002"),
  character(serde["mapkey.delim"] ?? "\u0003"),
  ..."\u0004\u0005\u0006\u0007\u0008",
];

const isTrue = (text: string | undefined): boolean => text?.toLowerCase() === "true";

/** Settings that change what a file says and that are not built: refused, where they are not what is done anyway. */
const UNBUILT: Readonly<Record<string, (value: string) => boolean>> = {
  "timestamp.formats": () => true,
  "serialization.last.column.takes.rest": isTrue,
  "dots.in.keys": isTrue,
  "case.insensitive": (value) => value.toLowerCase() === "false",
  "explicit.null": () => false,
  "serialization.encoding": (value) => !/^utf-?8$/i.test(value),
  "line.delim": (value) => !["\n", "\\n", "10"].includes(value),
  "textinputformat.record.delimiter": () => true,
  "skip.footer.line.count": (value) => Number(value) > 0,
};

function checkSettings(settings: Parameters): void {
  for (const [name, refuses] of Object.entries(UNBUILT)) {
    const value = settings[name];
    if (value !== undefined && refuses(value)) throw notSupported(`The table setting ${name} = '${value}'`);
  }
}

const headerLines = (table: Parameters): number => Number(table["skip.header.line.count"] ?? 0) || 0;

/** @throws TrinoError, by name, for a SerDe that is not built. */
export function formatOf(descriptor: StorageDescriptor, tableParameters: Parameters): FileFormat {
  const serde = descriptor.SerdeInfo;
  const name = serde?.SerializationLibrary ?? "";
  const make = Object.hasOwn(SERDES, name) ? SERDES[name] : undefined;
  if (!make)
    throw new TrinoError("HIVE_UNSUPPORTED_FORMAT", `The SerDe ${name || "(none)"} is not supported`);
  checkSettings({ ...tableParameters, ...serde?.Parameters });
  return make(serde?.Parameters ?? {}, tableParameters);
}

export type Compression = "none" | "gzip" | "zstd";

/** Text files say by their names how they are compressed. @throws TrinoError for what the engine cannot open. */
export function compressionOf(key: string): Compression {
  const suffix = /\.(gz|gzip|zst|zstd|bz2|snappy|lz4|deflate|lzo)$/.exec(key)?.[1];
  if (suffix === undefined) return "none";
  if (suffix === "gz" || suffix === "gzip") return "gzip";
  if (suffix === "zst" || suffix === "zstd") return "zstd";
  throw new TrinoError("HIVE_UNSUPPORTED_FORMAT", `Text files with ${suffix} compression are not supported`);
}
