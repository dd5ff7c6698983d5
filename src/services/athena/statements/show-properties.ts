import type { Statement } from "../../../trino/ast-statements.ts";
import type { Run } from "../run/perform.ts";
import { findTable } from "./tables.ts";
import { textColumn, type TextResult } from "./text-result.ts";

const COLUMNS = [textColumn("prpt_name"), textColumn("prpt_value")];

/** Source: Athena User Guide, "SHOW TBLPROPERTIES"; the text for a name that is not there is Hive's. */
export async function showProperties(
  run: Run,
  { table: written, name }: Extract<Statement, { kind: "show-properties" }>,
): Promise<TextResult> {
  const { table, database, name: tableName } = await findTable(run, written);
  const properties = table.Parameters ?? {};
  const lines =
    name === undefined
      ? Object.entries(properties)
          .toSorted(([left], [right]) => (left < right ? -1 : 1))
          .map(([key, value]) => `${key}\t${value}`)
      : [
          properties[name] === undefined
            ? `Table ${database}.${tableName} does not have property: ${name}`
            : `${name}\t${properties[name]}`,
        ];
  return { columns: COLUMNS, lines, updateCount: 0 };
}
