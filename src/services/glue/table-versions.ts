import { operation } from "../../platform/operation.ts";
import { page } from "../../platform/paging.ts";
import type { Reader, Transaction } from "../../store/store.ts";
import { onTable, tableOf, type Found } from "./authority.ts";
import { eachOf, invalidToken, invalidVersion, versionIsCurrent, versionNotFound } from "./faults.ts";
import { drop } from "./kept.ts";
import { PAGE_ITEMS } from "./limits.ts";
import { tables, versions, type Table, type Version } from "./model.ts";
import { answerOf } from "./tables.ts";

/** The current version is the table's own row; the others lie beside it. */
export const get = operation("glue:GetTableVersion", {
  resource: onTable,
  handle: (input, { store, caller }) =>
    store.read(async (read) => {
      const found = await tableOf(read, input, caller);
      const { table } = found;
      const number = input.VersionId === undefined ? table.version : numberOf(input.VersionId);
      if (number === table.version) return { TableVersion: await describe(read, found, table) };
      const version = await read.get(versions, table.id, number);
      if (!version) throw versionNotFound();
      return { TableVersion: await describe(read, found, version) };
    }),
});

/** Newest first. */
export const list = operation("glue:GetTableVersions", {
  resource: onTable,
  async handle(input, { store, caller, pages }) {
    const { NextToken, MaxResults: limit = PAGE_ITEMS } = input;
    return store.read(async (read) => {
      const found = await tableOf(read, input, caller);
      const { table } = found;
      const tokens = pages(table.id);
      const after = tokens.after(NextToken, invalidToken);
      const archived = await read.scan(versions, {
        within: [table.id],
        reverse: true,
        limit: limit + 1,
        ...(after ? { after } : {}),
      });
      const rows = after ? archived : [currentOf(table), ...archived];
      const { items, last } = page(rows, limit);
      return {
        TableVersions: await Promise.all(items.map((version) => describe(read, found, version))),
        ...(last ? { NextToken: tokens.next([table.id, last.version]) } : {}),
      };
    });
  },
});

const currentOf = ({ id, version, updatedAt, input }: Table): Version => ({
  tableId: id,
  version,
  updatedAt,
  input,
});

async function describe(
  read: Reader,
  { database, table }: Found,
  { version, updatedAt, input }: Pick<Version, "version" | "updatedAt" | "input">,
) {
  const answer = await answerOf(read, database, { ...table, version, updatedAt, input });
  return { Table: answer, VersionId: String(version) };
}

export const remove = operation("glue:DeleteTableVersion", {
  resource: onTable,
  async handle(input, { store, caller }) {
    await store.update(async (tx) => {
      const { table } = await tableOf(tx, input, caller);
      await removeOne(tx, table, input.VersionId);
      tx.put(tables, { ...table, archived: table.archived - 1 });
    });
    return {};
  },
});

export const removeMany = operation("glue:BatchDeleteTableVersion", {
  resource: onTable,
  async handle(input, { store, caller }) {
    const Errors = await store.update(async (tx) => {
      const { table } = await tableOf(tx, input, caller);
      const errors = await eachOf(
        input.VersionIds,
        (VersionId) => removeOne(tx, table, VersionId),
        (VersionId, ErrorDetail) => ({ TableName: table.name, VersionId, ErrorDetail }),
      );
      const removed = input.VersionIds.length - errors.length;
      tx.put(tables, { ...table, archived: table.archived - removed });
      return errors;
    });
    return { Errors };
  },
});

async function removeOne(tx: Transaction, table: Table, id: string): Promise<void> {
  const number = numberOf(id);
  if (number === table.version) throw versionIsCurrent();
  const version = await tx.get(versions, table.id, number);
  if (!version) throw versionNotFound();
  drop(tx, version.input);
  tx.delete(versions, table.id, number);
}

function numberOf(id: string): number {
  if (!/^\d{1,15}$/.test(id)) throw invalidVersion(id);
  return Number(id);
}
