/** CREATE TABLE in Hive's words. Source: https://docs.aws.amazon.com/athena/latest/ug/create-table.html */
import type { CreateTable, HiveColumn, RowFormat, StoredAs } from "../ast-statements.ts";
import { hiveColumn, hiveColumns, properties } from "./ddl-parts.ts";
import type { TokenStream } from "./stream.ts";

type Writable<T> = { -readonly [K in keyof T]: T[K] };

/** From the token after TABLE. */
export function createTable(stream: TokenStream, external: boolean): CreateTable {
  const ifNotExists = stream.accept("IF", "NOT", "EXISTS");
  const table = stream.qualifiedName();
  const columns = stream.is("(") ? hiveColumns(stream) : [];
  const made: Writable<CreateTable> = {
    kind: "create-table",
    external,
    ifNotExists,
    table,
    columns,
    comment: undefined,
    partitionedBy: [],
    partitionTransforms: [],
    clusteredBy: undefined,
    rowFormat: undefined,
    storedAs: undefined,
    location: undefined,
    properties: {},
  };
  // Hive fixes the order of the clauses; Athena takes them in any.
  while (clause(stream, made)) continue;
  return made;
}

function clause(stream: TokenStream, made: Writable<CreateTable>): boolean {
  if (stream.accept("COMMENT")) made.comment = stream.string();
  else if (stream.accept("PARTITIONED", "BY")) partitionedBy(stream, made);
  else if (stream.accept("CLUSTERED", "BY")) {
    const columns = stream.identifierList().map(({ name }) => name);
    stream.expect("INTO");
    made.clusteredBy = { columns, buckets: stream.integer() };
    stream.expect("BUCKETS");
  } else if (stream.accept("ROW", "FORMAT")) made.rowFormat = rowFormat(stream);
  else if (stream.accept("WITH", "SERDEPROPERTIES")) {
    const base: RowFormat = made.rowFormat ?? { serde: undefined, serdeProperties: {}, delimited: false };
    made.rowFormat = { ...base, serdeProperties: properties(stream) };
  } else if (stream.accept("STORED", "AS")) made.storedAs = storedAs(stream);
  else if (stream.accept("LOCATION")) made.location = stream.string();
  else if (stream.accept("TBLPROPERTIES")) made.properties = properties(stream);
  else return false;
  return true;
}

/** Columns of their own, or for an Iceberg table the table's columns and transforms of them. */
function partitionedBy(stream: TokenStream, made: Writable<CreateTable>): void {
  const columns: HiveColumn[] = [];
  const transforms: string[] = [];
  stream.expect("(");
  stream.list(() => {
    const start = stream.peek().start;
    if (stream.looksAt("(", 1)) {
      stream.next();
      stream.next();
      while (!stream.accept(")")) {
        if (stream.peek().kind === "end") throw stream.mismatch();
        stream.next();
      }
      transforms.push(stream.text.slice(start, stream.lastEnd));
    } else if (stream.looksAt(",", 1) || stream.looksAt(")", 1)) transforms.push(stream.identifier().name);
    else columns.push(hiveColumn(stream));
  });
  stream.expect(")");
  made.partitionedBy = columns;
  made.partitionTransforms = transforms;
}

function rowFormat(stream: TokenStream): RowFormat {
  if (stream.accept("SERDE")) {
    const serde = stream.string();
    const serdeProperties = stream.accept("WITH", "SERDEPROPERTIES") ? properties(stream) : {};
    return { serde, serdeProperties, delimited: false };
  }
  stream.expect("DELIMITED");
  const format: Writable<RowFormat> = { serde: undefined, serdeProperties: {}, delimited: true };
  for (;;) {
    if (stream.accept("FIELDS", "TERMINATED", "BY")) {
      format.fieldDelimiter = stream.string();
      if (stream.accept("ESCAPED", "BY")) format.escapeCharacter = stream.string();
    } else if (stream.accept("COLLECTION", "ITEMS", "TERMINATED", "BY"))
      format.collectionDelimiter = stream.string();
    else if (stream.accept("MAP", "KEYS", "TERMINATED", "BY")) format.mapKeyDelimiter = stream.string();
    else if (stream.accept("LINES", "TERMINATED", "BY")) format.lineDelimiter = stream.string();
    else if (stream.accept("NULL", "DEFINED", "AS")) format.nullFormat = stream.string();
    else return format;
  }
}

function storedAs(stream: TokenStream): StoredAs {
  if (stream.accept("INPUTFORMAT")) {
    const input = stream.string();
    stream.expect("OUTPUTFORMAT");
    return { kind: "classes", input, output: stream.string() };
  }
  const format = stream.expectOne([
    "SEQUENCEFILE",
    "TEXTFILE",
    "RCFILE",
    "ORC",
    "PARQUET",
    "AVRO",
    "ION",
    "JSONFILE",
  ]);
  return { kind: "format", format };
}
