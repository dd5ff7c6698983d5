import type { DuckDb } from "../../../engines/duckdb/duckdb.ts";
import { perHouse } from "../../../platform/per-house.ts";
import type { Store } from "../../../store/store.ts";
import { quoteText } from "../../../trino/emit/text.ts";

/** A Parquet file's columns, in lower case, and the compressed bytes of each. */
export type Footer = ReadonlyMap<string, number>;

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
        paths.map((path) => [path, found.get(path) ?? known.get(path) ?? new Map<string, number>()]),
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
  const statement = `
    SELECT file_name, split_part(path_in_schema, ', ', 1), sum(total_compressed_size)
    FROM parquet_metadata(${paths}) WHERE path_in_schema IS NOT NULL GROUP BY ALL
    UNION ALL
    SELECT file_name, name, 0 FROM parquet_schema(${paths}) WHERE num_children IS NULL OR num_children > 0`;
  const { rows } = await engine.run({ statements: [statement] }, signal);
  const found = new Map<string, Map<string, number>>();
  for (const [path, column, bytes] of rows) {
    const footer = found.get(path ?? "") ?? new Map<string, number>();
    const name = (column ?? "").toLowerCase();
    footer.set(name, (footer.get(name) ?? 0) + Number(bytes));
    found.set(path ?? "", footer);
  }
  return found;
}
