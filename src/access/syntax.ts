import type { Condition, Effect, Patterns, PrincipalPatterns, PrincipalType, Statement } from "./policy.ts";

/** JSON whose elements have the types that the grammar asks for; nothing is said yet of what must be there. */
export interface RawPolicy {
  readonly version: string | undefined;
  readonly id: string | undefined;
  readonly statements: readonly RawStatement[];
}

export interface RawStatement extends Omit<Statement, "actions" | "effect"> {
  readonly effect: string | undefined;
  readonly actions: Patterns | undefined;
}

/** What stands in the wrong place or has the wrong type; each kind of policy has its own words for it. */
export type SyntaxProblem =
  | { readonly problem: "json" }
  | { readonly problem: "unknown-field"; readonly field: string }
  | { readonly problem: "missing-field"; readonly field: string }
  | { readonly problem: "type"; readonly field: string }
  | { readonly problem: "both"; readonly field: string }
  | { readonly problem: "principal"; readonly text: string };

export type Refuse = (problem: SyntaxProblem) => never;

const TOP = new Set(["Version", "Id", "Statement"]);
const ELEMENTS = new Set([
  "Sid",
  "Effect",
  "Action",
  "NotAction",
  "Resource",
  "NotResource",
  "Principal",
  "NotPrincipal",
  "Condition",
]);
const PRINCIPAL_TYPES = new Set<string>([
  "AWS",
  "Service",
  "Federated",
  "CanonicalUser",
] satisfies PrincipalType[]);

/** Reads a document's shape. Source: IAM User Guide, "Grammar of the IAM JSON policy language". */
export function readSyntax(text: string, refuse: Refuse): RawPolicy {
  const document = parseJson(text);
  if (!isObject(document)) return refuse({ problem: "json" });
  for (const field of Object.keys(document)) if (!TOP.has(field)) refuse({ problem: "unknown-field", field });
  const { Version, Id, Statement } = document;
  if (Statement === undefined) return refuse({ problem: "missing-field", field: "Statement" });
  const statements = Array.isArray(Statement) ? Statement : [Statement];
  return {
    version: optionalText(Version, "Version", refuse),
    id: optionalText(Id, "Id", refuse),
    statements: statements.map((statement) => readStatement(statement, refuse)),
  };
}

function readStatement(statement: unknown, refuse: Refuse): RawStatement {
  if (!isObject(statement)) return refuse({ problem: "type", field: "Statement" });
  for (const field of Object.keys(statement))
    if (!ELEMENTS.has(field)) refuse({ problem: "unknown-field", field });
  return {
    sid: optionalText(statement["Sid"], "Sid", refuse),
    effect: optionalText(statement["Effect"], "Effect", refuse),
    actions: patterns(statement, "Action", refuse),
    resources: patterns(statement, "Resource", refuse),
    principals: principals(statement, refuse),
    conditions: conditions(statement["Condition"], refuse),
  };
}

function patterns(
  statement: Record<string, unknown>,
  field: "Action" | "Resource",
  refuse: Refuse,
): Patterns | undefined {
  const plain = statement[field];
  const negated = statement[`Not${field}`];
  if (plain !== undefined && negated !== undefined) refuse({ problem: "both", field });
  const value = plain ?? negated;
  if (value === undefined) return undefined;
  return { negated: plain === undefined, patterns: texts(value, field, refuse) };
}

function principals(statement: Record<string, unknown>, refuse: Refuse): PrincipalPatterns | undefined {
  const { Principal, NotPrincipal } = statement;
  if (Principal !== undefined && NotPrincipal !== undefined) refuse({ problem: "both", field: "Principal" });
  const value = Principal ?? NotPrincipal;
  if (value === undefined) return undefined;
  const negated = Principal === undefined;
  if (value === "*") return { negated, principals: [{ type: "AWS", value: "*" }] };
  if (typeof value === "string")
    return refuse({ problem: "principal", text: `"STR":${JSON.stringify(value)}` });
  if (!isObject(value)) return refuse({ problem: "type", field: "Principal" });
  const listed = Object.entries(value).flatMap(([type, names]) => {
    if (!isPrincipalType(type)) return refuse({ problem: "principal", text: JSON.stringify(type) });
    return texts(names, "Principal", refuse).map((name) => ({ type, value: name }));
  });
  if (listed.length === 0) refuse({ problem: "missing-field", field: "Principal" });
  return { negated, principals: listed };
}

const isPrincipalType = (type: string): type is PrincipalType => PRINCIPAL_TYPES.has(type);

function conditions(value: unknown, refuse: Refuse): readonly Condition[] {
  if (value === undefined) return [];
  if (!isObject(value)) return refuse({ problem: "type", field: "Condition" });
  return Object.entries(value).flatMap(([operator, keys]) => {
    if (!isObject(keys)) return refuse({ problem: "type", field: "Condition" });
    return Object.entries(keys).map(([key, wanted]) => ({ operator, key, values: scalars(wanted, refuse) }));
  });
}

/** Condition values may be numbers and booleans without quotes. */
function scalars(value: unknown, refuse: Refuse): readonly string[] {
  const list = Array.isArray(value) ? value : [value];
  return list.map((item) =>
    typeof item === "string" || typeof item === "number" || typeof item === "boolean"
      ? String(item)
      : refuse({ problem: "type", field: "Condition" }),
  );
}

function texts(value: unknown, field: string, refuse: Refuse): readonly string[] {
  const list = Array.isArray(value) ? value : [value];
  return list.map((item) => (typeof item === "string" ? item : refuse({ problem: "type", field })));
}

function optionalText(value: unknown, field: string, refuse: Refuse): string | undefined {
  if (value === undefined || typeof value === "string") return value;
  return refuse({ problem: "type", field });
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === "object" && value !== null && !Array.isArray(value);

export const isEffect = (effect: string | undefined): effect is Effect =>
  effect === "Allow" || effect === "Deny";
