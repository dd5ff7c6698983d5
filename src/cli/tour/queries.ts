import { setTimeout as wait } from "node:timers/promises";
import { fault } from "../../base/fault.ts";
import type { Call, TourClient } from "./calls.ts";

const LOOK_EVERY_MS = 50;

export interface Asked {
  readonly scannedBytes: number;
  /** As Athena counts it, not as this client waits. */
  readonly milliseconds: number;
  readonly queryId: string;
}

export interface Desk {
  readonly client: TourClient;
  readonly bucket: string;
  readonly database: string;
}

/** The call that starts a query; what it says is last, so that the line reads well. */
export const startQuery = ({ bucket, database }: Desk, sql: string): Call => ({
  kind: "operation",
  service: "athena",
  operation: "StartQueryExecution",
  input: {
    // Its own database is not there yet when it is made.
    ...(sql.startsWith("CREATE DATABASE") ? {} : { QueryExecutionContext: { Database: database } }),
    ResultConfiguration: { OutputLocation: `s3://${bucket}/results/` },
    QueryString: sql,
  },
});

export const describeQuery = (queryId: string): Call => ({
  kind: "operation",
  service: "athena",
  operation: "GetQueryExecution",
  input: { QueryExecutionId: queryId },
});

export const resultsOf = (queryId: string): Call => ({
  kind: "operation",
  service: "athena",
  operation: "GetQueryResults",
  input: { QueryExecutionId: queryId },
});

interface Described {
  readonly QueryExecution: {
    readonly Status: { readonly State: string; readonly StateChangeReason?: string };
    readonly Statistics?: {
      readonly DataScannedInBytes?: number;
      readonly TotalExecutionTimeInMillis?: number;
      readonly EngineExecutionTimeInMillis?: number;
    };
  };
}

/** Starts a query and waits for its end. @throws Fault with Athena's reason where it fails. */
export async function ask(desk: Desk, sql: string): Promise<Asked> {
  const { QueryExecutionId } = await desk.client.call(startQuery(desk, sql));
  const queryId = String(QueryExecutionId);
  for (;;) {
    const answer = (await desk.client.call(describeQuery(queryId))) as unknown as Described;
    const { Status, Statistics } = answer.QueryExecution;
    if (Status.State === "SUCCEEDED")
      return {
        queryId,
        scannedBytes: Statistics?.DataScannedInBytes ?? 0,
        milliseconds: Statistics?.TotalExecutionTimeInMillis ?? Statistics?.EngineExecutionTimeInMillis ?? 0,
      };
    if (Status.State === "FAILED" || Status.State === "CANCELLED")
      throw fault(
        "QueryFailed",
        `${Status.State}: ${Status.StateChangeReason ?? "no reason was given"}\n${sql}`,
      );
    await wait(LOOK_EVERY_MS);
  }
}

interface Results {
  readonly ResultSet: {
    readonly Rows: readonly { readonly Data: readonly { readonly VarCharValue?: string }[] }[];
  };
}

/** The rows of an answer, its column names first. */
export async function rowsOf({ client }: Desk, queryId: string): Promise<string[][]> {
  const { ResultSet } = (await client.call(resultsOf(queryId))) as unknown as Results;
  return ResultSet.Rows.map(({ Data }) => Data.map(({ VarCharValue }) => VarCharValue ?? ""));
}
