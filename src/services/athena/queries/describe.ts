import type { QueryExecution } from "../model.ts";

/** As GetQueryExecution tells it. */
export function describeExecution(execution: QueryExecution) {
  const { figures, failure, completedMs, database, expectedBucketOwner, parameters } = execution;
  return {
    QueryExecutionId: execution.id,
    Query: execution.query,
    StatementType: execution.statementType,
    SubstatementType: execution.substatementType,
    ResultConfiguration: {
      OutputLocation: execution.outputLocation,
      ...(expectedBucketOwner === undefined ? {} : { ExpectedBucketOwner: expectedBucketOwner }),
    },
    ResultReuseConfiguration: { ResultReuseByAgeConfiguration: { Enabled: false } },
    QueryExecutionContext: {
      ...(execution.catalogNamed ? { Catalog: execution.catalog } : {}),
      ...(database === undefined ? {} : { Database: database }),
    },
    Status: {
      State: execution.state,
      SubmissionDateTime: new Date(execution.submittedMs),
      ...(completedMs === undefined ? {} : { CompletionDateTime: new Date(completedMs) }),
      ...(execution.state === "CANCELLED" ? { StateChangeReason: "Query cancelled by user" } : {}),
      ...(failure
        ? {
            StateChangeReason: failure.reason,
            AthenaError: {
              ErrorCategory: failure.category,
              ErrorType: failure.type,
              Retryable: failure.retryable,
              ErrorMessage: failure.reason,
            },
          }
        : {}),
    },
    Statistics: {
      EngineExecutionTimeInMillis: Math.round(figures.executionMs),
      DataScannedInBytes: figures.scannedBytes,
      TotalExecutionTimeInMillis: Math.round(figures.totalMs),
      QueryQueueTimeInMillis: Math.round(figures.queuedMs),
      QueryPlanningTimeInMillis: Math.round(figures.planningMs),
      ServiceProcessingTimeInMillis: 0,
      ResultReuseInformation: { ReusedPreviousResult: false },
      ...(figures.manifestLocation === undefined ? {} : { DataManifestLocation: figures.manifestLocation }),
    },
    WorkGroup: execution.workGroup,
    EngineVersion: {
      SelectedEngineVersion: "AUTO",
      EffectiveEngineVersion: "Athena engine version 3",
    },
    ...(parameters ? { ExecutionParameters: [...parameters] } : {}),
  };
}
