import { TrinoError } from "../../../trino/error.ts";
import type { StorageDescriptor } from "./partitions.ts";

/** How a table's files are written, as its SerDe and formats say. */
export type FileFormat =
  | { readonly kind: "parquet" }
  | ({ readonly kind: "text" } & TextFormat)
  | ({ readonly kind: "open-csv" } & OpenCsvFormat)
  | { readonly kind: "json" };

/** Hive's LazySimpleSerDe: no quotes. Source: Athena User Guide, "Lazy Simple SerDe for CSV, TSV, and custom-delimited files". */
export interface TextFormat {
  readonly delimiter: string;
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

type Parameters = Readonly<Record<string, string>>;

const SERDES: Readonly<Record<string, (serde: Parameters, table: Parameters) => FileFormat>> = {
  "org.apache.hadoop.hive.ql.io.parquet.serde.ParquetHiveSerDe": () => ({ kind: "parquet" }),
  "org.apache.hadoop.hive.serde2.lazy.LazySimpleSerDe": (serde, table) => ({
    kind: "text",
    delimiter: character(serde["field.delim"] ?? serde["serialization.format"] ?? "\u0001"),
    escape: serde["escape.delim"] ?? "",
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
  "org.openx.data.jsonserde.JsonSerDe": () => ({ kind: "json" }),
  "org.apache.hive.hcatalog.data.JsonSerDe": () => ({ kind: "json" }),
};

/** `\t` may come as the character or as two; `1` stands for the first control character. */
function character(text: string): string {
  if (text === "\\t") return "\t";
  if (/^\d{1,3}$/.test(text)) return String.fromCharCode(Number(text));
  return text;
}

const headerLines = (table: Parameters): number => Number(table["skip.header.line.count"] ?? 0) || 0;

/** @throws TrinoError, by name, for a SerDe that is not built. */
export function formatOf(descriptor: StorageDescriptor, tableParameters: Parameters): FileFormat {
  const serde = descriptor.SerdeInfo;
  const name = serde?.SerializationLibrary ?? "";
  const make = Object.hasOwn(SERDES, name) ? SERDES[name] : undefined;
  if (!make)
    throw new TrinoError("HIVE_UNSUPPORTED_FORMAT", `The SerDe ${name || "(none)"} is not supported`);
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
