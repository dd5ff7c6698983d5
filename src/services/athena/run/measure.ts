import type { DataFile } from "./files.ts";
import type { Footer } from "./footers.ts";
import { formatOf } from "./serde.ts";

/** What a query reads of a table, by AWS's rule: of Parquet the columns it needs, compressed; of anything else all. */
export interface Measured {
  readonly scannedBytes: number;
  /** For Parquet files: the columns that each has, in lower case. */
  readonly columnsInFiles: ReadonlyMap<string, ReadonlySet<string>>;
}

export interface Wanted {
  readonly columns: readonly string[];
  readonly tableParameters: Readonly<Record<string, string>>;
  /** Reads the footers of Parquet files, by path. */
  readonly footersOf: (paths: readonly string[]) => Promise<ReadonlyMap<string, Footer>>;
}

export async function measure(
  files: readonly DataFile[],
  { columns, tableParameters, footersOf }: Wanted,
): Promise<Measured> {
  const parquet: string[] = [];
  let scannedBytes = 0;
  for (const { path, part, bytes } of files) {
    if (formatOf(part.descriptor, tableParameters).kind === "parquet") parquet.push(path);
    else scannedBytes += bytes;
  }
  const columnsInFiles = new Map<string, ReadonlySet<string>>();
  for (const [path, footer] of parquet.length > 0 ? await footersOf(parquet) : []) {
    columnsInFiles.set(path, new Set(footer.keys()));
    for (const column of columns) scannedBytes += footer.get(column) ?? 0;
  }
  return { scannedBytes, columnsInFiles };
}
