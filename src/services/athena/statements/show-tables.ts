import type { Statement } from "../../../trino/ast-statements.ts";
import type { GlueTable } from "../run/load-tables.ts";
import type { Run } from "../run/perform.ts";
import { databaseNotFound, isNotFound } from "./hive-errors.ts";
import { hivePattern } from "./pattern.ts";
import { isView } from "./tables.ts";
import { shown, textColumn, type TextResult } from "./text-result.ts";

type Show<K extends "show-tables" | "show-views"> = Extract<
  Statement,
  { kind: K | "show-tables" | "show-views" }
>;

/** Tables and views alike, as Athena lists them. */
export const showTables = (run: Run, statement: Show<"show-tables">): Promise<TextResult> =>
  list(run, statement, { column: textColumn("tab_name"), keep: () => true });

export const showViews = (run: Run, statement: Show<"show-views">): Promise<TextResult> =>
  list(run, statement, { column: textColumn("views", "varchar"), keep: isView });

interface Listing {
  readonly column: TextResult["columns"][number];
  keep(table: GlueTable): boolean;
}

async function list(
  { context, execution }: Run,
  { database = execution.database ?? "default", pattern }: Show<"show-tables">,
  { column, keep }: Listing,
): Promise<TextResult> {
  const matches = hivePattern(pattern);
  const names: string[] = [];
  let token: string | undefined;
  try {
    do {
      const page = await context.calls.asCaller.glue.GetTables({
        DatabaseName: database.toLowerCase(),
        ...(token === undefined ? {} : { NextToken: token }),
      });
      for (const table of page.TableList ?? [])
        if (keep(table) && matches(table.Name ?? "")) names.push(table.Name ?? "");
      token = page.NextToken;
    } while (token !== undefined);
  } catch (error) {
    if (isNotFound(error)) throw databaseNotFound(database);
    throw error;
  }
  return shown(column, names.toSorted());
}
