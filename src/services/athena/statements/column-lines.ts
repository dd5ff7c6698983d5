import { printType } from "../../../trino/types/type.ts";
import { columnsOf, type GlueTable } from "../run/load-tables.ts";
import { LAZY_SIMPLE, PARQUET } from "./storage.ts";
import { textColumn, type TextResult } from "./text-result.ts";

/**
 * Columns as Hive prints them. Source: Hive's MetaDataFormatUtils; Athena's own bytes as measured in
 * github.com/aoyagikouhei/athena-local, docs/result-files.md and docs/ddl.md.
 */
export const WIDTH = 20;

export const padded = (text: string, width: number = WIDTH): string => {
  const missing = width - Array.from(text).length;
  return missing > 0 ? text + " ".repeat(missing) : text;
};

export const DESCRIBED = ["col_name", "data_type", "comment"].map((name) => textColumn(name));

export const BLANK = "\t \t ";

export const HEADING = `${padded("# col_name", WIDTH + 2)}\t${padded("data_type")}\t${padded("comment")}`;

export interface NamedColumn {
  readonly Name?: string | undefined;
  readonly Type?: string | undefined;
  readonly Comment?: string | undefined;
}

export const columnLine = ({ Name = "", Type = "string" }: NamedColumn, comment: string): string =>
  `${padded(Name)}\t${padded(Type)}\t${(padded(comment).split("\t")[0] ?? "").replaceAll("\n", "\\n")}`;

/** SerDes whose columns the catalog tells; the others are asked for theirs, and know of no comments. */
const CATALOG_SERDES: ReadonlySet<string> = new Set([LAZY_SIMPLE, PARQUET.serde]);

export const FROM_DESERIALIZER = "from deserializer";

/** A column's comment as DESCRIBE and SHOW CREATE TABLE print it; undefined for none. */
export function commentOf(table: GlueTable, column: NamedColumn): string | undefined {
  const serde = table.StorageDescriptor?.SerdeInfo?.SerializationLibrary ?? "";
  return serde === "" || CATALOG_SERDES.has(serde) ? column.Comment : FROM_DESERIALIZER;
}

export const dataColumns = (table: GlueTable): readonly NamedColumn[] =>
  table.StorageDescriptor?.Columns ?? [];

export const keyColumns = (table: GlueTable): readonly NamedColumn[] => table.PartitionKeys ?? [];

/** A line for each column, the partition keys among them. */
export const columnLines = (table: GlueTable): readonly string[] => [
  ...dataColumns(table).map((column) => columnLine(column, commentOf(table, column) ?? "")),
  ...keyColumns(table).map((column) => columnLine(column, column.Comment ?? "")),
];

/** The partition keys once more, below a heading. */
export function partitionLines(table: GlueTable): readonly string[] {
  const keys = keyColumns(table);
  if (keys.length === 0) return [];
  return [
    BLANK,
    "# Partition Information\t \t ",
    HEADING,
    BLANK,
    ...keys.map((column) => columnLine(column, column.Comment ?? "")),
  ];
}

/** A view's columns have Trino's types, and nothing is padded. */
export const viewColumns = (table: GlueTable): TextResult => ({
  columns: [textColumn("column", "varchar"), textColumn("type", "varchar")],
  lines: columnsOf(table).map(({ name, type }) => `${name}\t${printType(type)}`),
  updateCount: 0,
  substatementType: "DESC_VIEW",
});
