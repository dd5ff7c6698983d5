import { operation } from "../../platform/operation.ts";
import type { Transaction } from "../../store/store.ts";
import { onTable, tableOf } from "./authority.ts";
import { sameName } from "./describe.ts";
import { indexExists, indexKeyUnknown, indexNotFound, tooMany } from "./faults.ts";
import { QUOTAS } from "./limits.ts";
import { tables, type Column, type PartitionIndex, type Table } from "./model.ts";

/**
 * Partition indexes are a promise of speed: every partition lies in the order of its values here, so an index is
 * active as soon as it is named.
 */
export const create = operation("glue:CreatePartitionIndex", {
  resource: onTable,
  async handle(input, { store, caller }) {
    await store.update(async (tx) => {
      const { table } = await tableOf(tx, input, caller);
      const [index] = checkIndexes([input.PartitionIndex], table.partitionKeys);
      if (index) putIndexes(tx, table, checkSet([...table.indexes, index]));
    });
    return {};
  },
});

export const list = operation("glue:GetPartitionIndexes", {
  resource: onTable,
  handle: (input, { store, caller }) =>
    store.read(async (read) => {
      const { table } = await tableOf(read, input, caller);
      return {
        PartitionIndexDescriptorList: table.indexes.map(({ name, keys }) => ({
          IndexName: name,
          Keys: keys.map((key) => ({
            Name: key,
            Type: table.partitionKeys.find(({ Name }) => sameName(Name, key))?.Type ?? "string",
          })),
          IndexStatus: "ACTIVE" as const,
        })),
      };
    }),
});

export const remove = operation("glue:DeletePartitionIndex", {
  resource: onTable,
  async handle(input, { store, caller }) {
    await store.update(async (tx) => {
      const { table } = await tableOf(tx, input, caller);
      const left = table.indexes.filter(({ name }) => !sameName(name, input.IndexName));
      if (left.length === table.indexes.length) throw indexNotFound(input.IndexName);
      putIndexes(tx, table, left);
    });
    return {};
  },
});

interface IndexInput {
  readonly Keys: readonly string[];
  readonly IndexName: string;
}

/** @throws Fault InvalidInputException, AlreadyExistsException, ResourceNumberLimitExceededException */
export function checkIndexes(
  inputs: readonly IndexInput[],
  partitionKeys: readonly Column[],
): readonly PartitionIndex[] {
  const indexes = inputs.map(({ IndexName: name, Keys: keys }) => {
    for (const key of keys)
      if (!partitionKeys.some(({ Name }) => sameName(Name, key))) throw indexKeyUnknown(key);
    return { name, keys };
  });
  return checkSet(indexes);
}

function checkSet(indexes: readonly PartitionIndex[]): readonly PartitionIndex[] {
  const names = new Set(indexes.map(({ name }) => name.toLowerCase()));
  if (names.size < indexes.length) throw indexExists();
  if (indexes.length > QUOTAS.partitionIndexesPerTable)
    throw tooMany("PARTITION_INDEX", QUOTAS.partitionIndexesPerTable);
  return indexes;
}

const putIndexes = (tx: Transaction, table: Table, indexes: readonly PartitionIndex[]): void =>
  tx.put(tables, { ...table, indexes });
