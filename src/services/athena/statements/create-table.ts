import { isFault } from "../../../base/fault.ts";
import type { CreateTable, HiveColumn } from "../../../trino/ast-statements.ts";
import { notSupported, TrinoError } from "../../../trino/error.ts";
import { parseHiveType } from "../../../trino/types/hive.ts";
import { QueryError } from "../run/failure.ts";
import { parseLocation } from "../run/location.ts";
import type { Run } from "../run/perform.ts";
import { databaseNotFound, ddlError } from "./hive-errors.ts";
import { nameOf } from "./names.ts";
import { serdeOf } from "./storage.ts";
import { NOTHING, type TextResult } from "./text-result.ts";

/** CREATE EXTERNAL TABLE: writes the table into the catalog; no file is looked at. */
export async function createTable(run: Run, statement: CreateTable): Promise<TextResult> {
  const { database, table } = nameOf(run, statement.table);
  if (statement.properties["table_type"]?.toUpperCase() === "ICEBERG") throw notSupported("An Iceberg table");
  if (!statement.external) throw notSupported("CREATE TABLE without EXTERNAL");
  const location = statement.location;
  if (location === undefined)
    throw ddlError(
      "MetaException(message:Unable to determine the location of the table: LOCATION is missing)",
    );
  if (!parseLocation(location))
    throw new QueryError(`FAILED: SemanticException ${location} is not a valid S3 location`);
  try {
    await run.context.calls.asCaller.glue.CreateTable({
      DatabaseName: database,
      TableInput: {
        Name: table,
        TableType: "EXTERNAL_TABLE",
        Owner: "hadoop",
        Retention: 0,
        Parameters: {
          EXTERNAL: "TRUE",
          ...(statement.comment === undefined ? {} : { comment: statement.comment }),
          ...statement.properties,
          transient_lastDdlTime: String(Math.floor(run.execution.submittedMs / 1_000)),
        },
        PartitionKeys: statement.partitionedBy.map(glueColumn),
        StorageDescriptor: {
          Columns: statement.columns.map(glueColumn),
          Location: location,
          Compressed: false,
          NumberOfBuckets: statement.clusteredBy?.buckets ?? -1,
          BucketColumns: [...(statement.clusteredBy?.columns ?? [])],
          SortColumns: [],
          Parameters: {},
          SkewedInfo: { SkewedColumnNames: [], SkewedColumnValues: [], SkewedColumnValueLocationMaps: {} },
          StoredAsSubDirectories: false,
          ...serdeOf(statement),
        },
      },
    });
  } catch (error) {
    if (!isFault(error)) throw error;
    if (error.code === "AlreadyExistsException") {
      if (statement.ifNotExists) return NOTHING;
      throw ddlError(
        `AlreadyExistsException(message:Table ${table} already exists in database ${database}.)`,
      );
    }
    if (error.code === "EntityNotFoundException") throw databaseNotFound(database);
    throw error;
  }
  return NOTHING;
}

export function glueColumn({ name, type, comment }: HiveColumn) {
  checkType(name, type);
  return { Name: name, Type: type, ...(comment === undefined ? {} : { Comment: comment }) };
}

/** A type that nobody could read later is refused now. */
function checkType(name: string, type: string): void {
  try {
    parseHiveType(type);
  } catch (error) {
    if (error instanceof TrinoError)
      throw new QueryError(
        `FAILED: ParseException cannot recognize input in column type of '${name}': ${type}`,
      );
    throw error;
  }
}
