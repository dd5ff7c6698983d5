/** ALTER TABLE and ALTER DATABASE. Source: the ALTER pages of Athena's DDL reference. */
import type { AlterAction, PartitionCondition, PartitionSpec, Statement } from "../ast-statements.ts";
import { hiveColumn, hiveColumns, partitionConditions, partitionSpec, properties } from "./ddl-parts.ts";
import type { TokenStream } from "./stream.ts";

/** From the token after ALTER. */
export function alter(stream: TokenStream, start: number): Statement {
  if (stream.acceptOne(["DATABASE", "SCHEMA"])) {
    const database = stream.identifier().name;
    stream.expect("SET", "DBPROPERTIES");
    return { kind: "alter-database", database, properties: properties(stream), start, end: stream.lastEnd };
  }
  stream.expect("TABLE");
  const table = stream.qualifiedName();
  const action = alterAction(stream);
  return { kind: "alter-table", table, action, start, end: stream.lastEnd };
}

function alterAction(stream: TokenStream): AlterAction {
  if (stream.accept("ADD")) return addAction(stream);
  if (stream.accept("DROP")) return dropAction(stream);
  if (stream.accept("REPLACE", "COLUMNS"))
    return { kind: "replace-columns", partition: undefined, columns: hiveColumns(stream) };
  if (stream.accept("CHANGE")) {
    stream.accept("COLUMN");
    return { kind: "change-column", from: stream.identifier().name, column: hiveColumn(stream) };
  }
  if (stream.accept("UNSET", "TBLPROPERTIES")) {
    stream.accept("IF", "EXISTS");
    stream.expect("(");
    const names = stream.list(() => stream.string());
    stream.expect(")");
    return { kind: "unset-properties", names };
  }
  if (stream.accept("SET", "TBLPROPERTIES"))
    return { kind: "set-properties", properties: properties(stream) };
  if (stream.accept("SET", "LOCATION"))
    return { kind: "set-location", partition: undefined, location: stream.string() };
  return partitionAction(stream, partitionSpec(stream));
}

function addAction(stream: TokenStream): AlterAction {
  if (stream.accept("COLUMNS"))
    return { kind: "add-columns", partition: undefined, columns: hiveColumns(stream) };
  const ifNotExists = stream.accept("IF", "NOT", "EXISTS");
  const partitions: { spec: PartitionSpec; location: string | undefined }[] = [];
  do {
    const spec = partitionSpec(stream);
    partitions.push({ spec, location: stream.accept("LOCATION") ? stream.string() : undefined });
    stream.accept(",");
  } while (stream.is("PARTITION"));
  return { kind: "add-partitions", ifNotExists, partitions };
}

function dropAction(stream: TokenStream): AlterAction {
  if (stream.accept("COLUMN")) return { kind: "drop-column", column: stream.identifier().name };
  const ifExists = stream.accept("IF", "EXISTS");
  const partitions: (readonly PartitionCondition[])[] = [];
  do {
    partitions.push(partitionConditions(stream));
  } while (stream.accept(","));
  stream.accept("PURGE");
  return { kind: "drop-partitions", ifExists, partitions };
}

function partitionAction(stream: TokenStream, spec: PartitionSpec): AlterAction {
  if (stream.accept("RENAME", "TO"))
    return { kind: "rename-partition", from: spec, to: partitionSpec(stream) };
  if (stream.accept("SET", "LOCATION"))
    return { kind: "set-location", partition: spec, location: stream.string() };
  if (stream.accept("ADD", "COLUMNS"))
    return { kind: "add-columns", partition: spec, columns: hiveColumns(stream) };
  stream.expect("REPLACE", "COLUMNS");
  return { kind: "replace-columns", partition: spec, columns: hiveColumns(stream) };
}
