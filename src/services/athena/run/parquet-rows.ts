import { quoteName, quoteText } from "../../../trino/emit/text.ts";
import { duckType } from "../../../trino/types/duckdb.ts";
import { printHiveType } from "../../../trino/types/hive.ts";
import type { TrinoType } from "../../../trino/types/type.ts";
import type { DataFile } from "./files.ts";
import type { Footer } from "./footers.ts";
import { inMilliseconds } from "./lazy-text.ts";
import type { Column } from "./scan.ts";

/** By name; a column that a file has not is NULL. Source: Athena User Guide, "Handle schema updates": Parquet is read by name. */
export function parquetRows(
  files: readonly DataFile[],
  columns: readonly Column[],
  footers: ReadonlyMap<string, Footer>,
): string {
  return alike(files, footers)
    .map(({ paths, footer, sample }) => {
      const items = columns.map((column) => {
        const stored = footer.get(column.name)?.type;
        return `${parquetValue(column, stored, sample)} AS ${quoteName(column.name)}`;
      });
      const list = `[${paths.map(quoteText).join(", ")}]`;
      return `SELECT ${[...items, "filename"].join(", ")} FROM read_parquet(${list}, filename=true, hive_partitioning=false)`;
    })
    .join(" UNION ALL ");
}

interface Alike {
  readonly paths: string[];
  readonly footer: Footer;
  /** One of them, for messages. */
  readonly sample: DataFile;
}

/** Files with the same columns of the same types are read by one call. */
function alike(files: readonly DataFile[], footers: ReadonlyMap<string, Footer>): readonly Alike[] {
  const found = new Map<string, Alike>();
  for (const file of files) {
    const footer: Footer = footers.get(file.path) ?? new Map();
    const key = [...footer].map(([name, { type }]) => `${name} ${type}`).join("\n");
    const group = found.get(key) ?? { paths: [], footer, sample: file };
    group.paths.push(file.path);
    found.set(key, group);
  }
  return [...found.values()];
}

const WHOLE = ["TINYINT", "SMALLINT", "INTEGER", "BIGINT", "UTINYINT", "USMALLINT", "UINTEGER", "UBIGINT"];
const TIMES = ["TIMESTAMP", "TIMESTAMP_S", "TIMESTAMP_MS", "TIMESTAMP_NS", "TIMESTAMP WITH TIME ZONE"];
const BYTES = ["VARCHAR", "BLOB", "JSON", "ENUM", "UUID"];

/** What a type of the table may be in a file; anything else is an error and no cast. Source: Trino's ParquetTypeUtils and ColumnReaderFactory. */
const STORED: Readonly<Record<string, readonly string[]>> = {
  boolean: ["BOOLEAN"],
  tinyint: WHOLE,
  smallint: WHOLE,
  integer: WHOLE,
  bigint: WHOLE,
  real: ["FLOAT"],
  double: ["FLOAT", "DOUBLE"],
  decimal: ["DECIMAL", ...WHOLE],
  varchar: BYTES,
  char: BYTES,
  varbinary: BYTES,
  date: ["DATE"],
  timestamp: TIMES,
  array: ["NESTED"],
  map: ["NESTED"],
  row: ["NESTED"],
};

function parquetValue({ name, type }: Column, stored: string | undefined, sample: DataFile): string {
  const target = duckType(type);
  const column = quoteName(name);
  if (stored === undefined) return `CAST(NULL AS ${target})`;
  if (!(STORED[type.name] ?? []).includes(stored.replace(/\(.*$/s, ""))) {
    const message = `HIVE_BAD_DATA: Field ${name}'s type ${stored} in parquet file s3://${sample.bucket}/${sample.key} is incompatible with type ${hiveName(type)} defined in table schema`;
    return `CASE WHEN trino_fail(${quoteText(message)}, ${column}) THEN CAST(NULL AS ${target}) END`;
  }
  if (type.name === "timestamp") return inMilliseconds(`CAST(${column} AS TIMESTAMP)`);
  if (type.name === "varbinary") return stored === "BLOB" ? column : `encode(CAST(${column} AS VARCHAR))`;
  if (type.name !== "varchar" && type.name !== "char") return `CAST(${column} AS ${target})`;
  const text = stored === "BLOB" ? `decode(${column})` : `CAST(${column} AS VARCHAR)`;
  if (type.length === undefined) return text;
  return type.name === "char" ? `rtrim(left(${text}, ${type.length}), ' ')` : `left(${text}, ${type.length})`;
}

function hiveName(type: TrinoType): string {
  return printHiveType(type);
}
