/** What GetQueryResults says of a column. Source: Athena API Reference, ColumnInfo; figures as Athena's engine v3 reports them. */
import type { TrinoType } from "./type.ts";

export interface ColumnMetadata {
  /** `varchar`, `integer`, `decimal`, `array`, `row` … without parameters. */
  readonly type: string;
  readonly precision: number;
  readonly scale: number;
  readonly caseSensitive: boolean;
}

const FIGURES: Readonly<Record<string, readonly [precision: number, scale: number]>> = {
  boolean: [0, 0],
  tinyint: [3, 0],
  smallint: [5, 0],
  integer: [10, 0],
  bigint: [19, 0],
  real: [17, 0],
  double: [17, 0],
  varbinary: [1_073_741_824, 0],
  date: [0, 0],
  json: [0, 0],
  timestamp: [3, 0],
  "timestamp with time zone": [3, 0],
};

export function columnMetadata(type: TrinoType): ColumnMetadata {
  const name = type.name === "real" ? "float" : type.name;
  const caseSensitive = type.name === "varchar" || type.name === "char";
  if (type.name === "decimal")
    return { type: name, precision: type.precision, scale: type.scale, caseSensitive };
  if (type.name === "varchar")
    return { type: name, precision: type.length ?? 2_147_483_647, scale: 0, caseSensitive };
  if (type.name === "char") return { type: name, precision: type.length, scale: 0, caseSensitive };
  const [precision, scale] = FIGURES[type.name] ?? [0, 0];
  return { type: name, precision, scale, caseSensitive };
}
