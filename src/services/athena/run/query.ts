import { join } from "node:path";
import type { Query } from "../../../trino/ast.ts";
import { quoteText } from "../../../trino/emit/text.ts";
import { bytesThenFile, csvHeader, outputOf, putMetadata, putObject, resultColumns } from "./output.ts";
import type { Done, Run } from "./perform.ts";
import { plan } from "./plan.ts";
import { withScratch } from "./scratch.ts";

/** SELECT: the engine writes the CSV itself; its rows never pass through JavaScript. */
export async function runQuery(run: Run, { query }: { readonly query: Query }): Promise<Done> {
  const planned = await plan(run, { query, columns: "text" });
  try {
    const columns = resultColumns(planned.emitted.columns);
    await withScratch(run, async (folder) => {
      const path = join(folder, "result.csv");
      const copy = `COPY (${planned.emitted.sql}) TO ${quoteText(path)} (FORMAT csv, HEADER false, FORCE_QUOTE *)`;
      await run.context.engines.duckDb.run({ tables: planned.tables, statements: [copy] }, run.signal);
      const body = await bytesThenFile(csvHeader(columns), path);
      await Promise.all([
        putObject(run, outputOf(run), body, "application/octet-stream"),
        putMetadata(run, { columns, kind: "query" }),
      ]);
    });
    return {
      figures: { scannedBytes: planned.scannedBytes, planningMs: planned.planningMs },
      result: { columns, format: "csv", updateCount: 0 },
    };
  } finally {
    planned.release();
  }
}
