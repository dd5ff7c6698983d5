import { isFault } from "../../../base/fault.ts";
import { QueryError } from "../run/failure.ts";

/** What Hive's DDL prints before an error of its own. Source: Athena User Guide, "Troubleshooting", error texts. */
export const ddlError = (text: string): QueryError =>
  new QueryError(
    `FAILED: Execution Error, return code 1 from org.apache.hadoop.hive.ql.exec.DDLTask. ${text}`,
  );

export const semanticError = (text: string): QueryError =>
  new QueryError(`FAILED: SemanticException ${text}`);

/** Source: Athena User Guide, "DESCRIBE", where the text stands; the name comes without its database. */
export const tableNotFound = (table: string): QueryError =>
  semanticError(`[Error 10001]: Table not found ${table}`);

export const databaseNotFound = (database: string): QueryError =>
  semanticError(`[Error 10072]: Database does not exist: ${database}`);

export const partitionNotFound = (spec: string): QueryError =>
  semanticError(`[Error 10006]: Partition not found ${spec}`);

/** Source: Hive's DDLTask; PyAthena issue 276 shows it from Athena. */
export const partitionExists = (): QueryError =>
  ddlError("AlreadyExistsException(message:Partition already exists.)");

export const isNotFound = (error: unknown): boolean =>
  isFault(error) && error.code === "EntityNotFoundException";

export const isExisting = (error: unknown): boolean =>
  isFault(error) && error.code === "AlreadyExistsException";
