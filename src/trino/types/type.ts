/** Trino's types, how they print, and how a written type name becomes one. */
import type { TypeName, TypeParameter } from "../ast.ts";
import { TrinoError, notSupported } from "../error.ts";
import { DECIMAL_PRECISION_MAX, TIMESTAMP_PRECISION_MAX } from "../limits.ts";

export type TrinoType =
  | { readonly name: SimpleName }
  | { readonly name: "decimal"; readonly precision: number; readonly scale: number }
  | { readonly name: "varchar"; readonly length: number | undefined }
  | { readonly name: "char"; readonly length: number }
  | { readonly name: "time" | "timestamp" | "timestamp with time zone"; readonly precision: number }
  | { readonly name: "array"; readonly element: TrinoType }
  | { readonly name: "map"; readonly key: TrinoType; readonly value: TrinoType }
  | { readonly name: "row"; readonly fields: readonly RowField[] }
  | { readonly name: "function"; readonly parameters: readonly TrinoType[]; readonly result: TrinoType };

export type SimpleName =
  | "unknown"
  | "boolean"
  | "tinyint"
  | "smallint"
  | "integer"
  | "bigint"
  | "real"
  | "double"
  | "varbinary"
  | "date"
  | "json"
  | "interval day to second"
  | "interval year to month";

export interface RowField {
  readonly name: string | undefined;
  readonly type: TrinoType;
}

const simple = <N extends SimpleName>(name: N): { readonly name: N } => ({ name });
export const UNKNOWN = simple("unknown");
export const BOOLEAN = simple("boolean");
export const TINYINT = simple("tinyint");
export const SMALLINT = simple("smallint");
export const INTEGER = simple("integer");
export const BIGINT = simple("bigint");
export const REAL = simple("real");
export const DOUBLE = simple("double");
export const VARBINARY = simple("varbinary");
export const DATE = simple("date");
export const DAY_TO_SECOND = simple("interval day to second");
export const YEAR_TO_MONTH = simple("interval year to month");
export const VARCHAR: TrinoType = { name: "varchar", length: undefined };
export const varchar = (length: number): TrinoType => ({ name: "varchar", length });
export const decimal = (precision: number, scale: number): TrinoType => ({
  name: "decimal",
  precision,
  scale,
});
export const timestamp = (precision: number): TrinoType => ({ name: "timestamp", precision });
export const timestampTz = (precision: number): TrinoType => ({
  name: "timestamp with time zone",
  precision,
});
export const arrayOf = (element: TrinoType): TrinoType => ({ name: "array", element });
export const mapOf = (key: TrinoType, value: TrinoType): TrinoType => ({ name: "map", key, value });

const SIMPLE: ReadonlySet<string> = new Set<SimpleName>([
  "boolean",
  "tinyint",
  "smallint",
  "integer",
  "bigint",
  "real",
  "double",
  "varbinary",
  "date",
  "json",
  "unknown",
  "interval day to second",
  "interval year to month",
]);

export const isSimpleTypeName = (name: string): name is SimpleName => SIMPLE.has(name);

/** As Trino's typeof() prints it: `array(varchar(3))`, `row(a integer, varchar)`. */
export function printType(type: TrinoType): string {
  switch (type.name) {
    case "decimal":
      return `decimal(${type.precision},${type.scale})`;
    case "varchar":
      return type.length === undefined ? "varchar" : `varchar(${type.length})`;
    case "char":
      return `char(${type.length})`;
    case "time":
    case "timestamp":
      return `${type.name}(${type.precision})`;
    case "timestamp with time zone":
      return `timestamp(${type.precision}) with time zone`;
    case "array":
      return `array(${printType(type.element)})`;
    case "map":
      return `map(${printType(type.key)}, ${printType(type.value)})`;
    case "row":
      return `row(${type.fields.map((field) => (field.name === undefined ? "" : `${printName(field.name)} `) + printType(field.type)).join(", ")})`;
    case "function":
      return `function(${[...type.parameters, type.result].map(printType).join(",")})`;
    default:
      return type.name;
  }
}

const printName = (name: string): string => (/^[a-z_][a-z0-9_]*$/.test(name) ? name : `"${name}"`);

export const sameType = (left: TrinoType, right: TrinoType): boolean => printType(left) === printType(right);

const ALIASES: Readonly<Record<string, SimpleName>> = { int: "integer" };

/** @throws TrinoError when there is no such type. */
export function resolveTypeName(written: TypeName): TrinoType {
  const base = ALIASES[written.base] ?? written.base;
  const { parameters } = written;
  const numbers = parameters.flatMap((parameter) => (parameter.kind === "number" ? [parameter.value] : []));
  const types = parameters.map(parameterType);
  const [first, second] = types;
  if (isSimpleTypeName(base) && base !== "unknown" && parameters.length === 0) return { name: base };
  if (base === "array" && types.length === 1 && first) return arrayOf(first);
  if (base === "map" && types.length === 2 && first && second) return mapOf(first, second);
  if (base === "row")
    return {
      name: "row",
      fields: parameters.map((parameter, index) => ({
        name: parameter.kind === "field" ? parameter.name : undefined,
        type: types[index] ?? UNKNOWN,
      })),
    };
  if (numbers.length === parameters.length) {
    const found = numericType(base, numbers);
    if (found) return found;
  }
  throw new TrinoError("TYPE_NOT_FOUND", `Unknown type: ${written.base}`);
}

function parameterType(parameter: TypeParameter): TrinoType | undefined {
  return parameter.kind === "number" ? undefined : resolveTypeName(parameter.type);
}

function numericType(base: string, numbers: readonly number[]): TrinoType | undefined {
  const [first, second] = numbers;
  if (numbers.length > (base === "decimal" ? 2 : 1)) return undefined;
  switch (base) {
    case "decimal":
      return checkedDecimal(first ?? DECIMAL_PRECISION_MAX, second ?? 0);
    case "varchar":
      return { name: "varchar", length: first };
    case "char":
      return { name: "char", length: first ?? 1 };
    case "time":
    case "timestamp":
    case "timestamp with time zone":
      if ((first ?? 3) > TIMESTAMP_PRECISION_MAX) throw notSupported(`${base}(${first})`);
      return { name: base, precision: first ?? 3 };
    default:
      return undefined;
  }
}

function checkedDecimal(precision: number, scale: number): TrinoType {
  if (precision < 1 || precision > DECIMAL_PRECISION_MAX)
    throw new TrinoError("TYPE_NOT_FOUND", `DECIMAL precision must be in range [1, 38]: ${precision}`);
  if (scale > precision)
    throw new TrinoError(
      "TYPE_NOT_FOUND",
      `DECIMAL scale must be in range [0, precision (${precision})]: ${scale}`,
    );
  return decimal(precision, scale);
}

export const isInteger = (type: TrinoType): boolean =>
  type.name === "tinyint" || type.name === "smallint" || type.name === "integer" || type.name === "bigint";

export const isText = (type: TrinoType): boolean => type.name === "varchar" || type.name === "char";

export const isNumeric = (type: TrinoType): boolean =>
  isInteger(type) || type.name === "decimal" || type.name === "real" || type.name === "double";
