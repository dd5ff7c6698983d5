import type { Statement } from "../../../trino/ast-statements.ts";
import { notSupported } from "../../../trino/error.ts";
import { queryOf } from "../../../trino/references.ts";
import { columnMetadata } from "../../../trino/types/metadata.ts";
import { BOOLEAN } from "../../../trino/types/type.ts";
import type { ResultColumn } from "../model.ts";
import type { Run } from "../run/perform.ts";
import { analyzeQuery } from "../run/plan.ts";
import { planText } from "../explain/plan-text.ts";
import type { TextResult } from "./text-result.ts";

type Explain = Extract<Statement, { kind: "explain" }>;

/** EXPLAIN: the query is analysed and pruned, and no file is looked at. Source: Athena User Guide, "Using EXPLAIN and EXPLAIN ANALYZE in Athena". */
export async function explain(run: Run, { analyze, options, statement }: Explain): Promise<TextResult> {
  if (analyze) throw notSupported("EXPLAIN ANALYZE");
  const type = (options["type"] ?? "DISTRIBUTED").toUpperCase();
  const format = (options["format"] ?? "TEXT").toUpperCase();
  if (type === "IO") throw notSupported("EXPLAIN (TYPE IO)");
  if (format !== "TEXT") throw notSupported(`EXPLAIN (FORMAT ${format})`);
  const query = queryOf(statement);
  if (!query) throw notSupported(`EXPLAIN of ${statement.kind.replaceAll("-", " ").toUpperCase()}`);
  const { analyzed } = await analyzeQuery(run, { query });
  if (type === "VALIDATE") return answer({ name: "Valid", ...columnMetadata(BOOLEAN) }, "true");
  const text = planText(analyzed, statement.kind);
  return answer(
    { name: "Query Plan", type: "varchar", precision: text.length, scale: 0, caseSensitive: true },
    text,
  );
}

/** A heading, as a query's result has it, and then a row for each line and one that is empty. */
const answer = (column: ResultColumn, text: string): TextResult => ({
  columns: [column],
  lines: [column.name, ...text.split("\n"), ""],
  metadata: "query",
});
