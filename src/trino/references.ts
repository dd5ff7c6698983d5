/** Which tables a statement reads, before anything is known of them: the caller loads and authorizes these first. */
import { fullName } from "./analyze/relation.ts";
import type { TableName } from "./analyze/context.ts";
import type { QualifiedName, Query } from "./ast.ts";
import type { Statement } from "./ast-statements.ts";

export interface DefaultNames {
  readonly catalog: string;
  readonly database: string | undefined;
}

/** The query inside a statement: of a SELECT, INSERT, CREATE TABLE AS, CREATE VIEW, UNLOAD, EXPLAIN or PREPARE. */
export function queryOf(statement: Statement): Query | undefined {
  if (statement.kind === "explain" || statement.kind === "prepare") return queryOf(statement.statement);
  return "query" in statement ? statement.query : undefined;
}

/** Tables and views read by a statement's query, each once; names of its own WITH are not among them. @throws TrinoError without a database. */
export function tableReferences(statement: Statement, names: DefaultNames): readonly TableName[] {
  const query = queryOf(statement);
  return query ? queryReferences(query, names) : [];
}

/** The same for a query alone, such as a view's. */
export function queryReferences(query: Query, names: DefaultNames): readonly TableName[] {
  const found = new Map<string, TableName>();
  collect(query, new Set(), (name) => {
    const full = fullName(name, names);
    found.set(`${full.catalog}.${full.database}.${full.table}`, full);
  });
  return [...found.values()];
}

type Visit = (name: QualifiedName) => void;

/** Walks whatever the tree holds: every node that names a table says so by its kind. */
function collect(node: unknown, hidden: ReadonlySet<string>, visit: Visit): void {
  if (Array.isArray(node)) {
    for (const item of node) collect(item, hidden, visit);
    return;
  }
  if (typeof node !== "object" || node === null) return;
  if (isQuery(node)) {
    collectQuery(node, hidden, visit);
    return;
  }
  if (isTable(node)) {
    const [only] = node.name.parts;
    if (node.name.parts.length > 1 || only === undefined || !hidden.has(only)) visit(node.name);
    return;
  }
  for (const value of Object.values(node)) collect(value, hidden, visit);
}

function collectQuery(query: Query, hidden: ReadonlySet<string>, visit: Visit): void {
  const names = new Set(hidden);
  for (const named of query.with) {
    if (query.recursive) names.add(named.name);
    collect(named.query, names, visit);
    names.add(named.name);
  }
  collect(query.body, names, visit);
  collect(query.orderBy, names, visit);
}

const isQuery = (node: object): node is Query => "with" in node && "body" in node;

const isTable = (node: object): node is { kind: "table"; name: QualifiedName } =>
  "kind" in node && node.kind === "table" && "name" in node;
