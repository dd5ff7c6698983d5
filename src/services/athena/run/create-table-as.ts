import { isFault } from "../../../base/fault.ts";
import type { Statement } from "../../../trino/ast-statements.ts";
import { notSupported, TrinoError } from "../../../trino/error.ts";
import { printHiveType } from "../../../trino/types/hive.ts";
import type { TrinoType } from "../../../trino/types/type.ts";
import { nameOf } from "../statements/names.ts";
import { QueryError } from "./failure.ts";
import { getTable, hasDatabase } from "./load-tables.ts";
import { folder, parseLocation, printLocation, type Location } from "./location.ts";
import { partitionPath } from "./hive-path.ts";
import { countedRows, outputOf } from "./output.ts";
import type { Done, Run } from "./perform.ts";
import { plan, type Planned } from "./plan.ts";
import { Properties } from "./properties.ts";
import { addPartitions, checkEmpty, putManifest, writeRows } from "./write.ts";
import { writeFormat, writeSql, type WriteFormat } from "./write-format.ts";

type CreateTableAs = Extract<Statement, { kind: "create-table-as" }>;

/** Source: Athena User Guide, "CREATE TABLE AS", "CTAS table properties". */
const KNOWN = [
  "table_type",
  "external_location",
  "is_external",
  "format",
  "partitioned_by",
  "bucketed_by",
  "bucket_count",
  "write_compression",
  "parquet_compression",
  "orc_compression",
  "compression_level",
  "field_delimiter",
] as const;

interface Column {
  readonly name: string;
  readonly type: TrinoType;
  readonly source: string;
}

export async function runCreateTableAs(run: Run, statement: CreateTableAs): Promise<Done> {
  const properties = new Properties(statement.properties, KNOWN);
  if (properties.text("table_type")?.toUpperCase() === "ICEBERG") throw notSupported("An Iceberg table");
  if (properties.list("bucketed_by").length > 0) throw notSupported("CREATE TABLE AS with bucketed_by");
  const { database, table } = nameOf(run, statement.table);
  const calls = run.context.calls.asCaller;
  if (!(await hasDatabase(calls, database)))
    throw new TrinoError("SCHEMA_NOT_FOUND", `Schema ${database} does not exist`);
  if (await getTable(calls, { catalog: run.execution.catalog, database, table })) {
    if (statement.ifNotExists) return { figures: {}, result: await countedRows(run, "CREATE TABLE", 0) };
    throw new TrinoError(
      "TABLE_ALREADY_EXISTS",
      `line 1:1: Destination table 'awsdatacatalog.${database}.${table}' already exists`,
    );
  }
  const format = writeFormat({
    format: properties.text("format") ?? "PARQUET",
    compression: properties.text("write_compression") ?? properties.text("parquet_compression"),
    delimiter: properties.text("field_delimiter"),
  });
  const target = await targetOf(run, properties.text("external_location"), `${database}.${table}`);
  const planned = await plan(run, { query: statement.query, columns: "values" });
  try {
    const { data, keys } = splitColumns(planned, properties.list("partitioned_by"));
    return await write(run, {
      database,
      table,
      format,
      target,
      planned,
      data,
      keys,
      withData: statement.withData,
    });
  } finally {
    planned.release();
  }
}

/** Where the table's files go: an empty folder. */
async function targetOf(run: Run, chosen: string | undefined, table: string): Promise<Location> {
  const output = outputOf(run);
  const { enforced, outputLocation } = run.group;
  // Source: Athena User Guide, "Override client-side settings".
  if (chosen !== undefined && enforced && outputLocation !== undefined)
    throw new QueryError(
      "The Create Table As Select query failed because it was submitted with an 'external_location' property to an Athena Workgroup that enforces a centralized output location for all queries. Please remove the 'external_location' property and resubmit the query.",
    );
  const location = chosen === undefined ? output : parseLocation(chosen);
  if (!location)
    throw new QueryError(`INVALID_TABLE_PROPERTY: external_location '${chosen}' is not a valid S3 path`);
  const target = folder(location);
  await checkEmpty(run, target, `table '${table}'`);
  return target;
}

/** Partition keys must be the last columns, in their order. Source: Athena User Guide, "CREATE TABLE AS", partitioned_by. */
function splitColumns(
  { emitted }: Planned,
  partitionedBy: readonly string[],
): { data: Column[]; keys: Column[] } {
  const columns = emitted.columns.map(({ name, type }, index) => ({
    name: name.toLowerCase(),
    type,
    source: `q.c${index}`,
  }));
  const names = new Set(columns.map(({ name }) => name));
  if (names.size < columns.length)
    throw new TrinoError("DUPLICATE_COLUMN_NAME", "Column names of the new table are not unique");
  const wanted = partitionedBy.map((name) => name.toLowerCase());
  const last = columns.slice(columns.length - wanted.length);
  const missing = wanted.find((name) => !names.has(name));
  if (missing !== undefined)
    throw new TrinoError("INVALID_TABLE_PROPERTY", `Partition columns ([${missing}]) not present in schema`);
  if (last.some(({ name }, index) => name !== wanted[index]))
    throw new TrinoError(
      "HIVE_COLUMN_ORDER_MISMATCH",
      `Partition keys must be the last columns in the table and in the same order as the table properties: [${wanted.join(", ")}]`,
    );
  return { data: columns.slice(0, columns.length - wanted.length), keys: last };
}

interface Writing {
  readonly database: string;
  readonly table: string;
  readonly format: WriteFormat;
  readonly target: Location;
  readonly planned: Planned;
  readonly data: readonly Column[];
  readonly keys: readonly Column[];
  readonly withData: boolean;
}

async function write(run: Run, writing: Writing): Promise<Done> {
  const { database, table, format, target, planned, data, keys, withData } = writing;
  const sql = writeSql(planned.emitted, [...data, ...keys], format);
  const partitionKeys = keys.map(({ name }) => name);
  const written = withData
    ? await writeRows(run, { planned, sql, partitionKeys, format, target })
    : { rows: 0, locations: [], partitions: [] };
  const descriptor = descriptorOf(format, data, printLocation(target));
  try {
    await run.context.calls.asCaller.glue.CreateTable({
      DatabaseName: database,
      TableInput: {
        Name: table,
        TableType: "EXTERNAL_TABLE",
        Parameters: { EXTERNAL: "TRUE", has_encrypted_data: "false" },
        PartitionKeys: keys.map(glueColumn),
        StorageDescriptor: descriptor,
      },
    });
  } catch (error) {
    if (isFault(error) && error.code === "AlreadyExistsException")
      throw new TrinoError("TABLE_ALREADY_EXISTS", `Table '${database}.${table}' already exists`);
    throw error;
  }
  const partitions = written.partitions.map((values) => ({
    values,
    descriptor: {
      ...descriptor,
      Location: `${printLocation(target)}${partitionPath(partitionKeys, values)}/`,
    },
  }));
  await addPartitions(run, { database, table }, partitions);
  const manifestLocation = await putManifest(run, written.locations);
  return {
    figures: { scannedBytes: planned.scannedBytes, planningMs: planned.planningMs, manifestLocation },
    result: await countedRows(run, "CREATE TABLE", written.rows),
  };
}

const glueColumn = ({ name, type }: Column) => ({ Name: name, Type: printHiveType(type) });

function descriptorOf(format: WriteFormat, data: readonly Column[], location: string) {
  return {
    Columns: data.map(glueColumn),
    Location: location,
    InputFormat: format.classes.input,
    OutputFormat: format.classes.output,
    Compressed: false,
    NumberOfBuckets: 0,
    StoredAsSubDirectories: false,
    SerdeInfo: { SerializationLibrary: format.classes.serde, Parameters: format.serdeParameters },
  };
}
