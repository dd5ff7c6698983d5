/** SHOW and DESCRIBE. Source: the SHOW pages of Athena's DDL reference. */
import type { QualifiedName } from "../ast.ts";
import type { Statement } from "../ast-statements.ts";
import { partitionSpec } from "./ddl-parts.ts";
import type { TokenStream } from "./stream.ts";

/** From the token after SHOW. */
export function show(stream: TokenStream, start: number): Statement {
  if (stream.acceptOne(["DATABASES", "SCHEMAS"])) {
    const pattern = likePattern(stream);
    return { kind: "show-databases", pattern, start, end: stream.lastEnd };
  }
  const list = stream.acceptOne(["TABLES", "VIEWS"]);
  if (list) {
    const database = stream.acceptOne(["IN", "FROM"]) ? databaseName(stream) : undefined;
    const pattern = likePattern(stream);
    return {
      kind: list === "TABLES" ? "show-tables" : "show-views",
      database,
      pattern,
      start,
      end: stream.lastEnd,
    };
  }
  if (stream.accept("COLUMNS")) {
    stream.expectOne(["IN", "FROM"]);
    return { kind: "show-columns", table: tableIn(stream), start, end: stream.lastEnd };
  }
  if (stream.accept("PARTITIONS")) {
    const table = stream.qualifiedName();
    const partition = stream.is("PARTITION") ? partitionSpec(stream) : undefined;
    return { kind: "show-partitions", table, partition, start, end: stream.lastEnd };
  }
  if (stream.accept("TBLPROPERTIES")) {
    const table = stream.qualifiedName();
    let name: string | undefined;
    if (stream.accept("(")) {
      name = stream.string();
      stream.expect(")");
    }
    return { kind: "show-properties", table, name, start, end: stream.lastEnd };
  }
  stream.expect("CREATE");
  const what = stream.expectOne(["TABLE", "VIEW"]);
  const kind = what === "TABLE" ? "show-create-table" : "show-create-view";
  return { kind, table: stream.qualifiedName(), start, end: stream.lastEnd };
}

/** `db` or `catalog.db`: the catalog is the session's. */
const databaseName = (stream: TokenStream): string => stream.qualifiedName().parts.at(-1) ?? "";

/** `table`, `db.table`, `table FROM db`. */
function tableIn(stream: TokenStream): QualifiedName {
  const table = stream.qualifiedName();
  if (!stream.acceptOne(["IN", "FROM"])) return table;
  return { ...table, parts: [databaseName(stream), ...table.parts], end: stream.lastEnd };
}

function likePattern(stream: TokenStream): string | undefined {
  if (stream.accept("LIKE")) return stream.string();
  return stream.peek().kind === "string" || stream.peek().kind === "quoted" ? stream.string() : undefined;
}

/** From the token after DESCRIBE or DESC. */
export function describe(stream: TokenStream, start: number): Statement {
  const marked = stream.mark();
  if (stream.accept("VIEW") && stream.atIdentifier())
    return { kind: "describe-view", table: stream.qualifiedName(), start, end: stream.lastEnd };
  stream.reset(marked);
  const word =
    stream.atIdentifier(1) || stream.peek(1).kind === "backquoted"
      ? stream.acceptOne(["EXTENDED", "FORMATTED"])
      : undefined;
  const form = word === "EXTENDED" ? "extended" : word === "FORMATTED" ? "formatted" : "plain";
  const table = stream.qualifiedName();
  const partition = stream.is("PARTITION") ? partitionSpec(stream) : undefined;
  const column = stream.atIdentifier() ? stream.qualifiedName().parts.join(".") : undefined;
  return { kind: "describe", table, form, column, partition, start, end: stream.lastEnd };
}
