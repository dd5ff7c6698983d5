/** Comparing as Trino does: zoned timestamps by their instant, NaN equal to and ordered with nothing. */
import { notSupported } from "../error.ts";
import type { Typed } from "../typed.ts";
import { printType, type TrinoType } from "../types/type.ts";

/** What stands for a value where it is compared, sorted or grouped. */
export function comparedBy(sql: string, type: TrinoType): string {
  if (type.name === "timestamp with time zone") return `(${sql}).t`;
  if ("element" in type || "fields" in type || "key" in type) {
    const shown = printType(type);
    if (shown.includes("with time zone")) throw notSupported(`Comparing values of type ${shown}`);
  }
  return sql;
}

interface Sides {
  readonly left: Typed;
  readonly right: Typed;
}

export function comparisonText(
  operator: string,
  { left, right }: Sides,
  one: (node: Typed) => string,
): string {
  const a = comparedBy(one(left), left.type);
  const b = comparedBy(one(right), right.type);
  const plain = `${a} ${operator} ${b}`;
  const isFloat = left.type.name === "double" || left.type.name === "real";
  if (!isFloat || operator === "IS DISTINCT FROM") return `(${plain})`;
  if (operator === "<>") {
    const known = isConstant(left) || isConstant(right);
    return known ? `(${plain})` : `(${plain} OR (isnan(${a}) AND isnan(${b})))`;
  }
  const guards = nanGuards(operator, { left, right }).map(
    (side) => ` AND NOT isnan(${side === left ? a : b})`,
  );
  return `(${plain}${guards.join("")})`;
}

/** DuckDB holds NaN for equal to itself and greater than all else: whichever side would win by that must not be NaN. */
function nanGuards(operator: string, { left, right }: Sides): readonly Typed[] {
  const sides = operator === "=" ? [left] : operator.startsWith(">") ? [left] : [right];
  const other = operator === "=" ? right : undefined;
  if (other && isConstant(other)) return [];
  return sides.filter((side) => !isConstant(side));
}

const isConstant = (node: Typed): boolean =>
  node.kind === "literal" ||
  (node.kind === "cast" && node.operand.kind === "literal" && node.operand.type.name !== "varchar");
