import { monotonicMs } from "../../../base/clock.ts";
import type { Context } from "../../../platform/context.ts";
import { countedBytes } from "../../../platform/meter/athena.ts";
import { countersOf } from "../../../platform/meter/counters.ts";
import { runOf } from "../../../platform/membership.ts";
import { perHouse } from "../../../platform/per-house.ts";
import type { Store } from "../../../store/store.ts";
import type { Parsed } from "../../../trino/parse.ts";
import { invalidRequest } from "../faults.ts";
import { ACTIVE_QUERIES, RUNNING_QUERIES } from "../limits.ts";
import { queryExecutions, type QueryExecution, type QueryFigures, type WorkGroup } from "../model.ts";
import { failureOf } from "./failure.ts";
import { perform } from "./perform.ts";

export interface Submitted {
  readonly context: Context;
  readonly execution: QueryExecution;
  readonly parsed: Parsed;
  readonly group: WorkGroup;
}

/** Runs queries in the background, some at a time, and can stop them. */
export interface Runner {
  /** Names this run of the program: a query of another run that is not finished was lost with it. */
  readonly run: string;
  submit(query: Submitted): void;
  /** @returns false for a query that is not under way here. */
  cancel(id: string): boolean;
  isUnder(id: string): boolean;
  /** Ends what is under way, its state left as it is: to the next run these queries are lost. */
  stop(): Promise<void>;
}

const STOPPED = "the lake is closed";

export const runner = perHouse<{ readonly store: Store }, Runner>((house) => createRunner(runOf(house)));

interface Waiting extends Submitted {
  readonly queuedAt: number;
}

function createRunner(run: string): Runner {
  const queue: Waiting[] = [];
  const under = new Map<string, AbortController>();
  const lives = new Set<Promise<void>>();
  let running = 0;

  const next = (): void => {
    while (running < RUNNING_QUERIES) {
      const waiting = queue.shift();
      if (!waiting) return;
      running += 1;
      const { id } = waiting.execution;
      const one = live(waiting, run, under.get(id)?.signal).finally(() => {
        running -= 1;
        under.delete(id);
        lives.delete(one);
        next();
      });
      lives.add(one);
    }
  };

  return {
    run,
    submit(query) {
      if (under.size >= ACTIVE_QUERIES)
        throw invalidRequest(
          "You have exceeded the limit for the number of queries you can run concurrently.",
          "TOO_MANY_REQUESTS",
        );
      const { id } = query.execution;
      under.set(id, new AbortController());
      queue.push({ ...query, queuedAt: monotonicMs() });
      next();
    },
    cancel(id) {
      const one = under.get(id);
      one?.abort();
      return one !== undefined;
    },
    isUnder: (id) => under.has(id),
    async stop() {
      for (const one of under.values()) one.abort(STOPPED);
      while (lives.size > 0) await Promise.allSettled(lives);
    },
  };
}

/** One query's life from here to its end. Never throws: what goes wrong is how the query ends. */
async function live(
  query: Waiting,
  run: string,
  signal: AbortSignal = new AbortController().signal,
): Promise<void> {
  const { context, execution } = query;
  const { clock } = context;
  const startedAt = monotonicMs();
  const queuedMs = startedAt - query.queuedAt;
  const figures = (done: Partial<QueryFigures>): QueryFigures => {
    const executionMs = monotonicMs() - startedAt;
    return {
      scannedBytes: 0,
      planningMs: 0,
      ...done,
      queuedMs,
      executionMs,
      totalMs: queuedMs + executionMs,
    };
  };
  if (signal.aborted) return;
  // The work need not wait until everybody can read that it has begun.
  const begun = advance(context, execution, (now) => ({ ...now, state: "RUNNING", run }));
  try {
    const [done] = await Promise.all([perform(query, signal), begun]);
    charge(query, done.figures.scannedBytes ?? 0);
    await advance(context, execution, (now) => ({
      ...now,
      state: "SUCCEEDED",
      completedMs: clock.now().getTime(),
      figures: figures(done.figures),
      result: done.result,
      ...(done.substatementType === undefined ? {} : { substatementType: done.substatementType }),
    }));
  } catch (error) {
    const failure = failureOf(error);
    await begun;
    if (signal.reason === STOPPED) return;
    await advance(context, execution, (now) => ({
      ...now,
      state: signal.aborted ? "CANCELLED" : "FAILED",
      completedMs: clock.now().getTime(),
      figures: figures({}),
      ...(signal.aborted ? {} : { failure }),
    }));
  }
}

/** DDL is free, and so is what fails. Source: Amazon Athena Pricing, "SQL queries". */
function charge({ context, execution, group }: Submitted, scannedBytes: number): void {
  if (execution.statementType !== "DML") return;
  const amount = countedBytes(scannedBytes);
  countersOf(context).add(context.caller, "athena", {
    type: "DataScannedInTB",
    resource: group.name,
    amount,
  });
}

/** @returns false when the query was over already: cancelled before it began. */
function advance(
  { store }: Context,
  { account, region, id }: QueryExecution,
  change: (now: QueryExecution) => QueryExecution,
): Promise<boolean> {
  return store.update(async (tx) => {
    const now = await tx.get(queryExecutions, account, region, id);
    if (!now || (now.state !== "QUEUED" && now.state !== "RUNNING")) return false;
    tx.put(queryExecutions, change(now));
    return true;
  });
}
