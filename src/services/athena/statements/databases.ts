import { isFault } from "../../../base/fault.ts";
import type { Statement } from "../../../trino/ast-statements.ts";
import { QueryError } from "../run/failure.ts";
import type { Run } from "../run/perform.ts";
import { hivePattern } from "./pattern.ts";
import { NOTHING, textColumn, type TextResult } from "./text-result.ts";

type Of<K extends Statement["kind"]> = Extract<Statement, { kind: K }>;

/** What Hive's DDL prints before an error of its own. Source: Athena User Guide, "Troubleshooting", error texts. */
export const ddlError = (text: string): QueryError =>
  new QueryError(
    `FAILED: Execution Error, return code 1 from org.apache.hadoop.hive.ql.exec.DDLTask. ${text}`,
  );

export async function createDatabase(
  { context }: Run,
  statement: Of<"create-database">,
): Promise<TextResult> {
  const { database, ifNotExists, comment, location, properties } = statement;
  try {
    await context.calls.asCaller.glue.CreateDatabase({
      DatabaseInput: {
        Name: database,
        Parameters: properties,
        ...(comment === undefined ? {} : { Description: comment }),
        ...(location === undefined ? {} : { LocationUri: location }),
      },
    });
  } catch (error) {
    if (!isFault(error) || error.code !== "AlreadyExistsException") throw error;
    if (!ifNotExists) throw ddlError(`Database ${database} already exists`);
  }
  return NOTHING;
}

export async function dropDatabase({ context }: Run, statement: Of<"drop-database">): Promise<TextResult> {
  const { database, ifExists, cascade } = statement;
  const { glue } = context.calls.asCaller;
  try {
    if (!cascade) {
      const { TableList = [] } = await glue.GetTables({ DatabaseName: database, MaxResults: 1 });
      if (TableList.length > 0)
        throw ddlError(
          `InvalidOperationException(message:Database ${database} is not empty. One or more tables exist.)`,
        );
    }
    await glue.DeleteDatabase({ Name: database });
  } catch (error) {
    if (!isFault(error) || error.code !== "EntityNotFoundException") throw error;
    if (!ifExists) throw ddlError(`Database does not exist: ${database}`);
  }
  return NOTHING;
}

export async function showDatabases(
  { context }: Run,
  { pattern }: Of<"show-databases">,
): Promise<TextResult> {
  const matches = hivePattern(pattern);
  const lines: string[] = [];
  let token: string | undefined;
  do {
    const page = await context.calls.asCaller.glue.GetDatabases(
      token === undefined ? {} : { NextToken: token },
    );
    lines.push(...(page.DatabaseList ?? []).map(({ Name = "" }) => Name).filter(matches));
    token = page.NextToken;
  } while (token !== undefined);
  return { columns: [textColumn("database_name")], lines };
}
