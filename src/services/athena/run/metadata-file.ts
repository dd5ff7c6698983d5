import type { ResultColumn } from "../model.ts";

/**
 * `<result>.metadata`: a Protocol Buffers message whose field 4 holds a column each: catalog (1), schema (2),
 * table (3), name (4), label (5), type (6), precision (7), scale (8), nullable (9), case sensitive (10).
 * Source: AWS documents only that the file is binary (Athena User Guide, "Work with query results"); the layout
 * is ColumnInfo's, in the order of the API Reference.
 */
export function encodeMetadata(columns: readonly ResultColumn[]): Buffer {
  return Buffer.concat(columns.map((column) => field(4, encodeColumn(column))));
}

const NULLABLE_UNKNOWN = 3;

function encodeColumn({ name, type, precision, scale, caseSensitive }: ResultColumn): Buffer {
  return Buffer.concat([
    field(1, Buffer.from("hive")),
    field(4, Buffer.from(name)),
    field(5, Buffer.from(name)),
    field(6, Buffer.from(type)),
    number(7, precision),
    number(8, scale),
    number(9, NULLABLE_UNKNOWN),
    number(10, caseSensitive ? 1 : 0),
  ]);
}

const LENGTH_DELIMITED = 2;

const field = (id: number, bytes: Uint8Array): Buffer =>
  Buffer.concat([varint((id << 3) | LENGTH_DELIMITED), varint(bytes.length), bytes]);

const number = (id: number, value: number): Buffer => Buffer.concat([varint(id << 3), varint(value)]);

function varint(value: number): Buffer {
  const bytes: number[] = [];
  let rest = value;
  while (rest > 0x7f) {
    bytes.push((rest % 0x80) | 0x80);
    rest = Math.floor(rest / 0x80);
  }
  bytes.push(rest);
  return Buffer.from(bytes);
}
