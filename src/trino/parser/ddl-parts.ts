/** The pieces that Hive's DDL statements share: columns, types, properties, partitions. */
import type {
  HiveColumn,
  PartitionCondition,
  PartitionSpec,
  Properties,
  PropertyValue,
} from "../ast-statements.ts";
import type { TokenStream } from "./stream.ts";

export function hiveColumns(stream: TokenStream): readonly HiveColumn[] {
  stream.expect("(");
  const columns = stream.list(() => hiveColumn(stream));
  stream.expect(")");
  return columns;
}

export function hiveColumn(stream: TokenStream): HiveColumn {
  const { name, start } = stream.identifier();
  const type = hiveType(stream);
  const comment = stream.accept("COMMENT") ? stream.string() : undefined;
  return { name, type, comment, start, end: stream.lastEnd };
}

const HIVE_TYPES = new Set(
  "boolean tinyint smallint int integer bigint float double real decimal string char varchar binary date timestamp json".split(
    " ",
  ),
);

/** A Hive type in Glue's spelling: no blanks, lower case. */
export function hiveType(stream: TokenStream): string {
  return stream.nested(() => {
    const token = stream.peek();
    const base = (token.kind === "word" ? token.text : "").toLowerCase();
    if (base === "array") return generic(stream, "array", 1);
    if (base === "map") return generic(stream, "map", 2);
    if (base === "struct") return struct(stream);
    if (base === "uniontype") return generic(stream, "uniontype", 8);
    if (!HIVE_TYPES.has(base)) {
      stream.expecting("<type>");
      throw stream.mismatch();
    }
    stream.next();
    if (base === "double") stream.accept("PRECISION");
    const name = base === "integer" ? "int" : base;
    if (!stream.accept("(")) return name;
    const numbers = stream.list(() => stream.integer());
    stream.expect(")");
    return `${name}(${numbers.join(",")})`;
  });
}

function generic(stream: TokenStream, name: string, most: number): string {
  stream.next();
  stream.expect("<");
  const parameters = stream.list(() => hiveType(stream));
  if (parameters.length > most) throw stream.mismatch();
  stream.expect(">");
  return `${name}<${parameters.join(",")}>`;
}

function struct(stream: TokenStream): string {
  stream.next();
  stream.expect("<");
  const fields = stream.list(() => {
    const { name } = stream.identifier();
    stream.accept(":");
    const type = hiveType(stream);
    if (stream.accept("COMMENT")) stream.string();
    return `${name}:${type}`;
  });
  stream.expect(">");
  return `struct<${fields.join(",")}>`;
}

/** `('a'='b', 'c'='d')` */
export function properties(stream: TokenStream): Properties {
  stream.expect("(");
  const entries = stream.list((): [string, string] => {
    const key = stream.string();
    stream.expect("=");
    const token = stream.peek();
    const bare = token.kind === "integer" || stream.looksAt("TRUE") || stream.looksAt("FALSE");
    return [key, bare ? stream.next().text : stream.string()];
  });
  stream.expect(")");
  return Object.fromEntries(entries);
}

/** `(format = 'PARQUET', partitioned_by = ARRAY['dt'])`; names in lower case. */
export function withProperties(stream: TokenStream): Readonly<Record<string, PropertyValue>> {
  stream.expect("(");
  const entries = stream.list((): [string, PropertyValue] => {
    const { name } = stream.identifier();
    stream.expect("=");
    return [name, propertyValue(stream)];
  });
  stream.expect(")");
  return Object.fromEntries(entries);
}

function propertyValue(stream: TokenStream): PropertyValue {
  if (stream.accept("TRUE")) return true;
  if (stream.accept("FALSE")) return false;
  if (stream.peek().kind === "integer") return stream.integer();
  if (stream.peek().kind === "decimal") return Number(stream.next().value);
  if (!stream.accept("ARRAY")) return stream.string();
  stream.expect("[");
  const items = stream.looksAt("]") ? [] : stream.list(() => stream.nested(() => propertyValue(stream)));
  stream.expect("]");
  return items;
}

/** `PARTITION (dt='2024-01-01', hour=3)`, the word PARTITION included. */
export function partitionSpec(stream: TokenStream): PartitionSpec {
  stream.expect("PARTITION", "(");
  const parts = stream.list(() => {
    const { name } = stream.identifier();
    stream.expect("=");
    return { column: name, value: constant(stream) };
  });
  stream.expect(")");
  return parts;
}

export function partitionConditions(stream: TokenStream): readonly PartitionCondition[] {
  stream.expect("PARTITION", "(");
  const parts = stream.list((): PartitionCondition => {
    const { name } = stream.identifier();
    const found = stream.expectOne(["=", "<=", ">=", "<>", "!=", "<", ">"]);
    return { column: name, operator: found === "!=" ? "<>" : found, value: constant(stream) };
  });
  stream.expect(")");
  return parts;
}

/** A partition value: a string, or a number or date as it is written. */
function constant(stream: TokenStream): string {
  if (stream.looksAt("DATE") || stream.looksAt("TIMESTAMP")) stream.next();
  const sign = stream.accept("-") ? "-" : "";
  const token = stream.peek();
  if (token.kind === "integer" || token.kind === "decimal" || token.kind === "double")
    return sign + stream.next().value;
  if (stream.looksAt("TRUE") || stream.looksAt("FALSE")) return stream.next().text.toLowerCase();
  return stream.string();
}
