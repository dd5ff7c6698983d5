import { opaqueId } from "../../base/ids.ts";
import { operation } from "../../platform/operation.ts";
import type { Key } from "../../store/keys.ts";
import type { Reader, Transaction } from "../../store/store.ts";
import { checkPlain, databaseOf, tableArns, tableOf, type Found } from "./authority.ts";
import { forgetTable } from "./clearing.ts";
import { countOne, uncount } from "./counts.ts";
import { describeTable, wholeSecond } from "./describe.ts";
import {
  eachOf,
  entityNotFound,
  invalidToken,
  notBuiltHere,
  parametersOnPartitionKeys,
  staleTable,
  tableExists,
  tableInputMissing,
  tooMany,
} from "./faults.ts";
import { drop, keep, unkeep } from "./kept.ts";
import { PAGE_ITEMS, QUOTAS } from "./limits.ts";
import {
  nameKey,
  tables,
  versions,
  type Database,
  type Table,
  type TableAnswer,
  type TableInput,
} from "./model.ts";
import { checkIndexes } from "./partition-indexes.ts";
import { namePattern } from "./pattern.ts";
import { walk } from "./walk.ts";

export const create = operation("glue:CreateTable", {
  resource: (input, caller) => tableArns(input, caller, input.TableInput?.Name ?? input.Name ?? "*"),
  async handle(input, { store, caller, clock }) {
    if (input.OpenTableFormatInput) throw notBuiltHere("OpenTableFormatInput");
    checkPlain(input);
    const described = checkedInput(input.TableInput);
    const partitionKeys = described.PartitionKeys ?? [];
    const indexes = checkIndexes(input.PartitionIndexes ?? [], partitionKeys);
    const now = wholeSecond(clock.now());
    await store.update(async (tx) => {
      const database = await databaseOf(tx, input, { caller, name: input.DatabaseName });
      const name = nameKey(described.Name);
      if (await tx.get(tables, database.id, name)) throw tableExists();
      await countOne(tx, { of: database.id, limit: QUOTAS.tablesPerDatabase, called: "TABLE" });
      tx.put(tables, {
        databaseId: database.id,
        name,
        id: opaqueId(12),
        createdAt: now,
        updatedAt: now,
        createdBy: caller.principal.arn,
        version: 0,
        archived: 0,
        partitionKeys,
        indexes,
        input: keep(tx, described),
      });
    });
    return {};
  },
});

/** What AWS refuses, and what is not there yet. */
function checkedInput(input: TableInput | undefined): TableInput {
  if (!input) throw tableInputMissing();
  if (input.TargetTable) throw notBuiltHere("resource links");
  if (input.FederatedTable) throw notBuiltHere("federated tables");
  if (input.ViewDefinition) throw notBuiltHere("multi-dialect views");
  const withParameters = input.PartitionKeys?.some((key) => Object.keys(key.Parameters ?? {}).length > 0);
  if (withParameters) throw parametersOnPartitionKeys();
  return input;
}

export const get = operation("glue:GetTable", {
  resource: (input, caller) => tableArns(input, caller, input.Name),
  async handle(input, { store, caller }) {
    checkPlain(input);
    const named = { ...input, TableName: input.Name };
    return store.read(async (read) => {
      const { database, table } = await tableOf(read, named, caller, entityNotFound);
      return { Table: told(await answerOf(read, database, table), input.AttributesToGet) };
    });
  },
});

export const answerOf = async (read: Reader, database: Database, table: Table): Promise<TableAnswer> =>
  describeTable(database, table, await unkeep(read, table.input));

export const list = operation("glue:GetTables", {
  resource: (input, caller) => tableArns(input, caller, "*"),
  async handle(input, { store, caller, pages }) {
    checkPlain(input);
    const { Expression: expression, MaxResults: limit = PAGE_ITEMS, AttributesToGet: attributes } = input;
    const matches = expression ? namePattern(expression) : () => true;
    const database = await store.read((read) =>
      databaseOf(read, input, { caller, name: input.DatabaseName }),
    );
    const tokens = pages(database.id, expression);
    const range = { within: [database.id], after: tokens.after(input.NextToken, invalidToken) };
    const found: TableAnswer[] = [];
    let last: Key | undefined;
    const ended = await walk(store, tables, range, async (table, read) => {
      if (!matches(table.name)) return true;
      if (found.length >= limit) return false;
      found.push(await answerOf(read, database, table));
      last = tables.keyOf(table);
      return true;
    });
    return {
      TableList: found.map((answer) => told(answer, attributes)),
      ...(ended || !last ? {} : { NextToken: tokens.next(last) }),
    };
  },
});

/** Only what was asked for, where that is not all. Source: AWS Glue API Reference, GetTables, AttributesToGet. */
function told(answer: TableAnswer, attributes: readonly string[] | undefined): TableAnswer {
  if (!attributes?.length || attributes.some((one) => one !== "NAME" && one !== "TABLE_TYPE")) return answer;
  return {
    Name: answer.Name,
    ...(attributes.includes("TABLE_TYPE") ? { TableType: answer.TableType } : {}),
  };
}

export const update = operation("glue:UpdateTable", {
  resource: (input, caller) => tableArns(input, caller, input.TableInput?.Name ?? input.Name ?? "*"),
  async handle(input, { store, caller, clock }) {
    if (input.UpdateOpenTableFormatInput) throw notBuiltHere("UpdateOpenTableFormatInput");
    checkPlain(input);
    if (input.ViewUpdateAction) throw notBuiltHere("multi-dialect views");
    const described = checkedInput(input.TableInput);
    const named = { ...input, TableName: described.Name };
    await store.update(async (tx) => {
      const { table } = await tableOf(tx, named, caller);
      if (input.VersionId !== undefined && input.VersionId !== String(table.version)) throw staleTable();
      const archived = input.SkipArchive ? table.archived : archive(tx, table);
      if (input.SkipArchive) drop(tx, table.input);
      tx.put(tables, {
        ...table,
        updatedAt: wholeSecond(clock.now()),
        version: table.version + 1,
        archived,
        partitionKeys: described.PartitionKeys ?? [],
        input: keep(tx, described),
      });
    });
    return {};
  },
});

/** @returns how many versions are archived now. @throws Fault ResourceNumberLimitExceededException */
function archive(tx: Transaction, { id: tableId, version, updatedAt, input, archived }: Table): number {
  if (archived + 1 >= QUOTAS.versionsPerTable) throw tooMany("TABLE_VERSION", QUOTAS.versionsPerTable);
  tx.put(versions, { tableId, version, updatedAt, input });
  return archived + 1;
}

export const remove = operation("glue:DeleteTable", {
  resource: (input, caller) => tableArns(input, caller, input.Name),
  async handle(input, { store, caller, clock }) {
    checkPlain(input);
    const named = { ...input, TableName: input.Name };
    await store.update(async (tx) => removeOne(tx, await tableOf(tx, named, caller), clock.now()));
    return {};
  },
});

async function removeOne(tx: Transaction, { database, table }: Found, now: Date): Promise<void> {
  await forgetTable(tx, table, now);
  await uncount(tx, database.id);
}

export const removeMany = operation("glue:BatchDeleteTable", {
  resource: (input, caller) => tableArns(input, caller, ...input.TablesToDelete),
  async handle(input, { store, caller, clock }) {
    checkPlain(input);
    const Errors = await store.update(async (tx) => {
      await databaseOf(tx, input, { caller, name: input.DatabaseName });
      return eachOf(
        input.TablesToDelete,
        async (TableName) => removeOne(tx, await tableOf(tx, { ...input, TableName }, caller), clock.now()),
        (TableName, ErrorDetail) => ({ TableName, ErrorDetail }),
      );
    });
    return { Errors };
  },
});
