import { service } from "../../platform/service.ts";
import * as catalog from "./catalog.ts";
import { CLEAR_DATABASE_TIMER, CLEAR_TABLE_TIMER, clearDatabase, clearTable } from "./clearing.ts";
import * as statistics from "./column-statistics.ts";
import * as databases from "./databases.ts";
import * as partitionIndexes from "./partition-indexes.ts";
import * as partitionList from "./partition-list.ts";
import * as partitions from "./partitions.ts";
import * as searchTables from "./search-tables.ts";
import * as versions from "./table-versions.ts";
import * as tables from "./tables.ts";
import * as tags from "./tags.ts";
import { usage } from "./usage.ts";

/** AWS Glue: the Data Catalog. */
export const glue = service("glue", {
  operations: {
    CreateDatabase: databases.create,
    GetDatabase: databases.get,
    GetDatabases: databases.list,
    UpdateDatabase: databases.update,
    DeleteDatabase: databases.remove,
    GetCatalogImportStatus: catalog.importStatus,
    GetDataCatalogEncryptionSettings: catalog.encryptionSettings,
    TagResource: tags.tag,
    UntagResource: tags.untag,
    GetTags: tags.list,

    CreateTable: tables.create,
    GetTable: tables.get,
    GetTables: tables.list,
    UpdateTable: tables.update,
    DeleteTable: tables.remove,
    BatchDeleteTable: tables.removeMany,
    SearchTables: searchTables.search,
    GetTableVersion: versions.get,
    GetTableVersions: versions.list,
    DeleteTableVersion: versions.remove,
    BatchDeleteTableVersion: versions.removeMany,

    CreatePartition: partitions.create,
    BatchCreatePartition: partitions.createMany,
    GetPartition: partitions.get,
    GetPartitions: partitionList.list,
    BatchGetPartition: partitions.getMany,
    UpdatePartition: partitions.update,
    BatchUpdatePartition: partitions.updateMany,
    DeletePartition: partitions.remove,
    BatchDeletePartition: partitions.removeMany,
    CreatePartitionIndex: partitionIndexes.create,
    GetPartitionIndexes: partitionIndexes.list,
    DeletePartitionIndex: partitionIndexes.remove,

    GetColumnStatisticsForTable: statistics.getForTable,
    UpdateColumnStatisticsForTable: statistics.updateForTable,
    DeleteColumnStatisticsForTable: statistics.deleteForTable,
    GetColumnStatisticsForPartition: statistics.getForPartition,
    UpdateColumnStatisticsForPartition: statistics.updateForPartition,
    DeleteColumnStatisticsForPartition: statistics.deleteForPartition,
  },
  usage,
  timers: { [CLEAR_DATABASE_TIMER]: clearDatabase, [CLEAR_TABLE_TIMER]: clearTable },
});
