import type { DataFile } from "./files.ts";
import type { Footer } from "./footers.ts";
import { formatOf } from "./serde.ts";

/** What a query reads of a table, by AWS's rule: of Parquet the columns it needs, compressed; of anything else all. */
export interface Measured {
  readonly scannedBytes: number;
  /** Of the Parquet files, by path. */
  readonly footers: ReadonlyMap<string, Footer>;
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
  const footers: ReadonlyMap<string, Footer> = parquet.length > 0 ? await footersOf(parquet) : new Map();
  for (const footer of footers.values())
    for (const column of columns) scannedBytes += footer.get(column)?.bytes ?? 0;
  return { scannedBytes, footers };
}
