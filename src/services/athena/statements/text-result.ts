import type { ResultColumn } from "../model.ts";
import { putResult } from "../run/output.ts";
import type { Done, Run } from "../run/perform.ts";

/** A statement's answer: lines of text, as Athena writes them to `<id>.txt`. */
export interface TextResult {
  readonly columns: readonly ResultColumn[];
  readonly lines: readonly string[];
}

export const textColumn = (name: string): ResultColumn => ({
  name,
  type: "string",
  precision: 0,
  scale: 0,
  caseSensitive: false,
});

export const NOTHING: TextResult = { columns: [], lines: [] };

/** Writes the lines and tells of them. */
export async function finish(run: Run, { columns, lines }: TextResult): Promise<Done> {
  const text = lines.map((line) => `${line}\n`).join("");
  await putResult(run, columns, Buffer.from(text, "utf8"), "application/octet-stream");
  return { figures: {}, result: { columns, format: "text" } };
}
