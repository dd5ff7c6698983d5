import { isFault } from "../../../base/fault.ts";
import { DuckDbCancelled, DuckDbCrashed, DuckDbError } from "../../../engines/duckdb/duckdb.ts";
import { AccessDenied } from "../../../platform/denied.ts";
import { errorFromEngine, isTrinoError, TrinoError } from "../../../trino/error.ts";
import type { QueryFailure } from "../model.ts";

/** What was wrong with a query beyond its text: data, locations, settings. Athena's words, with the kind before them. */
export class QueryError extends Error {
  override readonly name = "QueryError";
}

/** Source: Athena User Guide, "Athena error catalog": category 1 system, 2 user, 3 other; the types by number. */
const SYSTEM = { category: 1, type: 200, retryable: true } as const;
const USER = { category: 2, type: 1_006, retryable: false } as const;

/**
 * The type that goes with Trino's name of an error. Source: Athena User Guide, "Athena error catalog"; those that
 * it does not tie to a name, as measured by aoyagikouhei/athena-local, docs/api.md.
 */
const TYPES: Readonly<Record<string, number>> = {
  TABLE_NOT_FOUND: 1_301,
  SCHEMA_NOT_FOUND: 1_301,
  COLUMN_NOT_FOUND: 1_006,
  CATALOG_NOT_FOUND: 1_006,
  TYPE_MISMATCH: 1_002,
  FUNCTION_NOT_FOUND: 1_303,
  DIVISION_BY_ZERO: 1_001,
  INVALID_CAST_ARGUMENT: 1_100,
  NOT_SUPPORTED: 1_200,
};
const OTHER_TYPE = 1_000;
const PERMISSION = { category: 2, type: 1_000, retryable: false } as const;

/** How a query's end is told. */
export function failureOf(error: unknown): QueryFailure {
  if (isTrinoError(error)) return trinoFailure(error);
  if (error instanceof QueryError) return { reason: error.message, ...USER };
  if (error instanceof AccessDenied) return { reason: denialText(error), ...PERMISSION };
  if (error instanceof DuckDbError) {
    const known = errorFromEngine(error.message) ?? dataError(error.message);
    if (known) return trinoFailure(known);
  }
  if (error instanceof DuckDbCancelled) return { reason: "Query cancelled by user", ...USER };
  if (error instanceof DuckDbCrashed)
    return {
      reason: "GENERIC_INTERNAL_ERROR: the query engine ended while it worked on this query",
      ...SYSTEM,
    };
  if (isFault(error)) return { reason: `${error.code}: ${error.message}`, ...USER };
  return {
    reason: `GENERIC_INTERNAL_ERROR: ${error instanceof Error ? error.message : String(error)}`,
    ...SYSTEM,
  };
}

const trinoFailure = ({ text, kind }: TrinoError): QueryFailure => ({
  reason: text,
  category: 2,
  type: TYPES[kind] ?? OTHER_TYPE,
  retryable: false,
});

/** Source: AWS re:Post, "Access Denied" errors in Athena: the catalog's and the bucket's refusals are told apart. */
function denialText({ message, request }: AccessDenied): string {
  const service = request.action.split(":")[0];
  if (service === "s3") {
    const path = request.resource.replace(/^arn:aws:s3:::/, "");
    return `PERMISSION_DENIED: Permission denied on S3 path: s3://${path} (${message})`;
  }
  return `Insufficient permissions to execute the query. ${message}`;
}

/** Data that is not what the table says. */
function dataError(message: string): TrinoError | undefined {
  if (/Invalid Input Error: .*(?:CSV Error|JSON)|Could not parse|Malformed JSON/s.test(message))
    return new TrinoError("HIVE_BAD_DATA", firstLine(message));
  if (/No magic bytes found|not a Parquet file|Parquet|too small to be a Parquet/i.test(message))
    return new TrinoError("HIVE_BAD_DATA", firstLine(message));
  if (/gzip|zstd|GZIP|ZSTD/.test(message)) return new TrinoError("HIVE_CURSOR_ERROR", firstLine(message));
  return undefined;
}

const firstLine = (message: string): string =>
  (message.split("\n")[0] ?? "")
    .replace(/^[A-Z][A-Za-z ]* Error: /, "")
    .replaceAll(/'?\/[^\s']*'?/g, "the file");
