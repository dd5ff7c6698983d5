/** Constraints of the contract on an input, in AWS's words. */
import { fault, type Fault } from "../base/fault.ts";
import { conventionsOf, type Invalid } from "./conventions.ts";
import type { Contract, Member, Operation, Shape } from "./model.ts";
import { compilePattern } from "./pattern.ts";
import { validateS3 } from "./s3-validate.ts";
import { beanName, membersOf, perOperation, perShape, shapeOf, toReference } from "./shapes.ts";
import { showValue } from "./show-value.ts";

/** The most violations one answer names; a list of thousands may violate as often. Ours. */
const MAX_VIOLATIONS = 50;

/** @throws Fault that names every constraint the input violates. */
export function validateInput(
  contract: Contract,
  operation: Operation,
  input: Readonly<Record<string, unknown>>,
): void {
  if (!operation.input) return;
  const { invalid } = conventionsOf(contract);
  if (invalid === undefined) {
    validateS3(contract, operation, input);
    return;
  }
  const found: Violation[] = [];
  inputValidator(contract, operation)(input, "", (violation) => found.push(violation));
  if (found.length > 0) throw refusal(found.slice(0, MAX_VIOLATIONS), invalid);
}

function refusal(found: readonly Violation[], invalid: Invalid): Fault {
  const count = `${found.length} validation error${found.length === 1 ? "" : "s"} detected: `;
  const message = count + found.map((violation) => tell(violation, invalid)).join("; ");
  const [first] = found;
  const own = found.length === 1 && first ? invalid.codes?.[first.path] : undefined;
  return fault(own ?? invalid.code, message, {
    status: 400,
    ...(invalid.fields ? { fields: invalid.fields } : {}),
  });
}

interface Violation {
  /** Undefined: the member is missing. */
  readonly value: unknown;
  readonly path: string;
  readonly constraint: string;
  readonly sensitive?: boolean | undefined;
}

function tell({ value, path, constraint, sensitive }: Violation, { showsValues, names }: Invalid): string {
  const shown = showsValues && !sensitive ? ` '${showValue(value)}'` : "";
  const [first = "", ...rest] = path.split(".");
  const told = [names?.[first] ?? first, ...rest].join(".");
  return `Value${value === undefined ? " null" : shown} at '${told}' failed to satisfy constraint: ${constraint}`;
}

type Report = (violation: Violation) => void;
type Validator = (value: unknown, path: string, report: Report) => void;

const NOTHING: Validator = () => {};

const inputValidator = perOperation((contract, operation) =>
  operation.input ? validatorOf(contract, operation.input) : NOTHING,
);

const validatorOf = perShape((contract, name): Validator => {
  const shape = shapeOf(contract, name);
  switch (shape.type) {
    case "structure":
      return shape.document ? NOTHING : structureValidator(contract, shape);
    case "list":
      return listValidator(contract, shape);
    case "map":
      return mapValidator(contract, shape);
    default:
      return scalarValidator(shape);
  }
});

const missing = (path: string): Violation => ({
  value: undefined,
  path,
  constraint: "Member must not be null",
});

/** Looked up when it runs: a shape may contain itself. */
function structureValidator(contract: Contract, shape: Shape): Validator {
  let rows: readonly (Member & { readonly validate: Validator; readonly step: string })[] | undefined;
  return (value, path, report) => {
    rows ??= membersOf(shape).map((member) => ({
      ...member,
      validate: member.streaming ? NOTHING : validatorOf(contract, member.shape),
      step: beanName(member.name),
    }));
    if (!isRecord(value)) return;
    for (const { name, required, streaming, validate, step } of rows) {
      const item = value[name];
      const itemPath = path === "" ? step : `${path}.${step}`;
      if (item !== undefined) validate(item, itemPath, report);
      else if (required && !streaming) report(missing(itemPath));
    }
  };
}

const isRecord = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === "object" && value !== null;

/** A list of plain values is told as a whole; members of one of structures each on their own. */
function listValidator(contract: Contract, shape: Shape): Validator {
  const element = toReference(shape.member).shape;
  const plain = isPlain(shapeOf(contract, element));
  const constraints = plain ? scalarConstraints(shapeOf(contract, element)) : [];
  const together = `Member must satisfy constraint: [${constraints.map(({ text }) => text).join(", ")}]`;
  return (value, path, report) => {
    if (!Array.isArray(value)) return;
    for (const text of sizeViolations(shape, value.length)) report({ value, path, constraint: text });
    if (plain) {
      if (value.some((item) => isViolated(constraints, item))) report({ value, path, constraint: together });
      return;
    }
    const validate = validatorOf(contract, element);
    value.forEach((item: unknown, index) => {
      const itemPath = `${path}.${index + 1}.member`;
      if (item === undefined) report(missing(itemPath));
      else validate(item, itemPath, report);
    });
  };
}

function mapValidator(contract: Contract, shape: Shape): Validator {
  const keys = scalarConstraints(shapeOf(contract, toReference(shape.key).shape));
  const element = toReference(shape.value).shape;
  const plain = isPlain(shapeOf(contract, element));
  const values = plain ? scalarConstraints(shapeOf(contract, element)) : [];
  return (value, path, report) => {
    if (!isRecord(value)) return;
    const entries = Object.entries(value);
    for (const text of sizeViolations(shape, entries.length)) report({ value, path, constraint: text });
    if (entries.some(([key]) => isViolated(keys, key)))
      report({ value, path, constraint: mapConstraint("keys", keys) });
    if (plain) {
      if (entries.some(([, item]) => isViolated(values, item))) {
        report({ value, path, constraint: mapConstraint("value", values) });
      }
      return;
    }
    for (const [key, item] of entries) validatorOf(contract, element)(item, `${path}.${key}.member`, report);
  };
}

const mapConstraint = (what: string, constraints: readonly Constraint[]): string =>
  `Map ${what} must satisfy constraint: [${constraints.map(({ text }) => text).join(", ")}]`;

const isPlain = (shape: Shape): boolean =>
  shape.type !== "structure" && shape.type !== "list" && shape.type !== "map";

const isViolated = (constraints: readonly Constraint[], value: unknown): boolean =>
  constraints.some(({ holds }) => value === undefined || !holds(value));

function* sizeViolations(shape: Shape, size: number): Iterable<string> {
  if (shape.min !== undefined && size < shape.min) yield atLeast("length", shape.min);
  if (shape.max !== undefined && size > shape.max) yield atMost("length", shape.max);
}

const atLeast = (what: string, min: number): string =>
  `Member must have ${what} greater than or equal to ${min}`;
const atMost = (what: string, max: number): string => `Member must have ${what} less than or equal to ${max}`;

function scalarValidator(shape: Shape): Validator {
  const constraints = scalarConstraints(shape);
  if (constraints.length === 0) return NOTHING;
  return (value, path, report) => {
    for (const { holds, text } of constraints) {
      if (!holds(value)) report({ value, path, constraint: text, sensitive: shape.sensitive });
    }
  };
}

interface Constraint {
  readonly text: string;
  readonly holds: (value: unknown) => boolean;
}

function scalarConstraints(shape: Shape): readonly Constraint[] {
  const constraints: Constraint[] = [];
  const { min, max, enum: names } = shape;
  if (names) {
    const set = new Set<unknown>(names);
    constraints.push({
      text: `Member must satisfy enum value set: [${names.join(", ")}]`,
      holds: (value) => set.has(value),
    });
  }
  if (shape.pattern !== undefined) constraints.push(patternConstraint(shape.pattern));
  const what = shape.type === "string" || shape.type === "blob" ? "length" : "value";
  if (max !== undefined)
    constraints.push({ text: atMost(what, max), holds: (value) => measure(value) <= max });
  if (min !== undefined)
    constraints.push({ text: atLeast(what, min), holds: (value) => measure(value) >= min });
  return constraints;
}

function patternConstraint(pattern: string): Constraint {
  const expression = compilePattern(pattern);
  return {
    text: `Member must satisfy regular expression pattern: ${pattern}`,
    holds: (value) => typeof value === "string" && expression.test(value),
  };
}

function measure(value: unknown): number {
  if (typeof value === "number") return value;
  return typeof value === "string" || value instanceof Uint8Array ? value.length : 0;
}
