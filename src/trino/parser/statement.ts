/** One statement, by its first words. */
import type { Statement } from "../ast-statements.ts";
import { alter } from "./alter.ts";
import { createTable } from "./create-table.ts";
import { properties, withProperties } from "./ddl-parts.ts";
import { describe, show } from "./show.ts";
import type { TokenStream } from "./stream.ts";

type StatementParser = (stream: TokenStream, start: number) => Statement;

const STARTS: Readonly<Record<string, StatementParser>> = {
  INSERT: insert,
  CREATE: create,
  DROP: drop,
  ALTER: alter,
  MSCK(stream, start) {
    stream.expect("REPAIR", "TABLE");
    return { kind: "repair-table", table: stream.qualifiedName(), start, end: stream.lastEnd };
  },
  SHOW: show,
  DESCRIBE: describe,
  DESC: describe,
  EXPLAIN: explain,
  PREPARE(stream, start) {
    const { name } = stream.identifier();
    stream.expect("FROM");
    const inner = statement(stream);
    const sql = stream.text.slice(inner.start, inner.end);
    return { kind: "prepare", name, statement: inner, sql, start, end: stream.lastEnd };
  },
  EXECUTE(stream, start) {
    const { name } = stream.identifier();
    const parameters = stream.accept("USING") ? stream.list(() => stream.expression()) : [];
    return { kind: "execute", name, parameters, start, end: stream.lastEnd };
  },
  DEALLOCATE(stream, start) {
    stream.expect("PREPARE");
    return { kind: "deallocate", name: stream.identifier().name, start, end: stream.lastEnd };
  },
  UNLOAD(stream, start) {
    stream.expect("(");
    const inner = stream.query();
    stream.expect(")", "TO");
    const location = stream.string();
    const given = stream.accept("WITH") ? withProperties(stream) : {};
    return { kind: "unload", query: inner, location, properties: given, start, end: stream.lastEnd };
  },
};

export function statement(stream: TokenStream): Statement {
  const { start } = stream.peek();
  if (
    stream.looksAt("SELECT") ||
    stream.looksAt("WITH") ||
    stream.looksAt("VALUES") ||
    stream.looksAt("TABLE") ||
    stream.looksAt("(")
  )
    return { kind: "query", query: stream.query(), start, end: stream.lastEnd };
  for (const [word, parse] of Object.entries(STARTS)) if (stream.accept(word)) return parse(stream, start);
  for (const word of ["SELECT", "WITH", "VALUES", "TABLE", "("]) stream.expecting(`'${word}'`);
  throw stream.mismatch();
}

function insert(stream: TokenStream, start: number): Statement {
  stream.expect("INTO");
  const table = stream.qualifiedName();
  const named = stream.looksAt("(") && stream.atIdentifier(1);
  const columns = named ? stream.identifierList().map(({ name }) => name) : undefined;
  return { kind: "insert", table, columns, query: stream.query(), start, end: stream.lastEnd };
}

function create(stream: TokenStream, start: number): Statement {
  const orReplace = stream.accept("OR", "REPLACE");
  if (stream.accept("VIEW")) return createView(stream, start, orReplace);
  if (orReplace) throw stream.mismatch();
  if (stream.acceptOne(["DATABASE", "SCHEMA"])) return createDatabase(stream, start);
  const external = stream.accept("EXTERNAL");
  stream.expect("TABLE");
  if (stream.dialect === "hive") return { ...createTable(stream, external), start, end: stream.lastEnd };
  const ifNotExists = stream.accept("IF", "NOT", "EXISTS");
  const table = stream.qualifiedName();
  const given = stream.accept("WITH") ? withProperties(stream) : {};
  stream.expect("AS");
  const inner = stream.query();
  let withData = true;
  if (stream.accept("WITH")) {
    withData = !stream.accept("NO");
    stream.expect("DATA");
  }
  return {
    kind: "create-table-as",
    table,
    ifNotExists,
    properties: given,
    query: inner,
    withData,
    start,
    end: stream.lastEnd,
  };
}

function createView(stream: TokenStream, start: number, orReplace: boolean): Statement {
  const view = stream.qualifiedName();
  stream.expect("AS");
  const inner = stream.query();
  const sql = stream.text.slice(inner.start, inner.end);
  return { kind: "create-view", view, orReplace, query: inner, sql, start, end: stream.lastEnd };
}

function createDatabase(stream: TokenStream, start: number): Statement {
  const ifNotExists = stream.accept("IF", "NOT", "EXISTS");
  const database = stream.identifier().name;
  const comment = stream.accept("COMMENT") ? stream.string() : undefined;
  const location = stream.accept("LOCATION") ? stream.string() : undefined;
  const given = stream.accept("WITH", "DBPROPERTIES") ? properties(stream) : {};
  return {
    kind: "create-database",
    database,
    ifNotExists,
    comment,
    location,
    properties: given,
    start,
    end: stream.lastEnd,
  };
}

function drop(stream: TokenStream, start: number): Statement {
  const what = stream.expectOne(["TABLE", "VIEW", "DATABASE", "SCHEMA"]);
  const ifExists = stream.accept("IF", "EXISTS");
  if (what === "VIEW") {
    const view = stream.qualifiedName();
    return { kind: "drop-view", view, ifExists, start, end: stream.lastEnd };
  }
  if (what === "TABLE") {
    const table = stream.qualifiedName();
    stream.accept("PURGE");
    return { kind: "drop-table", table, ifExists, start, end: stream.lastEnd };
  }
  const database = stream.identifier().name;
  const cascade = stream.acceptOne(["CASCADE", "RESTRICT"]) === "CASCADE";
  return { kind: "drop-database", database, ifExists, cascade, start, end: stream.lastEnd };
}

function explain(stream: TokenStream, start: number): Statement {
  const analyze = stream.accept("ANALYZE");
  const verbose = stream.accept("VERBOSE");
  const options: Record<string, string> = {};
  if (stream.looksAt("(") && (stream.looksAt("TYPE", 1) || stream.looksAt("FORMAT", 1))) {
    stream.next();
    stream.list(() => {
      const key = stream.expectOne(["TYPE", "FORMAT"]);
      options[key.toLowerCase()] = stream.next().value;
    });
    stream.expect(")");
  }
  const inner = statement(stream);
  return { kind: "explain", analyze, verbose, options, statement: inner, start, end: stream.lastEnd };
}
