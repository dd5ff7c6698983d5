import type { Statement } from "../../../trino/ast-statements.ts";
import { notSupported } from "../../../trino/error.ts";
import type { Done, Run } from "../run/perform.ts";
import { alterTable } from "./alter-table.ts";
import { createTable } from "./create-table.ts";
import { alterDatabase, createDatabase, dropDatabase, showDatabases } from "./databases.ts";
import { describe, describeView } from "./describe.ts";
import { dropTable } from "./drop-table.ts";
import { explain } from "./explain.ts";
import { deallocate, prepare } from "./prepared.ts";
import { repairTable } from "./repair-table.ts";
import { showColumns } from "./show-columns.ts";
import { showCreateTable } from "./show-create-table.ts";
import { showPartitions } from "./show-partitions.ts";
import { showProperties } from "./show-properties.ts";
import { showTables, showViews } from "./show-tables.ts";
import { createView, dropView, showCreateView } from "./views.ts";
import { finish, type TextResult } from "./text-result.ts";

type Of<K extends Statement["kind"]> = Extract<Statement, { kind: K }>;
type Handlers = { readonly [K in Statement["kind"]]?: (run: Run, statement: Of<K>) => Promise<TextResult> };

/** Everything that is not a query, one handler each; what is not listed is refused by name. */
const HANDLERS: Handlers = {
  "create-database": createDatabase,
  "drop-database": dropDatabase,
  "show-databases": showDatabases,
  "alter-database": alterDatabase,
  "create-table": createTable,
  "drop-table": dropTable,
  "alter-table": alterTable,
  "repair-table": repairTable,
  "create-view": createView,
  "drop-view": dropView,
  "show-tables": showTables,
  "show-views": showViews,
  "show-columns": showColumns,
  "show-partitions": showPartitions,
  "show-properties": showProperties,
  "show-create-table": showCreateTable,
  "show-create-view": showCreateView,
  describe,
  "describe-view": describeView,
  explain,
  prepare,
  deallocate,
};

export async function runStatement(run: Run): Promise<Done> {
  const { statement } = run;
  const handler = HANDLERS[statement.kind] as
    | ((run: Run, statement: Statement) => Promise<TextResult>)
    | undefined;
  if (!handler) throw notSupported(statement.kind.replaceAll("-", " ").toUpperCase());
  return finish(run, await handler(run, statement));
}
