import type { Statement } from "../../../trino/ast-statements.ts";
import { partitionPath } from "../run/hive-path.ts";
import { partitions } from "../run/partitions.ts";
import type { Run } from "../run/perform.ts";
import { checkPartitioned, partialValues } from "./partition-spec.ts";
import { findFileTable } from "./tables.ts";
import { shown, textColumn, type TextResult } from "./text-result.ts";

/** `dt=2026-01-01/hour=3`, a line each, in the order of their names as Hive's metastore gives them. */
export async function showPartitions(
  run: Run,
  { table: written, partition: spec = [] }: Extract<Statement, { kind: "show-partitions" }>,
): Promise<TextResult> {
  const found = await findFileTable(run, written);
  const keys = checkPartitioned(found);
  const names = keys.map(({ name }) => name);
  const wanted = partialValues(keys, spec);
  const lines: string[] = [];
  for await (const { Values: values = [] } of partitions(run.context.calls.asCaller, found.table))
    if (names.every((name, index) => (wanted.get(name) ?? values[index]) === values[index]))
      lines.push(partitionPath(names, values));
  return shown(textColumn("partition"), lines.toSorted());
}
