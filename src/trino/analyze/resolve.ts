/** Which row of a function's table a call means: the one whose arguments need the least coercion. */
import type { Expression } from "../ast.ts";
import type { FunctionRow } from "../functions/row.ts";
import { bind, noBindings, substitute, type Bindings, type Pattern } from "../functions/signature.ts";
import type { Typed } from "../typed.ts";
import { coerces } from "../types/coercion.ts";
import { printType, UNKNOWN, type TrinoType } from "../types/type.ts";
import { coerce } from "./coerce.ts";
import { faultAt, type ExpressionContext } from "./context.ts";

export interface Resolved {
  readonly row: FunctionRow;
  readonly args: readonly Typed[];
  readonly result: TrinoType;
}

/** An argument as written, or typed already. A lambda is typed last, when the row says what it takes. */
type Argument = Expression | Typed;

const isTyped = (argument: Argument): argument is Typed => "type" in argument && !("start" in argument);

type Prepared = { readonly typed: Typed } | { readonly lambda: Extract<Expression, { kind: "lambda" }> };

/** @returns undefined when no row takes these arguments. */
export function resolveCall(
  rows: readonly FunctionRow[],
  args: readonly Argument[],
  context: ExpressionContext,
): Resolved | undefined {
  const prepared = args.map((argument) => prepare(argument, context));
  let best: { readonly row: FunctionRow; readonly price: number; readonly bindings: Bindings } | undefined;
  for (const row of rows) {
    const bindings = noBindings();
    const price = priceOf(row, prepared, bindings);
    if (price !== undefined && (!best || price < best.price)) best = { row, price, bindings };
  }
  return best && complete(best.row, prepared, best.bindings, context);
}

export const argumentTypes = (args: readonly Argument[], context: ExpressionContext): readonly string[] =>
  args.map((argument) => {
    const prepared = prepare(argument, context);
    return "typed" in prepared ? printType(prepared.typed.type) : "<function>";
  });

function prepare(argument: Argument, context: ExpressionContext): Prepared {
  if (isTyped(argument)) return { typed: argument };
  if (argument.kind === "lambda") return { lambda: argument };
  return { typed: context.analysis.rules.expression(argument, context) };
}

function patternAt(row: FunctionRow, index: number): Pattern | undefined {
  const { parameters, variadic } = row.signature;
  return variadic ? (parameters[index] ?? parameters.at(-1)) : parameters[index];
}

function priceOf(row: FunctionRow, args: readonly Prepared[], bindings: Bindings): number | undefined {
  const { parameters, variadic } = row.signature;
  if (variadic ? args.length < parameters.length - 1 : args.length !== parameters.length) return undefined;
  let price = 0;
  for (const [index, argument] of args.entries()) {
    const pattern = patternAt(row, index);
    if (!pattern || "lambda" in argument !== (pattern.name === "function")) return undefined;
    if ("lambda" in argument) {
      if (argument.lambda.parameters.length !== pattern.parameters.length - 1) return undefined;
      continue;
    }
    const one = bind(pattern, argument.typed.type, bindings);
    if (one === undefined) return undefined;
    price += one;
  }
  return price;
}

function complete(
  row: FunctionRow,
  args: readonly Prepared[],
  bindings: Bindings,
  context: ExpressionContext,
): Resolved | undefined {
  const done: Typed[] = [];
  for (const [index, argument] of args.entries()) {
    const pattern = patternAt(row, index);
    if (!pattern) return undefined;
    if ("lambda" in argument) {
      done.push(lambda(argument.lambda, pattern, bindings, context));
      continue;
    }
    const target = fitting(pattern, argument.typed.type, bindings);
    if (!coerces(argument.typed.type, target)) return undefined;
    done.push(coerce(argument.typed, target));
  }
  const types = done.map(({ type }) => type);
  const result = row.details.result?.(types) ?? substitute(row.signature.result, bindings, types[0]);
  return { row, args: done, result };
}

/** Numbers of a pattern (varchar's length, a timestamp's precision) stay the argument's own. */
function fitting(pattern: Pattern, type: TrinoType, bindings: Bindings): TrinoType {
  if (pattern.name === "anyrow" || (pattern.name === type.name && KEEPS_NUMBERS.has(type.name))) return type;
  return substitute(pattern, bindings);
}

const KEEPS_NUMBERS: ReadonlySet<string> = new Set([
  "decimal",
  "varchar",
  "char",
  "timestamp",
  "timestamp with time zone",
  "time",
]);

function lambda(
  node: Extract<Expression, { kind: "lambda" }>,
  pattern: Pattern,
  bindings: Bindings,
  context: ExpressionContext,
): Typed {
  const inputs = pattern.parameters.slice(0, -1).map((parameter) => substitute(parameter, bindings));
  const names = node.parameters.map((_, index) => `v${context.lambdaDepth}_${index}`);
  const variables = new Map(context.lambda);
  for (const [index, name] of node.parameters.entries())
    variables.set(name, { kind: "variable", name: names[index] ?? "", type: inputs[index] ?? UNKNOWN });
  const inner = {
    ...context,
    lambda: variables,
    lambdaDepth: context.lambdaDepth + 1,
    noAggregates: "Lambda expression",
  };
  const body = context.analysis.rules.expression(node.body, inner);
  const wanted = pattern.parameters.at(-1);
  if (wanted && bind(wanted, body.type, bindings) === undefined)
    throw faultAt(
      context.analysis,
      "TYPE_MISMATCH",
      `Lambda expression should return ${wanted.name}, but returns ${printType(body.type)}`,
      node.body,
    );
  const result = wanted ? substitute(wanted, bindings) : body.type;
  return {
    kind: "lambda",
    parameters: names,
    body: coerce(body, result),
    type: { name: "function", parameters: inputs, result },
  };
}
