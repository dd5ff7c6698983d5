import type { OutputOf } from "../../contract/apis.ts";
import { nameKey, type Database, type DatabaseInput, type StorageDescriptor } from "./model.ts";
import type { PartitionAnswer, PartitionFacts, Table, TableAnswer, TableInput } from "./model.ts";

/** Rows as Glue shows them: what was given, and what Glue adds where nothing was. */
type DatabaseAnswer = NonNullable<OutputOf<"glue:GetDatabase">["Database"]>;

/** Glue tells times in whole seconds. */
export const wholeSecond = (time: Date): Date => new Date(Math.floor(time.getTime() / 1_000) * 1_000);

/** Whoever IAM allows, in a catalog that Lake Formation does not govern. Source: Lake Formation Developer Guide, "Changing the default settings for your data lake". */
const DEFAULT_PERMISSIONS: DatabaseAnswer["CreateTableDefaultPermissions"] = [
  { Principal: { DataLakePrincipalIdentifier: "IAM_ALLOWED_PRINCIPALS" }, Permissions: ["ALL"] },
];

export const describeDatabase = (row: Database, input: DatabaseInput): DatabaseAnswer => ({
  ...input,
  Name: row.name,
  CreateTime: row.createdAt,
  CreateTableDefaultPermissions: input.CreateTableDefaultPermissions ?? DEFAULT_PERMISSIONS,
  CatalogId: row.account,
});

export function describeTable(database: Database, row: Table, input: TableInput): TableAnswer {
  const { ViewDefinition: _, StorageDescriptor: descriptor, ...given } = input;
  return {
    Retention: 0,
    ...given,
    Name: row.name,
    DatabaseName: database.name,
    CreateTime: row.createdAt,
    UpdateTime: row.updatedAt,
    ...(descriptor ? { StorageDescriptor: describeStorage(descriptor) } : {}),
    CreatedBy: row.createdBy,
    IsRegisteredWithLakeFormation: false,
    CatalogId: database.account,
    VersionId: String(row.version),
    IsMultiDialectView: false,
  };
}

const describeStorage = (descriptor: StorageDescriptor): StorageDescriptor => ({
  Compressed: false,
  NumberOfBuckets: 0,
  SortColumns: [],
  StoredAsSubDirectories: false,
  ...descriptor,
});

export interface DescribedPartition {
  readonly database: Database;
  readonly table: Table;
  readonly values: readonly string[];
  readonly createdMs: number;
  readonly facts: PartitionFacts;
  /** Undefined for a partition without a descriptor. */
  readonly shape: StorageDescriptor | undefined;
}

export function describePartition(partition: DescribedPartition): PartitionAnswer {
  const { database, table, facts } = partition;
  return {
    Values: partition.values,
    DatabaseName: database.name,
    TableName: table.name,
    CreationTime: new Date(partition.createdMs),
    ...(facts.lastAccess ? { LastAccessTime: facts.lastAccess } : {}),
    ...(partition.shape ? { StorageDescriptor: partitionStorage(partition.shape, facts) } : {}),
    ...(facts.parameters ? { Parameters: facts.parameters } : {}),
    ...(facts.lastAnalyzed ? { LastAnalyzedTime: facts.lastAnalyzed } : {}),
    CatalogId: database.account,
  };
}

const partitionStorage = (shape: StorageDescriptor, facts: PartitionFacts): StorageDescriptor =>
  describeStorage({
    ...shape,
    ...(facts.location === undefined ? {} : { Location: facts.location }),
    ...(facts.additionalLocations ? { AdditionalLocations: facts.additionalLocations } : {}),
    ...(facts.descriptorParameters ? { Parameters: facts.descriptorParameters } : {}),
  });

export const sameName = (a: string, b: string): boolean => nameKey(a) === nameKey(b);
