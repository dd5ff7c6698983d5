import type { Statement } from "../../../trino/ast-statements.ts";
import { notSupported } from "../../../trino/error.ts";
import type { Done, Run } from "../run/perform.ts";
import { createDatabase, dropDatabase, showDatabases } from "./databases.ts";
import { createTable } from "./create-table.ts";
import { finish, type TextResult } from "./text-result.ts";

type Of<K extends Statement["kind"]> = Extract<Statement, { kind: K }>;
type Handlers = { readonly [K in Statement["kind"]]?: (run: Run, statement: Of<K>) => Promise<TextResult> };

/** Everything that is not a query, one handler each; what is not listed is refused by name. */
const HANDLERS: Handlers = {
  "create-database": createDatabase,
  "drop-database": dropDatabase,
  "show-databases": showDatabases,
  "create-table": createTable,
};

export async function runStatement(run: Run): Promise<Done> {
  const { statement } = run;
  const handler = HANDLERS[statement.kind] as
    | ((run: Run, statement: Statement) => Promise<TextResult>)
    | undefined;
  if (!handler) throw notSupported(statement.kind.replaceAll("-", " ").toUpperCase());
  return finish(run, await handler(run, statement));
}
