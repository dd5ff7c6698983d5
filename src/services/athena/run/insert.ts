import type { Statement } from "../../../trino/ast-statements.ts";
import type { TableColumn } from "../../../trino/analyze/context.ts";
import { notSupported, TrinoError } from "../../../trino/error.ts";
import { coerces } from "../../../trino/types/coercion.ts";
import { duckType } from "../../../trino/types/duckdb.ts";
import { printType, type TrinoType } from "../../../trino/types/type.ts";
import { nameOf } from "../statements/names.ts";
import { QueryError } from "./failure.ts";
import { partitionPath } from "./hive-path.ts";
import { columnsOf, getTable, type GlueTable } from "./load-tables.ts";
import { folder, parseLocation, printLocation } from "./location.ts";
import type { Done, Run } from "./perform.ts";
import { countedRows } from "./output.ts";
import { analyzeQuery, plan } from "./plan.ts";
import { formatOf } from "./serde.ts";
import { addPartitions, putManifest, writeRows, type Written } from "./write.ts";
import { formatOfTable, writeSql } from "./write-format.ts";

type Insert = Extract<Statement, { kind: "insert" }>;

/** INSERT INTO: new files beside the old ones, and the partitions that they begin. */
export async function runInsert(run: Run, statement: Insert): Promise<Done> {
  const name = nameOf(run, statement.table);
  const table = await getTable(run.context.calls.asCaller, name);
  if (!table)
    throw new TrinoError(
      "TABLE_NOT_FOUND",
      `line 1:1: Table 'awsdatacatalog.${name.database}.${name.table}' does not exist`,
    );
  if (table.TableType === "VIRTUAL_VIEW") throw notSupported("INSERT into a view");
  const columns = columnsOf(table);
  const chosen = chosenColumns(columns, statement.columns);
  await checkTypes(run, statement, chosen);
  const planned = await plan(run, {
    query: statement.query,
    columns: "values",
    columnTypes: chosen.map(({ type }) => type),
  });
  try {
    const format = formatOfTable(formatOf(table.StorageDescriptor ?? {}, table.Parameters ?? {}));
    const location = parseLocation(table.StorageDescriptor?.Location ?? "");
    if (!location) throw new QueryError(`HIVE_METASTORE_ERROR: Table ${name.table} has no location in S3`);
    const target = folder(location);
    const sources = columns.map((column) => {
      const index = chosen.indexOf(column);
      return { ...column, source: index < 0 ? `CAST(NULL AS ${duckType(column.type)})` : `q.c${index}` };
    });
    const written = await writeRows(run, {
      planned,
      sql: writeSql(planned.emitted, sources, format),
      partitionKeys: columns.filter((column) => column.partitionKey).map((column) => column.name),
      format,
      target,
    });
    await announce(run, table, written, printLocation(target));
    const manifestLocation = await putManifest(run, written.locations);
    return {
      figures: { scannedBytes: planned.scannedBytes, planningMs: planned.planningMs, manifestLocation },
      result: await countedRows(run, "INSERT", written.rows),
    };
  } finally {
    planned.release();
  }
}

/** Source: Trino's StatementAnalyzer, visitInsert: as many columns, and each of a type that becomes the table's by itself. */
async function checkTypes(run: Run, { query }: Insert, chosen: readonly TableColumn[]): Promise<void> {
  const { analyzed } = await analyzeQuery(run, { query });
  const given = analyzed.query.columns.map(({ type }) => type);
  const wanted = chosen.map(({ type }) => type);
  const fits = given.every((type, index) => {
    const target = wanted[index];
    return target !== undefined && (coerces(type, target) || (isText(type) && isText(target)));
  });
  if (given.length === wanted.length && fits) return;
  const print = (types: readonly TrinoType[]): string => types.map(printType).join(", ");
  throw new TrinoError(
    "TYPE_MISMATCH",
    `line 1:1: Insert query has mismatched column types: Table: [${print(wanted)}], Query: [${print(given)}]`,
  );
}

const isText = ({ name }: TrinoType): boolean => name === "varchar" || name === "char";

function chosenColumns(
  columns: readonly TableColumn[],
  names: readonly string[] | undefined,
): readonly TableColumn[] {
  if (names === undefined) return columns;
  return names.map((name) => {
    const found = columns.find((column) => column.name === name.toLowerCase());
    if (!found)
      throw new TrinoError("COLUMN_NOT_FOUND", `Insert column name does not exist in target table: ${name}`);
    return found;
  });
}

function announce(run: Run, table: GlueTable, { partitions }: Written, base: string): Promise<void> {
  const keys = (table.PartitionKeys ?? []).map(({ Name = "" }) => Name);
  const { DatabaseName: database = "", Name = "", StorageDescriptor: descriptor = {} } = table;
  return addPartitions(
    run,
    { database, table: Name },
    partitions.map((values) => ({
      values,
      descriptor: { ...descriptor, Location: `${base}${partitionPath(keys, values)}` },
    })),
  );
}
