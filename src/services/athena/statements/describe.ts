import type { Statement } from "../../../trino/ast-statements.ts";
import type { OutputOf } from "../../../contract/apis.ts";
import { notSupported } from "../../../trino/error.ts";
import type { Run } from "../run/perform.ts";
import {
  BLANK,
  columnLine,
  columnLines,
  dataColumns,
  DESCRIBED,
  FROM_DESERIALIZER,
  HEADING,
  keyColumns,
  partitionLines,
  viewColumns,
} from "./column-lines.ts";
import { extendedLine, formattedLines } from "./describe-details.ts";
import { ddlError, isNotFound, partitionNotFound } from "./hive-errors.ts";
import { printSpec, valuesOf } from "./partition-spec.ts";
import { findTable, isView, type FoundTable } from "./tables.ts";
import type { TextResult } from "./text-result.ts";

type Describe = Extract<Statement, { kind: "describe" }>;
export type GluePartition = NonNullable<OutputOf<"glue:GetPartition">["Partition"]>;

/** DESCRIBE, in Hive's tabular forms. Source: Athena User Guide, "DESCRIBE"; see column-lines.ts for the bytes. */
export async function describe(run: Run, statement: Describe): Promise<TextResult> {
  const { form, column } = statement;
  const found = await findTable(run, statement.table);
  const { table } = found;
  if (column !== undefined) return { columns: DESCRIBED, lines: [oneColumn(found, column, form)] };
  if (isView(table) && form === "plain") return viewColumns(table);
  const partition = await partitionOf(run, found, statement);
  if (form === "formatted")
    return {
      columns: DESCRIBED,
      lines: [
        HEADING,
        BLANK,
        ...columnLines({ ...table, PartitionKeys: [] }),
        ...partitionLines(table),
        BLANK,
        ...formattedLines(found, partition),
      ],
    };
  const details = form === "extended" ? [BLANK, extendedLine(found, partition)] : [];
  return { columns: DESCRIBED, lines: [...columnLines(table), ...partitionLines(table), ...details] };
}

/** @throws QueryError */
function oneColumn({ table }: FoundTable, name: string, form: Describe["form"]): string {
  if (form === "formatted") throw notSupported("DESCRIBE FORMATTED of a column");
  if (name.includes(".")) throw notSupported("DESCRIBE of a part of a column");
  const columns = [...dataColumns(table), ...keyColumns(table)];
  const column = columns.find(({ Name = "" }) => Name.toLowerCase() === name.toLowerCase());
  if (!column)
    throw ddlError(
      `cannot find field ${name} from [${columns.map(({ Name = "" }, index) => `${index}:${Name}`).join(", ")}]`,
    );
  return columnLine(column, FROM_DESERIALIZER);
}

async function partitionOf(
  run: Run,
  found: FoundTable,
  { partition: spec }: Describe,
): Promise<GluePartition | undefined> {
  if (!spec) return undefined;
  try {
    const { Partition } = await run.context.calls.asCaller.glue.GetPartition({
      DatabaseName: found.database,
      TableName: found.name,
      PartitionValues: [...valuesOf(found, spec)],
    });
    return Partition;
  } catch (error) {
    if (isNotFound(error)) throw partitionNotFound(printSpec(spec));
    throw error;
  }
}

/** DESCRIBE VIEW. */
export async function describeView(
  run: Run,
  { table: written }: Extract<Statement, { kind: "describe-view" }>,
): Promise<TextResult> {
  const { table, name } = await findTable(run, written);
  if (!isView(table)) throw ddlError(`${name} is not a view`);
  return viewColumns(table);
}
