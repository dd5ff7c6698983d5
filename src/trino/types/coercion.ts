/** Which types turn into which by themselves. Source: Trino's TypeCoercion, https://trino.io/docs/current/language/types.html */
import {
  VARCHAR,
  arrayOf,
  decimal,
  isInteger,
  mapOf,
  sameType,
  type RowField,
  type TrinoType,
} from "./type.ts";
import { DECIMAL_PRECISION_MAX } from "../limits.ts";

/** Source: https://trino.io/docs/current/language/types.html#char */
const CHAR_LENGTH_MAX = 65_536;

const INTEGER_RANK: Readonly<Record<string, number>> = { tinyint: 0, smallint: 1, integer: 2, bigint: 3 };
const INTEGER_DIGITS: Readonly<Record<string, number>> = { tinyint: 3, smallint: 5, integer: 10, bigint: 19 };

/** The decimal that holds every value of an integer type. */
export function asDecimal(
  type: TrinoType,
): { readonly precision: number; readonly scale: number } | undefined {
  if (type.name === "decimal") return type;
  const digits = INTEGER_DIGITS[type.name];
  return digits === undefined ? undefined : { precision: digits, scale: 0 };
}

/** The type both turn into, or undefined. */
export function commonType(left: TrinoType, right: TrinoType): TrinoType | undefined {
  if (sameType(left, right)) return left;
  if (left.name === "unknown") return right;
  if (right.name === "unknown") return left;
  return (
    numericCommon(left, right) ??
    textCommon(left, right) ??
    timeCommon(left, right) ??
    nestedCommon(left, right)
  );
}

function numericCommon(left: TrinoType, right: TrinoType): TrinoType | undefined {
  if (isInteger(left) && isInteger(right))
    return (INTEGER_RANK[left.name] ?? 0) > (INTEGER_RANK[right.name] ?? 0) ? left : right;
  const one = asDecimal(left);
  const other = asDecimal(right);
  const floats = [left, right].filter(({ name }) => name === "real" || name === "double");
  if (floats.length === 2) return { name: "double" };
  if (floats.length === 1 && (one || other)) return floats[0];
  if (!one || !other) return undefined;
  const scale = Math.max(one.scale, other.scale);
  const whole = Math.max(one.precision - one.scale, other.precision - other.scale);
  return decimal(Math.min(DECIMAL_PRECISION_MAX, whole + scale), scale);
}

function textCommon(left: TrinoType, right: TrinoType): TrinoType | undefined {
  const length = (type: TrinoType): number | undefined =>
    type.name === "varchar" || type.name === "char" ? type.length : undefined;
  const isText = (type: TrinoType): boolean => type.name === "varchar" || type.name === "char";
  if (!isText(left) || !isText(right)) return undefined;
  const [one, other] = [length(left), length(right)];
  if (left.name === "char" || right.name === "char")
    return { name: "char", length: Math.max(one ?? CHAR_LENGTH_MAX, other ?? CHAR_LENGTH_MAX) };
  return one === undefined || other === undefined
    ? VARCHAR
    : { name: "varchar", length: Math.max(one, other) };
}

const TIME_RANK: Readonly<Record<string, number>> = { date: 0, timestamp: 1, "timestamp with time zone": 2 };

function timeCommon(left: TrinoType, right: TrinoType): TrinoType | undefined {
  const [one, other] = [TIME_RANK[left.name], TIME_RANK[right.name]];
  const precision = Math.max(
    "precision" in left ? left.precision : 0,
    "precision" in right ? right.precision : 0,
  );
  if (left.name === "time" && right.name === "time") return { name: "time", precision };
  if (one === undefined || other === undefined) return undefined;
  const name = Math.max(one, other) === 2 ? "timestamp with time zone" : "timestamp";
  return { name, precision };
}

function nestedCommon(left: TrinoType, right: TrinoType): TrinoType | undefined {
  if (left.name === "array" && right.name === "array") {
    const element = commonType(left.element, right.element);
    return element && arrayOf(element);
  }
  if (left.name === "map" && right.name === "map") {
    const key = commonType(left.key, right.key);
    const value = commonType(left.value, right.value);
    return key && value && mapOf(key, value);
  }
  if (left.name !== "row" || right.name !== "row" || left.fields.length !== right.fields.length)
    return undefined;
  const fields: RowField[] = [];
  for (const [index, field] of left.fields.entries()) {
    const other = right.fields[index];
    const type = other && commonType(field.type, other.type);
    if (!type) return undefined;
    fields.push({ name: field.name === other.name ? field.name : undefined, type });
  }
  return { name: "row", fields };
}

/** Does `from` turn into `to` without being asked? */
export function coerces(from: TrinoType, to: TrinoType): boolean {
  if (from.name === "row" && to.name === "row")
    return (
      from.fields.length === to.fields.length &&
      from.fields.every((field, index) => {
        const target = to.fields[index];
        return target !== undefined && coerces(field.type, target.type);
      })
    );
  if (from.name === "array" && to.name === "array") return coerces(from.element, to.element);
  if (from.name === "map" && to.name === "map")
    return coerces(from.key, to.key) && coerces(from.value, to.value);
  // A date or an integer fits any precision of the wider kind, whatever the common type's would be.
  if (from.name === "char" && to.name === "varchar") return true;
  if (from.name === "date" && (to.name === "timestamp" || to.name === "timestamp with time zone"))
    return true;
  if (from.name === "timestamp" && to.name === "timestamp with time zone")
    return from.precision <= to.precision;
  const common = commonType(from, to);
  return common !== undefined && sameType(common, to);
}
