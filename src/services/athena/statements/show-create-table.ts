import type { Statement } from "../../../trino/ast-statements.ts";
import type { GlueTable } from "../run/load-tables.ts";
import type { Run } from "../run/perform.ts";
import { commentOf, dataColumns, keyColumns, type NamedColumn } from "./column-lines.ts";
import { semanticError } from "./hive-errors.ts";
import { LAZY_SIMPLE } from "./storage.ts";
import { findTable, isView } from "./tables.ts";
import { textColumn, type TextResult } from "./text-result.ts";

/**
 * The statement that would make the table again, laid out as Hive's DDLTask does, line ends and blanks included.
 * Source: Athena User Guide, "SHOW CREATE TABLE"; Hive's DDLTask.showCreateTable.
 */
export async function showCreateTable(
  run: Run,
  { table: written }: Extract<Statement, { kind: "show-create-table" | "show-create-view" }>,
): Promise<TextResult> {
  const { table } = await findTable(run, written);
  if (isView(table)) throw semanticError("Use SHOW CREATE VIEW for a view");
  const text = [
    `CREATE EXTERNAL TABLE \`${written.parts.join(".")}\`(`,
    `${dataColumns(table)
      .map((column) => columnText(column, commentOf(table, column)))
      .join(", \n")})`,
    ...comment(table),
    ...partitionedBy(table),
    ...clusteredBy(table),
    ...rowFormat(table),
    `STORED AS INPUTFORMAT `,
    `  ${quoted(table.StorageDescriptor?.InputFormat ?? "")} `,
    `OUTPUTFORMAT `,
    `  ${quoted(table.StorageDescriptor?.OutputFormat ?? "")}`,
    "LOCATION",
    `  ${quoted(table.StorageDescriptor?.Location ?? "")}`,
    ...properties(table),
  ].join("\n");
  return { columns: [textColumn("createtab_stmt")], lines: text.split("\n") };
}

const ESCAPES: Readonly<Record<string, string>> = {
  "\\": "\\\\",
  "'": "\\'",
  "\n": "\\n",
  "\r": "\\r",
  "\t": "\\t",
};

/** Other control characters as Hive's grammar reads them back. */
function quoted(text: string): string {
  // oxlint-disable-next-line no-control-regex
  const safe = text.replace(/[\u0000-\u001f\\']/g, (char) => {
    const code = char.charCodeAt(0).toString(16).padStart(4, "0");
    return ESCAPES[char] ?? `\\u${code}`;
  });
  return `'${safe}'`;
}

const columnText = ({ Name = "", Type = "string" }: NamedColumn, text: string | undefined): string =>
  `  \`${Name}\` ${Type}${text === undefined ? "" : ` COMMENT ${quoted(text)}`}`;

const comment = ({ Parameters = {}, Description }: GlueTable): readonly string[] => {
  const text = Parameters["comment"] ?? Description;
  return text === undefined || text === "" ? [] : [`COMMENT ${quoted(text)}`];
};

function partitionedBy(table: GlueTable): readonly string[] {
  const keys = keyColumns(table);
  if (keys.length === 0) return [];
  return ["PARTITIONED BY ( ", `${keys.map((key) => columnText(key, key.Comment)).join(", \n")})`];
}

function clusteredBy({ StorageDescriptor: descriptor }: GlueTable): readonly string[] {
  const columns = descriptor?.BucketColumns ?? [];
  if (columns.length === 0) return [];
  return [
    "CLUSTERED BY ( ",
    `${columns.map((name) => `  ${name}`).join(", \n")}) `,
    `INTO ${descriptor?.NumberOfBuckets ?? 0} BUCKETS`,
  ];
}

/** The parameters that ROW FORMAT DELIMITED has words for. */
const DELIMITERS = [
  ["field.delim", "FIELDS TERMINATED BY"],
  ["escape.delim", "ESCAPED BY"],
  ["collection.delim", "COLLECTION ITEMS TERMINATED BY"],
  ["mapkey.delim", "MAP KEYS TERMINATED BY"],
  ["line.delim", "LINES TERMINATED BY"],
  ["serialization.null.format", "NULL DEFINED AS"],
] as const;

function rowFormat({ StorageDescriptor: descriptor }: GlueTable): readonly string[] {
  const serde = descriptor?.SerdeInfo?.SerializationLibrary ?? LAZY_SIMPLE;
  const given = descriptor?.SerdeInfo?.Parameters ?? {};
  const words = new Set<string>([...DELIMITERS.map(([name]) => name), "serialization.format"]);
  const delimited = DELIMITERS.some(([name]) => given[name] !== undefined);
  if (serde === LAZY_SIMPLE && delimited && Object.keys(given).every((name) => words.has(name)))
    return [
      "ROW FORMAT DELIMITED ",
      ...DELIMITERS.flatMap(([name, text]) => {
        const value = given[name];
        return value === undefined ? [] : [`  ${text} ${quoted(value)} `];
      }),
    ];
  const parameters = Object.entries(given).filter(
    ([name, value]) => !(name === "serialization.format" && value === "1"),
  );
  if (parameters.length === 0) return ["ROW FORMAT SERDE ", `  ${quoted(serde)} `];
  return ["ROW FORMAT SERDE ", `  ${quoted(serde)} `, "WITH SERDEPROPERTIES ( ", `${pairs(parameters)}) `];
}

/** Told by the statement's own words. */
const TOLD: ReadonlySet<string> = new Set(["EXTERNAL", "comment"]);

function properties({ Parameters: given = {} }: GlueTable): readonly string[] {
  const entries = Object.entries(given).filter(([name]) => !TOLD.has(name));
  return entries.length === 0 ? [] : ["TBLPROPERTIES (", `${pairs(entries)})`];
}

const pairs = (entries: readonly (readonly [string, string])[]): string =>
  entries
    .toSorted(([left], [right]) => (left < right ? -1 : 1))
    .map(([name, value]) => `  ${quoted(name)}=${quoted(value)}`)
    .join(", \n");
