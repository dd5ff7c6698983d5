/** Queries: WITH, set operations, SELECT, VALUES, ORDER BY, OFFSET, LIMIT. */
import type {
  Expression,
  GroupBy,
  GroupingElement,
  Limit,
  NamedQuery,
  Query,
  QueryBody,
  Select,
  SelectItem,
  SetOperation,
} from "../ast.ts";
import { startsClause } from "./clauses.ts";
import { CHAIN_MAX } from "../limits.ts";
import { sortItem, windowSpec } from "./call.ts";
import { relation } from "./relation.ts";
import type { TokenStream } from "./stream.ts";

export function query(stream: TokenStream): Query {
  return stream.nested(() => {
    const { start } = stream.peek();
    const recursive = { yes: false };
    const named = stream.accept("WITH") ? withClause(stream, recursive) : [];
    return { ...queryNoWith(stream, start), with: named, recursive: recursive.yes };
  });
}

function withClause(stream: TokenStream, recursive: { yes: boolean }): readonly NamedQuery[] {
  recursive.yes = stream.accept("RECURSIVE");
  return stream.list(() => {
    const { name, start } = stream.identifier();
    const columns = stream.is("(") ? stream.identifierList() : undefined;
    stream.expect("AS", "(");
    const inner = stream.query();
    stream.expect(")");
    return { name, columns, query: inner, start, end: stream.lastEnd };
  });
}

function queryNoWith(stream: TokenStream, start: number): Query {
  const body = queryTerm(stream);
  const orderBy = stream.accept("ORDER", "BY") ? stream.list(() => sortItem(stream)) : [];
  let offset: Expression | undefined;
  if (stream.accept("OFFSET")) {
    offset = rowCount(stream);
    if (!stream.accept("ROWS")) stream.accept("ROW");
  }
  return {
    with: [],
    recursive: false,
    body,
    orderBy,
    offset,
    limit: limitClause(stream),
    start,
    end: stream.lastEnd,
  };
}

function limitClause(stream: TokenStream): Limit | undefined {
  if (stream.accept("LIMIT")) {
    if (stream.accept("ALL")) return { count: undefined, withTies: false };
    return { count: rowCount(stream), withTies: false };
  }
  if (!stream.accept("FETCH")) return undefined;
  stream.expectOne(["FIRST", "NEXT"]);
  const one: Expression = {
    kind: "number",
    form: "integer",
    text: "1",
    start: stream.lastEnd,
    end: stream.lastEnd,
  };
  const count = stream.looksAt("ROW") || stream.looksAt("ROWS") ? one : rowCount(stream);
  stream.expectOne(["ROWS", "ROW"]);
  if (stream.accept("ONLY")) return { count, withTies: false };
  stream.expect("WITH", "TIES");
  return { count, withTies: true };
}

function rowCount(stream: TokenStream): Expression {
  const { start } = stream.peek();
  if (stream.accept("?"))
    return { kind: "parameter", index: stream.nextParameter(), start, end: stream.lastEnd };
  const count = stream.integer();
  return { kind: "number", form: "integer", text: String(count), start, end: stream.lastEnd };
}

/** UNION and EXCEPT lean left; INTERSECT binds tighter. */
function queryTerm(stream: TokenStream): QueryBody {
  return setChain(stream, ["UNION", "EXCEPT"], () =>
    setChain(stream, ["INTERSECT"], () => queryPrimary(stream)),
  );
}

function setChain(
  stream: TokenStream,
  operators: readonly SetOperation["operator"][],
  operand: () => QueryBody,
): QueryBody {
  let left = operand();
  for (let length = 0; length <= CHAIN_MAX; length++) {
    const operator = stream.acceptOne(operators);
    if (!operator) return left;
    const all = stream.acceptOne(["DISTINCT", "ALL"]) === "ALL";
    const right = operand();
    left = { kind: "set", operator, all, left, right, start: left.start, end: stream.lastEnd };
  }
  throw stream.fault("statement is too large (stack overflow while parsing)");
}

function queryPrimary(stream: TokenStream): QueryBody {
  const { start } = stream.peek();
  if (stream.is("SELECT")) return select(stream);
  if (stream.accept("VALUES")) {
    const rows = stream.list(() => stream.expression());
    return { kind: "values", rows, start, end: stream.lastEnd };
  }
  if (stream.accept("TABLE")) {
    const name = stream.qualifiedName();
    return { kind: "table", name, start, end: stream.lastEnd };
  }
  stream.expect("(");
  const inner = stream.query();
  stream.expect(")");
  return { kind: "nested", query: inner, start, end: stream.lastEnd };
}

function select(stream: TokenStream): Select {
  const { start } = stream.next();
  const distinct = stream.acceptOne(["DISTINCT", "ALL"]) === "DISTINCT";
  const items = stream.list(() => selectItem(stream));
  const from = stream.accept("FROM") ? stream.list(() => relation(stream)) : [];
  const where = stream.accept("WHERE") ? stream.expression() : undefined;
  const groupBy = stream.accept("GROUP", "BY") ? groupByClause(stream) : undefined;
  const having = stream.accept("HAVING") ? stream.expression() : undefined;
  const windows = stream.accept("WINDOW")
    ? stream.list(() => {
        const { name } = stream.identifier();
        stream.expect("AS");
        return { name, spec: windowSpec(stream) };
      })
    : [];
  return {
    kind: "select",
    distinct,
    items,
    from,
    where,
    groupBy,
    having,
    windows,
    start,
    end: stream.lastEnd,
  };
}

function selectItem(stream: TokenStream): SelectItem {
  const { start } = stream.peek();
  if (stream.accept("*"))
    return { kind: "all", of: undefined, aliases: undefined, start, end: stream.lastEnd };
  const item = stream.expression();
  if (stream.accept(".")) {
    stream.expect("*");
    const aliases =
      stream.looksAt("AS") && stream.looksAt("(", 1)
        ? (stream.next(), stream.identifierList().map(({ name }) => name))
        : undefined;
    return { kind: "all", of: item, aliases, start, end: stream.lastEnd };
  }
  const named = stream.accept("AS") || (stream.atIdentifier() && !startsClause(stream));
  const alias = named ? stream.identifier().name : undefined;
  return { kind: "expression", expression: item, alias, start, end: stream.lastEnd };
}

function groupByClause(stream: TokenStream): GroupBy {
  const { start } = stream.peek();
  const distinct = stream.acceptOne(["DISTINCT", "ALL"]) === "DISTINCT";
  const elements = stream.list(() => groupingElement(stream));
  return { distinct, elements, start, end: stream.lastEnd };
}

function groupingElement(stream: TokenStream): GroupingElement {
  const kind = stream.acceptOne(["ROLLUP", "CUBE"]);
  if (kind) return { kind: kind === "ROLLUP" ? "rollup" : "cube", expressions: groupingSet(stream) };
  if (stream.accept("GROUPING", "SETS")) {
    stream.expect("(");
    const sets = stream.list(() => groupingSet(stream));
    stream.expect(")");
    return { kind: "sets", sets };
  }
  if (stream.looksAt("(") && stream.looksAt(")", 1))
    return { kind: "simple", expressions: groupingSet(stream) };
  const only = stream.expression();
  return {
    kind: "simple",
    expressions: only.kind === "row" && stream.text[only.start] === "(" ? only.items : [only],
  };
}

function groupingSet(stream: TokenStream): readonly Expression[] {
  if (!stream.looksAt("(")) return [stream.expression()];
  stream.expect("(");
  const items = stream.looksAt(")") ? [] : stream.list(() => stream.expression());
  stream.expect(")");
  return items;
}
