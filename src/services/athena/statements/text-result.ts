import type { ResultColumn } from "../model.ts";
import { putObject, outputOf, putMetadata } from "../run/output.ts";
import type { Done, Run } from "../run/perform.ts";

/** A statement's answer: lines of text, as Athena writes them to `<id>.txt`. */
export interface TextResult {
  readonly columns: readonly ResultColumn[];
  readonly lines: readonly string[];
  /** What GetQueryResults says: 0 for SHOW, nothing for DDL and DESCRIBE. */
  readonly updateCount?: number;
  /** EXPLAIN's columns are described as a query's. */
  readonly metadata?: "query";
  /** Where it differs from what the text alone told. */
  readonly substatementType?: string;
}

/** DDL's own columns are Hive's. */
export const textColumn = (name: string, type: "string" | "varchar" = "string"): ResultColumn => ({
  name,
  type,
  precision: 0,
  scale: 0,
  caseSensitive: false,
});

export const NOTHING: TextResult = { columns: [], lines: [] };

/** What SHOW answers: lines of one column. */
export const shown = (column: ResultColumn, lines: readonly string[]): TextResult => ({
  columns: [column],
  lines,
  updateCount: 0,
});

/** Writes the lines, without a newline behind the last, and tells of them. */
export async function finish(run: Run, result: TextResult): Promise<Done> {
  const { columns, lines, updateCount, substatementType, metadata: kind = "text" } = result;
  await putObject(run, outputOf(run), Buffer.from(lines.join("\n"), "utf8"), "application/octet-stream");
  if (columns.length > 0) await putMetadata(run, { columns, kind });
  return {
    figures: {},
    result: { columns, format: "text", ...(updateCount === undefined ? {} : { updateCount }) },
    ...(substatementType === undefined ? {} : { substatementType }),
  };
}
