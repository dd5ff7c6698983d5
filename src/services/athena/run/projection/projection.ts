import { TrinoError } from "../../../../trino/error.ts";
import { matches, type Predicate } from "../../../../trino/prune/predicate.ts";
import { PROJECTED_PARTITIONS } from "../../limits.ts";
import { partitionPath } from "../hive-path.ts";
import { projectedKey, type ProjectedKey } from "./values.ts";

/** A table whose partitions are computed from its properties and are in no catalog. */
export interface ProjectedTable {
  readonly keys: readonly string[];
  readonly properties: Readonly<Record<string, string>>;
  readonly location: string;
}

export interface ProjectedPartition {
  readonly location: string;
  readonly values: Readonly<Record<string, string>>;
}

export const isProjected = (properties: Readonly<Record<string, string>>): boolean =>
  properties["projection.enabled"]?.toLowerCase() === "true";

/** The partitions that the predicate leaves. Source: Athena User Guide, "Partition projection with Amazon Athena". @throws TrinoError */
export function projectedPartitions(
  table: ProjectedTable,
  predicate: Predicate,
  now: Date,
): readonly ProjectedPartition[] {
  let rows: readonly Readonly<Record<string, string>>[] = [{}];
  for (const key of table.keys) {
    const projected = projectedKey(key, table.properties, now);
    const own = termsOf(predicate).filter((term) => columnsOf(term).every((column) => column === key));
    const values: string[] = [];
    let seen = 0;
    for (const value of candidatesOf(key, projected, own)) {
      if (++seen > CANDIDATES) throw tooMany();
      if (!own.every((term) => matches(term, { [key]: value }))) continue;
      values.push(value);
      if (values.length * rows.length > PROJECTED_PARTITIONS) throw tooMany();
    }
    rows = rows.flatMap((row) => values.map((value) => ({ ...row, [key]: value })));
  }
  return rows
    .filter((values) => matches(predicate, values))
    .map((values) => ({ values, location: locationOf(table, values) }));
}

/** What must hold together. */
const termsOf = (predicate: Predicate): readonly Predicate[] =>
  predicate.kind === "and" ? predicate.terms.flatMap(termsOf) : [predicate];

function columnsOf(predicate: Predicate): readonly string[] {
  if ("terms" in predicate) return predicate.terms.flatMap(columnsOf);
  if (predicate.kind === "not") return columnsOf(predicate.term);
  return predicate.kind === "true" ? [] : [predicate.column];
}

/** How many values of a key are looked at. */
const CANDIDATES = 10 * PROJECTED_PARTITIONS;

const tooMany = (): TrinoError =>
  new TrinoError(
    "HIVE_EXCEEDED_PARTITION_LIMIT",
    `Query over table can potentially read more than ${PROJECTED_PARTITIONS} partitions`,
  );

/** Values that the query names are looked up rather than looked for; an injected key has no others. */
function candidatesOf(key: string, projected: ProjectedKey, terms: readonly Predicate[]): Iterable<string> {
  const [named] = terms.flatMap((term): (readonly string[])[] => {
    if (term.kind === "compare" && term.operator === "=") return [[String(term.value)]];
    return term.kind === "in" ? [term.values.map(String)] : [];
  });
  if (projected.kind === "values") {
    const { has } = projected;
    // A number's text need not be the one that the key pads.
    const exact = named && has && named.every(has) ? new Set(named) : undefined;
    return exact ?? projected.values();
  }
  if (!named)
    throw new TrinoError(
      "CONSTRAINT_VIOLATION",
      `For the injected projected partition column ${key}, the WHERE clause must contain only static equality conditions, and at least one such condition must be present.`,
    );
  return new Set(named);
}

/** By the table's template, else as Hive lays partitions out. */
function locationOf(
  { keys, properties, location }: ProjectedTable,
  values: Readonly<Record<string, string>>,
): string {
  const template = properties["storage.location.template"];
  if (template === undefined) {
    const path = partitionPath(
      keys,
      keys.map((key) => values[key] ?? ""),
    );
    return `${location.replace(/\/+$/, "")}/${path}/`;
  }
  return template.replace(/\$\{([^}]+)\}/g, (_, name: string) => {
    const value = values[name.toLowerCase()];
    if (value === undefined)
      throw new TrinoError("INVALID_TABLE_PROPERTY", `storage.location.template names no partition: ${name}`);
    return value;
  });
}
