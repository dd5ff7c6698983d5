import type { AlterAction, PartitionCondition } from "../../../trino/ast-statements.ts";
import { compares } from "../../../trino/prune/predicate.ts";
import { partitionValue } from "../../../trino/prune/values.ts";
import { parseLocation } from "../run/location.ts";
import { partitions } from "../run/partitions.ts";
import type { Run } from "../run/perform.ts";
import {
  ddlError,
  isExisting,
  isNotFound,
  partitionExists,
  partitionNotFound,
  semanticError,
} from "./hive-errors.ts";
import {
  checkPartitioned,
  defaultLocation,
  printSpec,
  valuesOf,
  type PartitionKey,
} from "./partition-spec.ts";
import { inputDescriptor, type FoundTable } from "./tables.ts";

type Of<K extends AlterAction["kind"]> = Extract<AlterAction, { kind: K }>;

/** Source: Glue API Reference, BatchCreatePartition and BatchDeletePartition. */
const CREATE_BATCH = 100;
const DELETE_BATCH = 25;

export async function addPartitions(
  run: Run,
  found: FoundTable,
  { partitions: wanted, ifNotExists }: Of<"add-partitions">,
): Promise<void> {
  const { glue } = run.context.calls.asCaller;
  checkPartitioned(found);
  const inputs = wanted.map(({ spec, location }) => {
    const values = valuesOf(found, spec);
    if (location !== undefined && !parseLocation(location))
      throw semanticError(`${location} is not a valid S3 location`);
    return {
      Values: [...values],
      StorageDescriptor: {
        ...inputDescriptor(found.table.StorageDescriptor),
        Location: location ?? defaultLocation(found.table, values),
      },
    };
  });
  if (!ifNotExists)
    await checkNew(
      run,
      found,
      inputs.map(({ Values }) => Values),
    );
  for (let from = 0; from < inputs.length; from += CREATE_BATCH) {
    const { Errors = [] } = await glue.BatchCreatePartition({
      DatabaseName: found.database,
      TableName: found.name,
      PartitionInputList: inputs.slice(from, from + CREATE_BATCH),
    });
    for (const { ErrorDetail: detail } of Errors) {
      if (detail?.ErrorCode !== "AlreadyExistsException")
        throw ddlError(detail?.ErrorMessage ?? "a partition was not created");
      if (!ifNotExists) throw partitionExists();
    }
  }
}

/** One that exists ends the statement before it has added any other. */
async function checkNew(run: Run, found: FoundTable, values: readonly string[][]): Promise<void> {
  for (let from = 0; from < values.length; from += CREATE_BATCH) {
    const { Partitions = [] } = await run.context.calls.asCaller.glue.BatchGetPartition({
      DatabaseName: found.database,
      TableName: found.name,
      PartitionsToGet: values.slice(from, from + CREATE_BATCH).map((Values) => ({ Values })),
    });
    if (Partitions.length > 0) throw partitionExists();
  }
}

export async function dropPartitions(
  run: Run,
  found: FoundTable,
  { partitions: wanted, ifExists }: Of<"drop-partitions">,
): Promise<void> {
  const keys = checkPartitioned(found);
  const tests = wanted.map((conditions) => testOf(keys, conditions));
  const matched = wanted.map(() => false);
  const doomed: (readonly string[])[] = [];
  for await (const { Values: values = [] } of partitions(run.context.calls.asCaller, found.table)) {
    const hits = tests.map((test) => test(values));
    hits.forEach((hit, index) => {
      if (hit) matched[index] = true;
    });
    if (hits.includes(true)) doomed.push(values);
  }
  const missing = wanted.find((_, index) => !matched[index]);
  if (missing && !ifExists) throw partitionNotFound(`(${missing.map(printCondition).join(" AND ")})`);
  for (let from = 0; from < doomed.length; from += DELETE_BATCH) {
    const { Errors = [] } = await run.context.calls.asCaller.glue.BatchDeletePartition({
      DatabaseName: found.database,
      TableName: found.name,
      PartitionsToDelete: doomed.slice(from, from + DELETE_BATCH).map((values) => ({ Values: [...values] })),
    });
    // What somebody else dropped in the meantime is gone, as was wished.
    const failed = Errors.find(({ ErrorDetail }) => ErrorDetail?.ErrorCode !== "EntityNotFoundException");
    if (failed) throw ddlError(failed.ErrorDetail?.ErrorMessage ?? "a partition was not dropped");
  }
}

const printCondition = ({ column, operator, value }: PartitionCondition): string =>
  `${column.toLowerCase()} ${operator} '${value}'`;

type Test = (values: readonly string[]) => boolean;

function testOf(keys: readonly PartitionKey[], conditions: readonly PartitionCondition[]): Test {
  const tests = conditions.map(({ column, operator, value }): Test => {
    const index = keys.findIndex(({ name }) => name === column.toLowerCase());
    const key = keys[index];
    if (!key) throw semanticError(`[Error 10002]: Invalid column reference '${column}'`);
    const wanted = partitionValue(value, key.type);
    if (wanted === undefined)
      throw semanticError(`[Error 10014]: '${value}' is not a value of the type ${key.type}`);
    return (values) => {
      const own = partitionValue(values[index] ?? "", key.type);
      return own !== undefined && compares(own, operator, wanted);
    };
  });
  return (values) => tests.every((test) => test(values));
}

/**
 * The values change; where the data lie does not. Glue does not change a partition's values: a new one is made before
 * the old one goes. Source: Athena User Guide, "ALTER TABLE RENAME PARTITION"; Glue API Reference, UpdatePartition.
 */
export async function renamePartition(
  run: Run,
  found: FoundTable,
  { from, to }: Of<"rename-partition">,
): Promise<void> {
  const { glue } = run.context.calls.asCaller;
  checkPartitioned(found);
  const place = { DatabaseName: found.database, TableName: found.name };
  const old = [...valuesOf(found, from)];
  const values = [...valuesOf(found, to)];
  try {
    const { Partition = {} } = await glue.GetPartition({ ...place, PartitionValues: old });
    await glue.CreatePartition({
      ...place,
      PartitionInput: {
        Values: values,
        StorageDescriptor: inputDescriptor(Partition.StorageDescriptor),
        ...(Partition.Parameters ? { Parameters: Partition.Parameters } : {}),
      },
    });
    await glue.DeletePartition({ ...place, PartitionValues: old });
  } catch (error) {
    if (isNotFound(error)) throw partitionNotFound(printSpec(from));
    if (isExisting(error)) throw partitionExists();
    throw error;
  }
}
