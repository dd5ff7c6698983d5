import { operation } from "../../platform/operation.ts";
import type { Key } from "../../store/keys.ts";
import type { Store } from "../../store/store.ts";
import { checkCatalog, tableArns } from "./authority.ts";
import { invalidToken, notBuiltHere } from "./faults.ts";
import { PARTITION_PAGE_ITEMS, TABLES_LOOKED_AT } from "./limits.ts";
import { databases, tables, type Database, type TableAnswer } from "./model.ts";
import { searchFilter, sorter } from "./search-match.ts";
import { answerOf } from "./tables.ts";
import { walk } from "./walk.ts";

/**
 * Looks through every table of the account, database by database. AWS asks an index, which lags; here nothing does.
 * A search may end early, with what it has and a token, once it has looked at many tables in vain.
 */
export const search = operation("glue:SearchTables", {
  resource: (input, caller) => tableArns({ ...input, DatabaseName: "*" }, caller, "*"),
  async handle(input, { store, caller, pages }) {
    checkCatalog(input, caller);
    if (input.ResourceShareType === "FOREIGN" || input.ResourceShareType === "FEDERATED")
      return { TableList: [] };
    const { MaxResults: limit = PARTITION_PAGE_ITEMS, SortCriteria: criteria } = input;
    const tokens = pages(input.SearchText, input.Filters, criteria, input.ResourceShareType);
    const after = tokens.after(input.NextToken, invalidToken);
    const [criterion] = criteria ?? [];
    const scope = [caller.account, caller.region];
    const matches = searchFilter(input);
    if (criterion) {
      const all = await searchAll(store, { scope, after: undefined, matches, limit: TABLES_LOOKED_AT });
      if (all.last) throw notBuiltHere("sorting so many tables");
      const from = Number(after?.[0] ?? 0);
      const left = all.found.toSorted(sorter(criterion)).slice(from);
      return {
        TableList: left.slice(0, limit),
        // Nothing but how many were shown can say where a sorted list goes on.
        ...(left.length > limit ? { NextToken: tokens.next([from + limit]) } : {}),
      };
    }
    const { found, last } = await searchAll(store, { scope, after, matches, limit });
    return { TableList: found, ...(last ? { NextToken: tokens.next(last) } : {}) };
  },
});

interface Search {
  readonly scope: Key;
  /** The database and the table to go on behind. */
  readonly after: Key | undefined;
  readonly matches: (table: TableAnswer) => boolean;
  readonly limit: number;
}

interface Result {
  readonly found: readonly TableAnswer[];
  /** Where to go on; absent at the end. */
  readonly last?: Key;
}

/** Every table of an account in one region, in the order of databases and names. */
async function searchAll(store: Store, { scope, after, matches, limit }: Search): Promise<Result> {
  const found: TableAnswer[] = [];
  let looked = 0;
  let last = after;
  let database = await nextDatabase(store, scope, { from: String(after?.[0] ?? "") });
  while (database) {
    const here = database;
    const behind = last?.[0] === here.name ? [here.id, last[1] ?? ""] : undefined;
    const ended = await walk(store, tables, { within: [here.id], after: behind }, async (row, read) => {
      if (found.length >= limit || looked >= TABLES_LOOKED_AT) return false;
      const answer = await answerOf(read, here, row);
      looked += 1;
      if (matches(answer)) found.push(answer);
      last = [here.name, row.name];
      return true;
    });
    if (!ended) return last ? { found, last } : { found };
    database = await nextDatabase(store, scope, { after: here.name });
  }
  return { found };
}

async function nextDatabase(
  store: Store,
  scope: Key,
  { from, after }: { readonly from?: string; readonly after?: string },
): Promise<Database | undefined> {
  const range = after === undefined ? { from: [...scope, from ?? ""] } : { after: [...scope, after] };
  const rows = await store.read((read) => read.scan(databases, { within: scope, ...range, limit: 1 }));
  return rows[0];
}
