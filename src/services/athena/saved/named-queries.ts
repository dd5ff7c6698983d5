import { createHash } from "node:crypto";
import { uuid } from "../../../base/ids.ts";
import { operation, type Check } from "../../../platform/operation.ts";
import type { AuthorizeScope } from "../../../platform/context.ts";
import { page } from "../../../platform/paging.ts";
import { badToken, invalidRequest, namedQueryNotFound } from "../faults.ts";
import { PAGE } from "../limits.ts";
import { clientRequests, namedQueries, namedQueriesByGroup, type NamedQuery } from "../model.ts";
import { onWorkGroup, PRIMARY, workGroupArn, workGroupOf } from "../workgroups/work-group.ts";

export const create = operation("athena:CreateNamedQuery", {
  resource: onWorkGroup,
  async handle(input, { store, caller, clock }) {
    const { account, region } = caller;
    const token = input.ClientRequestToken;
    const fingerprint = createHash("sha256")
      .update(JSON.stringify([input.Name, input.QueryString, input.Database]))
      .digest("hex");
    const id = await store.update(async (tx) => {
      const group = await workGroupOf(tx, caller, input.WorkGroup);
      const known = token === undefined ? undefined : await tx.get(clientRequests, account, region, token);
      if (known && known.fingerprint !== fingerprint)
        throw invalidRequest("Idempotent parameters do not match");
      if (known) return known.id;
      const query: NamedQuery = {
        account,
        region,
        id: uuid(),
        name: input.Name,
        database: input.Database,
        query: input.QueryString,
        workGroup: group.name,
        createdMs: clock.now().getTime(),
        ...(input.Description === undefined ? {} : { description: input.Description }),
      };
      if (token !== undefined) tx.put(clientRequests, { account, region, token, id: query.id, fingerprint });
      tx.put(namedQueries, query);
      tx.put(namedQueriesByGroup, query);
      return query.id;
    });
    return { NamedQueryId: id };
  },
});

const onNamedQuery =
  (action: string) =>
  async (
    { NamedQueryId: id = "" }: { readonly NamedQueryId?: string },
    { read, caller }: AuthorizeScope,
  ): Promise<readonly Check[]> => {
    const query = await read.get(namedQueries, caller.account, caller.region, id);
    return [{ action, resource: workGroupArn(caller, query?.workGroup ?? PRIMARY) }];
  };

const describe = (query: NamedQuery) => ({
  NamedQueryId: query.id,
  Name: query.name,
  Database: query.database,
  QueryString: query.query,
  WorkGroup: query.workGroup,
  ...(query.description === undefined ? {} : { Description: query.description }),
});

export const get = operation("athena:GetNamedQuery", {
  authorize: onNamedQuery("athena:GetNamedQuery"),
  async handle({ NamedQueryId: id }, { store, caller }) {
    const query = await store.read((read) => read.get(namedQueries, caller.account, caller.region, id));
    if (!query) throw namedQueryNotFound(id);
    return { NamedQuery: describe(query) };
  },
});

export const batchGet = operation("athena:BatchGetNamedQuery", {
  async authorize({ NamedQueryIds: ids }, { read, caller }) {
    const groups = new Set<string>();
    for (const id of ids)
      groups.add((await read.get(namedQueries, caller.account, caller.region, id))?.workGroup ?? PRIMARY);
    return [...groups].map((group) => ({
      action: "athena:BatchGetNamedQuery",
      resource: workGroupArn(caller, group),
    }));
  },
  async handle({ NamedQueryIds: ids }, { store, caller }) {
    const rows = await store.read(async (read) => {
      const found: (readonly [string, NamedQuery | undefined])[] = [];
      for (const id of ids) found.push([id, await read.get(namedQueries, caller.account, caller.region, id)]);
      return found;
    });
    return {
      NamedQueries: rows.flatMap(([, query]) => (query ? [describe(query)] : [])),
      UnprocessedNamedQueryIds: rows
        .filter(([, query]) => !query)
        .map(([id]) => ({
          NamedQueryId: id,
          ErrorCode: "INVALID_INPUT",
          ErrorMessage: `NamedQuery ${id} was not found`,
        })),
    };
  },
});

export const list = operation("athena:ListNamedQueries", {
  resource: onWorkGroup,
  async handle(
    { WorkGroup: group = PRIMARY, MaxResults: limit = PAGE.named, NextToken },
    { store, caller, pages },
  ) {
    const tokens = pages(group);
    const after = tokens.after(NextToken, badToken);
    const within = [caller.account, caller.region, group];
    const rows = await store.read((read) =>
      read.scan(namedQueriesByGroup, { within, limit: limit + 1, ...(after ? { after } : {}) }),
    );
    const { items, last } = page(rows, limit);
    return {
      NamedQueryIds: items.map(({ id }) => id),
      ...(last ? { NextToken: tokens.next(namedQueriesByGroup.keyOf(last)) } : {}),
    };
  },
});

export const update = operation("athena:UpdateNamedQuery", {
  authorize: onNamedQuery("athena:UpdateNamedQuery"),
  async handle({ NamedQueryId: id, Name, QueryString, Description }, { store, caller }) {
    await store.update(async (tx) => {
      const query = await tx.get(namedQueries, caller.account, caller.region, id);
      if (!query) throw namedQueryNotFound(id);
      tx.put(namedQueries, {
        ...query,
        name: Name,
        query: QueryString,
        ...(Description === undefined ? {} : { description: Description }),
      });
    });
    return {};
  },
});

export const remove = operation("athena:DeleteNamedQuery", {
  authorize: onNamedQuery("athena:DeleteNamedQuery"),
  async handle({ NamedQueryId: id = "" }, { store, caller }) {
    await store.update(async (tx) => {
      const query = await tx.get(namedQueries, caller.account, caller.region, id);
      if (!query) throw namedQueryNotFound(id);
      tx.delete(namedQueries, ...namedQueries.keyOf(query));
      tx.delete(namedQueriesByGroup, ...namedQueriesByGroup.keyOf(query));
    });
    return {};
  },
});
