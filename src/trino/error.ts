/**
 * What is wrong with a query, in Trino's words. `kind` is Trino's error name (StandardErrorCode); Athena prints
 * `KIND: line L:C: message` for everything but syntax errors, which it prints without the kind.
 */
export class TrinoError extends Error {
  override readonly name = "TrinoError";
  readonly kind: string;
  readonly line: number | undefined;
  readonly column: number | undefined;

  constructor(kind: string, message: string, position?: Position) {
    super(message);
    this.kind = kind;
    this.line = position?.line;
    this.column = position?.column;
  }

  /** The text as Athena shows it in StateChangeReason or as an InvalidRequestException. */
  get text(): string {
    const place = this.line === undefined ? "" : `line ${this.line}:${this.column}: `;
    return this.kind === "SYNTAX_ERROR_AT_PARSE"
      ? `${place}${this.message}`
      : `${this.kind}: ${place}${this.message}`;
  }
}

export interface Position {
  /** From 1. */
  readonly line: number;
  /** From 1, in UTF-16 units. */
  readonly column: number;
}

/** Where `offset` lies in `text`. */
export function positionAt(text: string, offset: number): Position {
  const before = text.slice(0, offset);
  const lastBreak = before.lastIndexOf("\n");
  let line = 1;
  for (let at = before.indexOf("\n"); at >= 0; at = before.indexOf("\n", at + 1)) line++;
  return { line, column: offset - lastBreak };
}

export const isTrinoError = (error: unknown): error is TrinoError => error instanceof TrinoError;

/** The parser's own: it has no kind in Athena's text. */
export const syntaxError = (message: string, position: Position): TrinoError =>
  new TrinoError("SYNTAX_ERROR_AT_PARSE", message, position);

/** For what Trino has and this compiler does not have yet: refused by name, never answered wrongly. */
export const notSupported = (what: string, position?: Position): TrinoError =>
  new TrinoError("NOT_SUPPORTED", `${what} is not supported`, position);

/**
 * What DuckDB says, in Trino's words: errors raised inside emitted SQL carry `KIND: message` as the string that
 * failed to become a boolean (an error() call would be volatile, which DuckDB's TRY refuses).
 */
export function errorFromEngine(message: string): TrinoError | undefined {
  const raised = /Could not convert string '([A-Z_]+): ([\s\S]*)' to BOOL(?![A-Z])/.exec(message);
  if (raised) return new TrinoError(raised[1] ?? "", raised[2] ?? "");
  if (/^Out of Range Error|Overflow in|out of range for the destination type/.test(message))
    return new TrinoError("NUMERIC_VALUE_OUT_OF_RANGE", firstLine(message));
  if (/More than one row returned by a subquery/.test(message))
    return new TrinoError("SUBQUERY_MULTIPLE_ROWS", "Scalar sub-query has returned multiple rows");
  if (message.startsWith("Conversion Error"))
    return new TrinoError("INVALID_CAST_ARGUMENT", firstLine(message));
  if (message.startsWith("Out of Memory Error"))
    return new TrinoError("EXCEEDED_LOCAL_MEMORY_LIMIT", "Query exceeded per-node memory limit");
  return undefined;
}

const firstLine = (message: string): string =>
  (message.split("\n")[0] ?? "").replace(/^[A-Z][A-Za-z ]* Error: /, "");
