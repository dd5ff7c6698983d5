import {
  CreatePartitionIndexCommand,
  UpdateTableCommand,
  UpdateColumnStatisticsForPartitionCommand,
  UpdateColumnStatisticsForTableCommand,
} from "@aws-sdk/client-glue";
import { glueArn, type Fixtures } from "./fixtures.ts";
import { need, SOURCES, type Row } from "./row.ts";

/** The catalog's operations need their action on the object and on all that is above it; deletions also on what lies below. */
const row = (name: string, prepare: Row["prepare"]): Row => ({
  operation: `glue:${name}`,
  source: SOURCES.glueArns,
  prepare,
});

type More = Readonly<Record<string, unknown>>;
interface TableNames {
  readonly DatabaseName: string;
  readonly TableName: string;
}
const above = (database: string): string[] => [glueArn("catalog"), glueArn(`database/${database}`)];
const all = ({ DatabaseName, TableName }: TableNames): string[] => [
  ...above(DatabaseName),
  glueArn(`table/${DatabaseName}/${TableName}`),
];

/** An operation that names its table TableName. */
const onTable = (
  name: string,
  more: More | ((fixtures: Fixtures, table: TableNames) => Promise<More>) = {},
): Row =>
  row(name, async (fixtures) => {
    const table = await fixtures.table();
    const rest = typeof more === "function" ? await more(fixtures, table) : more;
    return { input: { ...table, ...rest }, needs: need(`glue:${name}`, ...all(table)) };
  });

/** An operation that names its table Name. */
const onNamed = (name: string, input: (table: TableNames) => More): Row =>
  row(name, async (fixtures) => {
    const table = await fixtures.table();
    return {
      input: { DatabaseName: table.DatabaseName, ...input(table) },
      needs: need(`glue:${name}`, ...all(table)),
    };
  });

const PartitionValues = ["1"];
const Values = ["2"];
const index = { Keys: ["p"], IndexName: "by_p" };
const ColumnStatisticsList = [
  {
    ColumnName: "c",
    ColumnType: "int",
    AnalyzedTime: new Date(0),
    StatisticsData: {
      Type: "LONG" as const,
      LongColumnStatisticsData: { NumberOfNulls: 0, NumberOfDistinctValues: 1 },
    },
  },
];
const secondVersion = async ({ glue }: Fixtures, { DatabaseName, TableName }: TableNames): Promise<void> => {
  const TableInput = {
    Name: TableName,
    PartitionKeys: [{ Name: "p", Type: "string" }],
    StorageDescriptor: { Columns: [{ Name: "d", Type: "int" }] },
  };
  await glue.send(new UpdateTableCommand({ DatabaseName, TableInput }));
};

const DATABASES: readonly Row[] = [
  row("CreateDatabase", (fixtures) => {
    const Name = fixtures.name("made");
    return { input: { DatabaseInput: { Name } }, needs: need("glue:CreateDatabase", ...above(Name)) };
  }),
  row("GetDatabase", async (fixtures) => {
    const Name = await fixtures.database();
    return { input: { Name }, needs: need("glue:GetDatabase", ...above(Name)) };
  }),
  row("GetDatabases", () => ({
    input: {},
    needs: need("glue:GetDatabases", glueArn("catalog"), glueArn("database/*")),
  })),
  row("UpdateDatabase", async (fixtures) => {
    const Name = await fixtures.database();
    return { input: { Name, DatabaseInput: { Name } }, needs: need("glue:UpdateDatabase", ...above(Name)) };
  }),
  row("DeleteDatabase", async (fixtures) => {
    const Name = await fixtures.database();
    return {
      input: { Name },
      needs: need(
        "glue:DeleteDatabase",
        ...above(Name),
        glueArn(`table/${Name}/*`),
        glueArn(`userDefinedFunction/${Name}/*`),
      ),
    };
  }),
];

const TABLES: readonly Row[] = [
  row("CreateTable", async (fixtures) => {
    const names = { DatabaseName: await fixtures.database(), TableName: fixtures.name("made") };
    return {
      input: { DatabaseName: names.DatabaseName, TableInput: { Name: names.TableName } },
      needs: need("glue:CreateTable", ...all(names)),
    };
  }),
  onNamed("GetTable", ({ TableName: Name }) => ({ Name })),
  onNamed("UpdateTable", ({ TableName: Name }) => ({ TableInput: { Name } })),
  onNamed("DeleteTable", ({ TableName: Name }) => ({ Name })),
  onNamed("BatchDeleteTable", ({ TableName }) => ({ TablesToDelete: [TableName] })),
  row("GetTables", async (fixtures) => {
    const { DatabaseName } = await fixtures.table();
    return {
      input: { DatabaseName },
      needs: need("glue:GetTables", ...above(DatabaseName), glueArn(`table/${DatabaseName}/*`)),
    };
  }),
  row("SearchTables", () => ({
    input: {},
    needs: need("glue:SearchTables", glueArn("catalog"), glueArn("database/*"), glueArn("table/*/*")),
  })),
  onTable("GetTableVersion"),
  onTable("GetTableVersions"),
  onTable("DeleteTableVersion", async (fixtures, table) =>
    secondVersion(fixtures, table).then(() => ({ VersionId: "0" })),
  ),
  onTable("BatchDeleteTableVersion", async (fixtures, table) =>
    secondVersion(fixtures, table).then(() => ({ VersionIds: ["0"] })),
  ),
];

const PARTITIONS: readonly Row[] = [
  onTable("CreatePartition", { PartitionInput: { Values } }),
  onTable("BatchCreatePartition", { PartitionInputList: [{ Values }] }),
  onTable("GetPartition", { PartitionValues }),
  onTable("BatchGetPartition", { PartitionsToGet: [{ Values: PartitionValues }] }),
  onTable("GetPartitions"),
  onTable("UpdatePartition", {
    PartitionValueList: PartitionValues,
    PartitionInput: { Values: PartitionValues },
  }),
  onTable("BatchUpdatePartition", {
    Entries: [{ PartitionValueList: PartitionValues, PartitionInput: { Values: PartitionValues } }],
  }),
  onTable("DeletePartition", { PartitionValues }),
  onTable("BatchDeletePartition", { PartitionsToDelete: [{ Values: PartitionValues }] }),
  onTable("CreatePartitionIndex", { PartitionIndex: index }),
  onTable("GetPartitionIndexes"),
  onTable("DeletePartitionIndex", async ({ glue }, table) => {
    await glue.send(new CreatePartitionIndexCommand({ ...table, PartitionIndex: index }));
    return { IndexName: index.IndexName };
  }),
];

/** "The IAM permission required for this operation is …" stands on each one's page of the API Reference. */
const statistics = (name: string, permission: string, more: More): Row => ({
  ...row(name, async (fixtures) => {
    const table = await fixtures.table();
    await fixtures.glue.send(new UpdateColumnStatisticsForTableCommand({ ...table, ColumnStatisticsList }));
    await fixtures.glue.send(
      new UpdateColumnStatisticsForPartitionCommand({ ...table, PartitionValues, ColumnStatisticsList }),
    );
    return { input: { ...table, ...more }, needs: need(`glue:${permission}`, ...all(table)) };
  }),
  source: `https://docs.aws.amazon.com/glue/latest/webapi/API_${name}.html`,
});

const STATISTICS: readonly Row[] = [
  statistics("UpdateColumnStatisticsForTable", "UpdateTable", { ColumnStatisticsList }),
  statistics("GetColumnStatisticsForTable", "GetTable", { ColumnNames: ["c"] }),
  statistics("DeleteColumnStatisticsForTable", "DeleteTable", { ColumnName: "c" }),
  statistics("UpdateColumnStatisticsForPartition", "UpdatePartition", {
    PartitionValues,
    ColumnStatisticsList,
  }),
  statistics("GetColumnStatisticsForPartition", "GetPartition", { PartitionValues, ColumnNames: ["c"] }),
  statistics("DeleteColumnStatisticsForPartition", "DeletePartition", { PartitionValues, ColumnName: "c" }),
];

const tagged = (name: string, more: More): Row =>
  row(name, async (fixtures) => {
    const ResourceArn = glueArn(`database/${await fixtures.database()}`);
    return { input: { ResourceArn, ...more }, needs: need(`glue:${name}`, ResourceArn) };
  });

const OTHERS: readonly Row[] = [
  tagged("TagResource", { TagsToAdd: { k: "v" } }),
  tagged("UntagResource", { TagsToRemove: ["k"] }),
  tagged("GetTags", {}),
  row("GetCatalogImportStatus", () => ({
    input: {},
    needs: need("glue:GetCatalogImportStatus", glueArn("catalog")),
  })),
  row("GetDataCatalogEncryptionSettings", () => ({
    input: {},
    needs: need("glue:GetDataCatalogEncryptionSettings", glueArn("catalog")),
  })),
];

export const GLUE_ROWS: readonly Row[] = [...DATABASES, ...TABLES, ...PARTITIONS, ...STATISTICS, ...OTHERS];
