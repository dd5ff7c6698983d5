/** Calls: special forms, operators, functions by signature, aggregates and windows. */
import type { CallNode, Expression } from "../ast.ts";
import { functionRows } from "../functions/all.ts";
import type { FunctionRow } from "../functions/row.ts";
import type { Typed } from "../typed.ts";
import { BOOLEAN, printType, VARCHAR, varchar } from "../types/type.ts";
import { aggregate } from "./aggregates.ts";
import { expectBoolean, unify } from "./coerce.ts";
import { faultAt, type ExpressionContext } from "./context.ts";
import { currentValue } from "./current.ts";
import { literal } from "./literals.ts";
import { argumentTypes, resolveCall, type Resolved } from "./resolve.ts";

type Call = CallNode & Expression;

export function call(node: Call, context: ExpressionContext): Typed {
  const special = SPECIAL[node.name];
  if (special) return special(node, context);
  const rows = functionRows(node.name);
  if (rows.length === 0)
    throw faultAt(context.analysis, "FUNCTION_NOT_FOUND", `Function '${node.name}' not registered`, node);
  const kind = rows[0]?.kind;
  if (kind !== "scalar") return aggregate(node, rows, context);
  if (node.over || node.filter || node.distinct || node.star || node.orderBy.length > 0)
    throw faultAt(
      context.analysis,
      "FUNCTION_NOT_AGGREGATE",
      node.over ? `Not a window function: ${node.name}` : `Function ${node.name} is not an aggregate`,
      node,
    );
  const resolved = resolveCall(rows, node.args, context);
  if (!resolved) throw unexpected(node.name, rows, argumentTypes(node.args, context), { node, context });
  return scalar(resolved);
}

const scalar = ({ row, args, result }: Resolved): Typed => ({ kind: "call", row, args, type: result });

/** A function on arguments that are typed already. @throws TrinoError in Trino's words when none fits. */
export function applyRows(
  name: string,
  args: readonly Typed[],
  node: Expression,
  context: ExpressionContext,
): Typed {
  const rows = functionRows(name);
  const resolved = resolveCall(rows, args, context);
  if (!resolved)
    throw unexpected(
      name.replace("$", ""),
      rows,
      args.map(({ type }) => printType(type)),
      { node, context },
    );
  return scalar(resolved);
}

const OPERATOR_NAMES: Readonly<Record<string, string>> = {
  "+": "$add",
  "-": "$subtract",
  "*": "$multiply",
  "/": "$divide",
  "%": "$modulus",
  negate: "$negate",
};

export function applyOperator(
  operator: string,
  args: readonly Typed[],
  node: Expression,
  context: ExpressionContext,
): Typed {
  const resolved = resolveCall(functionRows(OPERATOR_NAMES[operator] ?? operator), args, context);
  if (resolved) return scalar(resolved);
  const [left, right] = args.map(({ type }) => printType(type));
  const shown = right === undefined ? `-${left}` : `${left} ${operator} ${right}`;
  throw faultAt(context.analysis, "TYPE_MISMATCH", `Cannot apply operator: ${shown}`, node);
}

/** The parameters of a row as the table writes them: what stands before the result. */
function writtenParameters(written: string, name: string): string {
  let depth = 0;
  for (let at = name.length; at < written.length; at++) {
    if (written[at] === "(") depth++;
    if (written[at] === ")" && --depth === 0) return written.slice(name.length, at + 1);
  }
  return "()";
}

function unexpected(
  name: string,
  rows: readonly FunctionRow[],
  types: readonly string[],
  place: { readonly node: Expression; readonly context: ExpressionContext },
): Error {
  const list = rows.map(({ written, name: row }) => name + writtenParameters(written, row)).join(", ");
  return faultAt(
    place.context.analysis,
    "FUNCTION_NOT_FOUND",
    `Unexpected parameters (${types.join(", ")}) for function ${name}. Expected: ${list}`,
    place.node,
  );
}

const SPECIAL: Readonly<Record<string, (node: Call, context: ExpressionContext) => Typed>> = {
  if(node, context) {
    const [condition, yes, no] = node.args;
    if (!condition || !yes || node.args.length > 3)
      throw arity(node, context, "Invalid number of arguments for 'if' function");
    const when = expectBoolean(typed(condition, context), context.analysis, condition, "IF condition");
    const results = unify(
      [yes, ...(no ? [no] : [])].map((item) => typed(item, context)),
      (_, common) =>
        faultAt(
          context.analysis,
          "TYPE_MISMATCH",
          `Result types for IF must be the same: ${printType(common)} vs ${no ? printType(typed(no, context).type) : ""}`,
          node,
        ),
    );
    const [result, otherwise] = results;
    if (!result) throw arity(node, context, "if");
    return { kind: "case", whens: [{ when, result }], otherwise, type: result.type };
  },
  coalesce(node, context) {
    if (node.args.length < 2)
      throw arity(node, context, "The 'coalesce' function must have at least two arguments");
    const items = unify(
      node.args.map((item) => typed(item, context)),
      (index, common) =>
        faultAt(
          context.analysis,
          "TYPE_MISMATCH",
          `All COALESCE operands must be the same type: ${printType(common)}`,
          node.args[index] ?? node,
        ),
    );
    return { kind: "coalesce", items, type: items[0]?.type ?? BOOLEAN };
  },
  nullif(node, context) {
    const [first, second] = node.args;
    if (!first || !second || node.args.length !== 2)
      throw arity(node, context, "Invalid number of arguments for 'nullif' function");
    const value = typed(first, context);
    const [left, right] = unify([value, typed(second, context)], () =>
      faultAt(context.analysis, "TYPE_MISMATCH", "Types are not comparable with NULLIF", node),
    );
    if (!left || !right) throw arity(node, context, "nullif");
    const when: Typed = { kind: "comparison", operator: "=", left, right, type: BOOLEAN };
    return {
      kind: "case",
      whens: [{ when, result: literal(value.type, null) }],
      otherwise: value,
      type: value.type,
    };
  },
  try(node, context) {
    const [only] = node.args;
    if (!only || node.args.length !== 1)
      throw arity(node, context, "The 'try' function must have exactly one argument");
    const operand = typed(only, context);
    return { kind: "try", operand, type: operand.type };
  },
  typeof(node, context) {
    const [only] = node.args;
    if (!only || node.args.length !== 1)
      throw arity(node, context, "Unexpected parameters for function typeof. Expected: typeof(t)");
    const shown = printType(typed(only, context).type);
    return literal(VARCHAR, shown);
  },
  now: (node, context) => {
    if (node.args.length > 0)
      throw arity(node, context, "Unexpected parameters for function now. Expected: now()");
    return currentValue("CURRENT_TIMESTAMP", undefined, context.analysis.session);
  },
  current_timezone: () => literal(varchar(3), "UTC"),
  grouping(node, context) {
    if (context.noAggregates !== undefined)
      throw arity(node, context, `${context.noAggregates} cannot contain grouping`);
    return {
      kind: "grouping",
      fields: node.args.map((item) => typed(item, context)),
      type: { name: "integer" },
    };
  },
};

const typed = (node: Expression, context: ExpressionContext): Typed =>
  context.analysis.rules.expression(node, context);

const arity = (node: Expression, context: ExpressionContext, message: string): Error =>
  faultAt(context.analysis, "INVALID_FUNCTION_ARGUMENT", message, node);
