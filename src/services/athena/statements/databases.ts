import { isFault } from "../../../base/fault.ts";
import type { Statement } from "../../../trino/ast-statements.ts";
import type { Run } from "../run/perform.ts";
import { databaseNotFound, ddlError, isNotFound } from "./hive-errors.ts";
import { hivePattern } from "./pattern.ts";
import { NOTHING, shown, textColumn, type TextResult } from "./text-result.ts";

type Of<K extends Statement["kind"]> = Extract<Statement, { kind: K }>;

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
    if (!isNotFound(error)) throw error;
    if (!ifExists) throw databaseNotFound(database);
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
  return shown(textColumn("database_name"), lines);
}

/** The given properties are set; the others stay. Source: Athena User Guide, "ALTER DATABASE SET DBPROPERTIES". */
export async function alterDatabase(
  { context }: Run,
  { database, properties }: Of<"alter-database">,
): Promise<TextResult> {
  const { glue } = context.calls.asCaller;
  try {
    const { Database: found } = await glue.GetDatabase({ Name: database });
    await glue.UpdateDatabase({
      Name: database,
      DatabaseInput: {
        Name: database,
        Parameters: { ...found?.Parameters, ...properties },
        ...(found?.Description === undefined ? {} : { Description: found.Description }),
        ...(found?.LocationUri === undefined ? {} : { LocationUri: found.LocationUri }),
      },
    });
  } catch (error) {
    if (isNotFound(error)) throw databaseNotFound(database);
    throw error;
  }
  return NOTHING;
}
