/** Aggregates and window functions. */
import type { CallNode, Expression, FrameBound, SortItem, WindowSpec } from "../ast.ts";
import type { FunctionRow } from "../functions/row.ts";
import type { Typed, TypedBound, TypedSort, TypedWindow } from "../typed.ts";
import { BIGINT, isInteger, printType } from "../types/type.ts";
import { coerce, expectBoolean } from "./coerce.ts";
import { faultAt, type ExpressionContext } from "./context.ts";
import { argumentTypes, resolveCall } from "./resolve.ts";
import { contains, isAggregate } from "./walk.ts";

type Call = CallNode & Expression;

export function aggregate(node: Call, rows: readonly FunctionRow[], context: ExpressionContext): Typed {
  const { analysis } = context;
  const window = rows[0]?.kind === "window";
  if (context.noAggregates !== undefined)
    throw faultAt(
      analysis,
      "EXPRESSION_NOT_SCALAR",
      `${context.noAggregates} cannot contain aggregations, window functions or grouping operations: [${analysis.text.slice(node.start, node.end)}]`,
      node,
    );
  if (window && !node.over)
    throw faultAt(analysis, "MISSING_OVER", `Window function ${node.name} requires an OVER clause`, node);
  if (node.star && node.name !== "count")
    throw faultAt(analysis, "FUNCTION_NOT_FOUND", `Unexpected parameters () for function ${node.name}`, node);
  if (node.over && node.distinct)
    throw faultAt(
      analysis,
      "NOT_SUPPORTED",
      `DISTINCT in window function parameters not yet supported: ${analysis.text.slice(node.start, node.end)}`,
      node,
    );
  if (node.nulls === "IGNORE" && !window)
    throw faultAt(analysis, "NOT_SUPPORTED", "Cannot specify null treatment clause for aggregations", node);
  const resolved = resolveCall(rows, node.args, context);
  if (!resolved) {
    const types = argumentTypes(node.args, context).join(", ");
    const expected = rows.map(({ written }) => written.slice(0, written.lastIndexOf(") ") + 1)).join(", ");
    throw faultAt(
      analysis,
      "FUNCTION_NOT_FOUND",
      `Unexpected parameters (${types}) for function ${node.name}. Expected: ${expected}`,
      node,
    );
  }
  checkNesting(node, resolved.args, context);
  return {
    kind: "aggregate",
    row: resolved.row,
    args: resolved.args,
    distinct: node.distinct,
    orderBy: node.orderBy.map((item) => sort(item, context)),
    filter:
      node.filter &&
      expectBoolean(
        analysis.rules.expression(node.filter, context),
        analysis,
        node.filter,
        "Filter expression",
      ),
    ignoreNulls: node.nulls === "IGNORE",
    over: node.over === undefined ? undefined : windowOf(node.over, node, context),
    type: resolved.result,
  };
}

/** A window over an aggregate is fine (`sum(sum(x)) OVER ()`), all else inside an aggregate is not. */
function checkNesting(node: Call, args: readonly Typed[], context: ExpressionContext): void {
  const nested = args.some((arg) =>
    contains(arg, (inner) => inner.kind === "aggregate" && (node.over === undefined || !isAggregate(inner))),
  );
  if (!nested) return;
  const kind = node.over ? "NESTED_WINDOW" : "NESTED_AGGREGATION";
  const message = node.over
    ? "Cannot nest window functions inside window function"
    : `Cannot nest aggregations inside aggregation '${node.name}'`;
  throw faultAt(context.analysis, kind, message, node);
}

export function sort(item: SortItem, context: ExpressionContext): TypedSort {
  const expression = context.analysis.rules.expression(item.expression, context);
  return { expression, descending: item.descending, nullsFirst: item.nullsFirst };
}

function windowOf(over: WindowSpec | string, node: Expression, context: ExpressionContext): TypedWindow {
  const spec = typeof over === "string" ? named(over, node, context) : over;
  const base = spec.base === undefined ? undefined : windowOf(named(spec.base, node, context), node, context);
  const typed = (item: Expression): Typed => context.analysis.rules.expression(item, context);
  const partitionBy = spec.partitionBy.map(typed);
  const orderBy = spec.orderBy.map((item) => sort(item, context));
  const frame = spec.frame && {
    unit: spec.frame.unit,
    from: bound(spec.frame.from, spec.frame.unit, context),
    to: spec.frame.to && bound(spec.frame.to, spec.frame.unit, context),
  };
  if (spec.frame?.unit === "GROUPS" && orderBy.length === 0 && !base)
    throw faultAt(
      context.analysis,
      "MISSING_ORDER_BY",
      "Window frame of type GROUPS requires ORDER BY",
      node,
    );
  return {
    partitionBy: base ? [...base.partitionBy, ...partitionBy] : partitionBy,
    orderBy: base && orderBy.length === 0 ? base.orderBy : orderBy,
    frame: frame ?? base?.frame,
  };
}

function named(name: string, node: Expression, context: ExpressionContext): WindowSpec {
  const spec = context.windows.get(name);
  if (!spec)
    throw faultAt(context.analysis, "INVALID_WINDOW_REFERENCE", `Cannot resolve WINDOW name ${name}`, node);
  return spec;
}

function bound({ kind, distance }: FrameBound, unit: string, context: ExpressionContext): TypedBound {
  if (!distance) return { kind, distance: undefined };
  const typed = context.analysis.rules.expression(distance, context);
  if (unit === "RANGE") return { kind, distance: typed };
  if (!isInteger(typed.type))
    throw faultAt(
      context.analysis,
      "TYPE_MISMATCH",
      `Window frame ${unit} value type must be exact numeric type with scale 0 (actual ${printType(typed.type)})`,
      distance,
    );
  return { kind, distance: coerce(typed, BIGINT) };
}
