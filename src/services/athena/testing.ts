import { setTimeout as wait } from "node:timers/promises";
import { collect } from "../../base/bytes.ts";
import { invariant } from "../../base/invariant.ts";
import type { ApiCalls } from "../../platform/calls.ts";
import type { OutputOf } from "../../contract/apis.ts";
import { glue } from "../glue/glue.ts";
import { iam } from "../iam/iam.ts";
import { startHouse, type TestHouse } from "../iam/testing.ts";
import { s3 } from "../s3/s3.ts";
import { athena } from "./athena.ts";

/** For tests: a house with a bucket `lake`, a database `shop`, and its admin. */
export interface TestLake {
  readonly home: TestHouse;
  readonly calls: ApiCalls;
  put(key: string, body: string | Uint8Array): Promise<void>;
  get(key: string): Promise<Buffer>;
  /** Runs a statement to its end. */
  run(sql: string, options?: RunOptions): Promise<Ended>;
  /** The rows of a query, without its heading. @throws when it fails. */
  rows(sql: string, options?: RunOptions): Promise<Rows>;
  /** DDL's lines. @throws when it fails. */
  lines(sql: string): Promise<readonly string[]>;
  /** Why it fails. */
  failure(sql: string, options?: RunOptions): Promise<string>;
  close(): Promise<void>;
}

export interface RunOptions {
  readonly database?: string;
  readonly parameters?: readonly string[];
  readonly workGroup?: string;
}

export type Rows = readonly (readonly (string | null)[])[];
export type Ended = NonNullable<OutputOf<"athena:GetQueryExecution">["QueryExecution"]>;

const POLL_MS = 3;
const OVER: readonly (string | undefined)[] = ["SUCCEEDED", "FAILED", "CANCELLED"];

export async function startLake(): Promise<TestLake> {
  const home = await startHouse(iam, s3, glue, athena);
  const calls = await home.as(home.keys.admin.accessKeyId);
  await calls.s3.CreateBucket({ Bucket: "lake" });
  await calls.glue.CreateDatabase({ DatabaseInput: { Name: "shop" } });

  const end = async (id: string): Promise<Ended> => {
    for (;;) {
      const { QueryExecution: now } = await calls.athena.GetQueryExecution({ QueryExecutionId: id });
      if (now && OVER.includes(now.Status?.State)) return now;
      await wait(POLL_MS);
    }
  };
  const run = async (sql: string, options: RunOptions = {}): Promise<Ended> => {
    const { QueryExecutionId: id = "" } = await calls.athena.StartQueryExecution({
      QueryString: sql,
      QueryExecutionContext: { Database: options.database ?? "shop" },
      ResultConfiguration: { OutputLocation: "s3://lake/results/" },
      ...(options.parameters ? { ExecutionParameters: options.parameters } : {}),
      ...(options.workGroup === undefined ? {} : { WorkGroup: options.workGroup }),
    });
    return end(id);
  };
  const all = async (sql: string, options?: RunOptions): Promise<Rows> => {
    const { QueryExecutionId: id = "", Status } = await run(sql, options);
    invariant(Status?.State === "SUCCEEDED", `${sql}: ${Status?.StateChangeReason}`);
    const { ResultSet } = await calls.athena.GetQueryResults({ QueryExecutionId: id });
    return (ResultSet?.Rows ?? []).map(({ Data = [] }) =>
      Data.map(({ VarCharValue: value }) => value ?? null),
    );
  };
  return {
    home,
    calls,
    run,
    rows: async (sql, options) => (await all(sql, options)).slice(1),
    lines: async (sql) => (await all(sql)).map(([line]) => line ?? ""),
    async failure(sql, options) {
      const { Status } = await run(sql, options);
      return Status?.StateChangeReason ?? `it ${Status?.State}`;
    },
    async put(key, body) {
      await calls.s3.PutObject({ Bucket: "lake", Key: key }, Buffer.from(body));
    },
    async get(key) {
      const { Body: body } = await calls.s3.GetObject({ Bucket: "lake", Key: key });
      return collect(body ?? new Uint8Array());
    },
    close: () => home.close(),
  };
}
