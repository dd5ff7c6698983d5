import type { DuckDb } from "../../../engines/duckdb/duckdb.ts";
import { perHouse } from "../../../platform/per-house.ts";
import type { Store } from "../../../store/store.ts";
import { quoteText } from "../../../trino/emit/text.ts";

/** A column of a Parquet file. */
export interface StoredColumn {
  /** DuckDB's name of its type; `NESTED` for one that holds others. */
  readonly type: string;
  /** Compressed. */
  readonly bytes: number;
}

/** A Parquet file's columns, by name in lower case. */
export type Footer = ReadonlyMap<string, StoredColumn>;

const NESTED = "NESTED";

/** Files never change under their path, so what was read of one stays true. */
export interface Footers {
  /** By path. */
  read(paths: readonly string[], engine: DuckDb, signal: AbortSignal): Promise<ReadonlyMap<string, Footer>>;
}

/** How many footers one statement reads, and how many are remembered. */
const FILES_PER_STATEMENT = 1_000;
const FILES_REMEMBERED = 20_000;

export const footers = perHouse<{ readonly store: Store }, Footers>(() => {
  const known = new Map<string, Footer>();
  return {
    async read(paths, engine, signal) {
      const missing = paths.filter((path) => !known.has(path));
      const found = new Map<string, Footer>();
      for (let from = 0; from < missing.length; from += FILES_PER_STATEMENT)
        for (const [path, footer] of await readFooters(
          engine,
          missing.slice(from, from + FILES_PER_STATEMENT),
          signal,
        ))
          found.set(path, footer);
      const all = new Map(
        paths.map((path) => [path, found.get(path) ?? known.get(path) ?? new Map<string, StoredColumn>()]),
      );
      if (known.size + found.size > FILES_REMEMBERED) known.clear();
      for (const [path, footer] of found) known.set(path, footer);
      return all;
    },
  };
});

/** A nested column's leaves count for the column they belong to. A file without rows still has its columns, of no bytes. */
async function readFooters(
  engine: DuckDb,
  files: readonly string[],
  signal: AbortSignal,
): Promise<ReadonlyMap<string, Footer>> {
  const paths = `[${files.map(quoteText).join(", ")}]`;
  const sizes = `
    SELECT file_name, split_part(path_in_schema, ', ', 1), sum(total_compressed_size)
    FROM parquet_metadata(${paths}) WHERE path_in_schema IS NOT NULL GROUP BY ALL`;
  const schema = `
    SELECT file_name, name, coalesce(num_children, 0), duckdb_type FROM parquet_schema(${paths})
    ORDER BY file_name, column_id`;
  const [sized, described] = await Promise.all(
    [sizes, schema].map((statement) => engine.run({ statements: [statement] }, signal)),
  );
  const bytes = new Map(
    sized?.rows.map(([path, column, size]) => [`${path}\n${(column ?? "").toLowerCase()}`, Number(size)]),
  );
  const found = new Map<string, Map<string, StoredColumn>>();
  for (const { path, name, type } of topLevel(described?.rows ?? [])) {
    const footer = found.get(path) ?? new Map<string, StoredColumn>();
    found.set(path, footer.set(name, { type, bytes: bytes.get(`${path}\n${name}`) ?? 0 }));
  }
  return found;
}

type SchemaRow = readonly (string | null)[];

/** The schema lists a tree depth first, each node with how many children it has; the root's children are the columns. */
function* topLevel(rows: readonly SchemaRow[]) {
  let file: string | null | undefined;
  /** How many nodes below the present column are still to come. */
  let below = 0;
  for (const [path = "", name, children, type] of rows) {
    if (path !== file) {
      file = path;
      below = 0;
      continue;
    }
    if (below > 0) {
      below += Number(children) - 1;
      continue;
    }
    below = Number(children);
    yield { path: path ?? "", name: (name ?? "").toLowerCase(), type: below > 0 ? NESTED : (type ?? "") };
  }
}
