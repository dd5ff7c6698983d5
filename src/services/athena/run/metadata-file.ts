import type { ResultColumn } from "../model.ts";

/**
 * `<result>.metadata`: a Protocol Buffers message: the query's id (1), what was done (2) and to how many rows (3),
 * then for each column (4) its catalog (1), schema (2), table (3), name (4), label (5), type (6), precision (7),
 * scale (8), nullable (9), case sensitive (10). AWS does not document it; source of the layout: burtcorp/athena-jdbc,
 * AthenaMetaDataParser; of which zeros are written: aoyagikouhei/athena-local, docs/result-files.md.
 */
export interface Metadata {
  readonly queryId: string;
  readonly columns: readonly ResultColumn[];
  /** DDL's text leaves out what is zero. */
  readonly kind: "query" | "update" | "text";
  /** `INSERT` … */
  readonly updateType?: string;
  readonly updateCount?: number;
}

export function encodeMetadata({ queryId, columns, kind, updateType, updateCount }: Metadata): Buffer {
  const counted =
    kind === "text" ? [] : [field(2, Buffer.from(updateType ?? "")), number(3, updateCount ?? 0)];
  return Buffer.concat([
    field(1, Buffer.from(queryId)),
    ...counted,
    ...columns.map((column) => field(4, encodeColumn(column, kind))),
  ]);
}

const NULLABLE_UNKNOWN = 3;

function encodeColumn(
  { name, type, precision, scale, caseSensitive }: ResultColumn,
  kind: Metadata["kind"],
): Buffer {
  const value = (id: number, content: number): Buffer =>
    kind === "text" && content === 0 ? Buffer.alloc(0) : number(id, content);
  return Buffer.concat([
    field(1, Buffer.from("hive")),
    field(4, Buffer.from(name)),
    field(5, Buffer.from(name)),
    field(6, Buffer.from(type)),
    value(7, precision),
    value(8, scale),
    number(9, NULLABLE_UNKNOWN),
    value(10, caseSensitive ? 1 : 0),
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
