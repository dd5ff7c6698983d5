import type { InputOf } from "../../contract/apis.ts";
import { operation } from "../../platform/operation.ts";
import type { Key } from "../../store/keys.ts";
import type { Reader } from "../../store/store.ts";
import { checkCatalog, tableArns } from "./authority.ts";
import { invalidToken, notBuiltHere } from "./faults.ts";
import { PARTITION_PAGE_ITEMS, SCAN_CHUNK, TABLES_LOOKED_AT } from "./limits.ts";
import { databases, tables, type Database, type Table, type TableAnswer } from "./model.ts";
import { searchFilter, sorter } from "./search-match.ts";
import { answerOf } from "./tables.ts";

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
    return store.read(async (read) => {
      const walk = new Walk(read, scope, after);
      if (!criterion) {
        const last = await walk.take(searchFilter(input), limit);
        return {
          TableList: walk.found,
          ...(last ? { NextToken: tokens.next(last) } : {}),
        };
      }
      return sortedPage(input, { read, scope, from: Number(after?.[0] ?? 0), limit, tokens });
    });
  },
});

interface Sorting {
  readonly read: Reader;
  readonly scope: Key;
  readonly from: number;
  readonly limit: number;
  readonly tokens: { next(after: Key): string };
}

/** To sort, all must be found first; a token then says how many were shown. */
async function sortedPage(
  input: InputOf<"glue:SearchTables">,
  { read, scope, from, limit, tokens }: Sorting,
) {
  const walk = new Walk(read, scope, undefined);
  if (await walk.take(searchFilter(input), TABLES_LOOKED_AT)) throw notBuiltHere("sorting so many tables");
  const sorted = walk.found.toSorted(sorter(input.SortCriteria?.[0]));
  const end = from + limit;
  return {
    TableList: sorted.slice(from, end),
    ...(end < sorted.length ? { NextToken: tokens.next([end]) } : {}),
  };
}

/** Every table of an account in one region, in the order of databases and names. */
class Walk {
  readonly found: TableAnswer[] = [];
  readonly #read: Reader;
  readonly #scope: Key;
  #database: string;
  #table: string | undefined;
  #looked = 0;

  constructor(read: Reader, scope: Key, after: Key | undefined) {
    this.#read = read;
    this.#scope = scope;
    this.#database = String(after?.[0] ?? "");
    this.#table = after?.[1] === undefined ? undefined : String(after[1]);
  }

  /** @returns where to go on; undefined at the end. */
  async take(matches: (table: TableAnswer) => boolean, limit: number): Promise<Key | undefined> {
    for (let database = await this.#next(); database; database = await this.#next()) {
      this.#database = database.name;
      if (await this.#takeFrom(database, matches, limit)) return [this.#database, this.#table ?? ""];
      this.#table = undefined;
    }
    return undefined;
  }

  /** The database that the walk stands in while it has tables left, else the one behind it. */
  async #next(): Promise<Database | undefined> {
    const here = [...this.#scope, this.#database];
    const range = this.#table === undefined && this.#database !== "" ? { after: here } : { from: here };
    return (await this.#read.scan(databases, { within: this.#scope, ...range, limit: 1 }))[0];
  }

  /** @returns whether the page is full. */
  async #takeFrom(
    database: Database,
    matches: (table: TableAnswer) => boolean,
    limit: number,
  ): Promise<boolean> {
    for (let rows: readonly Table[] = []; ;) {
      const after = this.#table ? { after: [database.id, this.#table] } : {};
      rows = await this.#read.scan(tables, { within: [database.id], limit: SCAN_CHUNK, ...after });
      for (const row of rows) {
        if (this.found.length >= limit || this.#looked >= TABLES_LOOKED_AT) return true;
        const answer = await answerOf(this.#read, database, row);
        this.#looked += 1;
        if (matches(answer)) this.found.push(answer);
        this.#table = row.name;
      }
      if (rows.length < SCAN_CHUNK) return false;
    }
  }
}
