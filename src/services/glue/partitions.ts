import { operation } from "../../platform/operation.ts";
import type { Transaction } from "../../store/store.ts";
import { onTable, tableOf } from "./authority.ts";
import { wholeSecond } from "./describe.ts";
import { eachOf, partitionExists, partitionNotFound, partitionValuesFixed } from "./faults.ts";
import type { PartitionInput, Table } from "./model.ts";
import {
  checkValues,
  deletePartition,
  dropFacts,
  PartitionDescriber,
  partitionOf,
  putPartition,
} from "./partition-rows.ts";

export const create = operation("glue:CreatePartition", {
  resource: onTable,
  async handle(input, { store, caller, clock }) {
    await store.update(async (tx) => {
      const { table } = await tableOf(tx, input, caller);
      await createOne(tx, table, { input: input.PartitionInput, now: clock.now() });
    });
    return {};
  },
});

interface Creation {
  readonly input: PartitionInput;
  readonly now: Date;
}

async function createOne(tx: Transaction, table: Table, { input, now }: Creation): Promise<void> {
  const values = checkValues(table, input.Values);
  if (await partitionOf(tx, table, values)) throw partitionExists();
  await putPartition(tx, { table, values, createdMs: wholeSecond(now).getTime(), input });
}

export const createMany = operation("glue:BatchCreatePartition", {
  resource: onTable,
  async handle(input, { store, caller, clock }) {
    const Errors = await store.update(async (tx) => {
      const { table } = await tableOf(tx, input, caller);
      return eachOf(
        input.PartitionInputList,
        (item) => createOne(tx, table, { input: item, now: clock.now() }),
        (item, ErrorDetail) => ({ PartitionValues: item.Values ?? [], ErrorDetail }),
      );
    });
    return { Errors };
  },
});

export const get = operation("glue:GetPartition", {
  resource: onTable,
  handle: (input, { store, caller }) =>
    store.read(async (read) => {
      const found = await tableOf(read, input, caller);
      const row = await partitionOf(read, found.table, checkValues(found.table, input.PartitionValues));
      if (!row) throw partitionNotFound();
      return { Partition: await new PartitionDescriber(found).describe(read, row) };
    }),
});

/** Partitions that are not there are left out in silence. Source: what Glue answers, as reported in moto's pull request 2320. */
export const getMany = operation("glue:BatchGetPartition", {
  resource: onTable,
  handle: (input, { store, caller }) =>
    store.read(async (read) => {
      const found = await tableOf(read, input, caller);
      const describer = new PartitionDescriber(found);
      const Partitions = [];
      for (const { Values } of input.PartitionsToGet) {
        const row = await partitionOf(read, found.table, checkValues(found.table, Values));
        if (row) Partitions.push(await describer.describe(read, row));
      }
      return { Partitions, UnprocessedKeys: [] };
    }),
});

export const update = operation("glue:UpdatePartition", {
  resource: onTable,
  async handle(input, { store, caller }) {
    await store.update(async (tx) => {
      const { table } = await tableOf(tx, input, caller);
      await updateOne(tx, table, input);
    });
    return {};
  },
});

interface Update {
  readonly PartitionValueList: readonly string[];
  readonly PartitionInput: PartitionInput;
}

/** "The Values property can't be changed." Source: AWS Glue API Reference, UpdatePartition. */
async function updateOne(tx: Transaction, table: Table, update: Update): Promise<void> {
  const { PartitionValueList: named, PartitionInput: input } = update;
  const values = checkValues(table, named);
  const wanted = checkValues(table, input.Values ?? values);
  const row = await partitionOf(tx, table, values);
  if (!row) throw partitionNotFound();
  if (wanted.some((value, index) => value !== values[index])) throw partitionValuesFixed();
  dropFacts(tx, row);
  await putPartition(tx, { table, values, createdMs: row.createdMs, input });
}

export const updateMany = operation("glue:BatchUpdatePartition", {
  resource: onTable,
  async handle(input, { store, caller }) {
    const Errors = await store.update(async (tx) => {
      const { table } = await tableOf(tx, input, caller);
      return eachOf(
        input.Entries,
        (entry) => updateOne(tx, table, entry),
        (entry, ErrorDetail) => ({ PartitionValueList: entry.PartitionValueList, ErrorDetail }),
      );
    });
    return { Errors };
  },
});

export const remove = operation("glue:DeletePartition", {
  resource: onTable,
  async handle(input, { store, caller }) {
    await store.update(async (tx) => {
      const { table } = await tableOf(tx, input, caller);
      await removeOne(tx, table, input.PartitionValues);
    });
    return {};
  },
});

async function removeOne(tx: Transaction, table: Table, values: readonly string[]): Promise<void> {
  const row = await partitionOf(tx, table, checkValues(table, values));
  if (!row) throw partitionNotFound();
  await deletePartition(tx, row);
}

export const removeMany = operation("glue:BatchDeletePartition", {
  resource: onTable,
  async handle(input, { store, caller }) {
    const Errors = await store.update(async (tx) => {
      const { table } = await tableOf(tx, input, caller);
      return eachOf(
        input.PartitionsToDelete,
        ({ Values }) => removeOne(tx, table, Values ?? []),
        ({ Values }, ErrorDetail) => ({ PartitionValues: Values, ErrorDetail }),
      );
    });
    return { Errors };
  },
});
