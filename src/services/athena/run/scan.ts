import { invariant } from "../../../base/invariant.ts";
import type { TextTable } from "../../../engines/duckdb/protocol.ts";
import { quoteName, quoteText } from "../../../trino/emit/text.ts";
import { duckType } from "../../../trino/types/duckdb.ts";
import type { TableUse } from "../../../trino/typed.ts";
import type { TrinoType } from "../../../trino/types/type.ts";
import { NULL_PARTITION } from "../../../trino/prune/predicate.ts";
import type { DataFile } from "./files.ts";
import {
  compressionOf,
  formatOf,
  type Compression,
  type FileFormat,
  type OpenCsvFormat,
  type TextFormat,
} from "./serde.ts";

/** A table as DuckDB reads it: the SQL of its rows, and the partition values that the SQL joins. */
export interface Scan {
  readonly sql: string;
  readonly tables: readonly TextTable[];
}

export interface ScanInput {
  readonly table: TableUse;
  readonly files: readonly DataFile[];
  readonly tableParameters: Readonly<Record<string, string>>;
  /** For Parquet: the columns that each file has, in lower case. */
  readonly columnsInFiles: ReadonlyMap<string, ReadonlySet<string>>;
  /** Tells this scan's partition table from those of others in one query. */
  readonly name: string;
}

interface Column {
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
  input: ScanInput,
): string {
  const paths = `[${files.map(({ path }) => quoteText(path)).join(", ")}]`;
  switch (format.kind) {
    case "parquet":
      return parquetRows(files, columns, input.columnsInFiles);
    case "text":
      return textRows({ paths, compression, columns }, format);
    case "open-csv":
      return openCsvRows({ paths, compression, columns }, format);
    case "json":
      return jsonRows({ paths, compression, columns });
  }
}

/** By name; a column that no file has is NULL. Source: Athena User Guide, "Handle schema updates", Parquet reads by name. */
function parquetRows(
  files: readonly DataFile[],
  columns: readonly Column[],
  columnsInFiles: ReadonlyMap<string, ReadonlySet<string>>,
): string {
  const paths = `[${files.map(({ path }) => quoteText(path)).join(", ")}]`;
  const sets = files.map(({ path }) => columnsInFiles.get(path) ?? new Set<string>());
  const [first] = sets;
  invariant(first, "a group has a file");
  const alike = sets.every((set) => set.size === first.size && [...set].every((name) => first.has(name)));
  const somewhere = new Set(sets.flatMap((set) => [...set]));
  const items = columns.map(({ name, type }) => {
    const value = somewhere.has(name) ? quoteName(name) : "NULL";
    return `CAST(${value} AS ${duckType(type)}) AS ${quoteName(name)}`;
  });
  const options = `filename=true, hive_partitioning=false${alike ? "" : ", union_by_name=true"}`;
  return `SELECT ${[...items, "filename"].join(", ")} FROM read_parquet(${paths}, ${options})`;
}

interface TextRead {
  readonly paths: string;
  readonly compression: Compression;
  readonly columns: readonly Column[];
}

const csvSchema = (columns: readonly Column[]): string =>
  `{${columns.map(({ name }) => `${quoteText(name)}: 'VARCHAR'`).join(", ")}}`;

/** A value that is not of its column's type is NULL, and so is a missing one; what is too much is ignored. */
function textRows({ paths, compression, columns }: TextRead, format: TextFormat): string {
  const items = columns.map(({ name, type }) => `${lazyValue(name, type)} AS ${quoteName(name)}`);
  const options = [
    "auto_detect=false",
    "header=false",
    `skip=${format.headerLines}`,
    `delim=${quoteText(format.delimiter)}`,
    "quote=''",
    `escape=${quoteText(format.escape)}`,
    `nullstr=${quoteText(format.nullText)}`,
    "null_padding=true",
    "strict_mode=false",
    `compression=${quoteText(compression)}`,
    `columns=${csvSchema(columns)}`,
    "filename=true",
  ];
  return `SELECT ${[...items, "filename"].join(", ")} FROM read_csv(${paths}, ${options.join(", ")})`;
}

function lazyValue(name: string, type: TrinoType): string {
  const value = quoteName(name);
  if (type.name === "varchar" || type.name === "char") return value;
  if (type.name === "boolean")
    return `CASE lower(${value}) WHEN 'true' THEN true WHEN 'false' THEN false END`;
  return `TRY_CAST(${value} AS ${duckType(type)})`;
}

function openCsvRows({ paths, compression, columns }: TextRead, format: OpenCsvFormat): string {
  const items = columns.map(({ name, type }) => `${openCsvValue(name, type)} AS ${quoteName(name)}`);
  const options = [
    "auto_detect=false",
    "header=false",
    `skip=${format.headerLines}`,
    `delim=${quoteText(format.delimiter)}`,
    `quote=${quoteText(format.quote)}`,
    `escape=${quoteText(format.escape === "\\" ? format.quote : format.escape)}`,
    "null_padding=true",
    "strict_mode=false",
    `compression=${quoteText(compression)}`,
    `columns=${csvSchema(columns)}`,
    "filename=true",
  ];
  return `SELECT ${[...items, "filename"].join(", ")} FROM read_csv(${paths}, ${options.join(", ")})`;
}

/** Dates are days since 1970, timestamps milliseconds. Source: Athena User Guide, "Open CSV SerDe", "Usage notes". */
function openCsvValue(name: string, type: TrinoType): string {
  const value = `coalesce(${quoteName(name)}, '')`;
  if (type.name === "varchar" || type.name === "char") return value;
  const filled = `nullif(${value}, '')`;
  if (type.name === "date") return `DATE '1970-01-01' + CAST(${filled} AS INTEGER)`;
  if (type.name === "timestamp") return `CAST(epoch_ms(CAST(${filled} AS BIGINT)) AS TIMESTAMP)`;
  return `CAST(${filled} AS ${duckType(type)})`;
}

/** One object a line; names are matched without regard to case, as both JSON SerDes do. */
function jsonRows({ paths, compression, columns }: TextRead): string {
  const items = columns.map(({ name, type }) => `${jsonValue(name, type)} AS ${quoteName(name)}`);
  const lines = `SELECT filename, map_from_entries(list_transform(json_keys(json), lambda k: struct_pack(k := lower(k), v := json -> ('$."' || k || '"')))) AS fields FROM read_json_objects(${paths}, format='newline_delimited', compression=${quoteText(compression)}, filename=true)`;
  return `SELECT ${[...items, "filename"].join(", ")} FROM (${lines})`;
}

function jsonValue(name: string, type: TrinoType): string {
  const value = `fields[${quoteText(name)}]`;
  if (type.name === "varchar" || type.name === "char")
    return `CASE WHEN json_type(${value}) = 'VARCHAR' THEN ${value} ->> '$' WHEN json_type(${value}) = 'NULL' THEN NULL ELSE CAST(${value} AS VARCHAR) END`;
  return `CAST(${value} AS ${duckType(type)})`;
}
