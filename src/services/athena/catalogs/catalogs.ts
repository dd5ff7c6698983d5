import { arn } from "../../../base/arn.ts";
import { isFault } from "../../../base/fault.ts";
import { invariant } from "../../../base/invariant.ts";
import type { Caller } from "../../../platform/caller.ts";
import { operation } from "../../../platform/operation.ts";
import { metadataNotFound } from "../faults.ts";
import type { GlueTable } from "../run/load-tables.ts";

/** Every account has it: the Glue Data Catalog. Others are not built. */
const CATALOG = "AwsDataCatalog";

const onCatalog = (
  { CatalogName: name }: { readonly CatalogName: string },
  { region, account }: Caller,
): string => arn("athena", region, account, `datacatalog/${name}`);

function checkCatalog(name: string): void {
  if (name.toLowerCase() !== CATALOG.toLowerCase())
    throw metadataNotFound(`Data catalog ${name} was not found`);
}

export const list = operation("athena:ListDataCatalogs", {
  resource: () => "*",
  handle: async () => ({
    DataCatalogsSummary: [
      { CatalogName: CATALOG, Type: "GLUE" as const, Status: "CREATE_COMPLETE" as const },
    ],
  }),
});

export const get = operation("athena:GetDataCatalog", {
  resource: ({ Name }, caller) => onCatalog({ CatalogName: Name }, caller),
  async handle({ Name }, { caller }) {
    checkCatalog(Name);
    return {
      DataCatalog: {
        Name: CATALOG,
        Description: "AWS Glue Data Catalog",
        Type: "GLUE" as const,
        Parameters: { "catalog-id": caller.account },
        Status: "CREATE_COMPLETE" as const,
      },
    };
  },
});

/** The catalog's refusals in Athena's shape. */
async function asMetadata<T>(answer: Promise<T>): Promise<T> {
  try {
    return await answer;
  } catch (error) {
    if (isFault(error) && error.code === "EntityNotFoundException") throw metadataNotFound(error.message);
    throw error;
  }
}

interface DatabaseFacts {
  readonly Name?: string | undefined;
  readonly Description?: string | undefined;
  readonly Parameters?: Readonly<Record<string, string>> | undefined;
}

const database = ({ Name, Description, Parameters }: DatabaseFacts) => ({
  Name: Name ?? "",
  ...(Description === undefined ? {} : { Description }),
  Parameters: Parameters ?? {},
});

export const listDatabases = operation("athena:ListDatabases", {
  resource: onCatalog,
  async handle({ CatalogName, NextToken, MaxResults }, { calls }) {
    checkCatalog(CatalogName);
    const found = await asMetadata(
      calls.asCaller.glue.GetDatabases({
        ...(NextToken === undefined ? {} : { NextToken }),
        ...(MaxResults === undefined ? {} : { MaxResults }),
      }),
    );
    return {
      DatabaseList: (found.DatabaseList ?? []).map(database),
      ...(found.NextToken === undefined ? {} : { NextToken: found.NextToken }),
    };
  },
});

export const getDatabase = operation("athena:GetDatabase", {
  resource: onCatalog,
  async handle({ CatalogName, DatabaseName }, { calls }) {
    checkCatalog(CatalogName);
    const { Database = {} } = await asMetadata(calls.asCaller.glue.GetDatabase({ Name: DatabaseName }));
    return { Database: database(Database) };
  },
});

export const listTableMetadata = operation("athena:ListTableMetadata", {
  resource: onCatalog,
  async handle({ CatalogName, DatabaseName, Expression, NextToken, MaxResults }, { calls }) {
    checkCatalog(CatalogName);
    const found = await asMetadata(
      calls.asCaller.glue.GetTables({
        DatabaseName,
        ...(Expression === undefined ? {} : { Expression }),
        ...(NextToken === undefined ? {} : { NextToken }),
        ...(MaxResults === undefined ? {} : { MaxResults }),
      }),
    );
    return {
      TableMetadataList: (found.TableList ?? []).map(tableMetadata),
      ...(found.NextToken === undefined ? {} : { NextToken: found.NextToken }),
    };
  },
});

export const getTableMetadata = operation("athena:GetTableMetadata", {
  resource: onCatalog,
  async handle({ CatalogName, DatabaseName, TableName }, { calls }) {
    checkCatalog(CatalogName);
    const { Table: table } = await asMetadata(
      calls.asCaller.glue.GetTable({ DatabaseName, Name: TableName }),
    );
    invariant(table, "a table that is there is told");
    return { TableMetadata: tableMetadata(table) };
  },
});

/** The storage descriptor's facts become parameters. Source: Athena API Reference, TableMetadata, as Athena answers it. */
function tableMetadata(table: GlueTable) {
  const { StorageDescriptor: descriptor = {}, Parameters = {} } = table;
  const serde = descriptor.SerdeInfo;
  const column = ({
    Name = "",
    Type,
    Comment,
  }: {
    readonly Name?: string | undefined;
    readonly Type?: string | undefined;
    readonly Comment?: string | undefined;
  }) => ({
    Name,
    ...(Type === undefined ? {} : { Type }),
    ...(Comment === undefined ? {} : { Comment }),
  });
  return {
    Name: table.Name ?? "",
    ...(table.CreateTime === undefined ? {} : { CreateTime: table.CreateTime }),
    ...(table.LastAccessTime === undefined ? {} : { LastAccessTime: table.LastAccessTime }),
    ...(table.TableType === undefined ? {} : { TableType: table.TableType }),
    Columns: (descriptor.Columns ?? []).map(column),
    PartitionKeys: (table.PartitionKeys ?? []).map(column),
    Parameters: {
      ...Parameters,
      ...(descriptor.Location === undefined ? {} : { location: descriptor.Location }),
      ...(descriptor.InputFormat === undefined ? {} : { inputformat: descriptor.InputFormat }),
      ...(descriptor.OutputFormat === undefined ? {} : { outputformat: descriptor.OutputFormat }),
      ...(serde?.SerializationLibrary === undefined
        ? {}
        : { "serde.serialization.lib": serde.SerializationLibrary }),
      ...Object.fromEntries(
        Object.entries(serde?.Parameters ?? {}).map(([name, value]) => [`serde.param.${name}`, value]),
      ),
    },
  };
}
