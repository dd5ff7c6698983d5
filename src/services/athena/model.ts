import type { ColumnMetadata } from "../../trino/types/metadata.ts";
import { table } from "../../store/table.ts";

export interface WorkGroup {
  readonly account: string;
  readonly region: string;
  readonly name: string;
  readonly description?: string;
  readonly state: "ENABLED" | "DISABLED";
  readonly createdMs: number;
  readonly outputLocation?: string;
  readonly expectedBucketOwner?: string;
  /** The work group's settings win over the client's. */
  readonly enforced: boolean;
  readonly publishMetrics: boolean;
  /** A query that has read this much is stopped. */
  readonly scannedBytesCutoff?: number;
  readonly requesterPays: boolean;
  readonly tags: Readonly<Record<string, string>>;
}

export const workGroups = table("athena.work-groups", {
  scope: "region",
  key: (group: WorkGroup) => [group.account, group.region, group.name] as const,
});

export type QueryState = "QUEUED" | "RUNNING" | "SUCCEEDED" | "FAILED" | "CANCELLED";
export type StatementType = "DDL" | "DML" | "UTILITY";

/** One query's life, as it is told. */
export interface QueryExecution {
  readonly account: string;
  readonly region: string;
  readonly id: string;
  readonly workGroup: string;
  readonly query: string;
  readonly parameters?: readonly string[];
  readonly catalog: string;
  /** The request named it, and so do the answers. */
  readonly catalogNamed: boolean;
  readonly database?: string;
  /** Where the result lies, once it does: a whole object. */
  readonly outputLocation: string;
  readonly expectedBucketOwner?: string;
  readonly statementType: StatementType;
  /** "SELECT", "CREATE_TABLE" … */
  readonly substatementType: string;
  readonly state: QueryState;
  /** Which run of the program works on it; one that is not finished in an earlier run never will be. */
  readonly run: string;
  readonly submittedMs: number;
  readonly completedMs?: number;
  readonly failure?: QueryFailure;
  readonly figures: QueryFigures;
  readonly result?: ResultFacts;
}

export interface QueryFailure {
  /** StateChangeReason. */
  readonly reason: string;
  /** 1 system, 2 user, 3 other. Source: Athena User Guide, "Athena error catalog". */
  readonly category: 1 | 2 | 3;
  readonly type: number;
  readonly retryable: boolean;
}

/** Milliseconds and bytes. */
export interface QueryFigures {
  readonly scannedBytes: number;
  readonly queuedMs: number;
  readonly planningMs: number;
  readonly executionMs: number;
  readonly totalMs: number;
  readonly manifestLocation?: string;
}

export interface ResultFacts {
  readonly columns: readonly ResultColumn[];
  /** A query's result is CSV with a header; DDL's is lines of text. */
  readonly format: "csv" | "text" | "none";
  readonly updateCount?: number;
}

export interface ResultColumn extends ColumnMetadata {
  readonly name: string;
}

export const queryExecutions = table("athena.query-executions", {
  scope: "region",
  key: (execution: QueryExecution) => [execution.account, execution.region, execution.id] as const,
});

/** Newest first, for lists. */
export interface ExecutionEntry {
  readonly account: string;
  readonly region: string;
  readonly workGroup: string;
  readonly submittedMs: number;
  readonly id: string;
}

export const executionEntries = table("athena.query-executions.by-time", {
  scope: "region",
  key: (entry: ExecutionEntry) =>
    [entry.account, entry.region, entry.workGroup, -entry.submittedMs, entry.id] as const,
});

/** A client's token for a request it may send again, and the query that it started. */
export interface ClientRequest {
  readonly account: string;
  readonly region: string;
  readonly token: string;
  readonly id: string;
  readonly fingerprint: string;
}

export const clientRequests = table("athena.client-requests", {
  scope: "region",
  key: (request: ClientRequest) => [request.account, request.region, request.token] as const,
});

export interface NamedQuery {
  readonly account: string;
  readonly region: string;
  readonly id: string;
  readonly name: string;
  readonly description?: string;
  readonly database: string;
  readonly query: string;
  readonly workGroup: string;
  readonly createdMs: number;
}

export const namedQueries = table("athena.named-queries", {
  scope: "region",
  key: (query: NamedQuery) => [query.account, query.region, query.id] as const,
});

export const namedQueriesByGroup = table("athena.named-queries.by-work-group", {
  scope: "region",
  key: (query: Pick<NamedQuery, "account" | "region" | "workGroup" | "createdMs" | "id">) =>
    [query.account, query.region, query.workGroup, -query.createdMs, query.id] as const,
});

export interface PreparedStatement {
  readonly account: string;
  readonly region: string;
  readonly workGroup: string;
  readonly name: string;
  readonly query: string;
  readonly description?: string;
  readonly modifiedMs: number;
}

export const preparedStatements = table("athena.prepared-statements", {
  scope: "region",
  key: (statement: PreparedStatement) =>
    [statement.account, statement.region, statement.workGroup, statement.name] as const,
});
