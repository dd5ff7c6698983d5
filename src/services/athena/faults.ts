import { fault } from "../../base/fault.ts";

/** Athena's errors in its own words. */
export const invalidRequest = (message: string, code: string = "INVALID_INPUT") =>
  fault("InvalidRequestException", message, { status: 400, fields: { AthenaErrorCode: code } });

export const workGroupNotFound = (name: string) => invalidRequest(`WorkGroup ${name} is not found.`);

export const workGroupDisabled = (name: string) => invalidRequest(`WorkGroup ${name} is disabled.`);

export const workGroupExists = () => invalidRequest("WorkGroup is already created");

export const primaryStays = () => invalidRequest("The primary workgroup cannot be deleted.");

export const workGroupNotEmpty = (name: string) => invalidRequest(`WorkGroup ${name} is not empty`);

export const queryNotFound = (id: string) =>
  invalidRequest(`QueryExecution ${id} was not found`, "QUERY_EXECUTION_NOT_FOUND");

export const namedQueryNotFound = (id: string) => invalidRequest(`NamedQuery ${id} was not found`);

export const preparedStatementNotFound = (name: string, group: string) =>
  fault("ResourceNotFoundException", `PreparedStatement ${name} was not found in workGroup ${group}`, {
    status: 400,
  });

export const preparedStatementExists = (name: string, group: string) =>
  invalidRequest(`PreparedStatement ${name} already exists in WorkGroup ${group}`);

export const noOutputLocation = () =>
  invalidRequest(
    "No output location provided. An output location is required either through the Workgroup result configuration setting or as an API input.",
  );

export const badOutputLocation = () => invalidRequest("outputLocation is not a valid S3 path.");

export const notFinished = (state: string) =>
  invalidRequest(
    state === "FAILED"
      ? `Query did not finish successfully. Final query state: ${state}`
      : `Query has not yet finished. Current state: ${state}`,
    "INVALID_QUERY_EXECUTION_STATE",
  );

export const resultsGone = () => invalidRequest("Could not find results", "RESULT_NOT_FOUND");

export const metadataNotFound = (message: string) => fault("MetadataException", message, { status: 400 });

export const malformedToken = (token: string) => invalidRequest(`Malformed nextPageToken ${token}`);

export const otherParameters = () =>
  invalidRequest("Idempotent parameters do not match", "IDEMPOTENT_PARAMETER_MISMATCH");

export const badToken = () => invalidRequest("Invalid pagination token");
