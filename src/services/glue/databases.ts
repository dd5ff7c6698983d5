import { opaqueId } from "../../base/ids.ts";
import type { Caller } from "../../platform/caller.ts";
import { operation } from "../../platform/operation.ts";
import { page } from "../../platform/paging.ts";
import { checkCatalog, databaseArns, databaseOf, wholeDatabaseArns } from "./authority.ts";
import { CLEAR_DATABASE_TIMER } from "./clearing.ts";
import { countOne, uncount } from "./counts.ts";
import { describeDatabase, wholeSecond } from "./describe.ts";
import { databaseExists, databaseRename, invalidToken, notBuiltHere } from "./faults.ts";
import { drop, keep, unkeep } from "./kept.ts";
import { PAGE_ITEMS, QUOTAS } from "./limits.ts";
import { counts, databases, nameKey, type DatabaseInput } from "./model.ts";
import { tagChecks } from "./tag-checks.ts";

export const create = operation("glue:CreateDatabase", {
  authorize: (input, { caller }) => [
    ...databaseArns(input, caller, input.DatabaseInput.Name).map((resource) => ({
      action: "glue:CreateDatabase",
      resource,
    })),
    ...tagChecks(databaseArns(input, caller, input.DatabaseInput.Name).at(-1), input.Tags),
  ],
  async handle(input, { store, caller, clock }) {
    checkCatalog(input, caller);
    const { DatabaseInput: described, Tags: tags = {} } = input;
    checkIsOwn(described);
    const { account, region } = caller;
    const name = nameKey(described.Name);
    const row = { account, region, name, id: opaqueId(12), createdAt: wholeSecond(clock.now()), tags };
    await store.update(async (tx) => {
      if (await tx.get(databases, account, region, name)) throw databaseExists();
      await countOne(tx, {
        of: databasesOf(caller),
        limit: QUOTAS.databasesPerAccount,
        called: "DATABASE",
      });
      tx.put(databases, { ...row, input: keep(tx, described) });
    });
    return {};
  },
});

export const get = operation("glue:GetDatabase", {
  resource: (input, caller) => databaseArns(input, caller, input.Name),
  handle: (input, { store, caller }) =>
    store.read(async (read) => {
      const database = await databaseOf(read, input, { caller, name: input.Name });
      return { Database: describeDatabase(database, await unkeep(read, database.input)) };
    }),
});

export const list = operation("glue:GetDatabases", {
  resource: (input, caller) => databaseArns(input, caller, "*"),
  async handle(input, { store, caller, pages }) {
    checkCatalog(input, caller);
    const { NextToken, MaxResults: limit = PAGE_ITEMS, ResourceShareType: shared } = input;
    const namesOnly = input.AttributesToGet?.every((one) => one === "NAME") ?? false;
    // Nothing is shared with the account, and nothing federated: only ALL has the account's own besides.
    if (shared === "FOREIGN" || shared === "FEDERATED") return { DatabaseList: [] };
    const tokens = pages(shared);
    const after = tokens.after(NextToken, invalidToken);
    return store.read(async (read) => {
      const within = [caller.account, caller.region];
      const rows = await read.scan(databases, { within, limit: limit + 1, ...(after ? { after } : {}) });
      const { items, last } = page(rows, limit);
      const described = await Promise.all(
        items.map(async (row) => describeDatabase(row, await unkeep(read, row.input))),
      );
      return {
        DatabaseList: namesOnly ? described.map(({ Name }) => ({ Name })) : described,
        ...(last ? { NextToken: tokens.next(databases.keyOf(last)) } : {}),
      };
    });
  },
});

export const update = operation("glue:UpdateDatabase", {
  resource: (input, caller) => databaseArns(input, caller, input.Name),
  async handle(input, { store, caller }) {
    checkIsOwn(input.DatabaseInput);
    await store.update(async (tx) => {
      const database = await databaseOf(tx, input, { caller, name: input.Name });
      if (nameKey(input.DatabaseInput.Name) !== database.name) throw databaseRename();
      drop(tx, database.input);
      tx.put(databases, { ...database, input: keep(tx, input.DatabaseInput) });
    });
    return {};
  },
});

/** Its tables are gone with it at once; their rows are cleared away by a timer. */
export const remove = operation("glue:DeleteDatabase", {
  resource: (input, caller) => wholeDatabaseArns(input, caller, input.Name),
  async handle(input, { store, caller, clock }) {
    await store.update(async (tx) => {
      const database = await databaseOf(tx, input, { caller, name: input.Name });
      drop(tx, database.input);
      tx.delete(databases, ...databases.keyOf(database));
      tx.delete(counts, database.id);
      await uncount(tx, databasesOf(caller));
      await tx.timer(clock.now(), CLEAR_DATABASE_TIMER, database.id);
    });
    return {};
  },
});

const databasesOf = ({ account, region }: Caller): string => `${account} ${region}`;

function checkIsOwn({ FederatedDatabase, TargetDatabase }: DatabaseInput): void {
  if (FederatedDatabase) throw notBuiltHere("federated databases");
  if (TargetDatabase) throw notBuiltHere("resource links");
}
