/** Which casts there are. Source: https://trino.io/docs/current/functions/conversion.html and Trino's type operators. */
import { TrinoError } from "../error.ts";
import { isNumeric, isText, printType, sameType, type TrinoType } from "../types/type.ts";

const TIMES: ReadonlySet<string> = new Set(["date", "timestamp", "timestamp with time zone"]);

/** @throws TrinoError when Trino has no such cast. */
export function checkCast(from: TrinoType, to: TrinoType): void {
  if (!castable(from, to))
    throw new TrinoError("TYPE_MISMATCH", `Cannot cast ${printType(from)} to ${printType(to)}`);
}

function castable(from: TrinoType, to: TrinoType): boolean {
  if (from.name === "unknown" || sameType(from, to)) return true;
  if (from.name === "json" || to.name === "json")
    return jsonCastable(from.name === "json" ? to : from, from.name === "json");
  if (from.name === "array" && to.name === "array") return castable(from.element, to.element);
  if (from.name === "map" && to.name === "map")
    return castable(from.key, to.key) && castable(from.value, to.value);
  if (from.name === "row" && to.name === "row")
    return (
      from.fields.length === to.fields.length &&
      from.fields.every((field, index) => {
        const target = to.fields[index];
        return target !== undefined && castable(field.type, target.type);
      })
    );
  if (isText(from))
    return isText(to) || isNumeric(to) || to.name === "boolean" || TIMES.has(to.name) || to.name === "time";
  if (isText(to))
    return (
      isNumeric(from) ||
      from.name === "boolean" ||
      TIMES.has(from.name) ||
      from.name === "time" ||
      from.name.startsWith("interval")
    );
  const numberLike = (type: TrinoType): boolean => isNumeric(type) || type.name === "boolean";
  if (numberLike(from) && numberLike(to)) return true;
  if (TIMES.has(from.name) && TIMES.has(to.name)) return true;
  if (to.name === "time") return from.name === "time" || from.name === "timestamp";
  return from.name === to.name;
}

/** Between JSON and `other`; interval and binary have no JSON. */
function jsonCastable(other: TrinoType, fromJson: boolean): boolean {
  if (other.name === "array") return jsonCastable(other.element, fromJson);
  if (other.name === "map") return isText(other.key) && jsonCastable(other.value, fromJson);
  if (other.name === "row") return other.fields.every(({ type }) => jsonCastable(type, fromJson));
  if (isText(other) || isNumeric(other) || other.name === "boolean" || other.name === "json") return true;
  return !fromJson && (other.name === "date" || other.name === "timestamp");
}
