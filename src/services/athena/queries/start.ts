import { createHash } from "node:crypto";
import type { InputOf } from "../../../contract/apis.ts";
import { uuid } from "../../../base/ids.ts";
import type { Context } from "../../../platform/context.ts";
import { operation } from "../../../platform/operation.ts";
import { isTrinoError } from "../../../trino/error.ts";
import { parse, type Parsed } from "../../../trino/parse.ts";
import {
  badOutputLocation,
  invalidRequest,
  noOutputLocation,
  otherParameters,
  workGroupDisabled,
} from "../faults.ts";
import {
  clientRequests,
  executionEntries,
  queryExecutions,
  type QueryExecution,
  type WorkGroup,
} from "../model.ts";
import { folder, parseLocation, printLocation } from "../run/location.ts";
import { runner } from "../run/runner.ts";
import { onWorkGroup, workGroupOf } from "../workgroups/work-group.ts";
import { classify, type StatementClass } from "./statement-type.ts";

type StartInput = InputOf<"athena:StartQueryExecution">;

const CATALOG = "awsdatacatalog";

/** Takes a query in; it runs on, with the caller's rights, after this has answered. */
export const start = operation("athena:StartQueryExecution", {
  resource: onWorkGroup,
  async handle(input, context) {
    const { store, caller } = context;
    const group = await store.read((read) => workGroupOf(read, caller, input.WorkGroup));
    if (group.state !== "ENABLED") throw workGroupDisabled(group.name);
    if (input.ResultReuseConfiguration?.ResultReuseByAgeConfiguration?.Enabled)
      throw invalidRequest("Hosu does not implement the reuse of query results yet.");
    const parsed = parseQuery(input.QueryString);
    const execution = describe(context, input, { group, statement: classify(parsed.statement) });
    const id = await keep(context, input, execution);
    if (id === execution.id) runner(context).submit({ context, execution, parsed, group });
    return { QueryExecutionId: id };
  },
});

/** A text that is no statement is refused at once; what is wrong with its names and types shows in its state. */
function parseQuery(text: string): Parsed {
  try {
    return parse(text);
  } catch (error) {
    if (isTrinoError(error)) throw invalidRequest(error.text, "MALFORMED_QUERY");
    throw error;
  }
}

function describe(
  context: Context,
  input: StartInput,
  { group, statement }: { readonly group: WorkGroup; readonly statement: StatementClass },
): QueryExecution {
  const { caller, clock } = context;
  const id = uuid();
  const { QueryExecutionContext: names, ExecutionParameters: parameters } = input;
  const owner = group.enforced ? group.expectedBucketOwner : input.ResultConfiguration?.ExpectedBucketOwner;
  return {
    account: caller.account,
    region: caller.region,
    id,
    workGroup: group.name,
    query: input.QueryString,
    catalog: names?.Catalog?.toLowerCase() ?? CATALOG,
    catalogNamed: names?.Catalog !== undefined,
    outputLocation: outputOf(input, group, { id, statement }),
    statementType: statement.type,
    substatementType: statement.subtype,
    state: "QUEUED",
    run: runner(context).run,
    submittedMs: clock.now().getTime(),
    figures: { scannedBytes: 0, queuedMs: 0, planningMs: 0, executionMs: 0, totalMs: 0 },
    ...(parameters && parameters.length > 0 ? { parameters } : {}),
    ...(names?.Database === undefined ? {} : { database: databaseName(names.Database) }),
    ...(owner === undefined ? {} : { expectedBucketOwner: owner }),
  };
}

/** Clients send it in backquotes too (awswrangler does). */
const databaseName = (text: string): string => text.replace(/^`(.*)`$/s, "$1").toLowerCase();

/** The work group's location where it is enforced, else the client's, else the work group's. Source: Athena User Guide, "Override client-side settings". */
function outputOf(
  input: StartInput,
  group: WorkGroup,
  { id, statement }: { readonly id: string; readonly statement: StatementClass },
): string {
  const own = input.ResultConfiguration?.OutputLocation;
  const chosen =
    group.enforced && group.outputLocation !== undefined
      ? group.outputLocation
      : (own ?? group.outputLocation);
  if (chosen === undefined) throw noOutputLocation();
  const location = parseLocation(chosen);
  if (!location) throw badOutputLocation();
  const base = folder(location);
  return printLocation({ ...base, key: `${base.key}${nameOf(id, statement)}` });
}

/** What is written under the query's id: a query's CSV, DDL's text; tables that are written have neither. */
function nameOf(id: string, { type, subtype }: StatementClass): string {
  if (subtype === "CREATE_TABLE_AS_SELECT") return `tables/${id}`;
  if (type !== "DML" || subtype === "EXPLAIN") return `${id}.txt`;
  return subtype === "SELECT" || subtype === "EXECUTE" ? `${id}.csv` : id;
}

/**
 * A token that was used before starts nothing again; work group and execution parameters are not compared, as
 * measured on Athena (aoyagikouhei/athena-local, docs/dev/measurements/client-request-token.md).
 * @returns the id of the query that it stands for.
 */
function keep({ store }: Context, input: StartInput, execution: QueryExecution): Promise<string> {
  const { account, region, id, workGroup, submittedMs } = execution;
  const { ClientRequestToken: token } = input;
  const fingerprint = createHash("sha256")
    .update(
      JSON.stringify([
        input.QueryString,
        input.QueryExecutionContext?.Catalog,
        input.QueryExecutionContext?.Database,
        input.ResultConfiguration?.OutputLocation,
      ]),
    )
    .digest("hex");
  return store.update(async (tx) => {
    const known = token === undefined ? undefined : await tx.get(clientRequests, account, region, token);
    if (known && known.fingerprint !== fingerprint) throw otherParameters();
    if (known) return known.id;
    if (token !== undefined) tx.put(clientRequests, { account, region, token, id, fingerprint });
    tx.put(queryExecutions, execution);
    tx.put(executionEntries, { account, region, workGroup, submittedMs, id });
    return id;
  });
}
