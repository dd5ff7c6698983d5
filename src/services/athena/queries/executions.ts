import { operation } from "../../../platform/operation.ts";
import type { Context } from "../../../platform/context.ts";
import { isUnderWay } from "../../../platform/membership.ts";
import { page } from "../../../platform/paging.ts";
import type { Caller } from "../../../platform/caller.ts";
import type { AuthorizeScope } from "../../../platform/context.ts";
import type { Check } from "../../../platform/operation.ts";
import type { Reader } from "../../../store/store.ts";
import { badToken, queryNotFound } from "../faults.ts";
import { PAGE } from "../limits.ts";
import { executionEntries, queryExecutions, type QueryExecution } from "../model.ts";
import { runner } from "../run/runner.ts";
import { onWorkGroup, PRIMARY, workGroupArn } from "../workgroups/work-group.ts";
import { describeExecution } from "./describe.ts";

/** @throws Fault InvalidRequestException */
export async function executionOf(
  read: Reader,
  { account, region }: Caller,
  id: string,
): Promise<QueryExecution> {
  const execution = await read.get(queryExecutions, account, region, id);
  if (!execution) throw queryNotFound(id);
  return execution;
}

/** A query is guarded by its work group; one that is not there, by the caller's primary one. */
export const onExecution =
  (action: string) =>
  async (
    { QueryExecutionId: id = "" }: { readonly QueryExecutionId?: string },
    { read, caller }: AuthorizeScope,
  ): Promise<readonly Check[]> => {
    const execution = await read.get(queryExecutions, caller.account, caller.region, id);
    return [{ action, resource: workGroupArn(caller, execution?.workGroup ?? PRIMARY) }];
  };

/** A query that another run of the program had under way was lost with it, unless that goes on elsewhere. */
export async function asItIs(context: Context, execution: QueryExecution): Promise<QueryExecution> {
  const { run, state } = execution;
  if (state !== "QUEUED" && state !== "RUNNING") return execution;
  const isKnown =
    run === runner(context).run
      ? // One that waits and is not known here was more than its owner may have.
        state === "RUNNING" || runner(context).isUnder(execution.id)
      : await context.store.read((read) => isUnderWay(read, run, context.realClock));
  if (isKnown) return execution;
  return {
    ...execution,
    state: "FAILED",
    completedMs: execution.submittedMs,
    failure: {
      reason: "GENERIC_INTERNAL_ERROR: the program stopped while it worked on this query",
      category: 1,
      type: 200,
      retryable: true,
    },
  };
}

export const get = operation("athena:GetQueryExecution", {
  authorize: onExecution("athena:GetQueryExecution"),
  async handle({ QueryExecutionId: id }, context) {
    const execution = await context.store.read((read) => executionOf(read, context.caller, id));
    return { QueryExecution: describeExecution(await asItIs(context, execution)) };
  },
});

export const batchGet = operation("athena:BatchGetQueryExecution", {
  async authorize({ QueryExecutionIds: ids }, { read, caller }) {
    const groups = new Set<string>();
    for (const id of ids)
      groups.add((await read.get(queryExecutions, caller.account, caller.region, id))?.workGroup ?? PRIMARY);
    return [...groups].map((group) => ({
      action: "athena:BatchGetQueryExecution",
      resource: workGroupArn(caller, group),
    }));
  },
  async handle({ QueryExecutionIds: ids }, context) {
    const { store, caller } = context;
    const found: QueryExecution[] = [];
    const missing: string[] = [];
    await store.read(async (read) => {
      for (const id of ids) {
        const execution = await read.get(queryExecutions, caller.account, caller.region, id);
        if (execution) found.push(execution);
        else missing.push(id);
      }
    });
    return {
      QueryExecutions: (await Promise.all(found.map((one) => asItIs(context, one)))).map(describeExecution),
      UnprocessedQueryExecutionIds: missing.map((id) => ({
        QueryExecutionId: id,
        ErrorCode: "INVALID_INPUT",
        ErrorMessage: `QueryExecution ${id} was not found`,
      })),
    };
  },
});

export const list = operation("athena:ListQueryExecutions", {
  resource: onWorkGroup,
  async handle(
    { WorkGroup: group = PRIMARY, MaxResults: limit = PAGE.executions, NextToken },
    { store, caller, pages },
  ) {
    const tokens = pages(group);
    const after = tokens.after(NextToken, badToken);
    const within = [caller.account, caller.region, group];
    const rows = await store.read((read) =>
      read.scan(executionEntries, { within, limit: limit + 1, ...(after ? { after } : {}) }),
    );
    const { items, last } = page(rows, limit);
    return {
      QueryExecutionIds: items.map(({ id }) => id),
      ...(last ? { NextToken: tokens.next(executionEntries.keyOf(last)) } : {}),
    };
  },
});

export const stop = operation("athena:StopQueryExecution", {
  authorize: onExecution("athena:StopQueryExecution"),
  async handle({ QueryExecutionId: id = "" }, context) {
    const { store, caller, clock } = context;
    await store.read((read) => executionOf(read, caller, id));
    runner(context).cancel(id);
    // One that waits is over now; one that runs says so itself, once the engine has let go of it. What another process
    // works on is over too: its result is not taken any more.
    await store.update(async (tx) => {
      const execution = await executionOf(tx, caller, id);
      const isElsewhere = execution.state === "RUNNING" && execution.run !== runner(context).run;
      if (execution.state !== "QUEUED" && !isElsewhere) return;
      tx.put(queryExecutions, { ...execution, state: "CANCELLED", completedMs: clock.now().getTime() });
    });
    return {};
  },
});

export const runtimeStatistics = operation("athena:GetQueryRuntimeStatistics", {
  authorize: onExecution("athena:GetQueryRuntimeStatistics"),
  async handle({ QueryExecutionId: id }, { store, caller }) {
    const { figures } = await store.read((read) => executionOf(read, caller, id));
    return {
      QueryRuntimeStatistics: {
        Timeline: {
          QueryQueueTimeInMillis: Math.round(figures.queuedMs),
          QueryPlanningTimeInMillis: Math.round(figures.planningMs),
          EngineExecutionTimeInMillis: Math.round(figures.executionMs),
          ServiceProcessingTimeInMillis: 0,
          TotalExecutionTimeInMillis: Math.round(figures.totalMs),
        },
        Rows: { InputBytes: figures.scannedBytes },
      },
    };
  },
});
