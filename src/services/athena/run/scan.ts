import type { TextTable } from "../../../engines/duckdb/protocol.ts";
import { quoteName, quoteText } from "../../../trino/emit/text.ts";
import { duckType } from "../../../trino/types/duckdb.ts";
import type { TableUse } from "../../../trino/typed.ts";
import type { TrinoType } from "../../../trino/types/type.ts";
import { NULL_PARTITION } from "../../../trino/prune/predicate.ts";
import type { DataFile } from "./files.ts";
import type { Footer } from "./footers.ts";
import { jsonRows } from "./json-lines.ts";
import { lazyRows } from "./lazy-text.ts";
import { openCsvRows } from "./open-csv.ts";
import { parquetRows } from "./parquet-rows.ts";
import { compressionOf, formatOf, type Compression, type FileFormat } from "./serde.ts";

/** A table as DuckDB reads it: the SQL of its rows, and the partition values that the SQL joins. */
export interface Scan {
  readonly sql: string;
  readonly tables: readonly TextTable[];
}

export interface ScanInput {
  readonly table: TableUse;
  readonly files: readonly DataFile[];
  readonly tableParameters: Readonly<Record<string, string>>;
  /** Of Parquet files, by path. */
  readonly footers: ReadonlyMap<string, Footer>;
  /** Tells this scan's partition table from those of others in one query. */
  readonly name: string;
}

export interface Column {
  readonly name: string;
  readonly type: TrinoType;
}

/** Files of one format and compression are read by one call; the calls' rows are put together. */
export function scanOf(input: ScanInput): Scan {
  const { table, files } = input;
  const data = table.columns.filter((column) => !column.partitionKey);
  const keys = table.columns.filter((column) => column.partitionKey);
  if (files.length === 0) return { sql: emptyRows(table.columns), tables: [] };
  const reads = groups(input).map((group) => readGroup(group, data, input));
  const rows = reads.join(" UNION ALL ");
  if (keys.length === 0) return { sql: `SELECT ${names(data)} FROM (${rows})`, tables: [] };
  const values = keys.map((key) => `${partitionValue(key)} AS ${quoteName(key.name)}`);
  const all = [...data.map(({ name }) => `f.${quoteName(name)}`), ...values].join(", ");
  return {
    sql: `SELECT ${all} FROM (${rows}) AS f JOIN ${quoteName(input.name)} AS p ON f.filename = p.file`,
    tables: [partitionTable(input.name, keys, files)],
  };
}

const names = (columns: readonly Column[]): string =>
  columns.length === 0 ? "1 AS one" : columns.map(({ name }) => quoteName(name)).join(", ");

const emptyRows = (columns: readonly Column[]): string =>
  `SELECT ${columns.map(({ name, type }) => `CAST(NULL AS ${duckType(type)}) AS ${quoteName(name)}`).join(", ")} WHERE false`;

const partitionValue = ({ name, type }: Column): string => `CAST(p.${quoteName(name)} AS ${duckType(type)})`;

function partitionTable(name: string, keys: readonly Column[], files: readonly DataFile[]): TextTable {
  return {
    name,
    columns: ["file", ...keys.map((key) => key.name)],
    rows: files.map(({ path, part }) => [
      path,
      ...keys.map((key) => {
        const value = part.values[key.name];
        return value === undefined || value === NULL_PARTITION ? null : value;
      }),
    ]),
  };
}

interface Group {
  readonly format: FileFormat;
  readonly compression: Compression;
  readonly files: DataFile[];
}

function groups({ files, tableParameters }: ScanInput): Group[] {
  const found = new Map<string, Group>();
  for (const file of files) {
    const format = formatOf(file.part.descriptor, tableParameters);
    const compression = format.kind === "parquet" ? "none" : compressionOf(file.key);
    const key = JSON.stringify([format, compression]);
    const group = found.get(key) ?? { format, compression, files: [] };
    group.files.push(file);
    found.set(key, group);
  }
  return [...found.values()];
}

function readGroup(
  { format, compression, files }: Group,
  columns: readonly Column[],
  { footers }: ScanInput,
): string {
  const paths = `[${files.map(({ path }) => quoteText(path)).join(", ")}]`;
  const largestBytes = files.reduce((most, { bytes }) => Math.max(most, bytes), 0);
  const lines = { paths, compression, largestBytes };
  switch (format.kind) {
    case "parquet":
      return parquetRows(files, columns, footers);
    case "text":
      return lazyRows(lines, columns, format);
    case "open-csv":
      return openCsvRows(lines, columns, format);
    default:
      return jsonRows(lines, columns, format);
  }
}
