/** Making types meet. */
import type { Span } from "../ast.ts";
import type { Typed } from "../typed.ts";
import { coerces, commonType } from "../types/coercion.ts";
import { BOOLEAN, printType, sameType, type TrinoType } from "../types/type.ts";
import { faultAt, type Analysis } from "./context.ts";

/** The same value as `type`; the types are known to fit. */
export function coerce(typed: Typed, type: TrinoType): Typed {
  if (sameType(typed.type, type)) return typed;
  // varchar(3) and varchar are the same text: no cast is needed to widen one.
  if (typed.type.name === "varchar" && type.name === "varchar") return { ...typed, type };
  if (typed.kind === "literal" && typed.value === null) return { ...typed, type };
  return { kind: "cast", operand: typed, safe: false, type };
}

export function expectBoolean(typed: Typed, analysis: Analysis, at: Span, what: string): Typed {
  if (coerces(typed.type, BOOLEAN)) return coerce(typed, BOOLEAN);
  throw faultAt(
    analysis,
    "TYPE_MISMATCH",
    `${what} must evaluate to a boolean: actual type ${printType(typed.type)}`,
    at,
  );
}

/** The type all of them turn into. @returns undefined when there is none. */
export function commonOf(types: readonly TrinoType[]): TrinoType | undefined {
  let common: TrinoType | undefined = { name: "unknown" };
  for (const type of types) common = common && commonType(common, type);
  return common;
}

/** All of them as their common type. @throws TrinoError by `message` of the first that does not fit. */
export function unify(
  items: readonly Typed[],
  fail: (index: number, common: TrinoType) => Error,
): readonly Typed[] {
  let common: TrinoType = { name: "unknown" };
  for (const [index, item] of items.entries()) {
    const next = commonType(common, item.type);
    if (!next) throw fail(index, common);
    common = next;
  }
  return items.map((item) => coerce(item, common));
}
