import type { Caller } from "../../platform/caller.ts";
import type { AuthorizeScope } from "../../platform/context.ts";
import { operation, type Check } from "../../platform/operation.ts";
import type { Reader } from "../../store/store.ts";
import { onTable, tableOf, type TableName } from "./authority.ts";
import { detailOf, partitionOfValuesNotFound, statisticsNotFound } from "./faults.ts";
import type { ColumnStatistics } from "./model.ts";
import { checkValues, partitionOf } from "./partition-rows.ts";
import { deleteColumn, putStatistics, statisticsOf, type Owner } from "./statistics-rows.ts";

/**
 * What is known of columns. Whoever may read or change a table may do so with its statistics: "The IAM permission
 * required for this operation is GetTable". Source: AWS Glue API Reference, GetColumnStatisticsForTable and the like.
 */
const needs =
  (action: string) =>
  (input: TableName, { caller }: AuthorizeScope): readonly Check[] =>
    onTable(input, caller).map((resource) => ({ action, resource }));

export const getForTable = operation("glue:GetColumnStatisticsForTable", {
  authorize: needs("glue:GetTable"),
  handle: (input, { store, caller }) =>
    store.read(async (read) => columnsOf(read, await ownTable(read, input, caller), input.ColumnNames)),
});

export const getForPartition = operation("glue:GetColumnStatisticsForPartition", {
  authorize: needs("glue:GetPartition"),
  handle: (input, { store, caller }) =>
    store.read(async (read) => columnsOf(read, await ownPartition(read, input, caller), input.ColumnNames)),
});

export const updateForTable = operation("glue:UpdateColumnStatisticsForTable", {
  authorize: needs("glue:UpdateTable"),
  async handle(input, { store, caller }) {
    await store.update(async (tx) => {
      const owner = await ownTable(tx, input, caller);
      for (const one of input.ColumnStatisticsList) await putStatistics(tx, owner, one);
    });
    return { Errors: [] };
  },
});

export const updateForPartition = operation("glue:UpdateColumnStatisticsForPartition", {
  authorize: needs("glue:UpdatePartition"),
  async handle(input, { store, caller }) {
    await store.update(async (tx) => {
      const owner = await ownPartition(tx, input, caller);
      for (const one of input.ColumnStatisticsList) await putStatistics(tx, owner, one);
    });
    return { Errors: [] };
  },
});

export const deleteForTable = operation("glue:DeleteColumnStatisticsForTable", {
  authorize: needs("glue:DeleteTable"),
  async handle(input, { store, caller }) {
    await store.update(async (tx) => {
      const owner = await ownTable(tx, input, caller);
      if (!(await deleteColumn(tx, owner, input.ColumnName))) throw statisticsNotFound();
    });
    return {};
  },
});

export const deleteForPartition = operation("glue:DeleteColumnStatisticsForPartition", {
  authorize: needs("glue:DeletePartition"),
  async handle(input, { store, caller }) {
    await store.update(async (tx) => {
      const owner = await ownPartition(tx, input, caller);
      if (!(await deleteColumn(tx, owner, input.ColumnName))) throw statisticsNotFound();
    });
    return {};
  },
});

async function ownTable(read: Reader, input: TableName, caller: Caller): Promise<Owner> {
  const { table } = await tableOf(read, input, caller);
  return { tableId: table.id, values: [] };
}

interface OfPartition extends TableName {
  readonly PartitionValues: readonly string[];
}

async function ownPartition(read: Reader, input: OfPartition, caller: Caller): Promise<Owner> {
  const { table } = await tableOf(read, input, caller);
  const values = checkValues(table, input.PartitionValues);
  if (!(await partitionOf(read, table, values))) throw partitionOfValuesNotFound(values);
  return { tableId: table.id, values };
}

async function columnsOf(read: Reader, owner: Owner, columns: readonly string[]) {
  const ColumnStatisticsList: ColumnStatistics[] = [];
  const Errors = [];
  for (const ColumnName of columns) {
    const found = await statisticsOf(read, owner, ColumnName);
    if (found) ColumnStatisticsList.push(found);
    else Errors.push({ ColumnName, Error: detailOf(statisticsNotFound()) });
  }
  return { ColumnStatisticsList, Errors };
}
