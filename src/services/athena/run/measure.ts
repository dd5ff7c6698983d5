import type { DuckDb } from "../../../engines/duckdb/duckdb.ts";
import { quoteText } from "../../../trino/emit/text.ts";
import type { DataFile } from "./files.ts";
import { formatOf } from "./serde.ts";

/** What a query reads of a table, by AWS's rule: of Parquet the columns it needs, compressed; of anything else all. */
export interface Measured {
  readonly scannedBytes: number;
  /** For Parquet files: the columns that each has, in lower case. */
  readonly columnsInFiles: ReadonlyMap<string, ReadonlySet<string>>;
}

/** How many footers one statement reads. */
const FILES_PER_STATEMENT = 1_000;

export async function measure(
  engine: DuckDb,
  files: readonly DataFile[],
  wanted: { readonly columns: readonly string[]; readonly tableParameters: Readonly<Record<string, string>> },
  signal: AbortSignal,
): Promise<Measured> {
  const columnsInFiles = new Map<string, Set<string>>();
  const needed = new Set(wanted.columns);
  const isParquet = (file: DataFile): boolean =>
    formatOf(file.part.descriptor, wanted.tableParameters).kind === "parquet";
  const parquet = files.filter(isParquet);
  let scannedBytes = files.filter((file) => !isParquet(file)).reduce((sum, file) => sum + file.bytes, 0);
  for (let from = 0; from < parquet.length; from += FILES_PER_STATEMENT) {
    const batch = parquet.slice(from, from + FILES_PER_STATEMENT);
    for (const [path, column, bytes] of await footers(engine, batch, signal)) {
      const name = column.toLowerCase();
      const known = columnsInFiles.get(path) ?? new Set<string>();
      columnsInFiles.set(path, known.add(name));
      if (needed.has(name)) scannedBytes += bytes;
    }
  }
  return { scannedBytes, columnsInFiles };
}

/** A nested column's leaves count for the column they belong to. A file without rows still has its columns, of no bytes. */
async function footers(
  engine: DuckDb,
  files: readonly DataFile[],
  signal: AbortSignal,
): Promise<(readonly [path: string, column: string, bytes: number])[]> {
  const paths = `[${files.map(({ path }) => quoteText(path)).join(", ")}]`;
  const statement = `
    SELECT file_name, split_part(path_in_schema, ', ', 1), sum(total_compressed_size)
    FROM parquet_metadata(${paths}) WHERE path_in_schema IS NOT NULL GROUP BY ALL
    UNION ALL
    SELECT file_name, name, 0 FROM parquet_schema(${paths}) WHERE num_children IS NULL OR num_children > 0`;
  const { rows } = await engine.run({ statements: [statement] }, signal);
  return rows.map(([path, column, bytes]) => [path ?? "", column ?? "", Number(bytes)] as const);
}
