import type { AlterAction } from "../../../trino/ast-statements.ts";
import { parseLocation } from "../run/location.ts";
import type { Run } from "../run/perform.ts";
import { isNotFound, partitionNotFound, semanticError } from "./hive-errors.ts";
import { printSpec, valuesOf } from "./partition-spec.ts";
import { inputDescriptor, inputOf, updateTable, type FoundTable } from "./tables.ts";

type Of<K extends AlterAction["kind"]> = Extract<AlterAction, { kind: K }>;

/** Of the table, or of one partition; no data move. Source: Athena User Guide, "ALTER TABLE SET LOCATION". */
export async function setLocation(
  run: Run,
  found: FoundTable,
  { location, partition }: Of<"set-location">,
): Promise<void> {
  if (!parseLocation(location)) throw semanticError(`${location} is not a valid S3 location`);
  if (!partition) {
    await updateTable(run, found, {
      StorageDescriptor: { ...inputDescriptor(found.table.StorageDescriptor), Location: location },
    });
    return;
  }
  const { glue } = run.context.calls.asCaller;
  const place = { DatabaseName: found.database, TableName: found.name };
  const values = [...valuesOf(found, partition)];
  try {
    const { Partition = {} } = await glue.GetPartition({ ...place, PartitionValues: values });
    await glue.UpdatePartition({
      ...place,
      PartitionValueList: values,
      PartitionInput: {
        Values: values,
        StorageDescriptor: {
          ...inputDescriptor(Partition.StorageDescriptor ?? found.table.StorageDescriptor),
          Location: location,
        },
        ...(Partition.Parameters ? { Parameters: Partition.Parameters } : {}),
      },
    });
  } catch (error) {
    if (isNotFound(error)) throw partitionNotFound(printSpec(partition));
    throw error;
  }
}

export const setProperties = (
  run: Run,
  found: FoundTable,
  { properties }: Of<"set-properties">,
): Promise<void> => updateTable(run, found, { Parameters: { ...found.table.Parameters, ...properties } });

export async function unsetProperties(
  run: Run,
  found: FoundTable,
  { names }: Of<"unset-properties">,
): Promise<void> {
  const gone = new Set(names);
  const kept = Object.entries(found.table.Parameters ?? {}).filter(([name]) => !gone.has(name));
  await run.context.calls.asCaller.glue.UpdateTable({
    DatabaseName: found.database,
    TableInput: { ...inputOf(found.table), Parameters: Object.fromEntries(kept) },
  });
}
