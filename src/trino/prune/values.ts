/** Values of partition keys and constants, comparable. */
import type { Typed } from "../typed.ts";

/** Numbers as bigint when whole, dates and timestamps as text that sorts, text as itself. */
export type Scalar = string | number | bigint | boolean;

const WHOLE: ReadonlySet<string> = new Set(["tinyint", "smallint", "integer", "bigint"]);
const FLOATS: ReadonlySet<string> = new Set(["decimal", "double", "real"]);

/** A partition's text as a value of its key's type; undefined when it is none. */
export function partitionValue(text: string, type: string): Scalar | undefined {
  if (WHOLE.has(type)) return /^[+-]?\d+$/.test(text) ? BigInt(text) : undefined;
  if (FLOATS.has(type))
    return /^[+-]?[0-9.]{1,15}$/.test(text) && Number.isFinite(Number(text)) ? Number(text) : undefined;
  if (type === "boolean") return text === "true" ? true : text === "false" ? false : undefined;
  if (type === "date") return /^\d{4}-\d{2}-\d{2}$/.test(text) ? `${text} 00:00:00` : undefined;
  if (type === "timestamp") return instant(text);
  return type === "varchar" ? text : undefined;
}

/** `2024-01-01` and `2024-01-01 00:00:00.000` sort as one. */
function instant(text: string): string | undefined {
  const found = /^(\d{4}-\d{2}-\d{2})(?:[ T](\d{2}:\d{2}:\d{2})(?:\.(\d+))?)?$/.exec(text);
  if (!found) return undefined;
  const fraction = (found[3] ?? "").replace(/0+$/, "");
  return `${found[1]} ${found[2] ?? "00:00:00"}${fraction === "" ? "" : `.${fraction}`}`;
}

/** A constant expression's value; undefined: not known before the query runs. */
export function constantOf(node: Typed): Scalar | undefined {
  if (node.kind === "cast" && !node.safe) return castConstant(node);
  if (node.kind !== "literal" || node.value === null) return undefined;
  return typeof node.value === "boolean" ? node.value : partitionValue(node.value, node.type.name);
}

function castConstant(node: Extract<Typed, { kind: "cast" }>): Scalar | undefined {
  const { operand } = node;
  if (operand.kind === "cast") return undefined;
  if (operand.kind === "literal" && operand.type.name === "varchar" && typeof operand.value === "string")
    return node.type.name === "varchar" && node.type.length === undefined
      ? operand.value
      : node.type.name === "date"
        ? partitionValue(operand.value.trim(), "date")
        : undefined;
  const value = constantOf(operand);
  const numeric = WHOLE.has(operand.type.name) && (WHOLE.has(node.type.name) || node.type.name === "decimal");
  const time = operand.type.name === "date" && node.type.name === "timestamp";
  return numeric || time ? value : undefined;
}

/** Text by its bytes, as Trino compares it; numbers across whole and not. */
export function compareValues(left: Scalar, right: Scalar): number {
  if (typeof left === "string" && typeof right === "string")
    return Buffer.compare(Buffer.from(left), Buffer.from(right));
  return left < right ? -1 : left > right ? 1 : 0;
}
