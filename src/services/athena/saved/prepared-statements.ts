import { operation } from "../../../platform/operation.ts";
import { page } from "../../../platform/paging.ts";
import { badToken, preparedStatementExists, preparedStatementNotFound } from "../faults.ts";
import { PAGE } from "../limits.ts";
import { preparedStatements, type PreparedStatement } from "../model.ts";
import { onWorkGroup, workGroupOf } from "../workgroups/work-group.ts";

export const create = operation("athena:CreatePreparedStatement", {
  resource: onWorkGroup,
  async handle(
    { StatementName: name, WorkGroup: group, QueryStatement: query, Description },
    { store, caller, clock },
  ) {
    const { account, region } = caller;
    await store.update(async (tx) => {
      await workGroupOf(tx, caller, group);
      if (await tx.get(preparedStatements, account, region, group, name))
        throw preparedStatementExists(name, group);
      tx.put(preparedStatements, {
        account,
        region,
        workGroup: group,
        name,
        query,
        modifiedMs: clock.now().getTime(),
        ...(Description === undefined ? {} : { description: Description }),
      });
    });
    return {};
  },
});

const describe = (statement: PreparedStatement) => ({
  StatementName: statement.name,
  QueryStatement: statement.query,
  WorkGroupName: statement.workGroup,
  LastModifiedTime: new Date(statement.modifiedMs),
  ...(statement.description === undefined ? {} : { Description: statement.description }),
});

export const get = operation("athena:GetPreparedStatement", {
  resource: onWorkGroup,
  async handle({ StatementName: name, WorkGroup: group }, { store, caller }) {
    const found = await store.read((read) =>
      read.get(preparedStatements, caller.account, caller.region, group, name),
    );
    if (!found) throw preparedStatementNotFound(name, group);
    return { PreparedStatement: describe(found) };
  },
});

export const batchGet = operation("athena:BatchGetPreparedStatement", {
  resource: onWorkGroup,
  async handle({ PreparedStatementNames: names, WorkGroup: group }, { store, caller }) {
    const rows = await store.read(async (read) => {
      const found: (readonly [string, PreparedStatement | undefined])[] = [];
      for (const name of names)
        found.push([name, await read.get(preparedStatements, caller.account, caller.region, group, name)]);
      return found;
    });
    return {
      PreparedStatements: rows.flatMap(([, statement]) => (statement ? [describe(statement)] : [])),
      UnprocessedPreparedStatementNames: rows
        .filter(([, statement]) => !statement)
        .map(([name]) => ({
          StatementName: name,
          ErrorCode: "STATEMENT_NOT_FOUND",
          ErrorMessage: `PreparedStatement ${name} was not found in workGroup ${group}`,
        })),
    };
  },
});

export const list = operation("athena:ListPreparedStatements", {
  resource: onWorkGroup,
  async handle({ WorkGroup: group, MaxResults: limit = PAGE.named, NextToken }, { store, caller, pages }) {
    const tokens = pages(group);
    const after = tokens.after(NextToken, badToken);
    const within = [caller.account, caller.region, group];
    const rows = await store.read((read) =>
      read.scan(preparedStatements, { within, limit: limit + 1, ...(after ? { after } : {}) }),
    );
    const { items, last } = page(rows, limit);
    return {
      PreparedStatements: items.map(({ name, modifiedMs }) => ({
        StatementName: name,
        LastModifiedTime: new Date(modifiedMs),
      })),
      ...(last ? { NextToken: tokens.next(preparedStatements.keyOf(last)) } : {}),
    };
  },
});

export const update = operation("athena:UpdatePreparedStatement", {
  resource: onWorkGroup,
  async handle(
    { StatementName: name, WorkGroup: group, QueryStatement: query, Description },
    { store, caller, clock },
  ) {
    await store.update(async (tx) => {
      const found = await tx.get(preparedStatements, caller.account, caller.region, group, name);
      if (!found) throw preparedStatementNotFound(name, group);
      tx.put(preparedStatements, {
        ...found,
        query,
        modifiedMs: clock.now().getTime(),
        ...(Description === undefined ? {} : { description: Description }),
      });
    });
    return {};
  },
});

export const remove = operation("athena:DeletePreparedStatement", {
  resource: onWorkGroup,
  async handle({ StatementName: name, WorkGroup: group }, { store, caller }) {
    await store.update(async (tx) => {
      if (!(await tx.get(preparedStatements, caller.account, caller.region, group, name)))
        throw preparedStatementNotFound(name, group);
      tx.delete(preparedStatements, caller.account, caller.region, group, name);
    });
    return {};
  },
});
