import type { Analyzed } from "../../../trino/analyze.ts";
import type { Predicate } from "../../../trino/prune/predicate.ts";
import { tableNeeds } from "../../../trino/pruning.ts";
import type {
  Typed,
  TypedBody,
  TypedQuery,
  TypedRelation,
  TypedSelect,
  TypedSort,
} from "../../../trino/typed.ts";
import { printType } from "../../../trino/types/type.ts";
import { printExpression, windowsIn } from "./expression-text.ts";

/** One step, and the steps it reads from. */
interface PlanNode {
  readonly name: string;
  readonly facts: readonly string[];
  readonly inputs: readonly PlanNode[];
}

/** Text in Trino's form of what is done here: one fragment, since one engine does it, with the steps that the query asks for. */
export function planText(analyzed: Analyzed, kind: string): string {
  const root = writerOver(outputOf(analyzed), kind);
  return `Fragment 0 [SINGLE]\n${linesOf(root, "    ", "    ").join("\n")}\n\n`;
}

const node = (name: string, inputs: readonly PlanNode[], facts: readonly string[] = []): PlanNode => ({
  name,
  facts,
  inputs,
});

function writerOver(input: PlanNode, kind: string): PlanNode {
  const written = kind === "insert" || kind === "create-table-as" || kind === "unload";
  return written ? node("TableWriter[]", [input]) : input;
}

function outputOf(analyzed: Analyzed): PlanNode {
  const { columns } = analyzed.query;
  const names = columns.map(({ name }, index) => name ?? `_col${index}`);
  const layout = columns.map(({ type }, index) => `${names[index]}:${printType(type)}`);
  return node(
    `Output[columnNames = [${names.join(", ")}]]`,
    [queryNode(analyzed.query, analyzed)],
    [`Layout: [${layout.join(", ")}]`],
  );
}

function queryNode(query: TypedQuery, analyzed: Analyzed): PlanNode {
  const body = bodyNode(query.body, analyzed);
  const order = sortText(query.orderBy);
  const { limit, offset } = query;
  if (query.orderBy.length > 0 && limit !== undefined && offset === undefined)
    return node(`TopN[count = ${limit}, orderBy = [${order}]]`, [body]);
  const sorted = query.orderBy.length > 0 ? node(`Sort[orderBy = [${order}]]`, [body]) : body;
  const moved = offset === undefined ? sorted : node(`Offset[count = ${offset}]`, [sorted]);
  return limit === undefined ? moved : node(`Limit[count = ${limit}]`, [moved]);
}

const sortText = (items: readonly TypedSort[]): string =>
  items
    .map(
      ({ expression, descending, nullsFirst }) =>
        `${printExpression(expression)} ${descending ? "DESC" : "ASC"} NULLS ${nullsFirst ? "FIRST" : "LAST"}`,
    )
    .join(", ");

function bodyNode(body: TypedBody, analyzed: Analyzed): PlanNode {
  switch (body.kind) {
    case "values":
      return node(`Values[rows = ${body.rows.length}]`, []);
    case "nested":
      return queryNode(body.query, analyzed);
    case "set": {
      const name = `${body.operator[0]}${body.operator.slice(1).toLowerCase()}[${body.all ? "" : "distinct"}]`;
      return node(
        name,
        body.inputs.map((input) => queryNode(input, analyzed)),
      );
    }
    default:
      return selectNode(body, analyzed);
  }
}

function selectNode(select: TypedSelect, analyzed: Analyzed): PlanNode {
  let plan = fromNode(select.from, analyzed);
  if (select.where) plan = filter(select.where, plan);
  if (select.grouped) {
    const { keys, aggregates, sets } = select.grouped;
    const sources = keys.length > 0 ? `keys = [${keys.map(printExpression).join(", ")}]` : "";
    const grouping = sets.length > 1 ? `, groupingSets = ${sets.length}` : "";
    plan = node(`Aggregate[${sources}${grouping}]`, [plan], aggregates.map(printExpression));
  }
  if (select.having) plan = filter(select.having, plan);
  const windows = select.outputs.flatMap(windowsIn);
  if (windows.length > 0) plan = node("Window[]", [plan], windows.map(printExpression));
  plan = node("Project[]", [plan], [`Layout: [${select.outputs.map(printExpression).join(", ")}]`]);
  return select.distinct ? node("Aggregate[distinct]", [plan]) : plan;
}

const filter = (condition: Typed, input: PlanNode): PlanNode =>
  node(`Filter[filterPredicate = ${printExpression(condition)}]`, [input]);

function fromNode(relations: readonly TypedRelation[], analyzed: Analyzed): PlanNode {
  const [first, ...rest] = relations.map((relation) => relationNode(relation, analyzed));
  if (!first) return node("Values[rows = 1]", []);
  return rest.reduce((left, right) => node("CrossJoin[]", [left, right]), first);
}

function relationNode(relation: TypedRelation, analyzed: Analyzed): PlanNode {
  switch (relation.kind) {
    case "table":
      return scanNode(relation.table, analyzed);
    case "query":
      return queryNode(relation.query, analyzed);
    case "named": {
      const named = analyzed.named.find(({ id }) => id === relation.named);
      return named ? queryNode(named.query, analyzed) : node("RecursiveReference[]", []);
    }
    case "unnest":
      return node(`Unnest[${relation.items.map(printExpression).join(", ")}]`, []);
    case "sample":
      return node(`Sample[${relation.method.toLowerCase()}, ratio = ${relation.percentage / 100}]`, [
        relationNode(relation.relation, analyzed),
      ]);
    default: {
      const name = `${relation.type[0]}${relation.type.slice(1).toLowerCase()}Join`;
      const criteria = relation.on ? printExpression(relation.on) : "";
      return node(`${name}[${criteria}]`, [
        relationNode(relation.left, analyzed),
        relationNode(relation.right, analyzed),
      ]);
    }
  }
}

/** What is read of a table: columns, and the partitions that the query leaves. */
function scanNode(index: number, analyzed: Analyzed): PlanNode {
  const table = analyzed.tables[index];
  const needs = tableNeeds(analyzed)[index];
  if (!table || !needs) return node("TableScan[]", []);
  const constraint = needs.predicate.kind === "true" ? [] : [`Partitions: ${predicateText(needs.predicate)}`];
  return node(
    `TableScan[table = ${table.catalog}:${table.database}:${table.table}]`,
    [],
    [`Layout: [${needs.columns.join(", ")}]`, ...constraint],
  );
}

function predicateText(predicate: Predicate): string {
  switch (predicate.kind) {
    case "true":
      return "true";
    case "and":
    case "or":
      return `(${predicate.terms.map(predicateText).join(` ${predicate.kind.toUpperCase()} `)})`;
    case "not":
      return `(NOT ${predicateText(predicate.term)})`;
    case "compare":
      return `${predicate.column} ${predicate.operator} ${String(predicate.value)}`;
    case "in":
      return `${predicate.column} IN (${predicate.values.map(String).join(", ")})`;
    case "like":
      return `${predicate.column} LIKE ${predicate.pattern}`;
    default:
      return `${predicate.column} IS NULL`;
  }
}

/** A tree as Trino draws it: a step, its facts under it, then what it reads. */
function linesOf({ name, facts, inputs }: PlanNode, first: string, rest: string): readonly string[] {
  const bar = inputs.length > 0 ? "│   " : "    ";
  return [
    `${first}${name}`,
    ...facts.map((fact) => `${rest}${bar}${fact}`),
    ...inputs.flatMap((input, index) => {
      const last = index === inputs.length - 1;
      return linesOf(input, `${rest}${last ? "└─ " : "├─ "}`, `${rest}${last ? "   " : "│  "}`);
    }),
  ];
}
