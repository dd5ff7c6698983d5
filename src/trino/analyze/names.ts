/** Names → fields. */
import type { Expression, Span } from "../ast.ts";
import type { Typed } from "../typed.ts";
import { faultAt, sourceOf, type ExpressionContext, type Scope, type ScopeField } from "./context.ts";

/** `a`, `a.b`, `a.b.c`: columns first by their qualifiers, then fields of rows. */
export function resolveName(node: Expression, parts: readonly string[], context: ExpressionContext): Typed {
  const [first] = parts;
  const variable = first === undefined ? undefined : context.lambda.get(first);
  if (variable) return rowFields(variable, parts.slice(1), node, context);
  for (let scope: Scope | undefined = context.scope; scope; scope = scope.outer) {
    const found = lookUp(scope, parts, node, context);
    if (found) return rowFields(asTyped(found.match), parts.slice(found.used), node, context);
  }
  throw cannotResolve(parts.join("."), node, context);
}

export const asTyped = (found: ScopeField): Typed =>
  found.merged ?? { kind: "field", field: found.field, type: found.field.type };

export const cannotResolve = (name: string, at: Span, context: ExpressionContext): Error =>
  faultAt(
    context.analysis,
    "COLUMN_NOT_FOUND",
    `Column '${name}' cannot be resolved or requester is not authorized to access requested resources`,
    at,
  );

/** The longest qualifier wins: with a table `a` and a row column `a`, `a.b` is the table's column. */
function lookUp(
  scope: Scope,
  parts: readonly string[],
  at: Span,
  context: ExpressionContext,
): { readonly match: ScopeField; readonly used: number } | undefined {
  for (let used = Math.min(parts.length, 4); used >= 1; used--) {
    const qualifier = parts.slice(0, used - 1);
    const name = parts[used - 1];
    const matches = scope.fields.filter(
      (field) =>
        field.name === name &&
        hasQualifier(field, qualifier) &&
        !(field.hidden === true && qualifier.length === 0),
    );
    const [match, second] = matches;
    if (second)
      throw faultAt(
        context.analysis,
        "AMBIGUOUS_NAME",
        `Column '${parts.slice(0, used).join(".")}' is ambiguous`,
        at,
      );
    if (match) return { match, used };
  }
  return undefined;
}

export function hasQualifier(field: ScopeField, qualifier: readonly string[]): boolean {
  if (qualifier.length > field.qualifier.length) return false;
  const tail = field.qualifier.slice(field.qualifier.length - qualifier.length);
  return tail.every((part, index) => part === qualifier[index]);
}

function rowFields(base: Typed, names: readonly string[], at: Span, context: ExpressionContext): Typed {
  let typed = base;
  for (const name of names) typed = rowField(typed, name, at, context);
  return typed;
}

/** @throws TrinoError when `base` is no row or has no such field. */
export function rowField(base: Typed, name: string, at: Span, context: ExpressionContext): Typed {
  if (base.type.name !== "row") throw cannotResolve(sourceOf(context.analysis, at), at, context);
  const index = base.type.fields.findIndex((field) => field.name === name);
  const field = base.type.fields[index];
  if (!field) throw cannotResolve(sourceOf(context.analysis, at), at, context);
  return { kind: "row-field", base, index, type: field.type };
}
