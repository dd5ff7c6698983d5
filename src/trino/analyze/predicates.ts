/** Comparisons, BETWEEN, IN, LIKE, IS and CASE. */
import { unreachable } from "../../base/invariant.ts";
import type { Expression } from "../ast.ts";
import type { TrinoError } from "../error.ts";
import type { Typed } from "../typed.ts";
import { coerces, commonType } from "../types/coercion.ts";
import { BOOLEAN, UNKNOWN, VARCHAR, isText, printType } from "../types/type.ts";
import { applyRows } from "./calls.ts";
import { coerce, expectBoolean, unify } from "./coerce.ts";
import { faultAt, type ExpressionContext } from "./context.ts";
import { comparable } from "./subqueries.ts";

export const mismatch = (node: Expression, context: ExpressionContext, message: string): TrinoError =>
  faultAt(context.analysis, "TYPE_MISMATCH", message, node);

const expression = (node: Expression, context: ExpressionContext): Typed =>
  context.analysis.rules.expression(node, context);

export const boolean = (node: Expression, context: ExpressionContext, what: string): Typed =>
  expectBoolean(expression(node, context), context.analysis, node, what);

interface Place {
  readonly node: Expression;
  readonly context: ExpressionContext;
}

export function comparison(operator: string, left: Typed, right: Typed, place: Place): Typed {
  const type = commonType(left.type, right.type);
  if (!type || !comparable(type, operator))
    throw mismatch(
      place.node,
      place.context,
      `Cannot apply operator: ${printType(left.type)} ${operator} ${printType(right.type)}`,
    );
  return {
    kind: "comparison",
    operator,
    left: coerce(left, type),
    right: coerce(right, type),
    type: BOOLEAN,
  };
}

type PredicateNode = Extract<
  Expression,
  { kind: "between" | "in-list" | "like" | "is-null" | "is-distinct" }
>;

export function predicate(node: PredicateNode, context: ExpressionContext): Typed {
  const inner = (child: Expression): Typed => expression(child, context);
  switch (node.kind) {
    case "between": {
      const parts = [inner(node.value), inner(node.low), inner(node.high)];
      const types = parts.map(({ type }) => printType(type));
      const [value, low, high] = unify(parts, () =>
        mismatch(node, context, `Cannot check if ${types[0]} is BETWEEN ${types[1]} and ${types[2]}`),
      );
      if (!value || !low || !high) throw mismatch(node, context, "BETWEEN");
      return { kind: "between", value, low, high, type: BOOLEAN };
    }
    case "in-list": {
      const [value, ...list] = unify([node.value, ...node.list].map(inner), (index, common) =>
        mismatch(
          node.list[index - 1] ?? node,
          context,
          `IN value and list items must be the same type: ${printType(common)}`,
        ),
      );
      if (!value) throw mismatch(node, context, "IN");
      return { kind: "in-list", value, list, type: BOOLEAN };
    }
    case "like": {
      const value = inner(node.value);
      if (!isText(value.type) && value.type.name !== "unknown")
        throw mismatch(
          node.value,
          context,
          `Left side of LIKE expression must evaluate to a varchar (actual: ${printType(value.type)})`,
        );
      const pattern = inner(node.pattern);
      if (!coerces(pattern.type, VARCHAR))
        throw mismatch(
          node.pattern,
          context,
          `Pattern for LIKE expression must evaluate to a varchar (actual: ${printType(pattern.type)})`,
        );
      const escape = node.escape && inner(node.escape);
      return applyRows("$like", escape ? [value, pattern, escape] : [value, pattern], node, context);
    }
    case "is-null":
      return { kind: "is-null", operand: inner(node.operand), type: BOOLEAN };
    case "is-distinct":
      return comparison("IS DISTINCT FROM", inner(node.left), inner(node.right), { node, context });
    default:
      return unreachable(node);
  }
}

export function caseNode(node: Extract<Expression, { kind: "case" }>, context: ExpressionContext): Typed {
  const operand = node.operand && expression(node.operand, context);
  const conditions = node.whens.map(({ when }) =>
    operand
      ? comparison("=", operand, expression(when, context), { node: when, context })
      : boolean(when, context, "CASE WHEN clause"),
  );
  const written = [...node.whens.map(({ result }) => result), ...(node.otherwise ? [node.otherwise] : [])];
  const results = unify(
    written.map((result) => expression(result, context)),
    (index, common) =>
      mismatch(
        written[index] ?? node,
        context,
        `All CASE results must be the same type or coercible to a common type. Cannot find common type between ${printType(common)} and ${printType(expression(written[index] ?? node, context).type)}, all types (without duplicates): []`,
      ),
  );
  const whens = conditions.map((when, index) => ({ when, result: results[index] ?? when }));
  const otherwise = node.otherwise ? results.at(-1) : undefined;
  return { kind: "case", whens, otherwise, type: results[0]?.type ?? UNKNOWN };
}
