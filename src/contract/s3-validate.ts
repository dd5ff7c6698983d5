/**
 * S3 does not tell constraints one by one: a document that misses an element or has a value outside its list is
 * MalformedXML, a missing parameter is InvalidRequest. Lengths and patterns are the service's own, each with a
 * code of its own. Source: S3 API Reference, "Error responses".
 */
import { fault, type Fault } from "../base/fault.ts";
import { malformedXml } from "./conventions.ts";
import type { Contract, Member, Operation } from "./model.ts";
import { membersOf, perOperation, perShape, shapeOf, toReference } from "./shapes.ts";

/** Its values go by another code, InvalidLocationConstraint, which is the service's to say. */
const CHECKED_BY_THE_SERVICE: ReadonlySet<string> = new Set(["BucketLocationConstraint"]);

export function validateS3(
  contract: Contract,
  operation: Operation,
  input: Readonly<Record<string, unknown>>,
): void {
  for (const { member, check } of checksOf(contract, operation)) {
    const value = input[member.name];
    if (value === undefined) {
      if (member.required) throw member.location ? missingParameter(member) : malformedXml();
    } else if (check && !check(value)) {
      throw malformedXml();
    }
  }
}

interface MemberCheck {
  readonly member: Member;
  /** Only of what is in the document: headers and parameters are the service's to check. */
  readonly check: Check | undefined;
}

const checksOf = perOperation((contract, operation): readonly MemberCheck[] =>
  membersOf(shapeOf(contract, operation.input))
    .filter((member) => !member.streaming && (member.required || !member.location))
    .map((member) => ({
      member,
      check: member.location ? undefined : isComplete(contract, member.shape),
    })),
);

const missingParameter = (member: Member): Fault => {
  const what = member.location === "header" ? "header" : "parameter";
  const name = member.locationName ?? member.name;
  return fault("InvalidRequest", `Missing required ${what} for this request: ${name}`, { status: 400 });
};

type Check = (value: unknown) => boolean;

const isComplete = perShape((contract, name): Check => {
  const shape = shapeOf(contract, name);
  if (shape.type === "list") {
    const element = toReference(shape.member).shape;
    return (value) => Array.isArray(value) && value.every((item) => isComplete(contract, element)(item));
  }
  if (shape.type === "structure") {
    const members = membersOf(shape);
    return (value) => members.every((member) => isMemberComplete(contract, member, value));
  }
  const names = shape.enum && !CHECKED_BY_THE_SERVICE.has(name) ? new Set<unknown>(shape.enum) : undefined;
  return (value) => names === undefined || names.has(value);
});

function isMemberComplete(contract: Contract, member: Member, value: unknown): boolean {
  if (!isRecord(value)) return false;
  const item = value[member.name];
  return item === undefined ? !member.required : isComplete(contract, member.shape)(item);
}

const isRecord = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === "object" && value !== null;
