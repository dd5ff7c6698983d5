import type { InputOf } from "../../contract/apis.ts";
import { invalidInput } from "./faults.ts";
import type { TableAnswer } from "./model.ts";

type SearchInput = Pick<InputOf<"glue:SearchTables">, "SearchText" | "Filters">;
type Predicate = NonNullable<SearchInput["Filters"]>[number];
type Criterion = NonNullable<InputOf<"glue:SearchTables">["SortCriteria"]>[number];

/**
 * The text may stand anywhere in a table's words; in quotes it must be one of them whole. Filters by text compare
 * with each part between punctuation, filters by time with their comparator.
 * Source: AWS Glue API Reference, SearchTables. @throws Fault InvalidInputException
 */
export function searchFilter({ SearchText: text, Filters: filters = [] }: SearchInput) {
  const tests = filters.map(predicate);
  if (text !== undefined) tests.push(textTest(text.toLowerCase()));
  return (table: TableAnswer): boolean => tests.every((test) => test(table));
}

type Test = (table: TableAnswer) => boolean;

function textTest(text: string): Test {
  const quoted = /^"(.*)"$/s.exec(text)?.[1];
  if (quoted !== undefined) return (table) => wordsOf(table).some((word) => word === quoted);
  return (table) => wordsOf(table).some((word) => word.includes(text));
}

/** All that is said of a table, in lower case. */
function wordsOf(table: TableAnswer): readonly string[] {
  const columns = [...(table.StorageDescriptor?.Columns ?? []), ...(table.PartitionKeys ?? [])];
  const words = [
    table.Name,
    table.DatabaseName,
    table.Description,
    table.Owner,
    table.TableType,
    table.StorageDescriptor?.Location,
    ...columns.flatMap((column) => [column.Name, column.Type, column.Comment]),
    ...Object.entries(table.Parameters ?? {}).flat(),
  ];
  return words.flatMap((word) => (word ? [word.toLowerCase()] : []));
}

function predicate({ Key: key = "", Value: value = "", Comparator: comparator = "EQUALS" }: Predicate): Test {
  if (isTime(key)) {
    const wanted = Date.parse(/^\d+$/.test(value) ? new Date(Number(value) * 1_000).toISOString() : value);
    if (Number.isNaN(wanted)) throw invalidInput(`Invalid time ${value} for ${key}`);
    return (table) => {
      const time = table[key]?.getTime();
      return time !== undefined && COMPARES[comparator](time - wanted);
    };
  }
  const wanted = value.toLowerCase();
  return (table) => {
    const text = textOf(table, key).toLowerCase();
    return text === wanted || text.split(/[^\p{L}\p{N}_]+/u).includes(wanted);
  };
}

const COMPARES: Readonly<Record<NonNullable<Predicate["Comparator"]>, (difference: number) => boolean>> = {
  EQUALS: (difference) => difference === 0,
  GREATER_THAN: (difference) => difference > 0,
  LESS_THAN: (difference) => difference < 0,
  GREATER_THAN_EQUALS: (difference) => difference >= 0,
  LESS_THAN_EQUALS: (difference) => difference <= 0,
};

const TIMES = ["CreateTime", "UpdateTime", "LastAccessTime", "LastAnalyzedTime"] as const;
const isTime = (key: string): key is (typeof TIMES)[number] => TIMES.some((time) => time === key);

/** A property by its name, or a parameter by its key. */
function textOf(table: TableAnswer, key: string): string {
  const value = Object.entries(table).find(([name]) => name.toLowerCase() === key.toLowerCase())?.[1];
  return typeof value === "string" ? value : (table.Parameters?.[key] ?? "");
}

/** @throws Fault InvalidInputException for a field that tables do not have. */
export function sorter(criterion: Criterion | undefined): (a: TableAnswer, b: TableAnswer) => number {
  const { FieldName: field = "Name", Sort: sort = "ASC" } = criterion ?? {};
  const sign = sort === "DESC" ? -1 : 1;
  if (isTime(field)) return (a, b) => sign * ((a[field]?.getTime() ?? 0) - (b[field]?.getTime() ?? 0));
  return (a, b) => sign * compare(textOf(a, field), textOf(b, field));
}

const compare = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0);
