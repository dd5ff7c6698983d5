import { againstPolicy, invalidPolicy } from "./faults.ts";
import type { FormFields } from "./fields.ts";

/**
 * The document that says what a form may hold. Pure.
 * Source: Amazon S3 API Reference, "POST Policy".
 */
export interface PostPolicy {
  readonly expiration: Date;
  readonly conditions: readonly Condition[];
}

type Condition =
  | { readonly operator: "eq" | "starts-with"; readonly element: string; readonly value: string }
  | { readonly operator: "content-length-range"; readonly bounds: Bounds };

type Bounds = readonly [least: string | number, most: string | number];

/** How many bytes the file may have, both ends included. */
export interface SizeRange {
  readonly least: number;
  readonly most: number;
}

/** @param text base64 of JSON. @throws Fault InvalidPolicyDocument */
export function parsePolicy(text: string): PostPolicy {
  const document = parseJson(text);
  if (!isRecord(document)) throw invalidPolicy("Invalid JSON.");
  const { expiration, conditions, ...others } = document;
  const [unexpected] = Object.keys(others);
  if (unexpected !== undefined) throw invalidPolicy(`Unexpected: '${unexpected.toLowerCase()}'`);
  if (expiration === undefined) throw invalidPolicy("Policy missing expiration.");
  if (conditions === undefined) throw invalidPolicy("Policy missing conditions.");
  if (!Array.isArray(conditions)) throw invalidPolicy("Invalid 'conditions' value: must be a List.");
  return { expiration: parseExpiration(expiration), conditions: conditions.map(parseCondition) };
}

function parseJson(text: string): unknown {
  if (!/^[A-Za-z0-9+/\s]*={0,2}\s*$/.test(text)) throw invalidPolicy("invalid Base64 encoding.");
  try {
    return JSON.parse(Buffer.from(text, "base64").toString("utf8"));
  } catch {
    throw invalidPolicy("Invalid JSON.");
  }
}

const isRecord = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === "object" && value !== null && !Array.isArray(value);

/** In GMT, and said so: S3 refuses another offset. */
const EXPIRATION = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d{1,9})?Z$/;

function parseExpiration(value: unknown): Date {
  if (typeof value !== "string") throw invalidPolicy("Invalid JSON.");
  const date = new Date(EXPIRATION.test(value) ? value : Number.NaN);
  if (Number.isNaN(date.getTime())) throw invalidPolicy(`Invalid 'expiration' value: '${value}'`);
  return date;
}

function parseCondition(condition: unknown): Condition {
  if (Array.isArray(condition)) return parseListed(condition);
  if (!isRecord(condition)) throw invalidPolicy("Invalid condition test: must be a List or Object.");
  const [entry, ...more] = Object.entries(condition);
  if (!entry || more.length > 0)
    throw invalidPolicy(
      "Invalid Simple-Condition: Simple-Conditions must have exactly one property specified.",
    );
  const [name, value] = entry;
  if (typeof value !== "string") throw invalidPolicy("Invalid Simple-Condition: value must be a string.");
  return { operator: "eq", element: `$${name}`, value };
}

function parseListed([named, ...operands]: readonly unknown[]): Condition {
  if (typeof named !== "string") throw invalidPolicy("Invalid Condition: missing operation identifier.");
  const operator = named.toLowerCase();
  if (operator !== "eq" && operator !== "starts-with" && operator !== "content-length-range")
    throw invalidPolicy(`Invalid Condition: unknown operation '${named}'.`);
  const [first, second, ...more] = operands;
  if (first === undefined || second === undefined || more.length > 0)
    throw invalidPolicy(`Invalid ${operator}: wrong number of arguments.`);
  if (operator === "content-length-range") {
    return { operator, bounds: [boundOf(first), boundOf(second)] };
  }
  if (typeof first !== "string" || typeof second !== "string") throw invalidPolicy("Invalid JSON.");
  return { operator, element: first, value: second };
}

/** S3's JSON has whole numbers alone, and no sign. */
function boundOf(bound: unknown): string | number {
  if (typeof bound === "string") return bound;
  if (typeof bound === "number" && bound < 0) throw invalidPolicy("Token - must be enclosed in quotes.");
  if (typeof bound !== "number" || !Number.isSafeInteger(bound)) throw invalidPolicy("Invalid JSON.");
  return bound;
}

/** Everything but the file's size, which is not known yet. @throws Fault AccessDenied @returns what size it may have. */
export function checkForm(
  policy: PostPolicy,
  fields: FormFields,
  at: { bucket: string; now: Date },
): SizeRange {
  if (at.now > policy.expiration) throw againstPolicy("Policy expired.");
  const elements = new Map<string, string | undefined>(
    fields.names().map((name) => [name.toLowerCase(), fields.get(name)]),
  );
  elements.set("bucket", at.bucket);
  const size = { least: 0, most: Number.POSITIVE_INFINITY };
  for (const condition of policy.conditions) {
    const holds =
      condition.operator === "content-length-range"
        ? narrow(size, condition.bounds)
        : isMet(condition, elements);
    if (!holds) throw againstPolicy(`Policy Condition failed: ${written(condition)}`);
  }
  checkCovered(policy, fields);
  return size;
}

/** S3 takes a bound that is written as text, too. @returns false for what is no bound. */
function narrow(size: { least: number; most: number }, bounds: Bounds): boolean {
  const [least, most] = bounds.map(numberOf);
  if (least === undefined || most === undefined || Number.isNaN(least + most)) return false;
  size.least = Math.max(size.least, least);
  size.most = Math.min(size.most, most);
  return true;
}

const numberOf = (bound: string | number): number =>
  typeof bound === "number" || /^\d{1,15}$/.test(bound) ? Number(bound) : Number.NaN;

type Match = Extract<Condition, { readonly value: string }>;

/** A field that is not there meets no condition, even `starts-with` nothing. */
function isMet(
  { operator, element, value }: Match,
  elements: ReadonlyMap<string, string | undefined>,
): boolean {
  const name = nameOf(element);
  const found = name === undefined ? undefined : elements.get(name);
  if (found === undefined) return false;
  if (operator === "eq") return found === value;
  // Only there is a comma a list: each of its types must meet the condition.
  const values = name === "content-type" ? found.split(",").map((one) => one.trim()) : [found];
  return values.every((one) => one.startsWith(value));
}

/** @returns undefined where the dollar sign is missing. */
const nameOf = (element: string): string | undefined =>
  element.startsWith("$") ? element.slice(1).toLowerCase() : undefined;

const written = (condition: Condition): string => {
  const operands =
    condition.operator === "content-length-range" ? condition.bounds : [condition.element, condition.value];
  return `[${[condition.operator, ...operands].map((one) => JSON.stringify(one)).join(", ")}]`;
};

const UNCOVERED: ReadonlySet<string> = new Set([
  "awsaccesskeyid",
  "file",
  "policy",
  "signature",
  "x-amz-signature",
]);

function checkCovered({ conditions }: PostPolicy, fields: FormFields): void {
  const covered = new Set(
    conditions.map((one) => (one.operator === "content-length-range" ? undefined : nameOf(one.element))),
  );
  const extra = fields.names().filter((name) => {
    const lower = name.toLowerCase();
    return !UNCOVERED.has(lower) && !lower.startsWith("x-ignore-") && !covered.has(lower);
  });
  if (extra.length > 0) throw againstPolicy(`Extra input fields: ${extra.join(", ")}`);
}
