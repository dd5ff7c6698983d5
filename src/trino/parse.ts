/** Text → tree: the whole of Athena's dialect. */
import type { Query } from "./ast.ts";
import type { Statement } from "./ast-statements.ts";
import { positionAt, syntaxError } from "./error.ts";
import { lexHead, type Dialect } from "./lexer.ts";
import { QUERY_BYTES_MAX } from "./limits.ts";
import { expression } from "./parser/expression.ts";
import { query } from "./parser/query.ts";
import { statement } from "./parser/statement.ts";
import { TokenStream } from "./parser/stream.ts";

const GRAMMAR = { expression, query };

/** A statement with the text it was read from: every later error points into it. */
export interface Parsed {
  readonly statement: Statement;
  readonly text: string;
  /** How many `?` the text has. */
  readonly parameterCount: number;
}

/** Reads one statement; a final semicolon is allowed. @throws TrinoError in Trino's words. */
export function parse(text: string): Parsed {
  if (Buffer.byteLength(text) > QUERY_BYTES_MAX)
    throw syntaxError(
      `Query text length exceeds the maximum of ${QUERY_BYTES_MAX} bytes`,
      positionAt(text, 0),
    );
  const dialect = dialectOf(text);
  const stream = new TokenStream(text, dialect, GRAMMAR);
  const found = statement(stream);
  finish(stream);
  return { statement: found, text, parameterCount: stream.parameterCount };
}

/** Reads a query alone: a view's text. */
export function parseQuery(text: string): Query {
  const stream = new TokenStream(text, "trino", GRAMMAR);
  const found = query(stream);
  finish(stream);
  return found;
}

function finish(stream: TokenStream): void {
  while (stream.looksAt(";")) stream.next();
  stream.expecting("<EOF>");
  const rest = stream.peek();
  if (rest.kind === "end") return;
  if (stream.mark() > 0 && stream.looksAt(";", -1))
    throw stream.fault("Only one sql statement is allowed.", rest.start);
  throw stream.mismatch();
}

/** Athena hands DDL to Hive's grammar (backticks, strings in double quotes), all else to Trino's. */
function dialectOf(text: string): Dialect {
  const words = lexHead(text, 2).map(({ value }) => value);
  const [first, second] = words;
  if (first === "ALTER" || first === "MSCK" || first === "SHOW" || first === "DESCRIBE" || first === "DESC")
    return "hive";
  if (first === "DROP") return second === "VIEW" ? "trino" : "hive";
  if (first !== "CREATE") return "trino";
  if (second === "TABLE") return tableIsHive(text) ? "hive" : "trino";
  return second === "EXTERNAL" || second === "DATABASE" || second === "SCHEMA" ? "hive" : "trino";
}

/** CREATE TABLE name followed by AS or WITH is Trino's CREATE TABLE AS; anything else is Hive's. */
function tableIsHive(text: string): boolean {
  const tokens = lexHead(text, 12);
  let at = 2;
  if (tokens[at]?.value === "IF") at += 3;
  at++;
  while (tokens[at]?.value === ".") at += 2;
  const next = tokens[at]?.value;
  return next !== "AS" && next !== "WITH";
}
